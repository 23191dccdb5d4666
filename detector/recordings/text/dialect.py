"""What a text table looks like: its encoding, delimiter, decimal sign, header, and where its rows begin."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.head import HEAD_BYTES, read_head
from detector.recordings.text.iso import is_date

if TYPE_CHECKING:
    from pathlib import Path

COMMENT = "#"
BLANKS = " "
"""As a delimiter: any run of blanks."""

_DELIMITERS = (",", ";", "\t", "|", BLANKS)
_MIN_NUMBERS = 3
"""A row holds at least three numbers or dates."""
_MISSING_WORDS = frozenset(("", "nan", "na", "null"))
"""How programs write that a value is not there, in any case of letters."""
_DELIMITER_WORDS = {"tab": "\t", "space": BLANKS}
_NEVER_DELIMITERS = '\r\n\0"#.+-'
"""They end a line, quote, begin a comment, or belong to a number."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", BLANKS: "blanks"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of one text table are to be found.

    Parameters
    ----------
    encoding
        Name of the text encoding.
    delimiter
        Between the cells of a row; `BLANKS` for any run of blanks and tabs.
    decimal_comma
        Whether ``0,5`` is a half.
    quoted
        Whether cells may stand in double quotes.
    skipped_lines
        Lines before the first row.
    header
        Names of the columns, or None where the file gives none.
    sample
        The cells of the first rows.
    """

    encoding: str
    delimiter: str
    decimal_comma: bool
    quoted: bool
    skipped_lines: int
    header: tuple[str, ...] | None
    sample: tuple[tuple[str, ...], ...]

    def cells(self, line: str) -> tuple[str, ...]:
        """Split one line into its cells, without the blanks around them."""
        return _split(line, self.delimiter, quoted=self.quoted)

    def number(self, cell: str) -> float | None:
        """Return the number a cell holds, None where it holds none."""
        return _number(cell, decimal_comma=self.decimal_comma)


def is_row(line: str) -> bool:
    """Tell whether a line can hold cells: it is neither blank nor a comment."""
    return not (line.isspace() or line.startswith(COMMENT))


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that its value is missing, rather than being damaged."""
    return cell.strip().lower().lstrip("+-") in _MISSING_WORDS


def recognise(path: Path, delimiter: str | None = None) -> Dialect:
    """Recognise how a file is written from its first 256 KiB.

    Parameters
    ----------
    path
        The file.
    delimiter
        Take this one instead of the one that fits best: one character, or ``tab`` or ``space``.

    Raises
    ------
    RecordingError
        Where the file cannot be opened, is empty or in UTF-16, or has no rows of numbers, or the delimiter is none.
    """
    if delimiter is not None:
        delimiter = _delimiter(delimiter)
    text, encoding = _beginning(path)
    lines = io.StringIO(text, newline=None).readlines()
    quoted = '"' in text
    best: tuple[tuple[int, bool, int], Dialect] | None = None
    for candidate in (delimiter,) if delimiter is not None else _DELIMITERS:
        found = _try(lines, candidate, encoding, quoted=quoted)
        # More rows are better, then more cells a row; on a tie the delimiter that stands earlier in the list. Blanks
        # come last: they stand inside cells, between date and time.
        if found is None:
            continue
        rows, width, dialect = found
        rank = (rows, candidate != BLANKS, width)
        if best is None or rank > best[0]:
            best = rank, dialect
    if best is not None:
        return best[1]
    raise RecordingError(_complaint(path.name, lines, delimiter, quoted=quoted))


def _delimiter(given: str) -> str:
    delimiter = _DELIMITER_WORDS.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in _NEVER_DELIMITERS:
        raise RecordingError(
            f"The delimiter cannot be {given!r}; give one character such as ; or |, or the word tab or space."
        )
    return delimiter


def is_text(head: bytes) -> bool:
    """Tell whether a file is text by its beginning: whole lines without control characters, or UTF-16."""
    lines = _whole_lines(head)
    return head.startswith(_UTF16) or (bool(lines) and _CONTROL.search(lines) is None)


def _whole_lines(head: bytes) -> bytes:
    """Leave out the line that is cut off where the beginning of a file ends."""
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] if len(head) == HEAD_BYTES else head


def _beginning(path: Path) -> tuple[str, str]:
    """Return the first whole lines of a file and its encoding."""
    raw = read_head(path)
    if raw.startswith(_UTF16):
        raise RecordingError(f"{path.name} is written in UTF-16; save it again as CSV in UTF-8.")
    raw = _whole_lines(raw)
    try:
        return raw.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"  # older Windows exports; it can only matter in the header


def _try(lines: list[str], delimiter: str, encoding: str, *, quoted: bool) -> tuple[int, int, Dialect] | None:
    """Read the lines with one delimiter: the rows and cells found, and the dialect, or None where nothing fits."""
    rows = [(at, _split(line, delimiter, quoted=quoted)) for at, line in enumerate(lines) if is_row(line)]
    comma = delimiter != "," and _has_decimal_comma([cells for _, cells in rows])
    data = [(at, cells) for at, cells in rows if _numbers(cells, decimal_comma=comma) >= _MIN_NUMBERS]
    if not data:
        return None
    width = Counter(len(cells) for _, cells in data).most_common(1)[0][0]
    first = next(at for at, cells in data if len(cells) == width)
    # From the first row on every row counts, also one with missing values: the sample shows the file as it is.
    sample = tuple(cells for at, cells in rows if at >= first)
    header = _header(lines[:first], width, delimiter, quoted=quoted, decimal_comma=comma)
    return len(data), width, Dialect(encoding, delimiter, comma, quoted, first, header, sample)


def _header(
    lines: list[str], width: int, delimiter: str, *, quoted: bool, decimal_comma: bool
) -> tuple[str, ...] | None:
    """Find the names of the columns in the lines above the first row: the nearest line of words as wide as a row.

    A line of units below the line of names is joined to it. A comment counts, as `numpy.savetxt` writes its header so.
    """
    found: list[tuple[str, ...]] = []
    for line in reversed(lines):
        cells = _split(line.lstrip(COMMENT + " ") if line.startswith(COMMENT) else line, delimiter, quoted=quoted)
        words = sum(not is_missing(cell) for cell in cells)
        if len(cells) == width and words >= _MIN_NUMBERS and not _numbers(cells, decimal_comma=decimal_comma):
            found.insert(0, cells)
            if len(found) == 2:  # noqa: PLR2004 - names, and units below them
                break
        elif found:
            break
    if not found:
        return None
    return tuple(" ".join(filter(None, parts)) for parts in zip(*found, strict=True))


def _complaint(name: str, lines: list[str], delimiter: str | None, *, quoted: bool) -> str:
    """Say why no delimiter gives rows of numbers."""
    rows = [line for line in lines if is_row(line)]
    if delimiter is not None:
        widest = max((len(_split(line, delimiter, quoted=quoted)) for line in rows), default=0)
        said = _NAMES.get(delimiter, repr(delimiter))
        return (
            f"{name} has only {widest} column(s) of numbers when split at {said}; leave the delimiter out to have it "
            "recognised."
        )
    wide = any(len(_split(line, d, quoted=quoted)) >= _MIN_NUMBERS for line in rows for d in _DELIMITERS[:4])
    if len(rows) <= 1 and wide:
        return f"{name} holds a header but no rows; record again or export it again."
    if wide:
        return f"{name} has no columns of numbers; export the acceleration as numbers, one row a sample."
    return f"{name} is not a table of numbers; fasciwatch reads CSV and the Polar Sensor Logger's text export."


def _split(line: str, delimiter: str, *, quoted: bool) -> tuple[str, ...]:
    line = line.rstrip("\r\n")
    if delimiter == BLANKS:
        return tuple(line.split())
    cells = next(csv.reader([line], delimiter=delimiter), []) if quoted else line.split(delimiter)
    return tuple(cell.strip() for cell in cells)


def _number(cell: str, *, decimal_comma: bool) -> float | None:
    try:
        return float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None


def _numbers(cells: tuple[str, ...], *, decimal_comma: bool) -> int:
    return sum(_number(cell, decimal_comma=decimal_comma) is not None or is_date(cell) for cell in cells)


def _has_decimal_comma(rows: list[tuple[str, ...]]) -> bool:
    """Tell whether a comma makes numbers of cells, and no cell needs the point."""
    cells = [cell for row in rows for cell in row]
    commas = any("," in cell and _number(cell, decimal_comma=True) is not None for cell in cells)
    points = any("." in cell and _number(cell, decimal_comma=False) is not None for cell in cells)
    return commas and not points
