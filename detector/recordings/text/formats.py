"""Text as one format among others: told by its bytes, packed or not, and what kind of table it is by its header.

A kind of table that has columns or times of its own is a module with ``recognises(sheet)`` and
``open_sheet(content, sheet, wish, notes)``, and a place in `KINDS`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from detector.errors import RecordingError
from detector.recordings.head import HEAD_BYTES
from detector.recordings.text import delimited, polar_sensor_logger
from detector.recordings.text.cleaning import Cleaning
from detector.recordings.text.columns.sheet import Sheet
from detector.recordings.text.dialect import is_row, recognise
from detector.recordings.text.headers.facts import day_ns, facts_of, leading_rows, states_sizes
from detector.recordings.text.headers.names import names_of
from detector.recordings.text.packed import contents, is_packed
from detector.recordings.text.source.content import taken_of
from detector.recordings.text.source.encoding import is_text

if TYPE_CHECKING:
    from pathlib import Path

    from detector.recordings.recording import Recording
    from detector.recordings.text.dialect import Dialect
    from detector.recordings.text.source.content import Content
    from detector.recordings.wish import Wish


_TAIL_BYTES = 1 << 14


class Kind(Protocol):
    """A kind of table."""

    def recognises(self, sheet: Sheet) -> bool:
        """Tell whether a table is of this kind."""

    def open_sheet(self, content: Content, sheet: Sheet, wish: Wish, notes: list[str]) -> Recording:
        """Open one."""


KINDS: tuple[Kind, ...] = (polar_sensor_logger,)
"""Tried in this order; a table of none of them is read by the names of its columns."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is text, or packed."""
    del path
    return is_text(head) or is_packed(head)


def open(path: Path, wish: Wish) -> Recording:
    """Open a table.

    Raises
    ------
    RecordingError
        Where it is none that can be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    complaint: RecordingError | None = None
    found = contents(path, head)
    for content in found:
        try:
            recording = _open(content, wish)
        except RecordingError as error:
            complaint = complaint or error
            continue
        if content.member:
            recording.notes.insert(0, taken_of(content, [other for other in found if other is not content]))
        return recording
    raise complaint or RecordingError(f"{path.name} holds no recording.")


def _open(content: Content, wish: Wish) -> Recording:
    if content.packing != "none" and not is_text(content.head(HEAD_BYTES)):
        raise RecordingError(f"{content.name} is not a text file; pack the recording as CSV or unpack it first.")
    dialect = recognise(content, wish.delimiter)
    notes: list[str] = []
    if dialect.cleaning is not None and dialect.cleaning != Cleaning():
        notes.append("What stands around the numbers of its rows, such as brackets, names or units, was taken away.")
    leading = leading_rows(dialect)
    if leading is not None and wish.columns is None:
        return delimited.open_counted(content, dialect.without_first(leading.rows), wish, leading)
    if states_sizes(dialect):
        dialect = dialect.without_first(1)
    facts = facts_of(content.name, dialect.above)
    sheet = Sheet(
        content.name,
        dialect,
        names_of(dialect, notes),
        _last_rows(content, dialect),
        wish.rate_hz or facts.rate_hz,
        None,
    )
    if sheet.names is not None and wish.columns is None:  # who names the columns knows better
        for kind in KINDS:
            if kind.recognises(sheet):
                return kind.open_sheet(content, sheet, wish, notes)
    if facts.start:
        sheet = replace(sheet, day_ns=day_ns(content.name, facts, dialect.above, wish, []))
    return delimited.open_sheet(content, sheet, wish, notes, facts)


def _last_rows(content: Content, dialect: Dialect) -> tuple[tuple[str, ...], ...]:
    """Split some of the last rows, whose dates may show what those of the first leave open."""
    if dialect.encoding.startswith("utf-16"):
        return ()
    lines = dialect.clean(content.tail(_TAIL_BYTES).rstrip(b"\0")).decode("latin-1")
    whole = re.split(r"[\r\n]+", lines)[1:-1]
    rows = [dialect.cells(line) for line in whole if is_row(line)]
    return tuple(cells for cells in rows[-50:] if len(cells) >= dialect.width)
