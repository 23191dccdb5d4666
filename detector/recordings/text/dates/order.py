"""Whether the day or the month of a date comes first: by what is said, by the header, or by impossible values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.dates.cells import shape_of
from detector.recordings.text.dates.spelling import spelling_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.recordings.wish import Order

_PATTERN = re.compile(
    r"(?<![a-z])(d{1,4}|m{1,4}|y{2,4})[-/. ]?(d{1,4}|m{1,4}|y{2,4})[-/. ]?(d{1,4}|m{1,4}|y{2,4})(?![a-z])"
)
_DATE = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d.])")
_MONTHS, _DAYS = 12, 31


def find_order(name: str, cells: Sequence[str], header: Iterable[str], said: Order | None, notes: list[str]) -> Order:
    """Find which number of the dates of a column comes first.

    Parameters
    ----------
    name
        Name of the file.
    cells
        Dates of the column, those of the file's end among them.
    header
        What stands above the rows: a pattern such as ``dd/MM/yyyy``, or other dates.
    said
        What the user says.
    notes
        Takes what the user should know.

    Raises
    ------
    RecordingError
        Where it cannot be told.
    """
    dates = [date for cell in cells if (date := _numbers(cell)) is not None]
    if not dates:
        return "day-first"
    if said is not None:
        return said
    header = list(header)
    for line in header:
        if match := _PATTERN.search(line.lower()):
            first = "".join(group[0] for group in match.groups())
            if sorted(first) == ["d", "m", "y"]:
                order: Order = {"d": "day-first", "m": "month-first"}.get(first[0], "year-first")  # type: ignore[assignment]
                notes.append(f"Its dates are taken as {order}, as its header says.")
                return order
    above = [tuple(map(int, m.group(1, 3, 4))) for line in header for m in _DATE.finditer(line)]
    short = all(date[3] for date in dates)
    for known in (dates, [(*date, len(str(date[2])) <= 2) for date in above]):  # noqa: PLR2004 - a short year
        orders = _possible([date[:3] for date in known], short=short)
        if len(orders) == 1:
            notes.append(f"Its dates such as {cells[0]!r} are taken as {orders[0]}: another order is impossible.")
            return orders[0]
    crossed = _crossed([date[:3] for date in dates])
    if crossed is not None:
        notes.append(f"Its dates such as {cells[0]!r} are taken as {crossed}: else they would leap over a month.")
        return crossed
    if all(spelling.dotted for cell in cells if (spelling := spelling_of(shape_of(cell))) is not None):
        notes.append(f"Its dates such as {cells[0]!r} are taken as day-first, as dots part them.")
        return "day-first"
    raise RecordingError(
        f"The dates of {name} such as {cells[0]!r} may have the day or the month first; say which with --dates "
        "day-first or --dates month-first."
    )


def _numbers(cell: str) -> tuple[int, int, int, bool] | None:
    """Return the three numbers of a date whose order is open, and whether its year has two digits."""
    spelling = spelling_of(shape_of(cell))
    if spelling is None or "a" not in spelling.places:
        return None
    raw = cell.encode("utf-8", "replace")
    a, b, c = (int(raw[slice(*spelling.places[part])]) for part in "abc")
    return a, b, c, spelling.places["c"][1] - spelling.places["c"][0] == 2  # noqa: PLR2004


def _possible(dates: Iterable[tuple[int, ...]], *, short: bool) -> list[Order]:
    dates = list(dates)
    if not dates:
        return []
    orders: list[Order] = []
    if all(a <= _DAYS and b <= _MONTHS for a, b, _ in dates):
        orders.append("day-first")
    if all(a <= _MONTHS and b <= _DAYS for a, b, _ in dates):
        orders.append("month-first")
    if short and all(b <= _MONTHS and c <= _DAYS for _, b, c in dates):
        orders.append("year-first")
    return orders


def _crossed(dates: Sequence[tuple[int, ...]]) -> Order | None:
    """Tell the order where the dates of a file go on by a day or two: it is the day that changes."""
    days = sorted(set(dates))
    if not 1 < len(days) <= _DAYS:
        return None
    firsts, seconds, thirds = ({date[part] for date in days} for part in range(3))
    if len(thirds) == 1 and len(seconds) == 1 and max(firsts) - min(firsts) < len(days) + 1:
        return "day-first"
    if len(thirds) == 1 and len(firsts) == 1 and max(seconds) - min(seconds) < len(days) + 1:
        return "month-first"
    return None
