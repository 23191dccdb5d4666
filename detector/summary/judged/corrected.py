"""A rate corrected by what reviewers said: of twitches that are ones.

Two things are not known: how many of the events that nobody has looked at are twitches, and what the rate behind so
many twitches is, which come in spells. The first is drawn many times from a beta-binomial distribution (Jeffreys'
prior) that the random sample allows, and for each draw the second is worked out as for a night that needs no
correction. What is told is all draws together. Which of the unseen events are the true ones matters, too, for it makes
the spells sharper or blunter: nobody knows whether false ones come in spells as the true ones do, so in every other
draw they are any of the unseen, and in the others they come steadily.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.series import Rate
from detector.series.dispersed import mixed_interval
from detector.summary.judged.precision import Labelled, Review, beta_binomial

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_DRAWS = 40
_HOUR_S = 3600.0
_SEED = 20_261


@dataclass(frozen=True, slots=True)
class Corrected:
    """What reviewers said of the twitches of a night that count.

    Parameters
    ----------
    review
        How much is reviewed.
    found
        Twitches found.
    labelled, yes, no, unsure
        Of how many something is said, and what: chosen ones too.
    sampled
        Of how many something is said that were drawn at random, or all where all are labelled.
    true_low, true_high
        Between how many and how many are twitches (95 %), where all or a random sample of them are labelled. Else what
        the labels alone leave possible: those that are said to be twitches, and all but those said to be none.
    rate
        Twitches per hour corrected, with both uncertainties in its interval; its count is rounded. None unless all or a
        random sample of them are labelled. What is unsure is half a twitch in the rate, none at the interval's lower
        end, and one at its upper end.
    """

    review: Review
    found: int
    labelled: int
    yes: int
    no: int
    unsure: int
    sampled: int
    true_low: int
    true_high: int
    rate: Rate | None


def corrected(
    labelled: Labelled, blocks: Sequence[tuple[int, float]], block_of: npt.NDArray[np.intp], seconds: float
) -> Corrected:
    """Correct a rate.

    Parameters
    ----------
    labelled
        What is said of each twitch that counts.
    blocks
        Count and observed seconds of each stretch of the night; see `detector.series.dispersed`.
    block_of
        In which of them each twitch lies.
    seconds
        Observed time in all.
    """
    review = labelled.review
    yes, no, unsure = (int(each.sum()) for each in (labelled.yes, labelled.no, labelled.unsure))
    found = len(labelled.said)
    facts = (review, found, yes + no + unsure, yes, no, unsure, int(labelled.standing.sum()))
    times = [length for _, length in blocks]
    if review not in ("all", "sample") or not sum(times) or seconds <= 0:
        return Corrected(*facts, yes, found - no, None)
    ends = [_Taken.of(labelled, unsure_is_true=taken) for taken in ((False, True) if unsure else (False,))]
    scale = seconds / sum(times)  # a minute may lie astride the edge of a block
    intervals = [mixed_interval(each.draws(block_of, times), [t * scale for t in times]) for each in ends]
    middle = float(np.mean([each.mean for each in ends]))
    rate = Rate(
        round(middle),
        middle / seconds * _HOUR_S,
        intervals[0][0] * _HOUR_S,
        intervals[-1][1] * _HOUR_S,
    )
    return Corrected(*facts, ends[0].quantile(0.025), ends[-1].quantile(0.975), rate)


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """How many are true, the unsure ones taken for the one or the other.

    `known` is of each twitch 1 where it is true, 0 where it is none, -1 where nothing is said; `chance` of how many of
    the last are true, from 0 to all of them.
    """

    known: npt.NDArray[np.int8]
    chance: npt.NDArray[np.float64]

    @classmethod
    def of(cls, labelled: Labelled, *, unsure_is_true: bool) -> _Taken:
        known = np.where(labelled.said == 0, -1, labelled.yes | (labelled.unsure & unsure_is_true)).astype(np.int8)
        stands = labelled.standing
        yes, size = int((known[stands] == 1).sum()), int(stands.sum())
        unseen = int((known < 0).sum())
        # Of all that were not drawn; of those the chosen ones are known, and only bound what the rest may be.
        every = beta_binomial(len(known) - size, yes + 0.5, size - yes + 0.5)
        chosen_yes = int((known[~stands] == 1).sum())
        places = np.clip(np.arange(len(every)) - chosen_yes, 0, unseen)
        return cls(known, np.asarray(np.bincount(places, every, unseen + 1), np.float64))

    @property
    def certain(self) -> int:
        return int((self.known == 1).sum())

    @property
    def mean(self) -> float:
        return self.certain + float(self.chance @ np.arange(len(self.chance)))

    def quantile(self, share: float) -> int:
        return self.certain + int(np.searchsorted(np.cumsum(self.chance), share))

    def draws(self, block_of: npt.NDArray[np.intp], times: Sequence[float]) -> list[list[int]]:
        """Draw how many true ones each block holds."""
        sure = np.bincount(block_of[self.known == 1], minlength=len(times))
        unseen = np.bincount(block_of[self.known < 0], minlength=len(times))
        if not unseen.sum():
            return [sure.tolist()]
        rng = np.random.default_rng(_SEED)  # the same night, the same answer
        below = np.cumsum(self.chance)
        wanted = np.searchsorted(below, (np.arange(_DRAWS) + 0.5) / _DRAWS * below[-1])
        found = []
        for number, true in enumerate(wanted.tolist()):
            if number % 2:
                seen = rng.multivariate_hypergeometric(unseen, true)
            else:
                seen = unseen - _steady(rng, unseen, np.array(times), int(unseen.sum()) - true)
            found.append((sure + seen).tolist())
        return found


def _steady(
    rng: np.random.Generator, room: npt.NDArray[np.intp], times: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.intp]:
    """Draw in which blocks so many false ones lie that come steadily, no more in each than it has room for."""
    taken = np.zeros_like(room)
    while (left := count - int(taken.sum())) > 0:
        weights = np.where(room > taken, np.maximum(times, 1e-9), 0.0)
        taken = np.minimum(taken + rng.multinomial(left, weights / weights.sum()), room)
    return taken
