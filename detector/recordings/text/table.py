"""Reads a text table in blocks: numpy's compiled reader where the rows are sound, line by line where they are not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.dialect import BLANKS, COMMENT, Dialect, is_missing, is_row
from detector.recordings.text.iso import TEXT_BYTES
from detector.recordings.utc import MISSING
from detector.recordings.wish import BLOCK_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.text.stamps import Kind

_DTYPES: dict[Kind, str] = {"whole": "i8", "decimal": "f8", "text": f"S{TEXT_BYTES}"}


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows.

    Parameters
    ----------
    first
        Number of the first row, from 0.
    stamps
        The columns of times as they are written, each of shape ``(n,)``.
    xyz
        Acceleration in the file's unit, float64, shape ``(n, 3)``; NaN where a value is missing or no number.
    unreadable
        Whether a row is cut short or an axis holds text that neither is a number nor says that the value is missing,
        bool, shape ``(n,)``.
    """

    first: int
    stamps: tuple[npt.NDArray[np.generic], ...]
    xyz: npt.NDArray[np.float64]
    unreadable: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns wanted of a text table.

    Parameters
    ----------
    path
        The file.
    dialect
        How it is written.
    times
        The columns of times: index and how they are written.
    xyz
        Indices of the axes.
    """

    path: Path
    dialect: Dialect
    times: tuple[tuple[int, Kind], ...]
    xyz: tuple[int, int, int]

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """Read the table from the start, about `rows` rows at a time (fewer where lines are blank or comments)."""
        first = 0
        try:
            with self.path.open(encoding=self.dialect.encoding, errors="replace") as file:
                for _ in islice(file, self.dialect.skipped_lines):
                    pass
                while raw := list(islice(file, rows)):
                    if lines := _rows_of(raw):
                        block = self._parse(first, lines)
                        yield block
                        first += len(block.xyz)
        except OSError as error:
            raise RecordingError(f"{self.path} cannot be read: {error.strerror}.") from None

    def line_of(self, row: int) -> int:
        """Return the number of the line a row stands on, from 1, as an editor shows it."""
        with self.path.open(encoding=self.dialect.encoding, errors="replace") as file:
            numbered = islice(enumerate(file, 1), self.dialect.skipped_lines, None)
            return next(islice((number for number, line in numbered if is_row(line)), row, None), 0)

    def _parse(self, first: int, lines: list[str]) -> Block:
        if self.dialect.decimal_comma:
            lines = [line.replace(",", ".") for line in lines]
        dtype = np.dtype([*((f"t{i}", _DTYPES[kind]) for i, (_, kind) in enumerate(self.times)), ("xyz", "f8", (3,))])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # numpy warns where it would read 12.7 as the whole number 12
                rows = np.loadtxt(
                    lines,
                    dtype=dtype,
                    comments=None,
                    delimiter=None if self.dialect.delimiter == BLANKS else self.dialect.delimiter,
                    usecols=[*(index for index, _ in self.times), *self.xyz],
                    quotechar='"' if self.dialect.quoted else None,
                    ndmin=1,
                )
            sound = len(rows) == len(lines)  # a quote that is never closed swallows the lines after it
        except (ValueError, Warning):
            sound = False
        if not sound:
            rows = np.array([self._row(line) for line in lines], dtype)
        unreadable = np.zeros(len(rows), np.bool_)
        if not sound:
            for at in np.flatnonzero(np.isnan(rows["xyz"]).any(axis=1)).tolist():
                unreadable[at] = self._is_unreadable(lines[at])
        return Block(first, tuple(rows[f"t{i}"] for i in range(len(self.times))), rows["xyz"], unreadable)

    def _row(self, line: str) -> tuple[object, ...]:
        """Read one row, whatever is wrong with it."""
        cells = self.dialect.cells(line)
        complete = len(cells) > max(self.xyz)  # a line cut short may end in half a number
        stamps = (_stamp(cells[index] if complete and index < len(cells) else "", kind) for index, kind in self.times)
        values = (_value(cells[index]) if complete else np.nan for index in self.xyz)
        return (*stamps, tuple(values))

    def _is_unreadable(self, line: str) -> bool:
        cells = self.dialect.cells(line)
        if len(cells) <= max(self.xyz):
            return True
        return any(np.isnan(_value(cells[index])) and not is_missing(cells[index]) for index in self.xyz)


def _rows_of(lines: list[str]) -> list[str]:
    """Leave out blank lines and comments; looked at one by one only where there are some."""
    if any(map(str.isspace, lines)) or lines[0].startswith(COMMENT) or f"\n{COMMENT}" in "".join(lines):
        return [line for line in lines if is_row(line)]
    return lines


def _value(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _stamp(cell: str, kind: Kind) -> int | float | bytes:
    """Read one stamp as its column's kind; what stands for a missing one where it is none."""
    if kind == "text":
        return cell.encode("ascii", "replace")[:TEXT_BYTES]
    if kind == "decimal":
        return _value(cell)
    try:
        whole = int(cell) if len(cell) < TEXT_BYTES and cell.lstrip("+-").isdigit() else round(float(cell))
    except (ValueError, OverflowError):
        return MISSING
    return whole if abs(whole) <= -(MISSING + 1) else MISSING
