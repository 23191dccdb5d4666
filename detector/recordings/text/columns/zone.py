"""The zone of local times, and whether they are before noon, where a column of its own or a name says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.dates.zones import OFFSETS
from detector.recordings.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.columns.sheet import Sheet

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(?:(\d{2}):?(\d\d)(?::?00)?|(\d{1,2}))", re.IGNORECASE)
_WITH_GMT = re.compile(r"\b(?:UTC|GMT)\s*[+-]\d{1,2}(?::?\d\d)?")
_REGION = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]+)+")
_IN_NAME = re.compile(r"[(\[]\s*([^)\]]+?)\s*[)\]]")
_HALVES = re.compile(r"[ap]\.?\s?m\.?|上午|下午", re.IGNORECASE)
_NAMES = {"zone", "timezone", "tz", "tzoffset", "utcoffset", "gmtoffset", "timezoneoffset"}
_FARTHEST_H = 14
_SURE_WORDS = frozenset(("CET", "CEST", "MEZ", "MESZ", "PST", "PDT", "EDT", "CDT", "MDT", "JST", "AEST", "AEDT"))
_UNITS = ((14, 3600.0), (840, 60.0), (50_400, 1.0), (50_400_000, 0.001))
"""Up to so much an offset to UTC is counted in hours, minutes, seconds and milliseconds."""


def zone_beside(sheet: Sheet, columns: Sequence[int]) -> str:
    """Find the one zone of a column of times: in its name, or in a column of its own; nothing where there is none.

    Raises
    ------
    RecordingError
        Where its name is that of several zones.
    """
    for at in columns:
        if found := _in_name(sheet.name, sheet.label(at)):
            return found
    for at in range(len(sheet.dialect.sample[0])):
        if at not in columns and (found := _in_column(sheet, at)):
            return found
    return ""


def _in_name(name: str, label: str) -> str:
    """Find the zone that the name of a column of times states."""
    for inner in _IN_NAME.findall(label):
        if found := zone_of_text(name, inner):
            return found
    if match := _WITH_GMT.search(label):
        return zone_of_text(name, match.group())
    return "+00:00" if {"utc", "gmt"} & set(words_of(label)) else ""


def _in_column(sheet: Sheet, at: int) -> str:
    """Find the zone that a column states in all rows."""
    cells = {cell for cell in sheet.column(at) if cell}
    words = set(words_of(sheet.label(at)))
    if len(cells) == 2 and words & _NAMES:  # noqa: PLR2004 - summer and winter
        for each in sorted(cells):
            zone_of_text(sheet.name, each)  # complains of names that several zones have
    if len(cells) != 1:
        return ""
    cell = cells.pop()
    named = bool(words & _NAMES) or ("offset" in words and bool(words & {"utc", "gmt", "time", "tz"}))
    number = sheet.dialect.number(cell)
    if not (named or (number is None and _is_sure(cell))):
        return ""
    found = zone_of_text(sheet.name, f"+{cell}" if re.fullmatch(r"0\d{3}", cell) else cell)
    return found or ("" if number is None else _counted(number))


def _is_sure(cell: str) -> bool:
    """Tell whether a cell can hardly be anything but a zone, whatever the name of its column."""
    return ":" in cell or "/" in cell or cell in _SURE_WORDS or cell[:3] in ("UTC", "GMT")


def has_zones(sheet: Sheet, columns: Sequence[int]) -> int | None:
    """Find a column after the times that names another zone in some rows than in others."""
    for at in range(max(columns) + 1, len(sheet.dialect.sample[0])):
        cells = {cell for cell in sheet.column(at) if cell}
        named = bool(set(words_of(sheet.label(at))) & _NAMES)
        if 1 < len(cells) < 4 and all((named or _is_sure(cell)) and zone_of_text("", cell) for cell in cells):  # noqa: PLR2004 - summer and winter
            return at
    return None


def half_beside(sheet: Sheet, columns: Sequence[int]) -> int | None:
    """Find a column after the times that says AM or PM."""
    for at in range(max(columns) + 1, len(sheet.dialect.sample[0])):
        cells = {cell for cell in sheet.column(at) if cell}
        if cells and all(_HALVES.fullmatch(cell) for cell in cells):
            return at
    return None


def zone_of_text(name: str, text: str) -> str:
    """Return a zone as an offset such as ``+01:00`` or as an IANA name; nothing where a text names none.

    Raises
    ------
    RecordingError
        Where several zones of the world have its name, and the file has one.
    """
    text = text.strip()
    if (match := _OFFSET.fullmatch(text)) and (hours := int(match.group(2) or match.group(4))) <= _FARTHEST_H:
        return f"{match.group(1)}{hours:02d}:{match.group(3) or '00'}"
    if _REGION.fullmatch(text):
        return text
    if len(text) < 2 or text.lower() not in OFFSETS or not text.isupper():  # noqa: PLR2004
        return ""
    east = OFFSETS[text.lower()]
    if east is None:
        if not name:
            return ""
        raise RecordingError(
            f"The times of {name} name the zone {text!r}, and several zones have that name; say which with --timezone, "
            "such as --timezone America/New_York."
        )
    return _counted(east)


def _counted(number: float) -> str:
    for most, seconds in _UNITS:
        if abs(number) <= most:
            minutes = round(abs(number) * seconds / 60)
            return f"{'-' if number < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return ""
