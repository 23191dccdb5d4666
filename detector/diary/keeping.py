"""Looking after the diary: whether it is sound, and a copy of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.diary.file import ONE_AT_A_TIME, as_diary_error, reading
from detector.diary.rows import COLUMNS, MOST_ROWS, entry_of, evening_of, mark_of, own_of, seal
from detector.errors import DiaryError
from detector.night.files import partial_of, private_file, remove_files, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any


@dataclass(slots=True)
class Report:
    """What a diary holds, and what is wrong with it.

    Parameters
    ----------
    evenings
        Of which something is said.
    versions
        Rows of what was said, with what was corrected later.
    marks
        Twitches that were felt.
    findings
        What is wrong, in sentences.
    """

    evenings: int = 0
    versions: int = 0
    marks: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def check(path: Path) -> Report:
    """Look at every row of a diary.

    Raises
    ------
    DiaryError
        Where it cannot be opened: it is locked, damaged as a whole, or newer than this program.
    """
    report = Report()
    evenings = set()
    with reading(path) as connection:
        for values in _each(connection, "entry", report, lambda values: entry_of(values, 1)):
            report.versions += 1
            evenings.add(evening_of(values[1]))
        for _ in _each(connection, "own", report, own_of):
            pass
        for _ in _each(connection, "mark", report, mark_of):
            report.marks += 1
    report.evenings = len(evenings)
    return report


def backup(path: Path, target: Path, *, replace: bool = False) -> None:
    """Copy a diary as it is at this moment; the copy of an encrypted one is encrypted with the same passphrase.

    Raises
    ------
    DiaryError
        Where the diary cannot be read, or the copy not be written.
    """
    if target.exists() and not replace:
        raise DiaryError(f"{target} is there already: name another file, or delete it")
    partial = partial_of(target)
    with ONE_AT_A_TIME, as_diary_error(target):
        try:
            with reading(path) as connection, as_diary_error(target):
                private_file(partial)
                connection.execute("PRAGMA query_only = OFF")  # it is a file of its own that is written
                connection.execute("VACUUM INTO ?", (str(partial),))
                settle(partial, target)
        finally:
            remove_files(partial)


def _each(
    connection: Any, table: str, report: Report, restore: Callable[[Sequence[Any]], object]
) -> list[tuple[Any, ...]]:
    """Return the rows of a table that are sound; of the others the report says what is wrong."""
    sound = []
    names = ", ".join((*COLUMNS[table], "crc32"))
    for place, (*values, crc32) in enumerate(connection.execute(f"SELECT {names} FROM {table} ORDER BY id")):  # noqa: S608 - our names
        if place == MOST_ROWS:
            report.findings.append(f"it holds more than {MOST_ROWS} rows in the table {table!r}")
            break
        try:
            if seal(table, values) != crc32:
                raise ValueError(f"the checksum of a row of {table!r} is wrong")  # noqa: TRY301 - one place tells all
            restore(values)
        except ValueError as error:
            report.findings.append(str(error))
        else:
            sound.append(tuple(values))
    return sound
