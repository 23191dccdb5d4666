"""A chest with an ECG of the same device: rate and single beats against the R peaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.figures import share
from benchmarks.bodies.heart_rate import WINDOW_S, windows
from benchmarks.bodies.listening import heard, pulse_told, rate_told
from benchmarks.bodies.people import ecg as recording
from benchmarks.bodies.quiet import STILL_HZ, band
from benchmarks.bodies.rows.pulse import TOLD_OF_WINDOW
from benchmarks.detection.measuring.matching import pairs
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most

Array = npt.NDArray[np.float64]

STILL_MG = 10.0
WITHIN_PER_MIN, BEAT_WITHIN_S = 3.0, 0.15
DELAYS_S = np.arange(-0.2, 0.6, 0.005)
"""Delays from R peak to beat among which the constant one is looked for."""


def ecg(_effort: Effort) -> Outcome:
    """Windows whose mean rate is right, and beats missed, extra and their times."""
    body, peaks_s = recording()
    told = heard(body)
    moved = np.square(band(body.xyz, body.rate_hz, STILL_HZ)).sum(axis=1)
    table: list[tuple[Cell, ...]] = []
    still: list[tuple[float, float]] = []
    right = wrong = 0
    for span in windows((0.0, body.length_s), hop_s=WINDOW_S / 2):
        first, last = (round(edge * body.rate_hz) for edge in span)
        rms_mg = float(np.sqrt(moved[first:last].mean()))
        own = peaks_s[(peaks_s >= span[0]) & (peaks_s < span[1])]
        true = 60.0 / float(np.diff(own).mean())
        rate = rate_told(told.events, span) if pulse_told(told.events, span) >= TOLD_OF_WINDOW else float("nan")
        if rms_mg < STILL_MG:
            still.append(span)
            right += bool(abs(rate - true) <= WITHIN_PER_MIN)
            wrong += bool(abs(rate - true) > WITHIN_PER_MIN)
        table.append((f"{span[0]:.0f}-{span[1]:.0f}", rms_mg, true, rate, pulse_told(told.events, span)))
    figures: list[Figure] = [
        share("still windows of 20 s, mean rate within 3/min", right, len(still), at_least(0.9)),
        share("still windows, a wrong rate told", wrong, len(still), at_most(0.05)),
    ]
    notes = [f"still: under {STILL_MG:g} mg rms in 1.5-24 Hz over 20 s, every 10 s; windows overlap"]
    if told.beats_s is None:
        notes.append("single beats are not told by this detector")
    else:
        figures += _beats(peaks_s, told.beats_s, _joined(still))
    return Outcome(
        name="ecg",
        title="a chest with an ECG",
        figures=tuple(figures),
        rows=(Rows("windows", ("s", "rms mg", "ECG 1/min", "told 1/min", "share told"), tuple(table)),),
        notes=tuple(notes),
    )


def _beats(peaks_s: Array, beats_s: Array, still: list[tuple[float, float]]) -> list[Figure]:
    """Beats of the still time against R peaks, after the constant delay that matches most is taken off."""
    if not len(beats_s):
        return [Figure("beats missed", 1.0, target=at_most(0.02))]
    matched = [len(pairs(peaks_s + delay, beats_s, 0.05)[0]) for delay in DELAYS_S]
    beats_s = beats_s - DELAYS_S[int(np.argmax(matched))]
    left, right = pairs(peaks_s, beats_s, BEAT_WITHIN_S)
    beats_s = beats_s - np.median(beats_s[right] - peaks_s[left])
    left, right = pairs(peaks_s, beats_s, BEAT_WITHIN_S)
    errors_s = np.abs(beats_s[right] - peaks_s[left])
    found, true = np.zeros(len(peaks_s), bool), np.zeros(len(beats_s), bool)
    found[left], true[right] = True, True
    asked, given = _within(peaks_s, still), _within(beats_s, still)
    # A stretch without a beat for four seconds is one where nothing is told: what is missed there is no slip.
    following = np.array([np.any((beats_s > t - 2.0) & (beats_s < t + 2.0)) for t in peaks_s])
    followed = asked & following
    own = errors_s[_within(peaks_s[left], still)]
    return [
        share("beats missed, still", int((asked & ~found).sum()), int(asked.sum()), at_most(0.02)),
        share("... where beats are told", int((followed & ~found).sum()), int(followed.sum())),
        share("beats extra, still", int((given & ~true).sum()), int(given.sum()), at_most(0.02)),
        Figure(
            "beat time off the ECG, median",
            1e3 * float(np.median(own)) if len(own) else float("nan"),
            unit="ms",
            target=at_most(10.0),
        ),
        Figure(
            "beat time off the ECG, 90th percentile",
            1e3 * float(np.quantile(own, 0.9)) if len(own) else float("nan"),
            unit="ms",
        ),
    ]


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping spans as one."""
    joined = [spans[0]] if spans else []
    for _, after in pairwise(spans):
        if after[0] <= joined[-1][1]:
            joined[-1] = (joined[-1][0], after[1])
        else:
            joined.append(after)
    return joined


def _within(times_s: Array, spans: list[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    result = np.zeros(len(times_s), bool)
    for start, end in spans:
        result |= (times_s >= start) & (times_s < end)
    return result
