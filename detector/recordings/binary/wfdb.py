"""WFDB of format 16: a header in words, and counts of 16 bits in a file beside it (PhysioNet, header(5), signal(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary import channels
from detector.recordings.binary.parts.build import Device, build, zone_shift
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.parts.look import Look
from detector.recordings.times import lay_at
from detector.recordings.wish import check_rate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_RECORD = re.compile(
    rb"(?:#[^\n]*\n)*[\w.-]+[ \t]+(\d{1,3})[ \t]+([\d.eE+]+)(?:/[^\s]*)?(?:[ \t]+(\d+))?"
    rb"(?:[ \t]+(\d{1,2}:\d\d:\d\d(?:\.\d+)?))?(?:[ \t]+(\d{1,2}/\d{1,2}/\d{4}))?[ \t]*\r?\n"
)
_SIGNAL = re.compile(
    r"(?P<file>\S+)\s+(?P<format>\d+)(?P<more>\S*)(?:\s+(?P<gain>[\d.eE+-]+)(?:\((?P<baseline>-?\d+)\))?(?:/(?P<unit>\S+))?)?"
    r"(?:\s+\d+)?(?:\s+(?P<zero>-?\d+))?(?:\s+-?\d+)?(?:\s+(?P<sum>-?\d+))?(?:\s+\d+)?(?:\s+(?P<name>.+))?$"
)
_PORTION = 1 << 20
_NONE = -32768
"""A count that stands for no value."""
_LARGEST_HEADER = 1 << 16

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is a header, or the samples of the header beside it."""
    return _is_header(head) or (path.suffix == ".dat" and _is_header(_start_of(path.with_suffix(".hea"))))


def _is_header(head: bytes) -> bool:
    found = _RECORD.match(head)
    return found is not None and re.match(rb"\S+[ \t]+\d+\S*[ \t]+[\d.eE+-]+[(/]", head[found.end() :]) is not None


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_HEADER)
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the samples are, and what they mean; `sums` are the checksums the header states."""

    data: Path
    width: int
    xyz: tuple[int, int, int]
    gains: npt.NDArray[np.float64]
    baselines: npt.NDArray[np.float64]
    sums: tuple[int | None, ...]


def open(path: Path, wish: Wish) -> Recording:
    """Open a record, by its header or its samples.

    Raises
    ------
    RecordingError
        Where the header is not understood, is of another format than 16, or the samples are not there.
    """
    header = path.with_suffix(".hea") if path.suffix == ".dat" else path
    text = _start_of(header)
    found = _RECORD.match(text)
    notes: list[str] = []
    try:
        if found is None:
            raise ValueError
        rate_hz = float(found[2])
        promised = int(found[3]) if found[3] else None
        layout, stated = _layout(header, text[found.end() :].decode("latin-1"), int(found[1]), wish, notes)
        begun = _begun(found[4], found[5])
    except (ValueError, OverflowError):
        raise RecordingError(f"{header.name} is a damaged header of WFDB; copy it again.") from None
    check_rate(rate_hz, f"The sampling rate of {header.name}")
    look, sums = Look(), np.zeros(3, np.int64)
    for counts in _counts(layout):
        look.add(_physical(counts, layout))
        sums += counts.sum(axis=0, dtype=np.int64)
    if look.rows < 2:
        raise RecordingError(f"{layout.data.name} holds no samples: it was cut off; copy it again.")
    if promised and look.rows < promised:
        notes.append(f"Its header tells of {promised} samples, and {look.rows} are there: it was cut off.")
    for axis, (said, total) in enumerate(zip(layout.sums, sums.tolist(), strict=True)):
        if said is not None and (said - total) & 0xFFFF and not (promised and look.rows < promised):
            notes.append(f"The checksum of axis {'xyz'[axis]} is not that of the header: values have been changed.")
    unit, units_from = look.unit(path.name, stated, wish, notes)
    start_ns = 0 if begun is None else begun + zone_shift(begun, wish, None, "its header", notes)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for counts in _counts(layout):
            out = units.to_g(_physical(counts, layout), unit)
            out[np.isnan(out).any(axis=1)] = np.nan
            yield out

    device = Device("WFDB", "", rate_hz, look.lsb_g(unit), unit)
    pieces = lay_at(rate_hz, look.rows, start_ns, [])
    return build(path, wish, device, pieces, read, notes=notes, has_date=begun is not None, units_from=units_from)


def _layout(header: Path, text: str, count: int, wish: Wish, notes: list[str]) -> tuple[_Layout, units.Unit | None]:
    """Understand the lines of the signals; raises `ValueError` where they are none."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")][:count]
    signals = [_SIGNAL.match(line) for line in lines]
    if len(signals) != count or count < 3:
        raise ValueError
    known = [signal for signal in signals if signal is not None]
    if len(known) != count:
        raise ValueError
    names = [signal["name"] or f"signal {i + 1}" for i, signal in enumerate(known)]
    xyz = (
        channels.given(header.name, names, wish.columns)[1]
        if wish.columns
        else channels.axes(header.name, names, notes)
    )
    axes = [known[i] for i in xyz]
    files = {signal["file"] for signal in axes}
    if len(files) > 1 or any(signal["format"] != "16" or signal["more"] not in ("", "x1") for signal in axes):
        raise RecordingError(
            f"{header.name} is a record of WFDB of another format than 16, or of several files: convert it with rdsamp."
        )
    file = files.pop()
    if re.search(r"[\\/]|^\.\.", file):
        raise RecordingError(f"{header.name} names a file in another folder, {file}; put it beside the header.")
    together = [i for i, signal in enumerate(known) if signal["file"] == file]
    gains = np.array([float(signal["gain"] or 0) or 200.0 for signal in axes])
    baselines = np.array([float(signal["baseline"] or signal["zero"] or 0) for signal in axes])
    if not np.isfinite(gains).all():
        raise ValueError
    said = {units.parse(signal["unit"] or "") for signal in axes}
    sums = tuple(int(signal["sum"]) if signal["sum"] else None for signal in axes)
    x, y, z = (together.index(i) for i in xyz)
    layout = _Layout(header.with_name(file), len(together), (x, y, z), gains, baselines, sums)
    return layout, said.pop() if len(said) == 1 else None


def _begun(clock: bytes | None, date: bytes | None) -> int | None:
    """Return the start in ns by the clock of the header, None where it has no date."""
    if clock is None or date is None:
        return None
    words = f"{date.decode()} {clock.decode()}"
    kind = "%d/%m/%Y %H:%M:%S.%f" if "." in words else "%d/%m/%Y %H:%M:%S"
    return int(np.datetime64(datetime.strptime(words, kind), "ns").astype(np.int64))  # noqa: DTZ007 - the zone follows


def _counts(layout: _Layout) -> Iterator[npt.NDArray[np.int16]]:
    """Read the counts of the axes, shape ``(n, 3)``."""
    size = 2 * layout.width
    if not layout.data.is_file():
        raise RecordingError(f"{layout.data.name} is not there, which the header names; put it beside it.")
    for data in portions(layout.data, max(1, _PORTION // size) * size):
        rows = np.frombuffer(data, "<i2", len(data) // size * layout.width).reshape(-1, layout.width)
        yield rows[:, list(layout.xyz)]


def _physical(counts: npt.NDArray[np.int16], layout: _Layout) -> npt.NDArray[np.float64]:
    values = (counts - layout.baselines) / layout.gains
    values[counts == _NONE] = np.nan
    return values
