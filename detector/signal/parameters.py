"""From settings in s, Hz and mg to the kernel's parameters in samples and g; the initial state."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from detector.signal.compiled import recordarray
from detector.signal.config import DetectorConfig
from detector.signal.design import butterworth_bandpass, group_delay_s
from detector.signal.state import BLOCKS, FLAT_ENERGY, FREQUENCIES, PARAMS, RING, STATE
from detector.signal.threshold import gate_ratio

RATE_RANGE_HZ = (20.0, 1000.0)
ENERGY_S = 0.06
"""Time constant of the energy's smoothing: near the optimum for contraction times of 30-160 ms, which is flat."""
FLOOR_MEAN = 1.1262
"""Mean energy of three-axis noise over its clipped mean u, where ``E[min(e, 2 u)] = u`` and e is chi-square with three
degrees of freedom."""
OVER = 5.0
"""A sample above so many times the mean noise energy belongs to an event; 0.2 % of noise does."""
ONSET = 2.5
"""An event begins where three samples' mean energy comes above so many times the mean noise energy."""
WARM_UP_S = 2.0
SETTLE_S = 0.25
LOOK_BACK_S = 0.3
HALF_WINDOW_S = 0.4
MOVEMENT_REST_S = 1.0
LONG_S = 10.0
GLITCH_MIN_RATE_HZ = 80.0
"""Below this rate the shortest twitch is itself a sample wide."""
DELAY_HZ = 8.0
"""Frequency at which the band-pass's delay is taken off the events' times."""


@functools.lru_cache(maxsize=64)
def make_params(rate_hz: float, config: DetectorConfig) -> npt.NDArray[np.void]:
    """One record of dtype `PARAMS`; shared by all detectors with these settings, and never written to.

    Raises
    ------
    ValueError
        Where the rate is outside `RATE_RANGE_HZ` or too low for the band.
    """
    if not RATE_RANGE_HZ[0] <= rate_hz <= RATE_RANGE_HZ[1]:
        raise ValueError(
            f"the rate must lie between {RATE_RANGE_HZ[0]:g} and {RATE_RANGE_HZ[1]:g} Hz, got {rate_hz}",
        )
    low, high = config.band_hz[0], min(config.band_hz[1], 0.4 * rate_hz)
    if high <= 1.5 * low:
        raise ValueError(f"at {rate_hz:g} Hz the band {low:g}-{high:g} Hz is too narrow: lower its lower corner")

    def samples(seconds: float) -> int:
        return max(math.ceil(seconds * rate_hz), 1)

    array = np.zeros(1, PARAMS)
    p = array[0]
    sos = butterworth_bandpass(low, high, rate_hz)
    p["gain"] = sos[0, 0]
    p["a"] = sos[:, 4:]
    p["energy_step"] = -math.expm1(-1.0 / (ENERGY_S * rate_hz))
    p["floor_step"] = -math.expm1(-1.0 / (config.floor_s * rate_hz))
    p["floor_min"] = max(3.0 * (1e-3 * config.resolution_mg) ** 2 / 12.0, FLAT_ENERGY) / FLOOR_MEAN
    p["floor_mean"] = FLOOR_MEAN
    ratio = gate_ratio(sos, float(p["energy_step"]), rate_hz, high - low, config.false_alarms_per_hour)
    p["on"] = FLOOR_MEAN * ratio
    p["over"] = FLOOR_MEAN * OVER
    p["onset"] = FLOOR_MEAN * ONSET
    p["block_length"] = samples(WARM_UP_S / BLOCKS)
    p["settle"] = samples(SETTLE_S)
    p["release"] = samples(config.release_s)
    p["twitch_max"] = samples(config.twitch_max_s)
    p["look_back"] = samples(min(LOOK_BACK_S, 0.25 * RING / rate_hz))
    p["half_window"] = samples(min(HALF_WINDOW_S, 0.25 * RING / rate_hz))
    p["movement_rest"] = samples(MOVEMENT_REST_S)
    p["long"] = samples(LONG_S)
    p["ring_mask"] = min(RING, 1 << math.ceil(math.log2(1.5 * rate_hz))) - 1
    p["glitch_test"] = int(rate_hz >= GLITCH_MIN_RATE_HZ)
    p["onset_delay"] = group_delay_s(sos, rate_hz, DELAY_HZ) * rate_hz
    p["hz"] = np.geomspace(2.0, min(40.0, 0.45 * rate_hz), FREQUENCIES)
    p["goertzel"] = 2.0 * np.cos(2.0 * np.pi * p["hz"] / rate_hz)
    return recordarray(array)


def make_state() -> npt.NDArray[np.void]:
    """One record of dtype `STATE`, before the first sample."""
    array = np.zeros(1, STATE)
    array[0]["restart"] = 1
    array[0]["described"] = -1
    array[0]["movement_end"] = -(1 << 60)
    return recordarray(array)
