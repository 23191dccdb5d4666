"""Whether last night was unusual for this person, by the nights before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detector.summary.many.table import counted
from detector.summary.statistics.baseline import LEAST_NIGHTS, Band, band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.summary.many.table import Table, TrendNight


Where = Literal["below", "within", "above", "unknown"]


@dataclass(frozen=True, slots=True)
class Usual:
    """The last night against those before it.

    Parameters
    ----------
    place
        Where it lies: ``"below"``, ``"within"`` or ``"above"`` what they were; ``"unknown"`` where they are too few.
    per_hour
        Its twitches an hour, as they are compared.
    band
        Where ordinary nights lie; None where the nights before are too few.
    before
        Nights that it is compared with.
    missing
        So many more are needed to tell.
    is_of_true
        Whether true twitches are compared, by the labels of each night; else all that were found, reviewed or not.
    """

    place: Where
    per_hour: float
    band: Band | None
    before: tuple[TrendNight, ...]
    missing: int
    is_of_true: bool


def usual(table: Table) -> Usual | None:
    """Compare the last night of a table with those before it that were recorded alike.

    True twitches are compared with true ones where enough nights are reviewed, the last among them; else those found
    with those found: a reviewed night beside one that is not would seem a better one.

    Returns
    -------
    Usual or None
        None without a night.
    """
    if not table.nights:
        return None
    *before, last = table.alike()
    reviewed = [night for night in before if night.is_reviewed]
    is_of_true = last.is_reviewed and len(reviewed) >= LEAST_NIGHTS
    chosen = reviewed if is_of_true else before
    counts = _counts([*chosen, last], is_of_true=is_of_true)
    per_hour = counts[-1] / last.hours
    found = band(counts[:-1], [night.hours for night in chosen], last.hours)
    place: Where = "unknown"
    if found is not None:
        place = "below" if per_hour < found.low else "above" if per_hour > found.high else "within"
    return Usual(place, per_hour, found, tuple(chosen), max(LEAST_NIGHTS - len(chosen), 0), is_of_true)


def _counts(nights: Sequence[TrendNight], *, is_of_true: bool) -> list[float]:
    if is_of_true:
        return [float(each) for each in counted(nights).likely_true()]
    return [float(night.level.found) for night in nights]
