"""The night while it is being made: its samples, its free time and its truth."""

from __future__ import annotations

import bisect
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.detection.simulator.draws import Array, Seed, stream
from benchmarks.detection.simulator.plan import Plan
from benchmarks.detection.truth import Truth
from detector.events import Kind

LEAD_S = 20.0
"""Free of events at the start, for detectors to settle."""

TAIL_S = 3.0
"""Free of events at the end."""

BETWEEN_S = 2.0
"""Least time between two events that are not twitches."""

_TRIES = 16


class Stage:
    """Where ingredients put their events.

    Parameters
    ----------
    plan, seed
        Of the night.

    Attributes
    ----------
    rate_hz
        True sampling rate.
    xyz
        Acceleration in mg, float32, shape ``(n, 3)``.
    truth
        Events so far, in no order.
    turns
        ``(onset, end)`` of each gross movement, by onset; each leaves another posture.
    """

    def __init__(self, plan: Plan, seed: Seed) -> None:
        self.plan = plan
        self.seed = seed
        self.rate_hz = plan.true_rate_hz
        self.length_s = 3600.0 * plan.hours
        self.xyz = np.zeros((round(self.length_s * self.rate_hz), 3), np.float32)
        self.truth: list[Truth] = []
        self.turns: list[tuple[float, float]] = []
        self._busy: list[tuple[float, float]] = []
        self._kept_clear: list[tuple[float, float]] = []

    def rng(self, ingredient: str, *numbers: int) -> np.random.Generator:
        """Random numbers of an ingredient, or of one event of it."""
        # A night of the family held out has nothing in common with one of the other family and the same seed.
        family = "held out, " if self.plan.held_out else ""
        return stream(self.seed, family + ingredient, *numbers)

    def hears(self, ingredient: str) -> bool:
        """Whether an ingredient is not silenced."""
        return ingredient not in self.plan.silent

    def count(self, ingredient: str, per_hour: float) -> int:
        """How many events there are at a rate."""
        return int(self.rng(ingredient + " count").poisson(per_hour * self.plan.hours))

    def places(self, ingredient: str, lasts_s: Array, clear_s: float = 1.0) -> Array:
        """Find a free place for events of given lengths and take it.

        Parameters
        ----------
        ingredient
            Whose they are.
        lasts_s
            Lengths, shape ``(n,)``.
        clear_s
            Time around each that twitches keep clear of.

        Returns
        -------
        ndarray
            Onsets, NaN where there was no place, shape ``(n,)``.
        """
        tries = self.rng(ingredient + " places").random((len(lasts_s), _TRIES))
        onsets = np.full(len(lasts_s), np.nan)
        for i, lasts in enumerate(lasts_s):
            room = self.length_s - TAIL_S - LEAD_S - float(lasts)
            for uniform in tries[i]:
                onset = LEAD_S + room * float(uniform)
                if room > 0 and self.take(onset, onset + float(lasts), clear_s):
                    onsets[i] = onset
                    break
        return onsets

    def take(self, start_s: float, end_s: float, clear_s: float = 1.0, between_s: float = BETWEEN_S) -> bool:
        """Take a stretch of time if it is free, and say whether it was."""
        if start_s < LEAD_S or end_s > self.length_s - TAIL_S:
            return False
        at = bisect.bisect(self._busy, (start_s, end_s))
        if at and self._busy[at - 1][1] + between_s > start_s:
            return False
        if at < len(self._busy) and self._busy[at][0] < end_s + between_s:
            return False
        self._busy.insert(at, (start_s, end_s))
        self._kept_clear.append((start_s - clear_s, end_s + clear_s))
        return True

    def is_clear(self, start_s: Array, end_s: Array) -> npt.NDArray[np.bool_]:
        """Whether stretches keep clear of all that has taken its place."""
        grid_hz = 100.0
        change = np.zeros(int(self.length_s * grid_hz) + 2, np.int32)
        for start, end in self._kept_clear:
            change[max(int(start * grid_hz), 0)] += 1
            change[min(int(end * grid_hz) + 1, len(change) - 1)] -= 1
        occupied = np.concatenate([[0], np.cumsum(np.cumsum(change) > 0)])
        first = np.clip((start_s * grid_hz).astype(np.int64), 0, len(change) - 1)
        last = np.clip((end_s * grid_hz).astype(np.int64) + 1, 0, len(change))
        return np.asarray(occupied[last] == occupied[first])

    def sound(self, onset_s: float, lasts_s: float, wave: Callable[[Array], Array]) -> float:
        """Add what a function of the time after the onset, in mg and of shape ``(m, 3)``, gives at the samples.

        Samples are points of the continuous acceleration: what lies above half the rate comes back as lower
        frequencies, as it does in a sensor without an anti-aliasing filter.

        Returns
        -------
        float
            Largest peak to peak of an axis, in mg.
        """
        first = int(np.ceil(onset_s * self.rate_hz))
        last = min(int(np.floor((onset_s + lasts_s) * self.rate_hz)) + 1, len(self.xyz))
        if last <= first:
            return 0.0
        values = wave(np.arange(first, last) / self.rate_hz - onset_s)
        self.xyz[first:last] += values
        return float(np.ptp(values, axis=0).max())

    def tell(self, onset_s: float, lasts_s: float, kind: Kind, source: str, p2p_mg: float) -> None:
        """Put an event without a motor unit into truth."""
        self.truth.append(Truth(float(onset_s), float(lasts_s), kind, source, float(p2p_mg)))
