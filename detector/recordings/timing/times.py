"""From the stamps of a whole file to a smooth line of time: stretches, and in them pieces of constant rate.

Samples are never laid on their own stamps, which jitter. Each stretch between gaps is cut into blocks of about a
minute; the median lateness of a block is its offset, and time runs straight from the middle of one block to the middle
of the next. So it follows a slow drift of the sensor's clock, is continuous, and never runs backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.timing.gaps import LEAST_LOST, find_breaks
from detector.recordings.timing.rate import estimate_period, fit_period
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.timing.kept import Since

    Floats = npt.NDArray[np.float64]

BLOCK_S = 60.0
"""Length of a piece: long enough for a steady median, short enough for the drift of a warming sensor."""
_SLOWEST, _FASTEST = 0.5, 2.0
"""Bounds of a piece's rate over the whole file's, whatever its stamps say."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples at one rate.

    Parameters
    ----------
    first, count
        Row of the first sample, and number of samples.
    start_ns
        Time of the first sample.
    rate_hz
        Sampling rate.
    after_gap
        Whether samples are missing before this piece.
    cause
        Why they are, where the file tells.
    nominal_hz
        The rate the detector is to be made for from here on, where it is another than before; None for the
        recording's own throughout.
    """

    first: int
    count: int
    start_ns: int
    rate_hz: float
    after_gap: bool
    cause: GapCause = GapCause.MISSING_IN_FILE
    nominal_hz: float | None = None

    @property
    def end_ns(self) -> int:
        """Time at which the sample after the last one is due."""
        return self.start_ns + round(self.count * NS / self.rate_hz)


@dataclass(frozen=True, slots=True)
class Stretches:
    """What the stamps say: the period, and where samples are missing.

    Parameters
    ----------
    period_ns
        True sampling period.
    bounds
        Row at which each stretch begins, and the number of rows at the end.
    """

    period_ns: float
    bounds: tuple[int, ...]


def analyse(times: Floats | Since) -> Stretches:
    """Estimate the period and find the gaps, in turns: each needs the other.

    Parameters
    ----------
    times
        Stamps in ns from the first one on, at least two, not all equal. As float64 they are exact for a hundred days.
    """
    period = estimate_period(times)
    if period <= 0:
        return Stretches(period, (0, len(times)))
    for _ in range(2):
        period = fit_period(times, find_breaks(times, period, lasting=False), period)
    breaks = find_breaks(times, period, lasting=True)
    period = fit_period(times, breaks, period)
    return Stretches(period, (0, *breaks, len(times)))


def lay(times: Floats | Since, origin: int, stretches: Stretches) -> list[Piece]:
    """Lay the samples of every stretch on a smooth line through their stamps.

    Parameters
    ----------
    times
        Stamps in ns from the first one on.
    origin
        The first stamp in ns.
    stretches
        What `analyse` says of them.
    """
    pieces: list[Piece] = []
    for first, end in pairwise(stretches.bounds):
        line = _line(times, first, end, stretches.period_ns)
        after_gap = bool(pieces)
        start_ns = origin + round(line[0][1])
        if after_gap:  # a gap has a length, whatever the jitter of a stretch of a few samples
            start_ns = max(start_ns, pieces[-1].end_ns + round(stretches.period_ns))
        for (at, _), (until, target) in pairwise(line):
            count = until - at
            period = (origin + round(target) - start_ns) / count
            period = min(max(period, stretches.period_ns / _FASTEST), stretches.period_ns / _SLOWEST)
            pieces.append(Piece(first + at, count, start_ns, NS / period, after_gap))
            start_ns, after_gap = pieces[-1].end_ns, False
    return pieces


def lay_changing(times: Floats, origin: int, changes: Sequence[int]) -> tuple[list[Piece], list[tuple[float, float]]]:
    """Lay the samples of a file whose rate changes: each stretch of one rate by itself, one after another.

    Parameters
    ----------
    times
        Stamps in ns from the first one on.
    origin
        The first stamp in ns.
    changes
        Rows at which another rate begins.

    Returns
    -------
    list of Piece
        Each with the rate that the detector is to be made for.
    list of tuple of float
        Rate in Hz and length in seconds of each stretch.
    """
    pieces: list[Piece] = []
    spans: list[tuple[float, float]] = []
    for first, end in pairwise((0, *changes, len(times))):
        stretches = analyse(times[first:end])
        rate_hz = NS / stretches.period_ns if stretches.period_ns > 0 else float("inf")
        spans.append((rate_hz, (end - first) / rate_hz))
        if not np.isfinite(rate_hz):
            continue
        for piece in lay(times[first:end] - times[first], origin + round(times[first]), stretches):
            start_ns, after_gap = piece.start_ns, piece.after_gap
            if pieces:
                missing_ns = start_ns - pieces[-1].end_ns
                after_gap = after_gap or missing_ns > LEAST_LOST * stretches.period_ns
                start_ns = start_ns if after_gap and missing_ns > 0 else pieces[-1].end_ns
            pieces.append(
                replace(piece, first=first + piece.first, start_ns=start_ns, after_gap=after_gap, nominal_hz=rate_hz)
            )
    return pieces, spans


def lay_at(rate_hz: float, rows: int, start_ns: int, laid: list[Piece]) -> list[Piece]:
    """Lay the samples at a given rate by their number alone; the gaps keep their place and length.

    Parameters
    ----------
    rate_hz
        The given rate.
    rows
        Number of samples.
    start_ns
        Time of the first one.
    laid
        The pieces by the stamps, for the gaps; may be empty.
    """
    begins = [i for i, piece in enumerate(laid) if piece.after_gap]
    lengths = [laid[i].start_ns - laid[i - 1].end_ns for i in begins]
    bounds = [0, *(laid[i].first for i in begins), rows]
    block = max(1, round(BLOCK_S * rate_hz))
    pieces: list[Piece] = []
    for number, (first, end) in enumerate(pairwise(bounds)):
        cause = GapCause.MISSING_IN_FILE
        if number:
            start_ns = pieces[-1].end_ns + lengths[number - 1]
            cause = laid[begins[number - 1]].cause
        for at in range(first, end, block):
            pieces.append(Piece(at, min(block, end - at), start_ns, rate_hz, bool(number) and at == first, cause))
            start_ns = pieces[-1].end_ns
    return pieces


def _line(times: Floats | Since, first: int, end: int, period: float) -> list[tuple[int, float]]:
    """Corner points (index in the stretch, time) of the line through one stretch's stamps, from 0 to its length."""
    count = end - first
    blocks = max(1, round(count * period / (BLOCK_S * NS)))
    corners = np.linspace(0, count, blocks + 1).round().astype(np.int64)
    offsets = np.array(
        [np.median(times[first + a : first + b] - period * np.arange(a, b)) for a, b in pairwise(corners.tolist())]
    )
    if blocks == 1:
        at_corners = np.repeat(offsets, 2)
    else:
        middles = (offsets[:-1] + offsets[1:]) / 2
        at_corners = np.concatenate(
            ([1.5 * offsets[0] - 0.5 * offsets[1]], middles, [1.5 * offsets[-1] - 0.5 * offsets[-2]])
        )
    return [(int(at), float(late + period * at)) for at, late in zip(corners, at_corners, strict=True)]
