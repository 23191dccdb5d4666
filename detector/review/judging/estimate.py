"""How many of these are true: from a sample that grows in stages until the answer is as narrow as asked for.

A stage is a whole systematic sample: every k-th event in the order of score, from a random start. Stages nest. A sample
of twice the size from the start that follows (``2 u mod 1``) holds every event of the one before, and its start is as
random as the first; so no label is thrown away, and what is reckoned with is a plain systematic sample each time.
Stages that are independent of one another would each cost their whole size anew, for a little more honesty in the rule
that stops; that is bought more cheaply by a level somewhat above 95 % (`LEVEL`), which is measured with the rule in it:
``python -m benchmarks page --only estimate``.

The interval is a beta-binomial one over the events that were not looked at (Jeffreys' prior), by summing it exactly.
Where the score ranks well, a systematic sample errs less than a random one; how much less is seen from neighbours in
the order of score (successive differences), and counts as a larger sample.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from detector.summary.judged.precision import beta_binomial

FIRST = 20
"""Events in the first stage."""
WIDTH = 0.10
"""Half of the interval's width that is asked for unless another is, as a share."""
LEVEL = 0.965
"""Level of the interval after a stage, above 95 % by what stopping at a lucky stage costs."""
_WEIGHT = 10.0
"""How many neighbours' worth of "the score ranks nothing" the observed neighbours have to outweigh."""
_LEAST_RATIO = 0.1
_STARTS = 1 << 32


@dataclass(frozen=True, slots=True)
class Interval:
    """How many of the events are true.

    Parameters
    ----------
    low, high
        Of all events, both ends included.
    out_of
        All events.
    """

    low: int
    high: int
    out_of: int

    @property
    def half_width(self) -> float:
        """Half of its width, as a share of all events."""
        return (self.high - self.low) / 2 / self.out_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stage says.

    Parameters
    ----------
    labelled, out_of
        How many events were looked at, of how many.
    yes, unsure
        How many of them were said to be true, and of how many nobody knew.
    low, high
        How many of all are true: the lowest and the highest end of the two intervals that hold if each unsure one is
        false, and if each is true.
    is_narrow
        Whether both intervals are as narrow as asked for. What is unsure widens the answer and asks for no more
        labels, for no number of them would make it narrower.
    """

    labelled: int
    out_of: int
    yes: int
    unsure: int
    low: int
    high: int
    is_narrow: bool

    @property
    def share(self) -> float:
        """Share that is true, an unsure one counted as half a true one."""
        return (self.yes + self.unsure / 2) / self.labelled if self.labelled else math.nan


def stages(out_of: int, first: int = FIRST) -> tuple[int, ...]:
    """Sizes of the samples: each twice the one before, the last one all events.

    Returns
    -------
    tuple of int
        Empty where there are no events.
    """
    sizes = []
    size = first
    while size < out_of:
        sizes.append(size)
        size *= 2
    return (*sizes, out_of) if out_of else ()


def random_start() -> int:
    """Draw where the first sample starts, of 2^32 places."""
    return secrets.randbelow(_STARTS)


def sample(out_of: int, stage: int, start: int, first: int = FIRST) -> list[int]:
    """Return the places, in the order of score, that a stage looks at: those of the stages before among them.

    Parameters
    ----------
    out_of
        All events.
    stage
        Counts from 0.
    start
        As `random_start` gave it.
    first
        Events in the first stage.
    """
    sizes = stages(out_of, first)
    size = sizes[stage]
    if size == out_of:
        return list(range(out_of))
    begin = (start << stage) % _STARTS
    # In whole numbers: the same place in two stages must not differ by rounding.
    return [(place * _STARTS + begin) * out_of // (size * _STARTS) for place in range(size)]


def fresh(out_of: int, stage: int, start: int, first: int = FIRST) -> list[int]:
    """Return the places that a stage asks about first, in an order that tells nothing of the score."""
    before = set(sample(out_of, stage - 1, start, first)) if stage else set()
    places = [place for place in sample(out_of, stage, start, first) if place not in before]
    return [places[each] for each in np.random.default_rng((start, stage)).permutation(len(places))]


def answer(labels: Sequence[bool | None], out_of: int, width: float = WIDTH, level: float = LEVEL) -> Answer:
    """Say how many of all events are true.

    Parameters
    ----------
    labels
        Of the sample, in the order of score: true, false, or None where nobody knew.
    out_of
        All events.
    width
        Half of the width asked for, as a share.
    level
        Of the interval.
    """
    ends = [interval(tuple(bool(label) if label is not None else taken for label in labels), out_of, level)
            for taken in (False, True)]  # fmt: skip
    return Answer(
        labelled=len(labels),
        out_of=out_of,
        yes=sum(label is True for label in labels),
        unsure=sum(label is None for label in labels),
        low=ends[0].low,
        high=ends[1].high,
        is_narrow=all(end.half_width <= width for end in ends),
    )


def interval(truth: tuple[bool, ...], out_of: int, level: float = LEVEL) -> Interval:
    """Return between how many and how many of all events are true, by a systematic sample in the order of score."""
    changes = sum(one != other for one, other in pairwise(truth))
    return _interval(len(truth), sum(truth), changes, out_of, level)


@lru_cache(maxsize=100_000)
def _interval(labelled: int, yes: int, changes: int, out_of: int, level: float) -> Interval:
    if labelled == out_of:
        return Interval(yes, yes, out_of)
    weight = 1 / _variance_ratio(labelled, yes, changes) if 0 < yes < labelled else 1.0
    alpha, beta = yes * weight + 0.5, (labelled - yes) * weight + 0.5
    below = np.cumsum(beta_binomial(out_of - labelled, alpha, beta))
    tail = (1 - level) / 2
    # Where all looked at are alike, all of them may be: Brown, Cai & DasGupta 2001, the modified Jeffreys interval.
    low = 0 if yes == 0 else int(np.searchsorted(below, tail))
    high = out_of - labelled if yes == labelled else int(np.searchsorted(below, 1 - tail))
    return Interval(yes + low, yes + min(high, out_of - labelled), out_of)


def _variance_ratio(labelled: int, yes: int, changes: int) -> float:
    """Variance of a systematic sample over that of a random one, by successive differences, drawn towards 1.

    Wolter (2007), Introduction to Variance Estimation, chapter 8: half the mean squared difference of neighbours.
    """
    random = yes * (labelled - yes) / labelled / (labelled - 1)
    neighbours = changes / 2 / (labelled - 1)
    pairs = labelled - 1
    ratio = (pairs * neighbours + _WEIGHT * random) / ((pairs + _WEIGHT) * random)
    return min(max(ratio, _LEAST_RATIO), 1.0)


def labels_needed(out_of: int, width: float = WIDTH, share: float = 0.7) -> int:
    """Return after how many labels a sample stops if that share of all events is true and the score says nothing.

    Parameters
    ----------
    out_of
        All events.
    width
        Half of the width asked for, as a share.
    share
        Of true ones.
    """
    for size in stages(out_of):
        yes = round(share * size)
        changes = round(2 * yes * (size - yes) / size)
        if _interval(size, yes, changes, out_of, LEVEL).half_width <= width:
            return size
    return out_of


def labels_between(out_of: int, width: float = WIDTH) -> tuple[int, int]:
    """Return how many labels it takes at least, where nearly all or none are true, and at most, where half are."""
    return labels_needed(out_of, width, 1.0), labels_needed(out_of, width, 0.5)
