"""The rows of a text table in blocks: a compiled kernel where they are sound, one by one where they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.text.dialect import Dialect, is_missing, is_row, is_word
from detector.recordings.text.source import codes, kernel
from detector.recordings.text.source.content import PAD, pieces
from detector.recordings.timing.utc import MISSING
from detector.recordings.wish import BLOCK_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Kind
    from detector.recordings.text.source.content import Content

TEXT_BYTES = 96
"""Longest date and time read."""
_ROW_BYTES = 48
"""So many bytes a row usually has, to read about as many rows as wanted."""
_MOST_BYTES = 1 << 22
_WORD = re.compile(r"[^\W\d_]{2}")
_KINDS: dict[Kind, int] = {"whole": codes.WHOLE, "decimal": codes.NUMBER, "text": codes.TEXT}


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows.

    Parameters
    ----------
    first
        Number of the first row, from 0.
    stamps
        The times as they are written, each of shape ``(n,)``.
    xyz
        Acceleration in the file's unit, float64, shape ``(n, 3)``; NaN where a value is missing or no number.
    unreadable
        Whether a row is cut short or an axis holds text that neither is a number nor says that the value is missing,
        bool, shape ``(n,)``.
    unwritten
        NUL bytes among them.
    left_out
        Lines among them that are no rows: a header that is repeated, or a line of words.
    """

    first: int
    stamps: tuple[npt.NDArray[np.generic], ...]
    xyz: npt.NDArray[np.float64]
    unreadable: npt.NDArray[np.bool_]
    unwritten: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How counts become g.

    Parameters
    ----------
    per_g
        Counts in a g.
    zero
        The count that means none.
    """

    per_g: float
    zero: float = 0.0


@dataclass(frozen=True, slots=True)
class Only:
    """Which rows are meant, where sensors take turns: those in whose column one of the words stands."""

    column: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Time:
    """A time: the columns it is written in, side by side, and how; whole numbers and decimals have one column."""

    columns: tuple[int, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """The columns wanted of a text table.

    Parameters
    ----------
    content
        The text.
    dialect
        How it is written.
    times
        The times of a row.
    xyz
        Indices of the axes.
    only
        Which rows are meant; None for all.
    counts
        How counts become g; None where the values have a unit.
    without
        Numbers of rows that are none of the accelerometer's, rising.
    head
        The column that shows whether a line is a row; by default that of the time.
    """

    content: Content
    dialect: Dialect
    times: tuple[Time, ...]
    xyz: tuple[int, int, int]
    only: Only | None = None
    counts: Counts | None = None
    without: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64), repr=False, compare=False)
    head: int = -1
    _plan: _Plan = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out once what is asked of the kernel."""
        object.__setattr__(self, "_plan", _Plan(self))
        if self.head < 0:
            object.__setattr__(self, "head", min(self.times[0].columns) if self.times else self.xyz[0])

    @property
    def path(self) -> Path:
        """The file."""
        return self.content.path

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.content.name

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """Read the table from the start, about `rows` rows at a time."""
        first = left = 0
        size = min(max(rows * _ROW_BYTES, _ROW_BYTES), _MOST_BYTES)
        for buffer, begin, end in self._pieces(size):
            unwritten = buffer.count(0, begin, end) if buffer.find(0, begin, end) >= 0 else 0
            at = begin
            while at < end:
                block, at = self._parse(first, buffer, at, end, rows)
                first += len(block.xyz)
                block = replace(block, unwritten=unwritten) if at == end and unwritten else block
                if len(self.without):
                    block = self._without(block, left)
                if len(block.xyz) or block.unwritten or block.left_out:
                    yield block
                    left += len(block.xyz)

    def _without(self, block: Block, first: int) -> Block:
        """Take the rows that are none of the accelerometer's out of a block."""
        inside = slice(*np.searchsorted(self.without, (block.first, block.first + len(block.xyz))))
        rows = self.without[inside] - block.first
        return Block(
            first,
            tuple(np.delete(column, rows) for column in block.stamps),
            np.delete(block.xyz, rows, axis=0),
            np.delete(block.unreadable, rows),
            block.unwritten,
            block.left_out,
        )

    def line_of(self, row: int) -> int:
        """Return the number of the line a row stands on, from 1, as an editor shows it."""
        number = 0
        for gone in self.without.tolist():
            if gone > row:
                break
            row += 1
        for buffer, end in pieces(self.content, self.dialect.encoding, _MOST_BYTES):
            for line in self.dialect.clean(bytes(buffer[:end])).splitlines():
                number += 1
                if number > self.dialect.skipped_lines and self._is_meant(self._text(line)):
                    row -= 1
                    if row < 0:
                        return number
        return 0

    def _pieces(self, size: int) -> Iterator[tuple[bytearray, int, int]]:
        """Leave out the lines before the first row."""
        skip = self.dialect.skipped_lines
        for buffer, end in pieces(self.content, self.dialect.encoding, size):
            at = 0
            while skip and at < end:
                at = buffer.find(b"\n", at, end) + 1
                skip -= 1
            if at < end and self.dialect.cleaning is None:
                yield buffer, at, end
            elif at < end:
                cleaned = self.dialect.clean(bytes(buffer[at:end]))
                yield bytearray(cleaned) + bytes(PAD), 0, len(cleaned)

    def _text(self, line: bytes) -> str:
        encoding = self.dialect.encoding
        return line.decode("utf-8" if encoding.startswith("utf") else encoding, "replace").strip("\0")

    def _is_meant(self, line: str) -> bool:
        if not is_row(line):
            return False
        if self.only is not None:
            cells = self.dialect.cells(line)
            return self.only.column < len(cells) and cells[self.only.column] in self.only.words
        return not self._is_words(line)

    def _is_words(self, line: str) -> bool:
        """Tell whether a line only holds words, as a header that is repeated or the last line of a report."""
        if not _WORD.search(line):
            return False
        cells = self.dialect.cells(line)
        heads = (self.head,) if any(map(is_word, self.dialect.sample[0][:1])) else (0, self.head)
        if not any(is_word(cells[at if at < len(cells) else 0]) for at in heads):
            return False
        if len(cells) <= max(self.xyz):
            return True
        return any(self.dialect.number(cells[i]) is None and not is_missing(cells[i]) for i in self.xyz)

    def _parse(self, first: int, buffer: bytearray, at: int, end: int, rows: int) -> tuple[Block, int]:
        """Parse so many rows from one place of a piece on; gives where the next row begins."""
        plan, dialect = self._plan, self.dialect
        most = min(rows, (end - at) // 2 + 1)
        numbers = np.empty((most, plan.numbers))
        wholes = np.empty((most, plan.wholes), np.int64)
        texts = np.empty((most, TEXT_BYTES if plan.texts else 0), np.uint8)
        status, starts, ends = np.empty(most, np.uint8), np.empty(most, np.int64), np.empty(most, np.int64)
        count, after, widest = kernel.parse(
            np.frombuffer(buffer, np.uint8),
            at,
            end,
            ord(dialect.delimiter),
            ord("," if dialect.decimal_comma else "."),
            dialect.quoted,
            ord(dialect.row_end) if dialect.row_end else 0,
            plan.wanted,
            plan.kinds,
            plan.slots,
            plan.words,
            plan.word_ends,
            numbers,
            wholes,
            texts,
            status,
            starts,
            ends,
        )
        slow = np.flatnonzero(status[:count] == codes.SLOW).tolist()
        if plan.texts and not slow:  # the narrower, the sooner read
            texts = np.ascontiguousarray(texts[:count, : max(widest, 1)])
        xyz = numbers[:count, : len("xyz")]
        stamps = [self._stamps(time, at, count, numbers, wholes, texts) for at, time in enumerate(self.times)]
        unreadable = np.zeros(count, np.bool_)
        unmeant = []
        left_out = 0
        for row in slow:
            line = self._text(bytes(buffer[starts[row] : ends[row]]))
            if self._is_meant(line):
                unreadable[row] = self._read(line, row, stamps, xyz)
            else:
                unmeant.append(row)
                left_out += self.only is None and is_row(line)
        if unmeant:
            xyz, unreadable = np.delete(xyz, unmeant, axis=0), np.delete(unreadable, unmeant)
            stamps = [np.delete(column, unmeant) for column in stamps]
        if self.counts is not None:
            xyz = (xyz - self.counts.zero) / self.counts.per_g
        return Block(first, tuple(stamps), xyz, unreadable, left_out=left_out), after

    def _stamps(
        self,
        time: Time,
        at: int,
        count: int,
        numbers: npt.NDArray[np.float64],
        wholes: npt.NDArray[np.int64],
        texts: npt.NDArray[np.uint8],
    ) -> npt.NDArray[np.generic]:
        """Take a column of times out of what the kernel gives."""
        if time.kind == "text":
            return texts[:count].view(f"S{texts.shape[1]}").ravel()
        slot = self._plan.time_slots[at]
        return wholes[:count, slot] if time.kind == "whole" else numbers[:count, slot].copy()

    def _read(self, line: str, at: int, stamps: list[npt.NDArray[np.generic]], xyz: npt.NDArray[np.float64]) -> bool:
        """Read one row, whatever is wrong with it, into its place; gives whether it is unreadable."""
        cells = self.dialect.cells(line)
        complete = len(cells) > max(self.xyz)  # a line cut short may end in half a number
        for column, time in zip(stamps, self.times, strict=True):
            there = complete and max(time.columns) < len(cells)
            cell = " ".join(cells[i] for i in sorted(time.columns)) if there else ""
            column[at] = _stamp(cell, time.kind, self.dialect)
        xyz[at] = [_value(cells[i], self.dialect) for i in self.xyz] if complete else np.nan
        if not complete:
            return True
        return any(np.isnan(xyz[at, axis]) and not is_missing(cells[i]) for axis, i in enumerate(self.xyz))


class _Plan:
    """Which columns the kernel is asked for, and where it puts them."""

    def __init__(self, table: Table) -> None:
        asked: list[tuple[int, int, int]] = [(index, codes.NUMBER, axis) for axis, index in enumerate(table.xyz)]
        self.numbers, self.wholes, self.texts = len(asked), 0, 0
        self.time_slots: list[int] = []
        for time in table.times:
            if time.kind == "text":
                asked += [(index, codes.TEXT, place) for place, index in enumerate(sorted(time.columns))]
                self.texts += 1
                self.time_slots.append(0)
            elif time.kind == "whole":
                asked.append((time.columns[0], codes.WHOLE, self.wholes))
                self.time_slots.append(self.wholes)
                self.wholes += 1
            else:
                asked.append((time.columns[0], codes.NUMBER, self.numbers))
                self.time_slots.append(self.numbers)
                self.numbers += 1
        said = [] if table.only is None else [word.encode(_bytes_of(table.dialect)) for word in table.only.words]
        if table.only is not None:
            asked.append((table.only.column, codes.FILTER, 0))
        asked.sort()
        self.wanted, self.kinds, self.slots = (np.array(column, np.int64) for column in zip(*asked, strict=True))
        self.words = np.frombuffer(b"".join(said) or b"\0", np.uint8)
        self.word_ends = np.cumsum([len(word) for word in said], dtype=np.int64)


def _bytes_of(dialect: Dialect) -> str:
    return "utf-8" if dialect.encoding.startswith("utf") else dialect.encoding


def _value(cell: str, dialect: Dialect) -> float:
    try:
        return float(cell.replace(",", ".") if dialect.decimal_comma else cell)
    except ValueError:
        return float("nan")


def _stamp(cell: str, kind: Kind, dialect: Dialect) -> int | float | bytes:
    """Read one stamp as its column's kind; what stands for a missing one where it is none."""
    if kind == "text":
        return cell.encode(_bytes_of(dialect), "replace")[:TEXT_BYTES]
    if kind == "decimal":
        return _value(cell, dialect)
    try:
        whole = int(cell) if len(cell) < 40 and cell.lstrip("+-").isdigit() else round(_value(cell, dialect))  # noqa: PLR2004 - digits
    except (ValueError, OverflowError):
        return MISSING
    return whole if abs(whole) <= -(MISSING + 1) else MISSING
