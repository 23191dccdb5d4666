"""Twitches of at least a fixed size, in the time in which nearly all of that size would be found.

A quieter night shows more small twitches. Above a size that all of some nights can see, their rates may be compared:
of a minute counts what is at least so large, if the minute would have shown nine in ten of that size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.series import Rate, rate_per_hour
from detector.series.dispersed import BLOCK_S, blocks_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.summary.judged.precision import Labelled

LEVELS_MG = (0.0, 5.0, 6.3, 8.0, 10.0, 12.5, 16.0, 20.0, 25.0, 32.0, 40.0, 63.0, 100.0)
"""Sizes peak to peak, a quarter more each time or so; 0 is every twitch that was found."""


@dataclass(frozen=True, slots=True)
class Level:
    """Twitches of at least this size, in the time in which 90 % of that size would be found.

    Parameters
    ----------
    amplitude_mg
        The size, peak to peak in mg; 0 for every twitch found, in all time in which twitches could be measured.
    seconds
        That time, in s.
    found
        Twitches in it.
    blocks
        Their count and that time in s by stretches of 20 min; see `detector.series.dispersed`.
    labelled, yes, unsure
        Of a random sample of the twitches found, or of all of them: how many of those counted here were labelled, of
        how many it was said that they are twitches, and of how many nobody could say. Labels of events that a reviewer
        chose are not among them. All are labelled where `labelled` is `found`.
    said_yes, said_no
        Twitches counted here of which any label says that they are, or are not: chosen ones too.
    """

    amplitude_mg: float
    seconds: float
    found: int
    blocks: tuple[tuple[int, float], ...]
    labelled: int = 0
    yes: int = 0
    unsure: int = 0
    said_yes: int = 0
    said_no: int = 0

    def rate(self) -> Rate | None:
        """Twitches found per hour of that time, with their interval; None where there is no such time."""
        return rate_per_hour(self.found, self.seconds, blocks=self.blocks)


def levels_of(
    onsets_s: npt.NDArray[np.float64],
    p2p_mg: npt.NDArray[np.float64],
    minutes_s: npt.NDArray[np.float64],
    measurable_s: npt.NDArray[np.float64],
    seen_mg: npt.NDArray[np.float64],
    labelled: Labelled,
) -> tuple[Level, ...]:
    """Count at every level.

    Parameters
    ----------
    onsets_s, p2p_mg
        Of the twitches that count: when, in s, and their size peak to peak in mg.
    minutes_s, measurable_s, seen_mg
        Of each minute: its start on the same scale, in order; how much of it could be measured, in s; and the size of
        which 90 % are found, in mg, NaN where it is not known.
    labelled
        What is said of each twitch.
    """
    stands = labelled.standing
    at = np.searchsorted(minutes_s, onsets_s, side="right") - 1
    known = np.where(np.isnan(seen_mg), np.inf, seen_mg)
    found = []
    for amplitude_mg in LEVELS_MG:
        sees = (known <= amplitude_mg) if amplitude_mg else np.ones(len(known), bool)
        counts = (at >= 0) & (p2p_mg >= amplitude_mg)
        counts[counts] = sees[at[counts]]
        parts = list(zip(minutes_s[sees].tolist(), measurable_s[sees].tolist(), strict=True))
        blocks = tuple((count, round(seconds, 2)) for count, seconds in blocks_of(onsets_s[counts].tolist(), parts))
        said = (stands, stands & labelled.yes, stands & labelled.unsure, labelled.yes, labelled.no)
        numbers = (int((counts & each).sum()) for each in said)
        found.append(Level(amplitude_mg, float(measurable_s[sees].sum()), int(counts.sum()), blocks, *numbers))
    return tuple(found)


def block_of(
    onsets_s: npt.NDArray[np.float64], minutes_s: npt.NDArray[np.float64], measurable_s: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    """In which of the blocks of the level 0 each twitch lies; -1s where there is no block."""
    places = np.unique(minutes_s[measurable_s > 0] // BLOCK_S)
    if not len(places):
        return np.full(len(onsets_s), -1)
    after = np.clip(np.searchsorted(places, onsets_s / BLOCK_S - 0.5), 1, max(len(places) - 1, 1))
    before = after - 1
    after = np.minimum(after, len(places) - 1)
    where = onsets_s / BLOCK_S - 0.5
    return np.where(np.abs(places[before] - where) <= np.abs(places[after] - where), before, after)
