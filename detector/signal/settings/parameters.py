"""From settings in s, Hz and mg to the kernel's parameters in samples and g; the initial state."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from detector.signal.compiled import recordarray
from detector.signal.forms.catalogue import catalogue, in_use
from detector.signal.movement.stretches import LOOK_BACK
from detector.signal.pulse.search import FASTEST_S, LEAD_S, SLOWEST_S
from detector.signal.settings.config import DetectorConfig
from detector.signal.settings.design import FloatArray, acf_of_highpass, butterworth_highpass
from detector.signal.settings.shapes import BANK as SHAPES
from detector.signal.settings.shapes import GATE as GATE_SHAPES
from detector.signal.settings.shapes import GATE_ENERGY, MatchedFilter, matched_filter
from detector.signal.settings.threshold import bank_threshold, family_threshold
from detector.signal.state import (
    BLOCK,
    BLOCKS,
    FAMILIES,
    FREQUENCIES,
    GATES,
    HISTORY,
    LANES,
    PARAMS,
    STATE,
    TAPS,
)

RATE_RANGE_HZ = (20.0, 1000.0)
"""Sampling rates that are taken: below the least, more than half of a twitch's energy is not sampled at all."""
MOST_HZ = 250.0
"""Faster recordings are averaged down to no more than this: twitches have next to nothing above 60 Hz."""
FINE_HZ, COARSE_HZ = 140.0, 75.0
"""Most samples a second in the short and the long gate filters' streams."""
GATE = 16.0
"""Whitened square that opens the gate: noise does so about every five seconds. A higher one costs little with twitches,
but weak beats of a pulse are then no longer seen one after the other."""
FLOOR_LOOKS_HZ = 8.4
"""Looks a second at the noise in each gate filter's output: so far apart (0.12 s, the length of the short filter), that
one hardly knows of the next (their squares are correlated by 0.08 in the long filter, not at all in the short one)."""
RECENT_S = 3.0
"""Time constant of the noise of late: grown noise is told from events by lasting longer than they do."""
CENSUS_S = 900.0
"""Time constant of the noise's colour: a spectrum changes seldom, and sixteen filters are compared with it."""
WARM_UP_S = 2.8
"""Noise that the first floor is taken from, in `BLOCKS` stretches of three looks."""
SETTLE_S = 0.4
"""Outputs after a start that do not count: the long gate filter fills (0.28 s), and the high-pass rings."""
LONG_RELEASE_S = 0.5
"""A limb movement ends with half a second of quiet (WASM 2016)."""
NEAR_S = 0.01
"""The bank is tried so far about the gate's onset at least, and further while it answers more at the edge."""
REACH_S = 0.06
"""And no further: half the time in which two discharges fuse to one movement (`REFRACTORY_S`)."""
FORM_REACH_S = 0.05
"""How far from its onset by the bank a form of an event may begin."""
HALF_WINDOW_S = 0.4
"""An event's size and spectrum are taken from so much on either side of its strongest sample: a twitch is shorter."""
LOOK_BACK_S = 0.3
"""The first movement of a run is looked for up to so long before the gate opened: the long gate filter answers at its
end, 0.28 s after the onset of what it is made for."""
MOVEMENT_REST_S = 1.0
"""What begins so soon after a movement is of the movement: a body comes to rest in more than one step."""
LONG_S = 10.0
"""What is loud for longer is noise that has grown: no limb movement lasts longer (WASM 2016)."""
SHADE_S = 0.35
"""How long the gate's filters may ring on after a run, and a little more: the long one lasts 0.28 s."""
POSTURE_S = 0.2
"""Gravity before and after a movement is a mean over so much."""
BEAT_HOP_S = 0.1
"""Beats of a clonus, five a second or more, are looked for so often."""
WINDOW_S, HOP_S = 1.25, 0.25
"""A rhythm is looked for in so long a window, so often: a drifting one still agrees with itself."""
TREMOR_MIN_S = 1.5
"""Shortest rhythmic movement that is called a tremor: one whole window, and one more hop that agrees with it."""
PATIENCE_S = 1.0
"""A tremor ends with so long without a rhythm; a shorter movement before or after it belongs to it."""
PIECE_S, OVERLAP_S = 60.0, 1.25
"""A tremor that goes on is told every minute, in pieces; the next begins with the last window of the one before."""
CALM_S = 4.0
"""So long without a run, and a floor that was assumed is taken for the true one: longer than the `WARM_UP_S` in which
it would have been measured."""
GLITCH_MIN_RATE_HZ = 80.0
"""Below this rate the shortest twitch is itself a sample wide."""
KEEP_S = 16.0
"""Look-back: a quarter of a minute in which a heart beat is looked for, and a little more."""
SLOW_HZ = 75.0
"""Most samples a second of the stream in which heart beats are looked for."""
SLOW_HIGHPASS_HZ = 5.0
"""Corner of that stream's high-pass: breath and sway lie below it, what a beat moves above it (5 to 14 Hz is the band
in which pulses are looked for at a wrist, in eth-siplab's Nightbeat, for one)."""
ECHO_HZ = 15.0
"""Samples a second, about, of the size of movement whose autocorrelation is looked at."""
TICK_S = 0.25
"""Time between two looks at the pulse, about: half the shortest interval between two beats (`FASTEST_S`)."""
USUAL_S, USUAL_G, STIR_S = 5.0, 5e-4, 0.5
"""Time constant of the usual length of the slow stream's vectors, and what it begins with (the noise of a good sensor
above 5 Hz); time constant of the share of them that are far longer, which a single twitch is too short to raise."""
PULSE_PATIENCE_S = 7.0
"""The gate waits so long for a pulse to be found after a start, a gap or a movement: the shorter of the two stretches
that one is looked for in (`search.SHORT_S`). It is what makes an event up to 8 s late."""
UNREST_S = 1.2
"""A movement that lasts longer may have moved the sensor against the body: how the beat shows is learnt anew."""
PULSE_LEAD_S = 0.25
"""A beat begins so long before its place: what moves first is small."""
PHASE_S = 0.04
"""Length of a phase of the beat's interval, each with a noise of its own: half a wave of 12 Hz, near the upper end of
where a beat is strong."""
REFRACTORY_S = 0.12
"""Two discharges closer than this fuse to one movement."""
STRONG = 2.0
"""A run whose level is so many times the bank's threshold is no noise, whatever the bank makes of it."""
FAMILY_SHARE = 0.5
"""Of the false alarms: where families are known, most twitches are theirs."""


def thinning(rate_hz: float) -> int:
    """Samples that are averaged to one before anything else."""
    return math.ceil(rate_hz / MOST_HZ)


@functools.lru_cache(maxsize=64)
def make_params(rate_hz: float, config: DetectorConfig) -> npt.NDArray[np.void]:
    """One record of dtype `PARAMS`; shared by all detectors with these settings, and never written to.

    Raises
    ------
    ValueError
        Where the rate is outside `RATE_RANGE_HZ`.
    """
    if not RATE_RANGE_HZ[0] <= rate_hz <= RATE_RANGE_HZ[1]:
        raise ValueError(
            f"the rate must lie between {RATE_RANGE_HZ[0]:g} and {RATE_RANGE_HZ[1]:g} Hz, got {rate_hz}",
        )
    averaged = thinning(rate_hz)
    rate_hz /= averaged

    def samples(seconds: float) -> int:
        return max(math.ceil(seconds * rate_hz), 1)

    array = np.zeros(1, PARAMS)
    p = array[0]
    p["rate_hz"] = rate_hz
    p["thinning"] = averaged
    p["gain"], p["a"][0], p["a"][1] = butterworth_highpass(config.highpass_hz, rate_hz)
    p["factor"] = (
        math.ceil(rate_hz / FINE_HZ),
        2 ** math.ceil(math.log2(rate_hz / COARSE_HZ)) if rate_hz > COARSE_HZ else 1,
    )
    acf = acf_of_highpass(config.highpass_hz, rate_hz, 400)
    bandwidths = _fill_filters(p, rate_hz, config.highpass_hz, acf)
    _fill_forms(p, rate_hz, config.highpass_hz)
    p["floor_every"] = np.maximum(np.rint(rate_hz / p["factor"] / FLOOR_LOOKS_HZ), 1)
    p["floor_step"] = -math.expm1(-1.0 / (config.floor_s * FLOOR_LOOKS_HZ))
    p["recent_step"] = -math.expm1(-1.0 / (RECENT_S * FLOOR_LOOKS_HZ))
    p["census_step"] = BLOCK / (CENSUS_S * rate_hz)
    p["resolution_g"] = 1e-3 * config.resolution_mg
    p["gate"] = GATE
    spread = math.sqrt(2.0 / (3.0 * 8.0 * config.floor_s)) * 1.2
    wish = config.false_alarms_per_hour
    for count in range(FAMILIES + 1):
        p["threshold"][count] = bank_threshold(
            wish if count == 0 else wish * (1 - FAMILY_SHARE), bandwidths, spread, rate_hz
        )
        p["family_threshold"][count] = family_threshold(
            wish * FAMILY_SHARE / max(count, 1), float(np.mean(bandwidths)), spread
        )
    p["strong"] = STRONG * p["threshold"][0]
    p["block_length"] = round(WARM_UP_S / BLOCKS * FLOOR_LOOKS_HZ)
    p["settle"] = samples(SETTLE_S)
    p["release"] = samples(config.release_s)
    p["long_release"] = samples(LONG_RELEASE_S)
    p["twitch_max"] = samples(config.twitch_max_s)
    p["near"] = samples(NEAR_S)
    p["reach"] = samples(REACH_S)
    p["half_window"] = samples(HALF_WINDOW_S)
    p["look_back"] = samples(LOOK_BACK_S)
    p["movement_rest"] = samples(MOVEMENT_REST_S)
    p["long"] = samples(LONG_S)
    p["shade"] = samples(SHADE_S)
    p["posture"] = samples(POSTURE_S)
    _set_tremor(p, rate_hz)
    p["refractory"] = samples(REFRACTORY_S)
    p["glitch_test"] = int(rate_hz >= GLITCH_MIN_RATE_HZ)
    p["keep"] = min(samples(KEEP_S) + 2 * LOOK_BACK, HISTORY)
    _set_pulse(p, rate_hz)
    p["hz"] = np.geomspace(2.0, min(40.0, 0.45 * rate_hz), FREQUENCIES)
    p["goertzel"] = 2.0 * np.cos(2.0 * np.pi * p["hz"] / rate_hz)
    return recordarray(array)


def _set_tremor(p: np.void, rate_hz: float) -> None:
    """Set what tremor is looked for with."""
    factor = int(p["factor"][1])
    p["window"] = round(WINDOW_S * rate_hz / factor)
    p["beat_hop"] = round(BEAT_HOP_S * rate_hz)
    p["hop"] = factor * round(HOP_S * rate_hz / factor)
    p["tremor_min"] = math.ceil(rate_hz * TREMOR_MIN_S)
    p["patience"] = math.ceil(rate_hz * PATIENCE_S)
    p["piece"] = math.ceil(rate_hz * PIECE_S)
    p["overlap"] = math.ceil(rate_hz * OVERLAP_S)
    p["calm"] = math.ceil(rate_hz * CALM_S)


def _set_pulse(p: np.void, rate_hz: float) -> None:
    """Set what the pulse is looked for with."""
    p["slow_factor"] = math.ceil(rate_hz / SLOW_HZ)
    slow_hz = rate_hz / p["slow_factor"]
    p["slow_hz"] = slow_hz
    p["slow_gain"], p["slow_a"][0], p["slow_a"][1] = butterworth_highpass(SLOW_HIGHPASS_HZ, slow_hz)
    p["usual_step"] = -math.expm1(-1.0 / (USUAL_S * slow_hz))
    p["stir_step"] = -math.expm1(-1.0 / (STIR_S * slow_hz))
    p["slow_lead"] = round(LEAD_S * slow_hz)
    p["echo_factor"] = max(round(slow_hz / ECHO_HZ), 1)
    echo_hz = slow_hz / p["echo_factor"]
    p["echo_lags"] = max(math.floor(FASTEST_S * echo_hz), 2), math.ceil(SLOWEST_S * echo_hz)
    p["unrest"] = math.ceil(UNREST_S * rate_hz)
    p["tick"] = min(2 ** round(math.log2(TICK_S * rate_hz)), BLOCK)  # a block holds a whole number of them
    p["pulse_patience"] = math.ceil(PULSE_PATIENCE_S * rate_hz)
    p["pulse_lead"] = PULSE_LEAD_S * rate_hz
    p["phase_length"] = PHASE_S * rate_hz


def _fill_filters(p: np.void, rate_hz: float, highpass_hz: float, acf: FloatArray) -> list[float]:
    """Make the gate's and the bank's filters; gives the bank's bandwidths in Hz."""
    for g, shape in enumerate(GATE_SHAPES):
        factor = int(p["factor"][g])
        filter_ = matched_filter(shape, rate_hz, highpass_hz, factor, GATE_ENERGY)
        length = -(-len(filter_.taps) // 4) * 4
        p["gate_taps"][g, length - len(filter_.taps) : length] = filter_.taps
        p["gate_length"][g] = length
        p["gate_lead"][g] = length - len(filter_.taps)
        p["gate_gain"][g] = _variance(np.repeat(filter_.taps, factor), acf)
    filters = sorted((matched_filter(shape, rate_hz, highpass_hz) for shape in SHAPES), key=_length)
    for k, filter_ in enumerate(filters):
        g = k // LANES
        p["bank_taps"][g].reshape(TAPS, LANES)[: len(filter_.taps), k % LANES] = filter_.taps
        p["bank_length"][g] = -(-len(filter_.taps) // 4) * 4
        p["bank_taps_of"][k] = len(filter_.taps)
        p["bank_gain"][k] = _variance(filter_.taps, acf) / p["gate_gain"][g]
        p["bank_p2p"][k] = filter_.p2p
        p["bank_lasts"][k] = filter_.lasts_s * rate_hz
    return [filter_.bandwidth_hz for filter_ in filters]


def _fill_forms(p: np.void, rate_hz: float, highpass_hz: float) -> None:
    """Set the forms that an event is compared with."""
    twitches, knocks, downs, buzzes = catalogue(rate_hz, highpass_hz)
    p["form_window"], p["knock_window"] = len(twitches.taps), len(knocks.taps)
    p["form_reach"] = math.ceil(FORM_REACH_S * rate_hz)
    p["twitch_taps"][: len(twitches.taps)] = twitches.taps
    p["twitch_in_use"][: len(twitches.taps)] = in_use(twitches)
    p["twitch_late"] = twitches.late
    p["twitch_lasts"] = twitches.lasts
    p["knock_taps"][: len(knocks.taps)] = knocks.taps
    p["down_taps"][: len(downs.taps)] = downs.taps
    p["buzz_forms"] = buzzes.taps.shape[1] // 2
    p["buzz_taps"][: len(buzzes.taps), : buzzes.taps.shape[1]] = buzzes.taps


def _length(filter_: MatchedFilter) -> int:
    return len(filter_.taps)


def _variance(taps: FloatArray, acf: FloatArray) -> float:
    """Variance of a filter's output in noise of this autocovariance."""
    lags = np.abs(np.subtract.outer(np.arange(len(taps)), np.arange(len(taps))))
    return float(taps @ acf[lags] @ taps)


def make_state(params: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """One record of dtype `STATE`, before the first sample."""
    array = np.zeros(1, STATE)
    array[0]["restart"] = 1
    array[0]["pulse"]["begins"] = -1
    array[0]["pulse"]["usual"] = USUAL_G
    array[0]["pulse"]["loud_at"] = -(1 << 40)
    array[0]["pulse"]["begun_from"] = array[0]["pulse"]["begun_to"] = -1
    array[0]["pulse"]["told_beat"] = array[0]["pulse"]["told_from"] = -1e18
    array[0]["pulse"]["lost"] = -(1 << 60)
    array[0]["pulse"]["events_at"] = -1e18
    array[0]["settling"] = 2
    array[0]["run"]["clonus_at"] = -1
    array[0]["shade_end"] = -(1 << 60)
    array[0]["movement_end"] = -(1 << 60)
    array[0]["limb_end"] = -(1 << 60)
    array[0]["last_onset"] = -(1 << 60)
    array[0]["colour"] = 1.0
    array[0]["bank_scale"] = 1.0 / params["bank_gain"][0].reshape(GATES, LANES)
    array[0]["census"] = 100.0  # so much the assumption weighs that noise is white
    array[0]["heard"] = 3.0  # of as many axes
    array[0]["stretches"] = 1
    return recordarray(array)
