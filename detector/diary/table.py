"""The diary as a table: CSV that a spreadsheet opens, and reads back from what a spreadsheet makes of it.

Words that a spreadsheet would take for a formula have an apostrophe before them, which is taken away in reading.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from detector.diary import clock, grammar
from detector.diary.entries import Entry, number_in, plain
from detector.errors import DiaryError
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

COLUMNS = (
    "evening", "timezone", "to_bed", "got_up", "night", "twitching", "pain", "stiffness", "spasms_per_hour",
    "treatments", "note", "said",
)  # fmt: skip
"""Of the table. ``said`` is when that was said, and is not read."""

MOST_BYTES = 50_000_000
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)"),
    re.compile(r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})"),
)


class Row(NamedTuple):
    """What a row of a table says.

    Parameters
    ----------
    line
        Where it begins in the file, from 1.
    evening, answers, timezone
        As of `Diary.change`.
    """

    line: int
    evening: date
    answers: dict[str, Any]
    timezone: str


def row_of(entry: Entry) -> dict[str, str]:
    """Return the cells of an entry, as they are to be written."""
    said = datetime.fromtimestamp(entry.said_utc_ns / NS, UTC)
    cells = {
        "evening": entry.evening.isoformat(),
        "timezone": entry.timezone,
        "to_bed": clock.in_words(entry.bed_utc_ns, entry.timezone),
        "got_up": clock.in_words(entry.up_utc_ns, entry.timezone),
        "night": _cell(entry.night),
        "twitching": _cell(entry.twitching),
        "pain": _cell(entry.pain),
        "stiffness": _cell(entry.stiffness),
        "spasms_per_hour": _cell(entry.spasms),
        "treatments": grammar.in_words(entry.treatments),
        "note": entry.note,
        "said": said.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return {name: f"'{words}" if _FORMULA.match(words) else words for name, words in cells.items()}


def written(entries: Iterable[Entry]) -> str:
    """Write entries as CSV."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(row_of, entries))
    return file.getvalue()


def read(data: bytes, timezone: str) -> list[Row]:
    """Read a table: CSV as this program or a spreadsheet writes it, by commas, semicolons or tabs.

    Parameters
    ----------
    data
        Of the file.
    timezone
        The wearer's, where a row names none.

    Returns
    -------
    list of Row
        All of its rows. A column that is missing says nothing, and an empty cell takes back what was said before.

    Raises
    ------
    DiaryError
        Where a row cannot be read, or cannot be: with its line.
    """
    text = _text(data)
    head, body, first_line = _head(text)
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(head + body, newline=""), delimiter=delimiter, strict=True)
    found: dict[date, Row] = {}
    columns: list[str] | None = None
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader, None)
            if cells is None:
                break
            if columns is None:
                columns = _columns(cells)
            elif any(cell.strip() for cell in cells):
                row = _row(cells, columns, line, timezone)
                _see_that_it_is_new(row, found)
                found[row.evening] = row
        except (ValueError, csv.Error) as error:
            raise DiaryError(f"line {line}: {error}. Nothing was taken in") from error
    if columns is None:
        raise DiaryError("it is empty: the first line of a diary names its columns")
    return list(found.values())


def _see_that_it_is_new(row: Row, found: Mapping[date, Row]) -> None:
    if row.evening in found:
        raise ValueError(f"{row.evening} stands there twice, first in line {found[row.evening].line}")


def _cell(value: float | str | None) -> str:
    return plain(value) if isinstance(value, float | int) else value or ""


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise DiaryError(f"it is larger than {MOST_BYTES // 1_000_000} MB: no diary is")
    # Spreadsheets begin a file with the mark of its encoding.
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DiaryError(
            f"line {line} is no UTF-8: in a spreadsheet choose to save it as CSV UTF-8. Nothing was taken in"
        ) from error


def _head(text: str) -> tuple[str, str, int]:
    """Cut off the first line, and before it the one by which Excel names what stands between its cells."""
    head, _, body = text.partition("\n")
    if re.fullmatch(r"sep=[,;\t]\r?", head, re.IGNORECASE):
        head, _, body = body.partition("\n")
        return head + "\n", body, 2
    return head + "\n", body, 1


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    for name in columns:
        if name not in COLUMNS:
            raise ValueError(f"a diary has no column {name[:40]!r}: it has {', '.join(COLUMNS)}")
        if columns.count(name) > 1:
            raise ValueError(f"the column {name!r} stands there twice")
    if "evening" not in columns:
        raise ValueError("there is no column 'evening'")
    return columns


def _row(cells: list[str], columns: list[str], line: int, timezone: str) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError(f"it has {len(cells)} cells, and there are {len(columns)} columns")
    told = {name: _unguarded(cell) for name, cell in zip(columns, cells, strict=False)}
    for name in columns[len(cells) :]:
        told[name] = ""
    evening = _date(told["evening"].strip())
    zone = told.get("timezone", "").strip() or timezone
    answers: dict[str, Any] = {"timezone": zone} if told.get("timezone", "").strip() else {}
    for name, (field, read_cell) in _READ.items():
        if name in told:
            answers[field] = read_cell(told[name])
    if "to_bed" in told:
        words = told["to_bed"].strip()
        answers["bed_utc_ns"] = clock.bed_time(evening, zone, words) if words else None
    if "got_up" in told:
        words = told["got_up"].strip()
        answers["up_utc_ns"] = clock.up_time(evening, zone, words, answers.get("bed_utc_ns")) if words else None
    if answers.get("bed_utc_ns") is not None or answers.get("up_utc_ns") is not None:
        answers["timezone"] = zone  # they are on its clock
    Entry(evening, zone, **{name: value for name, value in answers.items() if name != "timezone"})
    return Row(line, evening, answers, zone)


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _date(words: str) -> date:
    for form in _DATES:
        found = form.fullmatch(words) if words.isascii() else None
        if found is not None:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
    raise ValueError(f"{words[:20]!r} is no date such as 2026-11-28")


def _number(words: str) -> float | None:
    if not words.strip():
        return None
    number = number_in(words)
    if number is None:
        raise ValueError(f"{words.strip()[:20]!r} is no number")
    return number


_READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "night": ("night", _number),
    "twitching": ("twitching", lambda words: words.strip() or None),
    "pain": ("pain", _number),
    "stiffness": ("stiffness", _number),
    "spasms_per_hour": ("spasms", lambda words: words.strip() or None),
    "treatments": ("treatments", lambda words: grammar.treatments_in(words) if words.strip() else None),
    "note": ("note", str),
}
