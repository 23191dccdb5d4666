"""The names of the columns, from the lines above the rows."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.dialect import BLANKS, COMMENT, MIN_NUMBERS, count_numbers, is_missing, number, split
from detector.recordings.text.headers.axes import axis_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.dialect import Dialect

_LINES = 6
"""So many lines of names, units and devices may stand one above another."""
_LOOKED_AT = 12
_ROWS = 100
_BOTH = (
    "commas part the cells and stand for the decimal point, too. Export the file with semicolons between cells, or "
    "with points."
)
_MARKS = "#%;/"
"""Signs with which lines of a header begin."""
_HEAD_WORDS = frozenset(("header", "headers", "columns", "fields", "column names"))


def names_of(dialect: Dialect, notes: list[str]) -> tuple[str, ...] | None:
    """Find the names of the columns above the first row; None where there are none.

    Lines of names, of units and of devices are joined. A comment counts, as `numpy.savetxt` writes its header so.
    """
    width = dialect.width
    lines = [_cells(line, dialect, width) for line in dialect.above]
    found: list[tuple[str, ...]] = []
    for cells in reversed(lines[-_LOOKED_AT:]):
        if len(found) == _LINES:
            break
        if _is_names(cells, width, dialect, first=not found):
            found.insert(0, cells)
        elif found and any(_words(cells) for cells in found):
            break
    while found and not _words(found[0]):
        found.pop(0)
    if not any(_words(cells) >= MIN_NUMBERS for cells in found):
        found = []
    if found and sum(axis_of(cell) is not None for cell in _joined(found)) >= MIN_NUMBERS:
        return _joined(found)
    # A line of other length that names axes says more than one that names none.
    unequal = _unequal(lines, width, dialect, notes)
    if unequal is None and not found and are_split_at_points(dialect):
        raise RecordingError(
            f"Rows have {width} whole numbers, and every second one begins with noughts as decimals do: {_BOTH}"
        )
    return unequal or (_joined(found) if found else None)


def are_split_at_points(dialect: Dialect) -> bool:
    """Tell whether commas that are decimal points have been taken for delimiters: every second cell is a fraction."""
    rows = [cells for cells in dialect.sample[:_ROWS] if len(cells) == dialect.width]
    if dialect.delimiter != "," or dialect.width % 2 or dialect.width < 2 * MIN_NUMBERS:
        return False
    if not all(cell.lstrip("+-").isdecimal() for row in rows for cell in row):
        return False
    wholes, fractions = [[row[at::2] for row in rows] for at in (0, 1)]
    columns = list(zip(*fractions, strict=True))
    leading = sum(any(len(cell) > 1 and cell[0] == "0" for cell in column) for column in columns)
    return all(cell.isdecimal() for cells in fractions for cell in cells) and (
        leading > 1 or any(cell == "-0" for cells in wholes for cell in cells)
    )


def _cells(line: str, dialect: Dialect, width: int) -> tuple[str, ...]:
    """Split a line of the header; by what else parts it, where the rows' delimiter does not."""
    plain = line.strip("\0").lstrip(f"{_MARKS} ") if line.startswith((COMMENT, "%", "//", "; ", ";")) else line
    cells = split(plain, dialect.delimiter, quoted=dialect.quoted or '"' in plain, row_end=dialect.row_end)
    if len(cells) == width + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > width and (len(cells) == width + 1 or cells[0].endswith(":")) and _heads(cells[0]):
        cells = cells[1:]
    if dialect.delimiter == BLANKS and len(cells) > width:
        cells = _grouped(cells) if len(_grouped(cells)) == width else cells
    if len(cells) < MIN_NUMBERS:
        for other in (",", ";", "\t", "|", BLANKS):
            again = split(plain, other, quoted=dialect.quoted, row_end=dialect.row_end)
            if (
                other != dialect.delimiter
                and len(again) == width
                and sum(axis_of(cell) is not None for cell in again) >= MIN_NUMBERS
            ):
                return again
    return cells


def _heads(cell: str) -> bool:
    return cell.lower().rstrip(":") in _HEAD_WORDS


def _grouped(cells: Sequence[str]) -> tuple[str, ...]:
    """Join words that blanks part to names: an axis to the word before it, and what stands in brackets."""
    found: list[str] = []
    for cell in cells:
        if found and (cell.startswith(("(", "[")) or (cell.lower() in ("x", "y", "z") and axis_of(found[-1]) is None)):
            found[-1] = f"{found[-1]} {cell}"
        else:
            found.append(cell)
    return tuple(found)


def _words(cells: Sequence[str]) -> int:
    return sum(not is_missing(cell) and any(map(str.isalpha, cell)) for cell in cells)


def _is_names(cells: Sequence[str], width: int, dialect: Dialect, *, first: bool) -> bool:
    if len(cells) != width or count_numbers(cells, decimal_comma=dialect.decimal_comma) >= MIN_NUMBERS:
        return False
    words = _words(cells)
    if words >= MIN_NUMBERS:
        return True
    # The name of an index stands alone below the others; names of sensors stand above the first of their columns.
    filled = [at for at, cell in enumerate(cells) if cell]
    return (
        bool(words) and words == len(filled) and not any(":" in cells[at] for at in filled) and (first or filled != [0])
    )


def _joined(lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Join lines of names; a name that stands above several columns holds for each."""
    spread = []
    for at, line in enumerate(lines):
        below = Counter(cell for other in lines[at + 1 :] for cell in other if cell)
        cells = list(line)
        if below and max(below.values()) > 1 and "" in cells:
            for column in range(1, len(cells)):
                if not cells[column] and lines[at + 1][column]:
                    cells[column] = cells[column - 1]
        spread.append(cells)
    return tuple(" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*spread, strict=True))


def _unequal(lines: Sequence[Sequence[str]], width: int, dialect: Dialect, notes: list[str]) -> tuple[str, ...] | None:
    """Fit the nearest line of names that has more or fewer cells than a row."""
    for cells in reversed(lines[-_LOOKED_AT:]):
        if (
            sum(axis_of(cell) is not None for cell in cells) < MIN_NUMBERS
            or count_numbers(cells, decimal_comma=dialect.decimal_comma) > 1
        ):
            continue
        if any(_is_value(cell) for cell in cells if axis_of(cell) is not None):
            continue
        if len(cells) == width - 1 and _are_row_names(dialect):
            return ("", *cells)
        if width > len(cells) and all(cell.lstrip("+-").isdecimal() for row in dialect.sample[:_ROWS] for cell in row):
            raise RecordingError(f"The header names {len(cells)} columns and rows have {width} whole numbers: {_BOTH}")
        notes.append(f"The header names {len(cells)} columns and rows have {width}: names were taken from the left.")
        return tuple((*cells, *[""] * width)[: max(width, len(cells))])
    return None


def _is_value(cell: str) -> bool:
    """Tell whether a cell names a thing and says what it is, as ``Axis: x`` does."""
    plain = re.sub(r"[(\[][^)\]]*[)\]]", "", cell)
    return ":" in plain and len(plain.split(":")[0]) > 1 and not plain.rstrip().endswith(":")


def _are_row_names(dialect: Dialect) -> bool:
    """Tell whether the first column only names the rows, as R and pandas write them: it counts, or holds words."""
    cells = [cell for cell in dialect.column(0) if cell]
    values = [number(cell, decimal_comma=dialect.decimal_comma) for cell in cells]
    if all(value is None for value in values):
        return True
    pairs = [(a, b) for a, b in pairwise(values) if a is not None and b is not None]
    return bool(pairs) and all(b - a == 1 for a, b in pairs)
