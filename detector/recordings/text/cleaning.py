"""What stands around the numbers of a row, taken away before it is split: brackets, names, units, signs of thousands.

A line stays one line, and what is taken away says nothing that the rows do not all say.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACKETS = b"[](){}"
_MINUS = "\u2212".encode()
_KEY = re.compile(rb"\"[^\"]*\"\s*:\s*|'[A-Za-z_][^']*'\s*:\s*")
_LABEL = re.compile(rb"(?<![\w.])[A-Za-z_][\w .]*(?:\([^()]*\))?\s*[:=]\s*(?=[+-]?\.?\d)")
_UNIT = re.compile(rb"(?<=\d)\s*(?:m/s(?:\^?2|/s|\xc2\xb2|\xb2)|mg|[gG]|ms|us|sec|s)(?=[\s,;|\"]|$)", re.MULTILINE)
_CLOSING = re.compile(rb"(?<=\d)[\])]\s*(?=[^\s,;])")
_ARROW = re.compile(rb"\s*(?:->|=>)\s*")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.'])\d{3}(?:\1\d{3})*(?:([.,])\d+)?")
_WITH_UNIT = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?\s*(?:m/s\^?2|m/s²|mg|[gG]|ms|us|sec|s)")
_SOME = 200
_MOSTLY = 0.9
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is to be taken away from lines.

    Parameters
    ----------
    brackets
        Whether brackets and quotes are.
    labels
        Whether names before values and units after them are.
    arrow
        What an arrow after the time stands for, or nothing.
    outside, inside
        The delimiter outside of the brackets, which becomes the one inside them; or nothing.
    thousands
        The sign between thousands, or nothing.
    delimiter
        The sign between the cells in which it stands; a comma only within quotes.
    units
        Whether units after numbers are.
    closing
        What the bracket after a time stands for, or nothing.
    """

    brackets: bool = False
    labels: bool = False
    arrow: str = ""
    outside: str = ""
    inside: str = ""
    thousands: str = ""
    delimiter: str = ""
    units: bool = False
    closing: str = ""

    def clean(self, raw: bytes) -> bytes:
        """Take it away from whole lines."""
        raw = raw.replace(_MINUS, b"-")
        if self.arrow:
            raw = _ARROW.sub(self.arrow.encode(), raw)
        if self.labels:
            raw = _LABEL.sub(b"", _KEY.sub(b"", raw))
        if self.units:
            raw = _UNIT.sub(b"", raw)
        if self.closing:
            raw = _CLOSING.sub(self.closing.encode(), raw)
        if self.outside:
            raw = raw.replace(self.outside.encode(), self.inside.encode())
        if self.brackets:
            raw = raw.translate(None, _BRACKETS + b"\"'")
        if self.thousands:
            raw = _grouped(self.thousands, self.delimiter).sub(
                lambda match: match.group().replace(self.thousands.encode(), b""), raw
            )
        return raw

    def clean_text(self, line: str) -> str:
        """Take it away from one line."""
        return self.clean(line.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _grouped(sign: str, delimiter: str) -> re.Pattern[bytes]:
    group, point = re.escape(sign), "." if sign == "," else ",."
    number = rf"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:[{point}]\d*)?"
    if delimiter in (sign, "."):
        return re.compile(f'"{number}"'.encode())
    return re.compile(rf"(?:(?<=[{re.escape(delimiter)}\n\"])|^){number}(?=[{re.escape(delimiter)}\r\n\"]|$)".encode())


def of_rows(lines: Sequence[str]) -> tuple[Cleaning, tuple[str, ...]] | None:
    """Find what makes rows of numbers of lines that are none, and the names that they give their values.

    Parameters
    ----------
    lines
        The first lines of a file.

    Returns
    -------
    Cleaning, tuple of str
        The names are empty where rows have none; None where nothing helps.
    """
    rows = [line for line in lines[:_SOME] if any(sign.isdecimal() for sign in line)]
    if not rows:
        return None
    names = Counter(_names(row) for row in rows)
    labels, count = names.most_common(1)[0]
    has_labels = len(labels) > 2 and count >= _HALF * len(rows)  # noqa: PLR2004 - x, y, z
    if has_labels and any(len(other) > 2 and other != labels for other in names):  # noqa: PLR2004
        return None  # records of several kinds, or in another order
    in_brackets = sum(any(sign in row for sign in "[({") for row in rows) > _HALF * len(rows)
    arrows = sum("->" in row or "=>" in row for row in rows) > _HALF * len(rows)
    inside = outside = ""
    if in_brackets and not has_labels:
        inside, outside = _delimiters(rows[-1])
    arrow = ""
    if arrows:
        rest = re.split("->|=>", rows[-1])[-1]
        arrow = next((sign for sign in ",;\t" if sign in rest), " ")
    units = any(re.search(_UNIT.pattern.decode("latin-1"), row) for row in rows)
    if not (has_labels or in_brackets or arrows or units):
        return None
    closing = ""
    if not has_labels and re.match(r"\s*[\[(][^\])]*:[^\])]*[\])]\s*[^\s,;]", rows[-1]):
        closing = next((sign for sign in ",;\t" if sign in rows[-1]), " ")
    named = has_labels or any(_LABEL.search(row.encode("utf-8", "replace")) for row in rows)
    cleaning = Cleaning(in_brackets, named, arrow, outside, inside, units=units, closing=closing)
    return cleaning, labels if has_labels else ()


def _delimiters(row: str) -> tuple[str, str]:
    """Return the delimiters inside of brackets and before them where they differ, else two empty texts."""
    match = re.search(r"([,;\t|])?\s*\"?'?[\[({]+\s*([^\])}]*)", row)
    if match is None or match.group(1) is None:
        return "", ""
    inside = next((sign for sign in ",;\t|" if sign in match.group(2)), " ")
    return ("", "") if inside == match.group(1) else (inside, match.group(1))


def _names(row: str) -> tuple[str, ...]:
    """Return the names that a row gives its values, in their order."""
    plain = row.strip().rstrip(",")
    if plain.startswith("{"):
        for read in (json.loads, ast.literal_eval):
            try:
                return tuple(_flat(read(plain)))
            except (ValueError, RecursionError, SyntaxError, MemoryError):
                continue
        return ()
    found = _LABEL.findall(row.encode("utf-8", "replace"))
    return tuple(each.decode("utf-8", "replace").rstrip(" :=\t") for each in found)


def _flat(value: object, name: str = "") -> list[str]:
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in _flat(inner, f"{name}_{key}" if name else str(key))]
    if isinstance(value, list):
        return [each for at, inner in enumerate(value) for each in _flat(inner, f"{name}_{at}")]
    return [name]


def of_units(sample: Sequence[Sequence[str]]) -> Cleaning | None:
    """Find a column whose numbers are followed by their unit; None where there is none."""
    for at in range(max(map(len, sample), default=0)):
        cells = [row[at] for row in sample if at < len(row) and row[at]]
        if cells and sum(_WITH_UNIT.fullmatch(cell) is not None for cell in cells) >= _MOSTLY * len(cells):
            return Cleaning(units=True)
    return None


def of_thousands(sample: Sequence[Sequence[str]], delimiter: str) -> Cleaning | None:
    """Find the sign between thousands that most cells of some column have; None where there is none."""
    width = max(map(len, sample), default=0)
    for at in range(width):
        cells = [row[at] for row in sample if at < len(row) and row[at]]
        matches = [match for cell in cells if (match := _THOUSANDS.fullmatch(cell)) is not None]
        signs = Counter(match.group(1) for match in matches)
        if not signs or len(matches) < _MOSTLY * len(cells):
            continue
        sign, count = signs.most_common(1)[0]
        sure = any(match.group().count(sign) > 1 or match.group(2) not in (None, sign) for match in matches)
        if sure and count == len(matches):
            return Cleaning(thousands=sign, delimiter=delimiter)
    return None


def of_comma_blanks(lines: Sequence[str]) -> Cleaning | None:
    """Find that a comma with a blank parts cells, and one without is the decimal point."""
    rows = [line for line in lines[:_SOME] if any(sign.isdecimal() for sign in line)]
    both = [row for row in rows if ", " in row and re.search(r"\d,\d", row)]
    counts = Counter(row.count(", ") for row in both)
    if len(both) < _MOSTLY * len(rows) or not counts or counts.most_common(1)[0][1] < _MOSTLY * len(both):
        return None
    return Cleaning(outside=", ", inside=";")
