"""Where samples are missing between jittered time stamps.

Take from every stamp what its index alone explains: the rest, its *lateness*, is the delay of that stamp plus all time
lost so far. Delays come and go, lost time stays. So a gap is where the least lateness (the delays' lower edge) steps up
and stays up: by 1.5 periods or more, that is two samples or more, and by clearly more than that edge wanders where
nothing is missing. Single differences decide nothing: a phone that stalls for 300 ms and catches up has lost nothing.

Where stamps come in bursts (a packet's samples share its time of arrival, or times are written in whole seconds), only
the last sample of each burst is looked at, for it is the least late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.timing.kept import Since

    Floats = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.intp]

LEAST_LOST = 1.5
"""Periods a step must reach: rounded, two samples are lost."""
_CLEARLY = 5.0
"""Robust standard deviations of the lower edge a step must reach."""
_MAD_TO_SD = 1.4826
_WINDOW, _BURST_WINDOW = 16, 8
"""Samples, or bursts, on each side of a step."""
_RANK = 1
"""The edge is the second least lateness: one stamp may be early."""
_LONG = 2048
"""Samples on each side over which a step must last."""
_LONG_SHARE = 32
"""One in so many of them may be early."""
_BURSTY = 0.2
"""Share of differences below half a period from which stamps come in bursts; stray jitter gives a few per cent."""
_PARTIAL = 0.75
"""A burst of less than this part of the usual size may have been cut."""
_CHUNK = 1 << 16
"""Windows gathered at a time."""
_PLACES = 5000
"""Places looked at to learn how the lower edge wanders."""


@dataclass(frozen=True, slots=True)
class _Series:
    """The stamps looked at: all, or the last of every burst.

    Parameters
    ----------
    times
        The stamps.
    index
        Their rows, or None where it is all of them.
    period
        Sampling period.
    window, long
        How many stamps make the edge on each side of a step, and how many it must last.
    """

    times: Floats | Since
    index: Indices | None
    period: float
    window: int
    long: int

    def lateness(self, places: Indices) -> Floats:
        """Lateness at some places, infinite beyond the ends."""
        inside = np.clip(places, 0, len(self.times) - 1)
        late = self.times[inside] - self.period * (inside if self.index is None else self.index[inside])
        return np.where(places == inside, late, np.inf)

    def steps(self, places: Indices) -> Floats:
        """Step of the edge from before to after each place (the first stamp after it)."""
        result = np.empty(len(places))
        for at in range(0, len(places), _CHUNK):
            chunk = places[at : at + _CHUNK]
            result[at : at + _CHUNK] = self._edge(chunk) - self._edge(chunk - self.window)
        return result

    def _edge(self, first: Indices) -> Floats:
        late = np.partition(self.lateness(first[:, None] + np.arange(self.window)), (0, _RANK), axis=1)
        return np.where(np.isfinite(late[:, _RANK]), late[:, _RANK], late[:, 0])

    def least(self, first: int, end: int, rank: int) -> float:
        """Return the `rank`-th least lateness of a window cut off at the ends, less far in where it is short."""
        late = self.lateness(np.arange(first, min(end, len(self.times))))
        rank = min(rank, len(late) // self.window)
        return float(np.partition(late, rank)[rank])


def find_breaks(times: Floats | Since, period: float, *, lasting: bool) -> list[int]:
    """Find the samples before which others are missing.

    Parameters
    ----------
    times
        Stamps, shape ``(n,)``.
    period
        Sampling period in the unit of the stamps, good to a per cent; to 0.01 % if `lasting`.
    lasting
        Whether a step must still be there over the next 2048 samples, so that a stall of many seconds that was
        caught up with is no gap.

    Returns
    -------
    list of int
        Indices of first samples after a gap, rising.
    """
    jumps, bursty = _jumps(times, period)
    if not len(jumps):
        return []
    if not bursty:
        series = _Series(times, None, period, _WINDOW, _LONG)
        ordinary = range(_WINDOW, max(len(times) - _WINDOW, 0), _WINDOW)
        return _steps(series, jumps, ordinary, lasting=lasting)
    # A burst that was cut ends late: the last one of the file may be, and short ones.
    sizes = np.diff(jumps, prepend=0)
    usual = float(np.median(sizes))
    whole = jumps[sizes >= _PARTIAL * usual]
    series = _Series(times[whole - 1], whole - 1, period, _BURST_WINDOW, max(_BURST_WINDOW, round(_LONG / usual)))
    places = np.arange(1, len(whole))
    breaks = []
    for at in _steps(series, places, places, lasting=lasting):
        between = jumps[np.searchsorted(jumps, whole[at - 1]) : np.searchsorted(jumps, whole[at])]
        breaks.append(int(between[np.argmax(times[between] - times[between - 1])]))
    return breaks


def _jumps(times: Floats | Since, period: float) -> tuple[Indices, bool]:
    """Find the stamps that come clearly more than a period after the one before; tell whether they begin bursts."""
    found = [np.zeros(0, np.intp)]
    short = 0
    for at in range(0, len(times) - 1, _CHUNK):
        differences = np.diff(times[at : at + _CHUNK + 1])
        found.append(np.flatnonzero(differences > LEAST_LOST * period) + at + 1)
        short += int(np.count_nonzero(differences < period / 2))
    return np.concatenate(found), short > _BURSTY * len(times)


def _steps(series: _Series, places: Indices, ordinary: Indices | range, *, lasting: bool) -> list[int]:
    """Find the places at which the edge steps up.

    Parameters
    ----------
    series
        The stamps.
    places
        Where it may step.
    ordinary
        Places most of which are no gap.
    lasting
        Whether the step must last.
    """
    drift, least = 0.0, LEAST_LOST * series.period
    if len(ordinary):
        wander = series.steps(np.asarray(ordinary[:: max(1, len(ordinary) // _PLACES)]))
        drift = float(np.median(wander))
        least = max(least, _CLEARLY * _MAD_TO_SD * float(np.median(np.abs(wander - drift))))
    breaks: list[int] = []
    last = 0
    for place in places[series.steps(places) - drift >= least].tolist():
        # Again, this time with windows that do not reach across the gap before.
        if place <= last:
            continue
        before = series.least(max(last, place - series.window), place, _RANK)
        if series.least(place, place + series.window, _RANK) - before - drift < least:
            continue
        if lasting:
            rank = series.long // _LONG_SHARE
            before = series.least(max(last, place - series.long), place, rank)
            if series.least(place, place + series.long, rank) - before < least:
                continue
        # The edge leaves one stamp out, so it may step one too early: the gap is at the larger of the two jumps.
        near = np.diff(series.lateness(np.arange(place - 1, min(place + _RANK + 1, len(series.times)))))
        last = place + int(np.argmax(near))
        breaks.append(last)
    return breaks
