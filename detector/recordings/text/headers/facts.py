"""What the lines above the rows say of the recording: its rate, its start, its zone, and that it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.dates import stamps as dates
from detector.recordings.text.dates.cells import Reading, is_time, read, shape_of
from detector.recordings.text.dates.spelling import spelling_of
from detector.recordings.timing.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.dialect import Dialect
    from detector.recordings.wish import Wish

_RATE = (
    re.compile(
        r"(?:at|rate|frequency|freq|fs|frequenz|abtastrate|sampling|hz|采样率)\W{0,4}(?:\(?hz\)?|\[hz\])?\W{0,4}([\d]+(?:[.,]\d+)?)\s*(?:hz)?\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\d.])(\d+(?:[.,]\d+)?)\s*hz\b", re.IGNORECASE),
)
_RATE_LINE = re.compile(r"rate|freq|\bfs\b|hz|abtast|sampling|采样率", re.IGNORECASE)
_OTHER_RATE = re.compile(
    r"\b(gyro\w*|mag\w*|cut-?off|temp\w*|light|heart|ecg|ppg|emg|eda|sync|low-?pass|high-?pass"
    r"|filter(?:\s+freq\w*|\s*[=:]))(?:\b|(?<=[=:]))",
    re.IGNORECASE,
)
_PER_SAMPLE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(m?sec|ms|s)\s*/\s*sample|(?:sample\s+)?interval\W{1,4}(\d+(?:[.,]\d+)?)\s*(m?sec|ms|s)\b",
    re.IGNORECASE,
)
_PER_SAMPLE_BEFORE = re.compile(
    r"(?:sampl\w*\s+)?(?:interval|period)\s*[(\[]\s*(m?sec|ms|s)\s*[)\]]\W{1,5}(\d+(?:[.,]\d+)?)\b", re.IGNORECASE
)
_SENSITIVITY = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*(?:lsb|counts?|digits?|bits?)\s*(?:/|per|\s)\s*g\b", re.IGNORECASE
)
_PARTS = re.compile(r"[;\t]|,\s")
_PERIOD = re.compile(r"epoch\s*(?:period|length)?[^0-9]{0,20}(\d\d):(\d\d):(\d\d)", re.IGNORECASE)
_START = re.compile(
    r"start|begin|first sample|recorded|record(?:ing)?\s+(?:date|time)|^\W*(?:date|time)\b|\"(?:date|time)\"",
    re.IGNORECASE,
)
_NOT_START = re.compile(
    r"stop|end|download|birth|calibrat|expire|export|delay|config|firmware|extract|finish|creat", re.IGNORECASE
)
_ZONE = re.compile(r"zone\W{0,4}(?:utc|gmt)?\s*([+-])\s*(\d{1,2}):?(\d\d)?", re.IGNORECASE)
_ZONE_NAME = re.compile(r"zone\W{0,4}([A-Z][a-z]+/[A-Za-z_]+)")
_PIECE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ,_]\s?\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.:,_]\d+)?)?)?(?:\s*[ap]m)?"
    r"(?:Z|[+-]\d\d:?\d\d|\s[A-Z]{3,5}(?=\s*$))?"
    r"|\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?:[ ,]\s?\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.:,]\d+)?)?)?(?:\s*[ap]m)?"
    r"|\d{1,2}[- ][A-Za-z]{3}[- ]\d{4}(?:[ ,]\s?\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.:,]\d+)?)?)?(?:\s*[ap]m)?"
    r"|\d{1,2}:\d{1,2}:\d{1,2}(?:[.:,]\d+)?(?:\s*[ap]m)?",
    re.IGNORECASE,
)
_DAY_NS = 86_400 * NS
_HIGHEST_HZ = 10_000
_FEWEST = 20
"""So many samples a file has at least that states their number."""
_KEY = 30
"""So long a name stands before a date."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a header says.

    Parameters
    ----------
    rate_hz
        The sampling rate, None where it states none.
    start
        The cells of its start: a date, a time, or both; empty where it states none.
    zone
        The zone of its clock, as an offset or a name; empty where it states none.
    counts_per_g
        The counts in a g, None where it states none, or several.
    """

    rate_hz: float | None
    start: tuple[str, ...]
    zone: str
    counts_per_g: float | None = None


def facts_of(name: str, lines: Sequence[str]) -> Facts:
    """Read the lines above the rows.

    Raises
    ------
    RecordingError
        Where they say that the rows are counts of activity.
    """
    rate_hz = None
    start: list[str] = []
    zone = ""
    for line in lines:
        if (period := _PERIOD.search(line)) and (seconds := _seconds(period)) > 0:
            raise RecordingError(
                f"{name} holds counts of activity, one row for {seconds} s, not the acceleration itself; export the "
                "raw data of the recording."
            )
        if rate_hz is None:
            # The rate of the whole line; else that of one of its parts, where others tell of other things.
            for part in (line, *_PARTS.split(line)):
                rate_hz = rate_hz or _rate(part)
        if match := _ZONE.search(line):
            zone = f"{match.group(1)}{int(match.group(2)):02d}:{match.group(3) or '00'}"
        elif match := _ZONE_NAME.search(line):
            zone = match.group(1)
        start += _starts(line)
    per_g = {float(said.replace(",", ".")) for line in lines for said in _SENSITIVITY.findall(line)}
    return Facts(rate_hz, _whole_start(start), zone, per_g.pop() if len(per_g) == 1 else None)


def _rate(text: str) -> float | None:
    """Return the rate that a line states, None where it states none."""
    if match := _PER_SAMPLE.search(text) or _PER_SAMPLE_BEFORE.search(text):
        number, unit = sorted(filter(None, match.groups()))  # digits come before letters
        seconds = float(number.replace(",", ".")) * (0.001 if unit.lower().startswith("m") else 1)
        return 1 / seconds if seconds and 1 <= 1 / seconds <= _HIGHEST_HZ else None
    if not _RATE_LINE.search(text) or _OTHER_RATE.search(text):
        return None
    for pattern in _RATE:
        if (match := pattern.search(text)) and 1 <= (hz := float(match.group(1).replace(",", "."))) <= _HIGHEST_HZ:
            return hz
    return None


def _starts(line: str) -> list[str]:
    """List the dates and times of a line whose words before them say that the recording starts there."""
    found: list[str] = []
    end = 0
    for match in _PIECE.finditer(line):
        said = line[end : match.start()]
        begins = _START.search(said) or (end == 0 and _START.search(line) and not _NOT_START.search(line))
        if begins or (found and not said.strip(" ,;T\t")):
            cell = match.group().strip()
            cell = cell if _is_valid(cell) else re.sub(r"\s[A-Z]{3,5}$", "", cell)
            if _is_valid(cell) and not _NOT_START.search(said[-_KEY:]):
                found.append(cell)
        end = match.end()
    return found


def _is_valid(cell: str) -> bool:
    """Tell whether a cell is a time that there is; the address of a device only looks like one."""
    return (is_time(cell) and int(read(np.array([cell.encode("utf-8", "replace")]), Reading())[0]) != MISSING) or (
        spelling_of(shape_of(cell)) is not None and "/" in cell
    )


def _seconds(match: re.Match[str]) -> int:
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _whole_start(cells: Sequence[str]) -> tuple[str, ...]:
    """Choose the first date and the first time of day."""
    day = clock = ""
    for cell in cells:
        spelling = spelling_of(shape_of(cell))
        if spelling is None:
            continue
        if spelling.has_date and spelling.has_clock:
            return (cell,)
        if spelling.has_date:
            day = day or cell
        else:
            clock = clock or cell
    return tuple(filter(None, (day, clock)))


def start_ns(
    name: str, facts: Facts, lines: Sequence[str], wish: Wish, notes: list[str]
) -> tuple[int, dates.DateStamps] | None:
    """Turn the start that a header states into nanoseconds, local where it has no zone; None where it has no date.

    Raises
    ------
    RecordingError
        Where day and month cannot be told apart.
    """
    if not facts.start:
        return None
    cell = " ".join(facts.start)
    spelling = spelling_of(shape_of(cell))
    if spelling is None or not spelling.has_date:
        return None
    if not spelling.has_clock:
        cell, spelling = f"{cell} 00:00:00", None
    written = dates.recognise(name, [cell], lines, notes, order=wish.dates, zone_said=wish.zone_said)
    if written is None:
        return None
    ns = int(read(np.array([cell.encode("utf-8", "replace")]), written.reading)[0])
    return None if ns == MISSING else (ns, written)


def day_ns(name: str, facts: Facts, lines: Sequence[str], wish: Wish, notes: list[str]) -> int | None:
    """Return the day that a header states, for times of day in the rows; None where it states none."""
    found = start_ns(name, facts, lines, wish, notes)
    return None if found is None else found[0] // _DAY_NS * _DAY_NS


@dataclass(frozen=True, slots=True)
class StartAndRate:
    """A start and a rate that stand as rows of numbers before the samples."""

    start_ns: int
    rate_hz: float
    rows: int


def states_sizes(dialect: Dialect) -> bool:
    """Tell whether the first row states the number of samples in every column: one whole number throughout."""
    rows = [tuple(filter(None, row)) for row in dialect.sample[:3]]
    if len(rows) < 3 or len(rows[0]) < 3 or not (set(rows[0]) and rows[0][0].isdecimal()):  # noqa: PLR2004 - x, y, z
        return False
    number = int(rows[0][0]) if len(rows[0][0]) < 10 else 0  # noqa: PLR2004 - digits
    return len(set(rows[0])) == 1 and number >= _FEWEST and all(rows[0][0] not in row for row in rows[1:])


def leading_rows(dialect: Dialect) -> StartAndRate | None:
    """Find a start and a rate in the first two rows: each says one thing in every column."""
    if len(dialect.sample) < 3 or len(dialect.sample[2]) < 3:  # noqa: PLR2004 - start, rate, samples; x, y, z
        return None
    first, second, third = (tuple(filter(None, row)) for row in dialect.sample[:3])
    if len(set(first)) != 1 or len(set(second)) != 1 or len(set(third)) == 1:
        return None
    rate_hz = dialect.number(second[0])
    if rate_hz is None or not 1 <= rate_hz <= 10_000:  # noqa: PLR2004
        return None
    seconds = dialect.number(first[0])
    if seconds is not None:
        for unit_ns in (NS, 1_000_000, 1_000, 1):
            if 946_684_800 * NS <= seconds * unit_ns < 4_102_444_800 * NS:  # this century
                return StartAndRate(round(seconds * 1e6) * unit_ns // 1_000_000, rate_hz, 2)
        return None
    ns = int(read(np.array([first[0].encode("utf-8", "replace")]), Reading())[0])
    return None if ns == MISSING else StartAndRate(ns, rate_hz, 2)
