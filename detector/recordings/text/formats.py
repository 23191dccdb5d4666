"""Text as one format among others: told by its bytes, and what kind of table it is by its header.

A kind of table that has columns or times of its own is a module with ``recognises(dialect)`` and
``open_table(path, dialect, wish)``, and a place in `KINDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from detector.recordings.text import delimited, polar_sensor_logger
from detector.recordings.text.dialect import is_text, recognise

if TYPE_CHECKING:
    from pathlib import Path

    from detector.recordings.recording import Recording
    from detector.recordings.text.dialect import Dialect
    from detector.recordings.wish import Wish


class Kind(Protocol):
    """A kind of table."""

    def recognises(self, dialect: Dialect) -> bool:
        """Tell whether a table is of this kind."""

    def open_table(self, path: Path, dialect: Dialect, wish: Wish) -> Recording:
        """Open one."""


KINDS: tuple[Kind, ...] = (polar_sensor_logger,)
"""Tried in this order; a table of none of them is read by the names of its columns."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is text."""
    del path
    return is_text(head)


def open(path: Path, wish: Wish) -> Recording:
    """Open a table.

    Raises
    ------
    RecordingError
        Where it is none that can be read.
    """
    dialect = recognise(path, wish.delimiter)
    if wish.columns is None:  # who names the columns knows better
        for kind in KINDS:
            if kind.recognises(dialect):
                return kind.open_table(path, dialect, wish)
    return delimited.open_table(path, dialect, wish)
