"""Checking a night, and saving what is sound of it into a copy."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night.connection import open_for_writing, tidy
from detector.night.files import partial_of, remove_files, settle
from detector.night.integrity.found import Finding, Inspection
from detector.night.integrity.inspection import inspect
from detector.night.integrity.salvage import Reader
from detector.night.keys import RING
from detector.night.sentences import as_night_error
from detector.night.statements import put_gap
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 20
"""Sentences of SQLite's own check that are told."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a night is.

    Parameters
    ----------
    findings
        What is wrong; none where it is sound.
    sensors, samples, events
        How many of each are sound.
    recorded_s
        Time covered by sound samples, in s, added up over the wearables.
    unsealed
        Events and gaps that no checksum protects, since an older fasciwatch has written them.
    """

    findings: tuple[Finding, ...]
    sensors: int
    samples: int
    events: int
    recorded_s: float
    unsealed: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def check(night: Path) -> Report:
    """Look at every page, checksum, number and time of a night.

    Returns
    -------
    Report
        What is wrong; sound where that is nothing.

    Raises
    ------
    NightError
        Where it cannot be opened at all.
    """
    with as_night_error(night), Reader(night) as reader:
        return _report(*_look(reader))


def repair(night: Path, target: Path) -> Report:
    """Save what is sound of a night into a copy; the night itself stays as it is.

    Samples that are lost become gaps with the cause "recording damaged"; events that lie in them, and raw notifications
    that are damaged, are left out.

    Parameters
    ----------
    night
        The file.
    target
        The copy; must not be there.

    Returns
    -------
    report
        On the night, not on the copy.

    Raises
    ------
    NightError
        Where nothing of it can be read, or the copy not be written.
    """
    if target.exists():
        raise NightError(f"{target} is there already: name another file, or delete it")
    partial = partial_of(target)
    with ExitStack() as undo:
        with as_night_error(night), Reader(night) as reader:
            found, pages = _look(reader)
            passphrase = RING.latest if reader.is_encrypted else None
        if not found.sensors:
            raise NightError(f"nothing can be saved of {night}: its list of wearables is lost")
        undo.callback(remove_files, partial)
        copy = open_for_writing(partial, fresh=True, passphrase=passphrase)
        with as_night_error(target):
            try:
                _write(copy, found)
                tidy(copy)
            finally:
                copy.close()
            settle(partial, target)
    return _report(found, pages)


def _look(reader: Reader) -> tuple[Inspection, list[Finding]]:
    pages = [Finding(words) for words in _damaged_pages(reader)]
    return inspect(reader), pages


def _damaged_pages(reader: Reader) -> Iterator[str]:
    """Give SQLite's own words on its pages; an encrypted night has a checksum on each."""
    if reader.is_encrypted:
        rows, obstacle = reader.all("PRAGMA cipher_integrity_check")
        yield from _told([str(words) for (words,) in rows], obstacle)
    rows, obstacle = reader.all(f"PRAGMA integrity_check({_MOST})")
    yield from _told(
        [line for (words,) in rows for line in str(words).splitlines() if line[:3] not in {"ok", "***"}], obstacle
    )
    rows, obstacle = reader.all("PRAGMA foreign_key_check")
    yield from _told(
        [f"row {row} of {table!r} refers to a row of {parent!r} that is not there" for table, row, parent, _ in rows],
        obstacle,
    )


def _told(words: list[str], obstacle: str | None) -> list[str]:
    return words[:_MOST] + ([] if obstacle is None else [obstacle])


def _report(found: Inspection, pages: list[Finding]) -> Report:
    parts = [part for parts in found.parts.values() for part in parts]
    return Report(
        findings=(*pages, *found.findings),
        sensors=len(found.sensors),
        samples=sum(part.end_index - part.first_index for part in parts),
        events=len(found.sound["event"]),
        recorded_s=sum(end_ns - start_ns for part in parts for _, _, start_ns, end_ns in part.rows) / NS,
        unsealed=found.unsealed,
    )


def _write(copy: Any, found: Inspection) -> None:
    copy.execute("BEGIN")
    for part in (part for parts in found.parts.values() for part in parts):
        found.sound[part.table].append(part.stored)
    for name, table in found.tables.items():
        marks = ", ".join("?" * len(table.columns))
        for row in found.sound[name]:
            try:
                copy.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608 - our names
            except sqlite.IntegrityError:
                found.find(f"a row of the table {name!r} contradicts others")
    for number, holes in found.holes.items():
        for hole in holes:
            copy.execute(*put_gap(number, hole.before_index, hole.start_ns, hole.end_ns, GapCause.DAMAGED))
    copy.execute("COMMIT")
