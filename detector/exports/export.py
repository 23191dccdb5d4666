"""One night, or several after each other, in the files of another tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import FasciwatchError
from detector.exports import annot, bids, edf, parquet, text
from detector.exports.placing import batch
from detector.exports.source import open_source
from detector.exports.step import Step
from detector.night import Night

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.exports.placing import Batch
    from detector.exports.source import Source

    Write = Callable[[Source, Batch, Step], None]

_FILES: dict[str, Write] = {
    "edf": edf.write,
    "parquet": parquet.write,
    "csv": text.write_own,
    "ggir": text.write_for_ggir,
    "annot": annot.write_all,
}
FORMATS = ("edf", "bids", "parquet", "csv", "ggir", "annot")
"""What a night can be exported to."""

_SUBJECT = re.compile(r"[0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Exported:
    """What has been written of a night.

    Parameters
    ----------
    night
        The file it was read from.
    name
        What the night is called in the export.
    files
        Those that belong to it.
    notes
        Sentences worth telling the user.
    """

    night: Path
    name: str
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def export(
    night: str | Path,
    to: str,
    folder: str | Path,
    *,
    subject: str = "P01",
    named: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Exported:
    """Export a night.

    Parameters
    ----------
    night
        Its file; it may be encrypted, or be recorded at this moment.
    to
        One of `FORMATS`.
    folder
        Where to; it is made where it is missing. Files of an earlier export of the same night are replaced, any others
        stay as they are.
    subject
        Code of the person, letters and digits.
    named
        Whether the names of wearables, serial numbers, files and reviewers go along: without it they are numbered.
    on_progress
        Called with the number of samples that have been written since.

    Returns
    -------
    Exported
        What was written.

    Raises
    ------
    FasciwatchError
        Where the night cannot be read or holds no samples, or the files cannot be written; none is left then.
    """
    if to not in FORMATS:
        raise FasciwatchError(f"a night cannot be exported to {to}: name one of {', '.join(FORMATS)}")
    if not _SUBJECT.fullmatch(subject):
        raise FasciwatchError(f"{subject!r} is no code of a person: use letters and digits, up to 32")
    if to == "parquet":
        parquet.need_pyarrow()
    with Night(night) as opened:
        source = open_source(opened, subject=subject, named=named)
        if not source.wearables:
            raise FasciwatchError(f"{night} holds no samples: there is nothing to export")
        step = Step(on_progress)
        if to == "bids":
            files = bids.write(source, Path(folder), step)
        else:
            with batch(Path(folder), source.name, source.facts) as written:
                _FILES[to](source, written, step)
            files = [Path(folder) / name for name in (*written.names, f"{written.stem}.json")]
        return Exported(Path(night), source.name, tuple(files), tuple(_notes(source)))


def _notes(source: Source) -> list[str]:
    notes = []
    if source.is_recording:
        notes.append("It is being recorded: what has come until now is exported, and events that are final by now.")
    if not all(one.sensor.has_date for one in source.wearables):
        notes.append("It has no date: times count from its first sample.")
    told: list[dict[str, Any]] = source.facts["wearables"]
    for one in told:
        late_s = one.get("edf", one.get("bids", {})).get("samples_later_than_their_time_by_at_most_s", 0.0)
        if late_s > _LATE_S:
            notes.append(f"The clock went back: samples of {one['alias']} lie up to {late_s:.1f} s after their time.")
    return notes


_LATE_S = 0.1
