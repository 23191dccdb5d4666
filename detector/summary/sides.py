"""Left beside right, over the time in which both could measure and were as sensitive as it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from detector.minutes import MINUTE_NS
from detector.series import Beside, beside, side_of
from detector.summary.levels import LEVELS_MG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

KEPT = 0.8
"""The size from which on both are counted is the smallest that leaves so much of the time in which both could
measure."""

_BLOCK_NS = 20 * MINUTE_NS
_SIDE = re.compile(r"(?<![a-z])(left|right)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What a wearable found, and where it could.

    Parameters
    ----------
    name, place
        As in `Sensor`.
    onsets_ns, p2p_mg
        Of the twitches that count: when (UTC in ns), and their size in mg.
    minutes_ns, measurable_s, seen_mg
        Of each minute its start (UTC in ns), how much could be measured in s, and of which size 90 % are found.
    """

    name: str
    place: str | None
    onsets_ns: npt.NDArray[np.int64]
    p2p_mg: npt.NDArray[np.float64]
    minutes_ns: npt.NDArray[np.int64]
    measurable_s: npt.NDArray[np.float64]
    seen_mg: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sides:
    """Twitches found on the left and on the right.

    Parameters
    ----------
    left, right
        Names of the wearables.
    amplitude_mg
        Size from which on they are counted, in mg; 0 for all that were found, where no size leaves enough time.
    seconds
        Time in which both could measure such twitches, in s: the shorter of either minute by minute.
    rates
        Left (`Beside.one`) and right, and left over right.
    """

    left: str
    right: str
    amplitude_mg: float
    seconds: float
    rates: Beside


def sides_of(hearings: Sequence[Hearing]) -> Iterator[Sides]:
    """Hold each two wearables beside each other that were worn at the same place of either side."""
    for pair in combinations(hearings, 2):
        by_side = {side_of(each.place): each for each in pair}
        if by_side.keys() == {"left", "right"} and len({_where(each.place) for each in pair}) == 1:
            found = _beside(by_side["left"], by_side["right"])
            if found is not None:
                yield found


def _where(place: str | None) -> str:
    """The place without its side."""
    return re.sub(r"[\W_]+", " ", _SIDE.sub("", place or "").casefold()).strip()


def _beside(left: Hearing, right: Hearing) -> Sides | None:
    _, at_left, at_right = np.intersect1d(left.minutes_ns, right.minutes_ns, return_indices=True)
    both = (left.measurable_s[at_left] > 0) & (right.measurable_s[at_right] > 0)
    at_left, at_right = at_left[both], at_right[both]
    shorter_s = np.minimum(left.measurable_s[at_left], right.measurable_s[at_right])
    if not shorter_s.sum():
        return None
    worse_mg = np.maximum(left.seen_mg[at_left], right.seen_mg[at_right])  # not known is not seen
    amplitude_mg = next(
        (mg for mg in LEVELS_MG[1:] if shorter_s[worse_mg <= mg].sum() >= KEPT * shorter_s.sum()), LEVELS_MG[0]
    )
    sees = worse_mg <= amplitude_mg if amplitude_mg else np.ones(len(worse_mg), bool)
    blocks = [_blocks(each, at[sees], amplitude_mg) for each, at in ((left, at_left), (right, at_right))]
    rates = beside(blocks[0], blocks[1])
    if rates is None:
        return None
    return Sides(left.name, right.name, amplitude_mg, float(shorter_s[sees].sum()), rates)


def _blocks(of: Hearing, at: npt.NDArray[np.intp], amplitude_mg: float) -> list[tuple[int, float]]:
    minutes_ns, seconds = of.minutes_ns[at], of.measurable_s[at]
    large = of.onsets_ns[of.p2p_mg >= amplitude_mg]
    counted = large[np.isin(large // MINUTE_NS * MINUTE_NS, minutes_ns)]
    blocks, which = np.unique(minutes_ns // _BLOCK_NS, return_inverse=True)
    times = np.bincount(which, seconds, len(blocks))
    counts = np.bincount(np.searchsorted(blocks, counted // _BLOCK_NS), minlength=len(blocks))
    return [(int(count), float(time)) for count, time in zip(counts, times, strict=True)]
