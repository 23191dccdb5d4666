"""Whether a column of numbers is a time, and of what unit: by its name, else by what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.clocks.numbers import ClockNumbers, NumberStamps
from detector.recordings.text.words import words_of
from detector.recordings.timing.rate import estimate_period
from detector.recordings.wish import HIGHEST_HZ, LOWEST_HZ
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Kind, Stamps
    from detector.recordings.text.dialect import Dialect

    Floats = npt.NDArray[np.float64]

_UNIT_NS = {
    "ds": NS // 10,
    "cs": NS // 100,
    "s": NS,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
    "min": 60 * NS,
    "h": 3600 * NS,
    "days": 86_400 * NS,
}
UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"), "s"),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds", "msecond"), "ms"),
    **dict.fromkeys(("cs", "centisec", "centiseconds"), "cs"),
    **dict.fromkeys(("ds", "decisec", "deciseconds"), "ds"),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "usec", "usecs", "micros", "microsec", "microsecond"), "us"),
    **dict.fromkeys(("microseconds", "useconds"), "us"),
    **dict.fromkeys(("ns", "nsec", "nanos", "nanosec", "nanosecond", "nanoseconds"), "ns"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **dict.fromkeys(("days",), "days"),
}
_FIRST_DATE_NS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * NS
_SURE_DATE_NS = int(datetime(2007, 1, 1, tzinfo=UTC).timestamp()) * NS
"""From here on a number is believed to count from another year than 1970."""
_LAST_DATE_NS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * NS
_EXCEL_DAYS, _MATLAB_DAYS = -25_569, -719_529
"""1970-01-01 in days since 1899-12-30, and since the year 0, with another sign."""
_TICKS_PER_DAY = 864_000_000_000
_NET_TICKS, _WINDOWS_TICKS = -719_162 * _TICKS_PER_DAY, -134_774 * _TICKS_PER_DAY
"""1970-01-01 in 100 ns since the year 1, and since 1601."""
_SECONDS_1904, _SECONDS_2001 = -2_082_844_800, 978_307_200
_NS_2000 = 946_684_800 * NS
_256TH_NS = NS // 256
_SURE_HZ = 500.0
"""Above it a rate that follows from a unit nobody states is not believed."""
_SAYS_DIFFERENCES = {"dt", "delta", "diff", "difference", "interval", "period", "step"}
_TICKING = {"tick", "ticks"}
_TICKS = re.compile(r"\b1\s*/\s*(\d{2,6})\s*s", re.IGNORECASE)
_CLOSE = 0.05
_CLOSE_TO = 0.9
_LONG_UPTIME_NS = 5 * 365 * 86_400 * NS
"""No wearable counts so long from its start."""
_MOSTLY = 0.9
_BEGIN = 256
"""Rows by which the rate is told that an unstated unit makes."""
_OUT_OF_ORDER = 3
"""Rows by which a time may be out of order."""
_LEAST = 8
"""Rows that show what a column is."""


def kind_of(cells: Sequence[str], dialect: Dialect) -> Kind | None:
    """Tell how a column of numbers writes its stamps from its first cells, None where it holds none."""
    present = [cell for cell in cells if cell]
    if not present:
        return None
    if all(re.fullmatch(r"[+-]?\d{1,18}", cell) for cell in present):
        return "whole"
    numbers = sum(dialect.number(cell) is not None for cell in present)
    return "decimal" if numbers * 2 > len(present) else None


def recognise(
    name: str,
    label: str,
    cells: Sequence[str],
    dialect: Dialect,
    notes: list[str],
    *,
    rate_hz: float | None = None,
) -> Stamps | None:
    """Recognise the way a column of numbers writes time.

    The unit is the one in the column's name; without one, it is the unit in which the rate is that of an accelerometer:
    their decades do not overlap. A number counts since 1970 if that makes it a date in this century.

    Parameters
    ----------
    name
        Name of the file.
    label
        Name of the column, empty where it has none.
    cells
        Its first cells.
    dialect
        How its numbers are written.
    notes
        Takes what the user should know.
    rate_hz
        The rate that is given or stated elsewhere, so that times can be done without; None for none.

    Raises
    ------
    RecordingError
        Where its numbers are none of times, or of a unit nobody states.
    """
    kind = kind_of(cells, dialect)
    numbers = np.array([n for cell in cells if (n := dialect.number(cell)) is not None and np.isfinite(n)])
    if kind is None or not numbers.size:
        return None
    if ticks := ticks_in(label):
        notes.append(f"Its times are taken as ticks of 1/{ticks} s, as the name of their column says.")
        return NumberStamps(round(NS / ticks), is_date=False, kind=kind, per_s=ticks)
    unit = unit_in(label)
    if unit is not None:
        found = NumberStamps(_UNIT_NS[unit], _is_date(numbers, _UNIT_NS[unit]), kind)
        return _differences(numbers, found, label, notes) or found
    period = estimate_period(numbers - numbers[0]) if len(numbers) > 1 else 0.0
    dated = _dated(numbers, kind, period)
    if dated is not None:
        if dated.unit_ns == NS // 256:
            notes.append("Its times are taken as 1/256 s since 1970-01-01.")
        if dated.epoch_ns:
            notes.append(f"Its times such as {numbers[0]:.10g} are taken as {_count_of(dated)}.")
        return dated
    counts = is_counter(numbers)
    if counts and rate_hz is None:
        raise RecordingError(
            f"The column {label or 'of times'} of {name} counts rows and says nothing of time, so the sampling rate is "
            "unknown; give it with --rate-hz."
        )
    clock = None if counts else _clock(numbers)
    if counts or clock is not None:
        if clock is not None:
            notes.append(f"Its times such as {cells[0]} are taken as hours, minutes and seconds.")
        return clock
    differences = _differences(numbers, None, label, notes)
    return replace(differences, kind=kind) if differences else _by_pace(name, label, numbers, kind, notes, rate_hz)


def _refuse_ticks(name: str, label: str, kind: Kind, rate_hz: float | None) -> None:
    """Refuse whole numbers that are called ticks, as long as nobody says how long one is."""
    if rate_hz is None and kind == "whole" and _TICKING & set(words_of(label)):
        raise RecordingError(
            f"The column {label} of {name} counts ticks, and nothing states how long one is; give the sampling rate "
            "with --rate-hz, or name the unit in the header, as in time_us."
        )


def _by_pace(
    name: str, label: str, numbers: Floats, kind: Kind, notes: list[str], known_hz: float | None
) -> NumberStamps | None:
    """Take the unit in which the rate is that of an accelerometer; where it would be an odd one, the stated rate's."""
    _refuse_ticks(name, label, kind, known_hz)
    period = estimate_period(numbers - numbers[0]) if len(numbers) > 1 else 0.0
    unit = next((u for u, most in (("s", 0.3), ("ms", 300.0), ("us", 3e5)) if period < most), "ns")
    begin = estimate_period(numbers[:_BEGIN] - numbers[0]) if len(numbers) > 1 else 0.0
    rate_hz = NS / (begin * _UNIT_NS[unit]) if begin > 0 else 0.0
    odd = _SURE_HZ <= rate_hz <= HIGHEST_HZ or 0 < rate_hz < _CLOSE_TO * LOWEST_HZ
    if odd and known_hz is not None:
        return _fitting(kind, begin, known_hz, notes)
    if kind == "whole" and odd:
        raise RecordingError(
            f"The times of {name} rise by {begin:g} a row and state no unit: as {_LONG[unit]} they would make "
            f"{rate_hz:.5g} Hz, but they may be ticks of another clock; give the sampling rate with --rate-hz, or name "
            "the unit in the header, as in time_us."
        )
    if LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
        notes.append(f"Its times state no unit and are taken as {_LONG[unit]}: that makes {rate_hz:.5g} Hz.")
    return NumberStamps(_UNIT_NS[unit], is_date=False, kind=kind)


def _fitting(kind: Kind, period: float, known_hz: float, notes: list[str]) -> NumberStamps | None:
    """Take the unit in which times have the rate that is known; None where there is none, and times say nothing."""
    for unit_ns, said in ((100_000, "tenths of a millisecond"), *((_UNIT_NS[u], _LONG[u]) for u in _LONG)):
        if period > 0 and abs(NS / (period * unit_ns) / known_hz - 1) < _CLOSE:
            notes.append(f"Its times state no unit and are taken as {said}, for so they have the stated rate.")
            return NumberStamps(unit_ns, is_date=False, kind=kind)
    return None


_LONG = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def ticks_in(label: str) -> int:
    """Return how many ticks in a second the name of a column states, as in ``(1/32768 s)``; 0 where it states none."""
    match = _TICKS.search(label)
    return int(match.group(1)) if match else 0


def unit_in(label: str) -> str | None:
    """Return the unit of time that the name of a column states, None where it states none."""
    words = words_of(label)
    if "since" in words and "in" in words:  # as in "time since start in ms"
        words = words[words.index("since") :]
    return next((UNIT_WORDS[word] for word in words if word in UNIT_WORDS), None)


def is_counter(numbers: Floats) -> bool:
    """Tell whether whole numbers count rows, from wherever they begin."""
    steps = np.diff(numbers)
    return len(steps) > 0 and float(np.mean(steps == 1)) >= _MOSTLY


def rises(numbers: Floats) -> bool:
    """Tell whether numbers rise as times do, which may jitter or be out of order; acceleration falls half the time."""
    steps = np.diff(numbers)
    if len(steps) == 0:
        return True
    if numbers[-1] == numbers[0]:
        return False
    if float(np.mean(steps >= 0)) > _MOSTLY:
        return True
    places = np.argsort(np.argsort(numbers, kind="stable"), kind="stable")
    return len(numbers) > _LEAST and bool(np.mean(np.abs(places - np.arange(len(numbers))) <= _OUT_OF_ORDER) > _MOSTLY)


def _is_date(numbers: Floats, unit_ns: int) -> bool:
    return _FIRST_DATE_NS <= float(np.median(numbers)) * unit_ns < _LAST_DATE_NS


def _dated(numbers: Floats, kind: Kind, period: float) -> NumberStamps | None:
    """Take numbers as a date if in one of the usual counts they are one, at a rate an accelerometer may have."""
    middle = float(np.sort(numbers)[len(numbers) // 2])  # one of them, though a clock may be set half-way
    for unit_ns, epoch, is_local in (
        *((_UNIT_NS[unit], 0, False) for unit in ("s", "ms", "us", "ns")),
        (_UNIT_NS["days"], _EXCEL_DAYS, True),
        (_UNIT_NS["days"], _MATLAB_DAYS, True),
        (100, _NET_TICKS, False),
        (100, _WINDOWS_TICKS, False),
        (NS, _SECONDS_1904, False),
        (NS, _SECONDS_2001, False),
        (1, _NS_2000, False),
    ):
        first_ns = _FIRST_DATE_NS if epoch == 0 else _SURE_DATE_NS
        if not first_ns <= (middle + epoch) * unit_ns < _LAST_DATE_NS:
            continue
        if period > 0 and LOWEST_HZ / 2 <= NS / (period * unit_ns) <= 2 * HIGHEST_HZ:
            return NumberStamps(unit_ns, is_date=True, kind=kind, is_local=is_local, epoch_ns=epoch * unit_ns)
        # Whole seconds, all alike, or too slow: a date all the same, where no other unit makes a rate of it.
        if epoch == 0 and (unit_ns != NS or kind == "whole") and not _has_pace(period):
            return NumberStamps(unit_ns, is_date=True, kind=kind)
    rate_hz = 256 / period if period > 0 else 0.0
    is_256th = _SURE_DATE_NS <= middle / 256 * NS < _LAST_DATE_NS and LOWEST_HZ <= rate_hz <= HIGHEST_HZ
    if is_256th and middle * _UNIT_NS["ms"] > _LONG_UPTIME_NS:
        return NumberStamps(NS // 256, is_date=True, kind=kind)
    return None


def _has_pace(period: float) -> bool:
    return period > 0 and any(LOWEST_HZ <= NS / (period * _UNIT_NS[unit]) <= HIGHEST_HZ for unit in ("ms", "us", "ns"))


def _count_of(stamps: NumberStamps) -> str:
    if stamps.unit_ns == _UNIT_NS["days"]:
        is_excel = stamps.epoch_ns // stamps.unit_ns == _EXCEL_DAYS
        return "days since 1899-12-30, as Excel counts" if is_excel else "days since the year 0, as Matlab counts"
    if stamps.unit_ns == 1:
        return "nanoseconds since 2000-01-01, as Polar's sensors count"
    if stamps.unit_ns == NS:
        return "seconds since 2001-01-01" if stamps.epoch_ns > 0 else "seconds since 1904-01-01"
    return (
        "steps of 100 ns since the year 1" if stamps.epoch_ns < _WINDOWS_TICKS * 100 else "steps of 100 ns since 1601"
    )


def _clock(numbers: Floats) -> ClockNumbers | None:
    """Take numbers as hhmmss if no minute or second passes 59, and they leap where a minute ends."""
    steps = np.diff(numbers)
    if len(numbers) < _LEAST or not rises(numbers) or numbers.min() < 0:
        return None
    for digits in (0, 3, 2, 6):
        shift = 10**digits
        clock = np.floor(numbers / shift)
        if clock.max() >= 250_000 or np.any(clock % 100 > 59) or np.any(clock // 100 % 100 > 59):  # noqa: PLR2004
            continue
        usual = float(np.median(steps)) / shift
        if not 0 <= usual <= 1.0:
            continue
        minutes = np.flatnonzero(np.diff(clock // 100) != 0)  # from 59.98 to 100.00, or at midnight back to 0
        leaps = steps[minutes] / shift
        if len(minutes) and np.all((leaps > 39) | (leaps < -235_000)):  # noqa: PLR2004
            return ClockNumbers(digits)
    return None


def _differences(numbers: Floats, stated: NumberStamps | None, label: str, notes: list[str]) -> NumberStamps | None:
    """Take numbers that neither rise nor fall, each about the period of an accelerometer, as differences."""
    if len(numbers) < _LEAST:
        return None
    steps = np.diff(numbers)
    if (steps > 0).any() and not (steps < 0).any():
        return None  # times that stand still within a packet
    if max(float(np.mean(steps > 0)), float(np.mean(steps < 0))) > _MOSTLY or (
        not steps.any() and not (stated or _SAYS_DIFFERENCES & set(words_of(label)))
    ):
        return None
    usual = float(np.median(numbers))
    near = float(np.mean((numbers > 0.2 * usual) & (numbers < 5 * usual)))
    if usual <= 0 or near < _MOSTLY or abs(float(numbers[-1] - numbers[0])) > 10 * usual:
        return None
    candidates = [stated.unit_ns] if stated is not None else [NS, 1_000_000, 1_000, 1]
    for unit_ns in candidates:
        if LOWEST_HZ <= NS / (usual * unit_ns) <= HIGHEST_HZ:
            notes.append(f"The column {label or 'of times'} holds the time from row to row; it was added up.")
            kind: Kind = "decimal" if stated is None else stated.kind
            return NumberStamps(unit_ns, is_date=False, kind=kind, differences=True)
    return None
