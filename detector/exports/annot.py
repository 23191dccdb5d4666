"""Luna's .annot: class, instance, channel, start, stop, meta (zzz.bwh.harvard.edu/luna/ref/annotations)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.exports.edf_file import Text
from detector.exports.grid import lay, rate_of
from detector.exports.placing import write_text
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.exports.placing import Batch
    from detector.exports.source import Source, Wearable
    from detector.exports.step import Step

_HEAD = "class\tinstance\tchannel\tstart\tstop\tmeta"
_META = ("p2p_mg", "snr_db", "score", "dominant_hz", "family", "flags", "label", "label_how", "reviewer")


def write_all(source: Source, batch: Batch, _step: Step) -> None:
    """Write that of each wearable alone; its seconds count from the beginning of the EDF that is exported of it."""
    for wearable in source.wearables:
        grid = lay(wearable.anchors, wearable.start_ns, rate_of(wearable.anchors, wearable.start_ns))
        gaps = [Text(first / grid.rate_hz, (end - first) / grid.rate_hz, "gap") for first, end in grid.missing.tolist()]
        write(source, wearable, batch.path(f"_{wearable.alias}.annot"), gaps)


def write(source: Source, wearable: Wearable, path: Path, gaps: Sequence[Text]) -> None:
    """Write the events and gaps of a wearable.

    Parameters
    ----------
    source, wearable
        Whose they are.
    path
        Where to.
    gaps
        In seconds from `Wearable.start_ns`.
    """
    lines = [(gap.onset_s, _line("gap", ".", gap.onset_s, gap.onset_s + gap.duration_s, ".")) for gap in gaps]
    for onset_ns, row in source.events_of(wearable):
        start_s = (onset_ns - wearable.start_ns) / NS
        lines.append((start_s, _line(row["kind"], ".", start_s, start_s + row["duration_s"], _meta(row))))
    lines.sort(key=lambda each: each[0])
    write_text(path, "\n".join([_HEAD, *(words for _, words in lines)]) + "\n")


def _line(name: str, channel: str, start_s: float, stop_s: float, meta: str) -> str:
    return f"{name}\t.\t{channel}\t{start_s:.6f}\t{stop_s:.6f}\t{meta}"


def _meta(row: dict[str, Any]) -> str:
    """Write what is measured as ``name=value`` joined by bars, which part the values of a flag elsewhere."""
    told = [f"{name}={_plain(row[name])}" for name in _META if row[name] not in {None, "", -1}]
    return "|".join(told) or "."


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "".join("," if letter == "|" else "_" if letter in "=\t;" else letter for letter in str(value))
