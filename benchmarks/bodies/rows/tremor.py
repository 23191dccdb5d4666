"""Tremor that drifts, also from the first sample, and the phones of a person with tremor."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import scipy.signal

from benchmarks.bodies.figures import share
from benchmarks.bodies.listening import covered_s, heard
from benchmarks.bodies.people import Body, tremors
from benchmarks.bodies.quiet import STILL_HZ, band
from benchmarks.bodies.simulated import resting
from benchmarks.bodies.simulated import tremor as shaking
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator.draws import between, stream
from detector.signal import detect

SEED = 13_040
NOISE_MG = 1.0
SIZE_MG, HZ = (30.0, 600.0), (3.5, 13.0)
LENGTHS_S = ((2.0, 5.0), (5.0, 20.0), (20.0, 60.0))
REAL_COLUMNS = ("recording", "s", "by the spectrum s", "of them told s", "told s", "events")
QUIET_S = 60.0
LOOK_S, PEAK_HZ, PEAK_SHARE = 4.0, 1.0, 0.6
"""A real recording's tremor: the window looked at, and the share of its power that must lie so near the peak."""
RATES_HZ = (50.0, 100.0)


def tremor(effort: Effort) -> Outcome:
    """Share of its seconds called tremor."""
    files = round(effort.scaled(10, 60))
    figures: list[Figure] = []
    table: list[tuple[Cell, ...]] = []
    for first, lengths in ((first, lengths) for first in (True, False) for lengths in LENGTHS_S):
        where = "from the first sample" if first else "after a minute of rest"
        name = f"tremor of {lengths[0]:g}-{lengths[1]:g} s, {where}"
        shares: list[float] = []
        kinds: Counter[str] = Counter()
        for number in range(files):
            rng = stream((SEED, number, round(lengths[0]), int(first)), "tremor")
            rate_hz = RATES_HZ[number % 2]
            lasts_s = float(between(rng, lengths, 1)[0])
            start_s = 0.0 if first else QUIET_S
            mg = resting(rng, start_s + lasts_s + 20.0, rate_hz, NOISE_MG)
            hz, size_mg = float(between(rng, HZ, 1)[0]), float(between(rng, SIZE_MG, 1)[0])
            wave = shaking(rng, lasts_s, rate_hz, size_mg, hz)
            at = round(start_s * rate_hz)
            mg[at : at + len(wave)] += wave
            events = detect((1e-3 * mg).astype(np.float32), rate_hz)
            span = (start_s, start_s + lasts_s)
            shares.append(covered_s(events, span, "tremor") / lasts_s)
            for kind in {event.kind for event in events}:
                kinds[kind] += covered_s(events, span, kind) > 0
        figures.append(_mean(f"share of its seconds: {name}", shares))
        table.append((name, files, float(np.mean(np.array(shares) > 0.5)), _words(kinds)))
    real: list[tuple[Cell, ...]] = []
    seconds = told = 0.0
    for body in tremors():
        said = heard(body).events
        spans = [(at, at + 1.0) for at in shaking_seconds(body)]
        own = sum(covered_s(said, span, "tremor") for span in spans)
        seconds, told = seconds + len(spans), told + own
        everywhere = covered_s(said, (0.0, body.length_s), "tremor")
        words = _words(Counter(event.kind for event in said))
        real.append((body.name, body.length_s, len(spans), own, everywhere, words))
    if seconds:
        figures.append(share("seconds of real tremor, by the spectrum, called tremor", told, seconds, at_least(0.9)))
    columns = ("tremor", "files", "mostly told", "files with each kind within it")
    return Outcome(
        name="tremor",
        title="tremor that drifts",
        figures=tuple(figures),
        rows=(
            Rows("simulated", columns, tuple(table)),
            Rows("phones of a person with tremor", REAL_COLUMNS, tuple(real)),
        ),
        notes=(
            "30-600 mg peak to peak, 3.5-13 Hz drifting by 0.8 Hz, size by 35 %; half of the files at 50 Hz",
            f"nobody marked the real recordings: a second is tremor where {PEAK_SHARE:.0%} of the power of 1.5-24 Hz",
            f"in the {LOOK_S:g} s around it lie within {PEAK_HZ:g} Hz of a peak in 3.5-13 Hz, at 30 mg or more",
            *(() if seconds else ("by that rule none of them holds tremor: they are smaller or less regular",)),
        ),
        seeds=(SEED,),
    )


def shaking_seconds(body: Body) -> list[float]:
    """Find the seconds in which a recording shakes at one frequency; the start of each in s."""
    mg = band(body.xyz, body.rate_hz, STILL_HZ)
    count = round(LOOK_S * body.rate_hz)
    found = []
    for second in range(int(body.length_s)):
        first = min(max(round((second + 0.5) * body.rate_hz) - count // 2, 0), max(len(mg) - count, 0))
        part = mg[first : first + count]
        hz, power = scipy.signal.periodogram(part, body.rate_hz, "hann", axis=0)
        total = power.sum(axis=1)
        asked = (hz >= HZ[0]) & (hz <= HZ[1])
        peak_hz = hz[asked][int(np.argmax(total[asked]))]
        near = float(total[np.abs(hz - peak_hz) <= PEAK_HZ].sum() / total.sum())
        # A sine's peak to peak is 2.8 times its rms.
        p2p_mg = 2.0 * np.sqrt(2.0 * near * np.square(part).sum(axis=1).mean())
        if near >= PEAK_SHARE and p2p_mg >= SIZE_MG[0]:
            found.append(float(second))
    return found


def _mean(name: str, shares: list[float]) -> Figure:
    """Mean over files with an interval of two standard errors."""
    mean, error = float(np.mean(shares)), float(np.std(shares, ddof=1) / math.sqrt(len(shares)))
    return Figure(f"{name} ({len(shares)} files)", mean, mean - 1.96 * error, mean + 1.96 * error, target=at_least(0.9))


def _words(kinds: Counter[str]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in kinds.most_common() if n)
