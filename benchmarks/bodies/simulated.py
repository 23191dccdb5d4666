"""What the simulated recordings are made of: noise, handling, tremor, two-sound beats and twitches at stated times.

Own generators, apart from those of the simulator's nights, so that neither is tuned to alone.
"""

from __future__ import annotations

import numpy as np
import scipy.signal

from benchmarks.detection.simulator.draws import Array
from benchmarks.detection.simulator.forms import LASTS_S, twitch_forms
from benchmarks.detection.simulator.sites import ANYWHERE
from firmware_bridge.virtual.twitch import unit_vectors

HANDLING_HZ = (0.5, 8.0)
TREMOR_DRIFT_HZ, TREMOR_SWELL = 0.8, 0.35


def resting(rng: np.random.Generator, length_s: float, rate_hz: float, noise_mg: float) -> Array:
    """Gravity in some direction and white noise on each axis, in mg, shape ``(n, 3)``."""
    gravity_mg = 1000.0 * unit_vectors(rng, 1)[0]
    return np.asarray(gravity_mg + noise_mg * rng.standard_normal((round(length_s * rate_hz), 3)))


def handling(rng: np.random.Generator, length_s: float, rate_hz: float, rms_mg: float) -> Array:
    """A sensor held, turned and put down: noise of 0.5 to 8 Hz that swells at random and ends within 0.3 s, in mg."""
    count = round(length_s * rate_hz)
    settle = round(4.0 * rate_hz)
    noise = rng.standard_normal((count + settle, 3))
    sos = scipy.signal.butter(2, HANDLING_HZ, "bandpass", fs=rate_hz, output="sos")
    shaken = scipy.signal.sosfilt(sos, noise, axis=0)[settle:]
    shaken *= wander(rng, count, rate_hz, 0.3)[:, None] * 0.5 + 1.0
    shaken *= rms_mg / np.sqrt(np.square(shaken).mean())
    left_s = (count - np.arange(count)) / rate_hz
    return np.asarray(shaken * np.clip(left_s / 0.3, 0.0, 1.0)[:, None])


def tremor(rng: np.random.Generator, length_s: float, rate_hz: float, p2p_mg: float, hz: float) -> Array:
    """Regular shaking whose frequency drifts by 0.8 Hz and whose size by 35 %, on an ellipse, in mg."""
    count = round(length_s * rate_hz)
    phase = 2 * np.pi * np.cumsum(hz + TREMOR_DRIFT_HZ * wander(rng, count, rate_hz, 0.2)) / rate_hz
    swell = 1.0 + TREMOR_SWELL * wander(rng, count, rate_hz, 0.3)
    time_s = np.arange(count) / rate_hz
    swell *= np.clip(np.minimum(time_s + 0.2, length_s - time_s) / 0.2, 0.0, 1.0)
    first, second = unit_vectors(rng, 2)
    line = np.sin(phase) + 0.25 * np.sin(2 * phase + rng.uniform(0, 6.28))
    return np.asarray(0.5 * p2p_mg * swell[:, None] * (line[:, None] * first + 0.3 * np.cos(phase)[:, None] * second))


def wander(rng: np.random.Generator, count: int, rate_hz: float, hz: float) -> Array:
    """A smooth random line between -1 and 1 that changes within some 1/hz seconds."""
    knots = rng.uniform(-1.0, 1.0, int(count / rate_hz * hz) + 3)
    return np.asarray(np.interp(np.arange(count) / rate_hz * hz + rng.random(), np.arange(len(knots)), knots))


def two_sounds(
    rng: np.random.Generator, length_s: float, rate_hz: float, p2p_mg: float, per_min: float
) -> tuple[Array, Array]:
    """Beats of a chest: two sounds a beat of nearly one size, intervals that follow the breath; mg, and beats in s."""
    period_s = 60.0 / per_min
    count = int(length_s / period_s * 1.3) + 4
    breath = np.sin(2 * np.pi * rng.uniform(0.15, 0.35) * period_s * np.arange(count) + rng.uniform(0, 6.28))
    beats_s = rng.uniform(0, period_s) + np.cumsum(
        period_s * (1 + rng.uniform(0.02, 0.06) * breath + 0.01 * rng.standard_normal(count))
    )
    beats_s = beats_s[beats_s < length_s - 1.0]
    later_s = 0.2 + 0.1 * np.sqrt(period_s)  # systole shortens less than the interval
    mg = np.zeros((round(length_s * rate_hz), 3))
    for late_s, factor in ((0.0, 1.0), (later_s, rng.uniform(0.5, 1.1))):
        hz, decay_s = rng.uniform(9.0, 30.0), rng.uniform(0.03, 0.08)
        directions = unit_vectors(rng, 2)
        sizes = factor * p2p_mg * (1 + 0.12 * rng.standard_normal(len(beats_s)) + 0.15 * breath[: len(beats_s)])
        for at_s, size in zip(beats_s + late_s, sizes, strict=True):
            index = np.arange(int(np.ceil(at_s * rate_hz)), min(int((at_s + 0.4) * rate_hz), len(mg)))
            t = index / rate_hz - at_s
            fade = np.exp(-t / decay_s) * -np.expm1(-t / 0.012)
            wave = np.sin(2 * np.pi * hz * t)[:, None] * directions[0] + np.sin(2 * np.pi * 0.6 * hz * t)[:, None] * (
                0.5 * directions[1]
            )
            mg[index] += 0.8 * size * fade[:, None] * wave
    return mg, beats_s


def twitches_at(
    rng: np.random.Generator, mg: Array, rate_hz: float, onset_s: Array, p2p_mg: float, *, held_out: bool
) -> None:
    """Add twitches of one size, each of its own shape and direction, in place."""
    forms = twitch_forms(len(onset_s), rng, ANYWHERE.tp_s, 0.5, held_out=held_out)
    for i, at_s in enumerate(onset_s):
        first = int(np.ceil(at_s * rate_hz))
        index = np.arange(first, min(first + int(LASTS_S * rate_hz), len(mg)))
        mg[index] += p2p_mg * forms.at(i, index / rate_hz - at_s)[:, None] * forms.directions[i]


def every(rng: np.random.Generator, start_s: float, end_s: float, every_s: float, apart_s: float) -> Array:
    """Random times, one in each `every_s` seconds and at least `apart_s` apart."""
    count = max(int((end_s - start_s) / every_s), 0)
    return np.asarray(start_s + every_s * np.arange(count) + rng.uniform(0.0, every_s - apart_s, count))
