"""Twitches that were felt, held against what was found: how many have an event near, and how many would by chance.

A mark says that a person felt one at about that moment. Where events are many, any moment has one near: so the share of
marks with an event is told beside the share of all measured moments that have one, which is exact and needs no draws.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import NightError
from detector.night import SUFFIX, Night
from detector.night.judging.judgements import place_of
from detector.summary.measurable import Minutes
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import numpy.typing as npt

NEAR_S = 5.0
"""So far from a mark an event may lie, before it or after it, in s: who feels one takes a moment to press a key."""
COUNTED = frozenset({"twitch", "train"})


@dataclass(frozen=True, slots=True)
class Felt:
    """Marks of a night, and events near them.

    Parameters
    ----------
    marks
        Marks in the time that was measured.
    near
        Those of them with a twitch or a train within `NEAR_S`.
    chance
        The share of the measured time that has one within `NEAR_S`: so many of the marks would have one by chance; NaN
        where nothing was measured.
    outside
        Marks at which nothing was measured: no samples came, or it was no minute in which twitches could be measured.
    """

    marks: int
    near: int
    chance: float
    outside: int

    @property
    def by_chance(self) -> float:
        """How many marks would have an event near by chance."""
        return self.marks * self.chance if self.marks else 0.0

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON has it."""
        chance = None if math.isnan(self.chance) else self.chance
        return asdict(self) | {"chance": chance, "by_chance": self.by_chance if chance is not None else None}

    @property
    def words(self) -> str:
        """Say it in a line."""
        every = self.marks + self.outside
        felt = f"{every} {'twitch' if every == 1 else 'twitches'} felt"
        outside = f", {self.outside} while nothing was measured" if self.outside else ""
        if not self.marks:
            return f"{felt}{outside}"
        near = f"{self.near} of {self.marks}" if self.outside else f"{self.near}"
        return f"{felt}{outside}: {near} with an event within {NEAR_S:g} s (by chance {self.by_chance:.1f})"


def felt_in(night: Night, marks_ns: Sequence[int]) -> Felt:
    """Hold marks against a night's events, of all wearables that know the date together.

    Events that a reviewer has called something else do not count, and what a reviewer has called a twitch does.

    Parameters
    ----------
    night
        The night.
    marks_ns
        The marks, UTC in ns.

    Returns
    -------
    Felt
        See there.

    Raises
    ------
    NightError
        Where the night is damaged.
    """
    covered, events = [], []
    judged = night.judged()
    for sensor in night.sensors:
        if not sensor.has_date:
            continue
        covered.append(_measured(night, sensor.name))
        for onset_ns, event in night.placed_events(sensor.name):
            place = place_of(onset_ns, event)
            said = judged.of(place)
            kind = place.kind if said is None or said.label == "unsure" else said.kind
            if kind in COUNTED:
                events.append((place.onset_ns, place.end_ns))
    return held_against(marks_ns, _joined(np.concatenate([*covered, _NONE])), np.array(events, np.int64).reshape(-1, 2))


def felt_on(folder: Path, evening: date, marks_ns: Sequence[int]) -> Felt | None:
    """Hold an evening's marks against its night; None where there is none, or it cannot be read.

    Parameters
    ----------
    folder
        Of the nights.
    evening
        Its date.
    marks_ns
        Its marks, UTC in ns.
    """
    path = folder / f"{evening.isoformat()}{SUFFIX}"
    if not path.is_file():
        return None
    try:
        with Night(path) as night:
            return felt_in(night, marks_ns)
    except NightError:
        return None


def held_against(marks_ns: Sequence[int], measured: npt.NDArray[np.int64], events: npt.NDArray[np.int64]) -> Felt:
    """Count marks near events.

    Parameters
    ----------
    marks_ns
        UTC in ns.
    measured
        Begin and end of each stretch that was measured, ``(n, 2)``, in order, none over another; UTC in ns.
    events
        Onset and end of each, ``(m, 2)``; UTC in ns.

    Returns
    -------
    Felt
        See there.
    """
    near_ns = round(NEAR_S * NS)
    near = _joined(events + np.array([-near_ns, near_ns]))
    marks = np.asarray(marks_ns, np.int64)
    inside = _lies_in(marks, measured)
    whole_ns = _length(measured)
    chance = _overlap(near, measured) / whole_ns if whole_ns else np.nan
    hit = int(np.sum(inside & _lies_in(marks, near)))
    return Felt(int(np.sum(inside)), hit, float(chance), int(np.sum(~inside)))


_NONE = np.empty((0, 2), np.int64)


def _measured(night: Night, sensor: str) -> npt.NDArray[np.int64]:
    """Where samples are, in minutes in which twitches could be measured; all where no minute says anything."""
    anchors = night.anchors(sensor)
    rows = np.stack([anchors.start_ns, anchors.start_ns + np.round(anchors.seconds * NS).astype(np.int64)], axis=1)
    told = night.measured(sensor)
    if told:
        rows = rows[Minutes(told).count(rows[:, 0])]
    return _joined(rows)


def _joined(stretches: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Join stretches that touch or lie over each other; gives them in order of time."""
    if not len(stretches):
        return _NONE
    ordered = stretches[np.argsort(stretches[:, 0], kind="stable")]
    ends = np.maximum.accumulate(ordered[:, 1])
    first = np.concatenate([[True], ordered[1:, 0] > ends[:-1]])
    at = np.flatnonzero(first)
    last = np.concatenate([at[1:] - 1, [len(ordered) - 1]])
    return np.stack([ordered[at, 0], ends[last]], axis=1)


def _lies_in(moments: npt.NDArray[np.int64], stretches: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    if not len(stretches):
        return np.zeros(len(moments), bool)
    at = np.searchsorted(stretches[:, 0], moments, side="right") - 1
    return np.asarray((at >= 0) & (moments <= stretches[np.maximum(at, 0), 1]))


def _length(stretches: npt.NDArray[np.int64]) -> int:
    return int(np.sum(stretches[:, 1] - stretches[:, 0]))


def _overlap(some: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> int:
    """How much of some stretches lies in others; each in order, none over another of its own."""
    both, at = 0, 0
    for begin, end in some.tolist():
        while at < len(others) and others[at, 1] <= begin:
            at += 1
        each = at
        while each < len(others) and others[each, 0] < end:
            both += min(end, int(others[each, 1])) - max(begin, int(others[each, 0]))
            each += 1
    return both
