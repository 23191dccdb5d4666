"""How a text table is written: its encoding, delimiter, decimal sign, header, and where its rows begin."""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.head import HEAD_BYTES
from detector.recordings.text.cleaning import Cleaning, of_comma_blanks, of_rows, of_thousands, of_units
from detector.recordings.text.dates.cells import is_time
from detector.recordings.text.source.encoding import first_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.source.content import Content

COMMENT = "#"
BLANKS = " "
"""As a delimiter: any run of blanks."""

_DELIMITERS = (",", ";", "\t", "|", BLANKS)
MIN_NUMBERS = 3
"""A row holds at least three numbers or dates."""
_MISSING_WORDS = frozenset(("", "nan", "na", "null", "none", "n/a", "#n/a", "missing", "nodata"))
"""How programs write that a value is not there, in any case of letters."""
_DELIMITER_WORDS = {"tab": "\t", "space": BLANKS}
_NEVER_DELIMITERS = '\r\n\0"#.+-'
"""They end a line, quote, begin a comment, or belong to a number."""
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", BLANKS: "blanks"}
_LOOKED_AT, _SAMPLED = 400, 6000
"""Lines that are split in every way; the best way goes on to a minute of rows."""
_NEARLY_ALL = 0.9
_WORD = re.compile(r"\W*[^\W\d_]")
_NOTHING = " \t\r\n\f\v\0\x1a"
_OFTEN = 0.05
"""Share of the rows that must have so many cells for the first row to be one of these."""


@dataclass(frozen=True)
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
    row_end
        A character that ends every row beside the end of its line, or nothing.
    skipped_lines
        Lines before the first row.
    above
        Those lines.
    sample
        The cells of the first rows.
    cleaning
        What is taken away from every line before it is split; None for nothing.
    """

    encoding: str
    delimiter: str
    decimal_comma: bool
    quoted: bool
    row_end: str
    skipped_lines: int
    above: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    cleaning: Cleaning | None = None

    def cells(self, line: str) -> tuple[str, ...]:
        """Split one line into its cells, without the blanks around them."""
        return split(line, self.delimiter, quoted=self.quoted, row_end=self.row_end)

    def clean(self, raw: bytes) -> bytes:
        """Take away from whole lines what stands around their numbers."""
        return raw if self.cleaning is None else self.cleaning.clean(raw)

    def number(self, cell: str) -> float | None:
        """Return the number a cell holds, None where it holds none."""
        return number(cell, decimal_comma=self.decimal_comma)

    @functools.cached_property
    def width(self) -> int:
        """Cells of a row, as most rows have them; a delimiter at the end of each begins no cell."""
        width = Counter(len(cells) for cells in self.sample).most_common(1)[0][0]
        full = [cells for cells in self.sample if len(cells) == width]
        while width > MIN_NUMBERS and not any(cells[width - 1] for cells in full):
            width -= 1
        return width

    def column(self, index: int) -> list[str]:
        """Return the first cells of a column."""
        return [cells[index] if index < len(cells) else "" for cells in self.sample]

    def without_first(self, rows: int) -> Dialect:
        """Take the first rows for lines above the table."""
        return replace(self, skipped_lines=self.skipped_lines + rows, sample=self.sample[rows:])


def is_row(line: str) -> bool:
    """Tell whether a line can hold cells: it is neither blank nor a comment, nor the mark of the end of a DOS file."""
    return bool(line.strip(_NOTHING)) and not line.lstrip(" ").startswith(COMMENT)


def is_word(cell: str) -> bool:
    """Tell whether a cell holds words: neither a number, nor a time, nor what stands for a missing value."""
    return _WORD.match(cell) is not None and not is_missing(cell) and not is_time(cell) and not _is_number(cell)


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that its value is missing, rather than being damaged."""
    return cell.strip().lower().lstrip("+-") in _MISSING_WORDS


def recognise(content: Content, delimiter: str | None = None) -> Dialect:
    """Recognise how a text is written from its first 256 KiB.

    Parameters
    ----------
    content
        The text.
    delimiter
        Take this one instead of the one that fits best: one character, or ``tab`` or ``space``.

    Raises
    ------
    RecordingError
        Where the file cannot be opened, is empty, or has no rows of numbers, or the delimiter is none.
    """
    if delimiter is not None:
        delimiter = _delimiter(delimiter)
    head = content.head(HEAD_BYTES)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise RecordingError(f"{content.name} is empty; record again or export it again.")
    lines, encoding = first_lines(head)
    found = None if _is_json(lines) else _recognised(lines, delimiter, encoding)
    if found is not None and found.delimiter == "," and (blanks := of_comma_blanks(lines)) is not None:
        again = _recognised([blanks.clean_text(line) for line in lines], delimiter, encoding)
        if again is not None and again.decimal_comma:
            return replace(again, cleaning=blanks)
    if found is not None and found.delimiter == BLANKS and (of_rows(lines) or (None, ()))[1]:
        found = None  # numbers among words that name them
    cleaning = Cleaning() if found is not None and any("\u2212" in line for line in lines) else None
    if found is None:
        cleaning, names = of_rows(lines) or (None, ())
        plain = [] if cleaning is None else [cleaning.clean_text(line) for line in lines]
        found = _recognised(plain, delimiter, encoding) if plain else None
        if found is not None and len(names) == found.width:
            found = replace(found, above=(*found.above, _between(found.delimiter).join(names)))
    else:
        sample = found.sample[:_LOOKED_AT]
        cleaning = of_thousands(sample, found.delimiter) or of_units(sample) or cleaning
        if cleaning is not None:
            found = _recognised([cleaning.clean_text(line) for line in lines], delimiter, encoding) or found
    if found is None:
        raise RecordingError(_complaint(content.name, lines, delimiter, quoted=any('"' in line for line in lines)))
    return replace(found, cleaning=cleaning)


def _is_json(lines: Sequence[str]) -> bool:
    """Tell whether most lines are records of JSON."""
    rows = [line.strip() for line in lines[:_LOOKED_AT] if line.strip()]
    return sum(row[0] == "{" and row.rstrip(",")[-1] == "}" for row in rows) * 2 > len(rows)


def _between(delimiter: str) -> str:
    return "\t" if delimiter == BLANKS else delimiter


def _recognised(lines: Sequence[str], delimiter: str | None, encoding: str) -> Dialect | None:
    """Split lines by the delimiter that fits best; None where none does."""
    for some in (lines[:_LOOKED_AT], lines):
        quoted = any('"' in line for line in some)
        best: tuple[tuple[bool, bool, int, int], str] | None = None
        for candidate in (delimiter,) if delimiter is not None else _DELIMITERS:
            found = _try(some, candidate, encoding, quoted=quoted)
            # More rows are better, then more cells a row; on a tie the delimiter that stands earlier in the list.
            # Blanks come last: they stand inside cells, between date and time. Cells that hold another delimiter
            # are split in the wrong way, as 1,000;2,000 at its commas.
            if found is None:
                continue
            rows, width, dialect = found
            rank = (candidate != BLANKS, not _is_mixed(dialect), rows, width)
            if best is None or (rows >= _NEARLY_ALL * best[0][2] and rank > best[0]) or rows * _NEARLY_ALL > best[0][2]:
                best = rank, candidate
        if best is not None:
            sampled = lines if some is lines else lines[:_SAMPLED]
            whole = _try(sampled, best[1], encoding, quoted=any('"' in line for line in lines))
            if whole is not None:
                return whole[2]
    return None


def _delimiter(given: str) -> str:
    delimiter = _DELIMITER_WORDS.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in _NEVER_DELIMITERS or not delimiter.isascii():
        raise RecordingError(
            f"The delimiter cannot be {given!r}; give one character such as ; or |, or the word tab or space."
        )
    return delimiter


def _try(lines: Sequence[str], delimiter: str, encoding: str, *, quoted: bool) -> tuple[int, int, Dialect] | None:
    """Read the lines with one delimiter: the rows and cells found, and the dialect, or None where nothing fits."""
    row_end = _row_end(lines, delimiter)
    rows = [
        (at, split(line, delimiter, quoted=quoted, row_end=row_end)) for at, line in enumerate(lines) if is_row(line)
    ]
    comma = (delimiter != "," or quoted) and _has_decimal_comma([cells for _, cells in rows])
    some = rows[: 2 * _LOOKED_AT]  # enough to know the width of a row
    data = [(at, cells) for at, cells in some if count_numbers(cells, decimal_comma=comma) >= MIN_NUMBERS]
    if not data:
        data = [(at, cells) for at, cells in rows if count_numbers(cells, decimal_comma=comma) >= MIN_NUMBERS]
    if not data:
        return None
    widths = Counter(len(cells) for _, cells in data)
    width = widths.most_common(1)[0][0]
    # A line such as "delta t 0.02 0.02 0.02" is none of them, where others do not begin with words.
    begin = sum(is_word(cells[0]) for _, cells in data) * 2 > len(data)
    alike = [at for at, cells in data if widths[len(cells)] >= _OFTEN * len(data) and is_word(cells[0]) == begin]
    first = alike[0] if alike else next(at for at, cells in data if len(cells) == width)
    before = [(at, cells) for at, cells in rows if at < first]
    while before and len(before[-1][1]) == width and _says_missing(before[-1][1], decimal_comma=comma):
        first = before.pop()[0]
    # From the first row on every row counts, also one with missing values: the sample shows the file as it is.
    sample = tuple(cells for at, cells in rows if at >= first)
    dialect = Dialect(encoding, delimiter, comma, quoted, row_end, first, tuple(lines[:first]), sample)
    return sum(len(cells) == width for _, cells in data), width, dialect


def _says_missing(cells: Sequence[str], *, decimal_comma: bool) -> bool:
    """Tell whether a row holds a number and else only says that values are missing."""
    numbers = count_numbers(cells, decimal_comma=decimal_comma)
    return numbers > 0 and numbers + sum(map(is_missing, cells)) >= len(cells) and any(cells[1:])


def _is_mixed(dialect: Dialect) -> bool:
    """Tell whether most rows have a cell in which another delimiter stands, with numbers around it."""
    others = ";\t|".replace(dialect.delimiter, "")
    rows = dialect.sample[:_LOOKED_AT]
    return sum(any(sign in cell[1:-1] for cell in cells for sign in others) for cells in rows) * 2 > len(rows)


def _row_end(lines: Sequence[str], delimiter: str) -> str:
    """Find a sign that ends nearly every row beside the end of its line, such as ``;`` where commas delimit."""
    last = [line.rstrip()[-1:] for line in lines if is_row(line)]
    for sign in (";", ","):
        if sign != delimiter and last.count(sign) > _NEARLY_ALL * len(last):
            return sign
    return ""


def _complaint(name: str, lines: Sequence[str], delimiter: str | None, *, quoted: bool) -> str:
    """Say why no delimiter gives rows of numbers."""
    rows = [line for line in lines if is_row(line)]
    if rows and rows[0].lstrip().startswith(("[", "{")) and '"' in "".join(rows[:9]) and ":" in "".join(rows[:9]):
        return (
            f"{name} is JSON, of which fasciwatch reads files with one record on each line, all of the same names, "
            'such as {"time": 0.02, "x": 0.1, "y": -0.2, "z": 0.97}; write it so, or export the recording as CSV.'
        )
    if delimiter is not None:
        widest = max((len(split(line, delimiter, quoted=quoted)) for line in rows), default=0)
        said = _NAMES.get(delimiter, repr(delimiter))
        return (
            f"{name} has only {widest} column(s) of numbers when split at {said}; leave the delimiter out to have it "
            "recognised."
        )
    wide = any(len(split(line, d, quoted=quoted)) >= MIN_NUMBERS for line in rows for d in _DELIMITERS[:4])
    if len(rows) <= 1 and wide:
        return f"{name} holds a header but no rows; record again or export it again."
    if said := _odd(rows):
        return f"{name} {said}"
    if wide:
        return f"{name} has no columns of numbers; export the acceleration as numbers, one row a sample."
    return f"{name} is not a table of numbers; export the recording as CSV, one row a sample."


_ODD = {
    r"(?:^|[,;\t ])0x[0-9a-f]{1,8}(?:$|[,;\t ])": "holds hexadecimal numbers; write them as decimals.",
    r"(?:^|[,;\t ])b'[^']*'": "holds cells such as b'0.1', as Python prints bytes; decode them first.",
    r"(?:^|[,;\t ])\"?(?:\w*[\W_])?[xyz]\"?(?:$|[,;\t ])": (
        "holds one axis in a row; write one row a sample, with columns of time, x, y and z."
    ),
}
"""What cells that are no numbers look like, and what to say of them."""
_NEARLY_ALL = 0.9


def _odd(rows: Sequence[str]) -> str:
    """Say what keeps the cells of nearly all rows from being numbers, where it is a usual thing; else nothing."""
    later = [row.strip() for row in rows[1:_LOOKED_AT]]
    for form, said in _ODD.items():
        if later and sum(re.search(form, row, re.IGNORECASE) is not None for row in later) > _NEARLY_ALL * len(later):
            return said
    return ""


def split(line: str, delimiter: str, *, quoted: bool, row_end: str = "") -> tuple[str, ...]:
    """Split one line into its cells, without the blanks around them."""
    line = line.rstrip("\r\n\0")
    if row_end:
        line = line.rstrip().rstrip(row_end)
    if delimiter == BLANKS:
        return tuple(cell.strip('"') for cell in line.split()) if quoted else tuple(line.split())
    if quoted:
        try:
            return tuple(
                cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
            )
        except csv.Error:  # a cell of more than 128 KiB
            return ()
    return tuple(cell.strip() for cell in line.split(delimiter))


def number(cell: str, *, decimal_comma: bool) -> float | None:
    """Return the number a cell holds, None where it holds none."""
    try:
        return float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None


def _is_number(cell: str) -> bool:
    return number(cell, decimal_comma=False) is not None


def count_numbers(cells: Sequence[str], *, decimal_comma: bool) -> int:
    """Count the cells that hold a number, or a date or time."""
    return sum(number(cell, decimal_comma=decimal_comma) is not None or is_time(cell) for cell in cells)


def _has_decimal_comma(rows: list[tuple[str, ...]]) -> bool:
    """Tell whether a comma makes numbers of cells, and no cell needs the point."""
    cells = [cell for row in rows for cell in row]
    commas = any("," in cell and number(cell, decimal_comma=True) is not None for cell in cells)
    points = any("." in cell and number(cell, decimal_comma=False) is not None for cell in cells)
    return commas and not points
