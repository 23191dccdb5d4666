"""How many of the twitches found are twitches, by what reviewers said of them.

Only two kinds of labels stand for events that nobody has looked at: none, because all are labelled; and those of a
random sample. A sample is known by its `Estimate`, which says of which events it was drawn and which those are that
were drawn (`drawn`). Labels of events that a reviewer chose, be it a page of them, a family or the largest, correct
these events and say nothing of others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detector.night.judging.judgements import NO, UNSURE, YES, fold

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.night.judging.judgements import Judged, Place
    from detector.summary.told import Told

Review = Literal["all", "sample", "part", "none"]
"""How much is reviewed: all; a random sample, which stands for all; some that a reviewer chose, which stand for
nothing but themselves; none."""

_COVERS, _DRAWN = "covers", "drawn"
_MOST_DRAWN = 4000
"""More have no room in an estimate. So many are nearly always all, and then it is their labels that say so."""
_NONE, _YES, _NO, _UNSURE = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """What is said of some twitches of a wearable, one entry each.

    Parameters
    ----------
    said
        0 where nothing is, 1 that it is a twitch, 2 that it is none, 3 that nobody can say.
    drawn
        Whether it belongs to a random sample of all twitches of this wearable, and is labelled.
    """

    said: npt.NDArray[np.int8]
    drawn: npt.NDArray[np.bool_]

    @classmethod
    def nothing(cls, count: int) -> Labelled:
        """Where no reviewer has been."""
        return cls(np.zeros(count, np.int8), np.zeros(count, bool))

    def at(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Labelled:
        """Pick some of them."""
        return Labelled(self.said[which], self.drawn[which])

    @property
    def yes(self) -> npt.NDArray[np.bool_]:
        """Of which it is said that they are twitches."""
        return np.asarray(self.said == _YES)

    @property
    def no(self) -> npt.NDArray[np.bool_]:
        """Of which it is said that they are none."""
        return np.asarray(self.said == _NO)

    @property
    def unsure(self) -> npt.NDArray[np.bool_]:
        """Of which nobody can say."""
        return np.asarray(self.said == _UNSURE)

    @property
    def review(self) -> Review:
        """How much is reviewed. Where there is nothing to review, all of it is."""
        if (self.said != _NONE).all():
            return "all"
        if self.drawn.any():
            return "sample"
        return "part" if (self.said != _NONE).any() else "none"

    @property
    def standing(self) -> npt.NDArray[np.bool_]:
        """Those that stand for all."""
        return np.ones(len(self.said), bool) if self.review == "all" else self.drawn


def drawn(covers: Iterable[Place], sampled: Iterable[Place]) -> dict[str, Any]:
    """Say how a random sample of a night was drawn: to go into `Estimate.what`, of each night its own.

    Parameters
    ----------
    covers
        The events of the night that it was drawn from, each with the same chance.
    sampled
        Those that were drawn.

    Returns
    -------
    dict
        Keys and values as JSON has them.
    """
    onsets: defaultdict[str, list[int]] = defaultdict(list)
    every = tuple(sampled)
    for place in every if len(every) <= _MOST_DRAWN else ():
        onsets[place.sensor].append(place.onset_ns)
    counts = Counter((place.sensor, place.kind) for place in covers)
    return {
        _COVERS: [[sensor, kind, count] for (sensor, kind), count in sorted(counts.items())],
        _DRAWN: {sensor: sorted(each) for sensor, each in sorted(onsets.items())},
    }


def sampled_onsets(judged: Judged, places: Sequence[Place], sensor: str, kind: str) -> set[int]:
    """Return the onsets (UTC in ns) of the events of a kind that a random sample of all of that kind has drawn.

    Parameters
    ----------
    judged
        What holds.
    places
        The events there are.
    sensor, kind
        Of which wearable and kind.

    Returns
    -------
    set of int
        Of all such samples. A sample of a part of these events, as of a family, is none of them; neither is one of the
        events that were there before the night was computed anew.
    """
    count = sum(place.sensor == sensor and place.kind == kind for place in places)
    found: set[int] = set()
    for estimate in judged.estimates.values():
        if not estimate.of_old_events and [sensor, kind, count] in _list(estimate.what.get(_COVERS)):
            onsets = estimate.what.get(_DRAWN)
            found.update(
                each
                for each in _list(onsets.get(sensor) if isinstance(onsets, Mapping) else None)
                if isinstance(each, int)
            )
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def labels_of(night: Told) -> dict[str, tuple[list[Place], Labelled]]:
    """Return what is said of the twitches of each wearable, in the order of time; no entry where nothing is.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    actions = night.actions()
    if not actions:
        return {}
    places = night.places()
    judged = fold(actions)
    of: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.kind == "twitch":
            of[place.sensor].append(place)
    found = {}
    for sensor, twitches in of.items():
        onsets = sampled_onsets(judged, places, sensor, "twitch")
        said = np.array([_number(judged, place) for place in twitches], np.int8)
        is_drawn = np.array([place.onset_ns in onsets for place in twitches], bool) & (said != _NONE)
        found[sensor] = (twitches, Labelled(said, is_drawn))
    return found


def _number(judged: Judged, place: Place) -> int:
    said = judged.of(place)
    if said is None:
        return _NONE
    return {YES: _YES, NO: _NO, UNSURE: _UNSURE}.get(said.label, _NO)  # another kind is no twitch


def beta_binomial(trials: int, alpha: float, beta: float) -> npt.NDArray[np.float64]:
    """Probability of each number of true ones among the trials, from 0 to all."""
    x = np.arange(trials)
    steps = np.log((trials - x) * (alpha + x)) - np.log((x + 1) * (beta + trials - x - 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), np.float64)
