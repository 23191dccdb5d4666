"""Rates of people and groups, with intervals from drawing nights, or people, anew.

A person's rate is all twitches over all measurable hours of the nights that count. A group's is the mean of its
people's, each person once, however many nights there are. Nights of a person are alike, so a group's interval comes
from drawing people and not nights, with replacement, as in `detector.scoring.people` (Efron and Tibshirani 1993,
chapter 8). With fewer than five there is nothing to draw from, and no interval is told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.people import DRAWS, LEAST_PEOPLE, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from detector.cohort.results.rows import NightRow

    Array = npt.NDArray[np.float64]

ALL = "all"
"""Name of the row of everybody, where there are several groups."""
_AT_ONCE = 4_000_000
"""Drawn numbers held at a time."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with its interval.

    Parameters
    ----------
    per_hour
        Twitches per measurable hour; None without such an hour.
    low, high
        95 % interval; None where it is refused.
    refused
        Why there is no interval; "" where there is one.
    """

    per_hour: float | None
    low: float | None = None
    high: float | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's nights at one place of the body.

    Parameters
    ----------
    subject, group, place
        Who, and where it was worn.
    nights, left_out
        Nights that count, and those that do not.
    hours, found
        Measurable hours of the former, and twitches in them.
    all_sizes, large
        Rates of every twitch found, and of those of the size that all nights of the cohort can see; intervals are
        between nights.
    """

    subject: str
    group: str
    place: str
    nights: int
    left_out: int
    hours: float
    found: int
    all_sizes: Figure
    large: Figure


@dataclass(frozen=True, slots=True)
class GroupRow:
    """People of one group, at one place of the body.

    Parameters
    ----------
    group, place
        Which.
    people, nights, hours, found
        Of those who have a night that counts.
    without
        People without one.
    all_sizes, large
        Mean of the people's rates; intervals are between people.
    median
        Median of the people's rates of every twitch found; None without people.
    """

    group: str
    place: str
    people: int
    without: int
    nights: int
    hours: float
    found: int
    all_sizes: Figure
    large: Figure
    median: float | None


def people_of(rows: Sequence[NightRow]) -> list[PersonRow]:
    """Put the nights of each person together, those of each place for themselves.

    Nights whose place is not known for want of a result are left out at the person's first place.
    """
    of: defaultdict[tuple[str, str], list[NightRow]] = defaultdict(list)
    homeless: defaultdict[str, list[NightRow]] = defaultdict(list)
    for row in rows:
        if row.sensor is None and not row.place:
            homeless[row.task.subject].append(row)
        else:
            of[row.task.subject, row.place].append(row)
    for subject, some in homeless.items():
        place = min((place for name, place in of if name == subject), default="")
        of[subject, place] += some
    return [_person(subject, place, some) for (subject, place), some in sorted(of.items())]


def _person(subject: str, place: str, rows: Sequence[NightRow]) -> PersonRow:
    every = [row.all_sizes for row in rows if row.counts and row.all_sizes is not None]
    large = [row.large for row in rows if row.counts and row.large is not None]
    return PersonRow(
        subject=subject,
        group=rows[0].task.group,
        place=place,
        nights=len(every),
        left_out=sum(not row.counts for row in rows),
        hours=sum(each.hours for each in every),
        found=sum(each.found for each in every),
        all_sizes=_ratio([each.found for each in every], [each.hours for each in every]),
        large=_ratio([each.found for each in large], [each.hours for each in large]),
    )


def groups_of(people: Sequence[PersonRow]) -> list[GroupRow]:
    """Put the people of each group together, those of each place for themselves; and everybody."""
    of: defaultdict[tuple[str, str], list[PersonRow]] = defaultdict(list)
    for person in people:
        of[person.group, person.place].append(person)
    rows = [_group(group, place, some) for (group, place), some in sorted(of.items())]
    if len({group for group, _ in of}) > 1:
        places: defaultdict[str, list[PersonRow]] = defaultdict(list)
        for person in people:
            places[person.place].append(person)
        rows += [_group(ALL, place, some) for place, some in sorted(places.items())]
    return rows


def _group(group: str, place: str, people: Sequence[PersonRow]) -> GroupRow:
    there = [person for person in people if person.nights]
    rates = [person.all_sizes.per_hour for person in there if person.all_sizes.per_hour is not None]
    return GroupRow(
        group=group,
        place=place,
        people=len(there),
        without=len(people) - len(there),
        nights=sum(person.nights for person in there),
        hours=sum(person.hours for person in there),
        found=sum(person.found for person in there),
        all_sizes=_mean(rates),
        large=_mean([person.large.per_hour for person in there if person.large.per_hour is not None]),
        median=float(np.median(rates)) if rates else None,
    )


def _ratio(found: Sequence[int], hours: Sequence[float]) -> Figure:
    """Rate of all nights together, with the interval between nights."""
    counts, time = np.array(found, np.float64), np.array(hours, np.float64)
    if not time.sum() > 0:
        return Figure(None, refused="no night counts")
    rate = float(counts.sum() / time.sum())
    return _with_interval(rate, len(counts), "night", lambda drawn: counts[drawn].sum(axis=1) / time[drawn].sum(axis=1))


def _mean(rates: Sequence[float]) -> Figure:
    """Mean of people's rates, with the interval between people."""
    values = np.array(rates, np.float64)
    if not len(values):
        return Figure(None, refused="nobody has a night that counts")
    return _with_interval(float(values.mean()), len(values), "person", lambda drawn: values[drawn].mean(axis=1))


def _with_interval(rate: float, count: int, what: str, of: Callable[[npt.NDArray[np.int64]], Array]) -> Figure:
    if count < LEAST_PEOPLE:
        many = {"night": "nights", "person": "people"}[what]
        there = f"{count} {what if count == 1 else many}"
        return Figure(rate, refused=f"{there}, and an interval needs {LEAST_PEOPLE}")
    random = np.random.default_rng(SEED)
    most = max(_AT_ONCE // count, 1)
    parts = [of(random.integers(0, count, (min(most, DRAWS - at), count))) for at in range(0, DRAWS, most)]
    low, high = np.percentile(np.concatenate(parts), [2.5, 97.5])
    return Figure(rate, float(low), float(high))
