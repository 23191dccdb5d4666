"""Promise: the compiled noise floor and matched filters are those of their formulas, computed in another way.

`test_oracle` holds the compiled kernels against their own source; this holds them against `naive`, which shares
nothing with them.
"""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import Detector, DetectorConfig
from detector.signal.gate import EVENT_STEP
from detector.signal.noise.floor import CLIP, FLOOR_MEAN
from detector.signal.settings.parameters import GATE, SETTLE_S, WARM_UP_S, make_params
from detector.signal.settings.shapes import BANK, GATE_ENERGY, KEPT_ENERGY
from detector.signal.settings.shapes import GATE as GATE_SHAPES
from detector.signal.state import BANK as FILTERS
from detector.signal.state import BLOCK, BLOCKS, LANES, TAPS
from tests.detector.signal import naive

RATE_HZ = 100.0
SECONDS = 240


def shape(of, rate_hz):
    return naive.twitch(of.tp_s, of.resonance_hz, of.quality, of.ringing, rate_hz)


def signal(seed, noise_mg, spread):
    """Noise that is not the same on all axes, and twitches of the bank's shapes, far apart and in any direction."""
    rng = np.random.default_rng(seed)
    xyz = 1e-3 * noise_mg * rng.standard_normal((round(SECONDS * RATE_HZ), 3)) @ np.array(spread) + [0.1, 0.3, 0.95]
    onsets = []
    at = 30 * RATE_HZ
    while at < (SECONDS - 5) * RATE_HZ:
        onsets.append(round(at))
        direction = rng.standard_normal(3)
        felt = shape(BANK[rng.integers(len(BANK))], RATE_HZ)[:, None] * direction / np.linalg.norm(direction)
        xyz[onsets[-1] : onsets[-1] + len(felt)] += 1e-3 * noise_mg * rng.uniform(10, 25) * felt
        at += RATE_HZ * rng.uniform(4, 12)
    return xyz.astype(np.float32), np.array(onsets)


SIGNALS = [
    (1, 1.0, np.eye(3)),
    (2, 3.0, [[1.0, 0.0, 0.0], [0.3, 1.2, 0.0], [0.0, -0.4, 0.7]]),
    (3, 0.4, [[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.5]]),
]


def as_naive(xyz, params):
    """High-passed samples, and of each gate filter where it was looked at and what its noise was then."""
    moved = naive.highpass(xyz.astype(np.float64), RATE_HZ)
    floors = []
    for of, factor in zip(GATE_SHAPES, params["factor"], strict=True):
        taps = naive.matched_filter(shape(of, RATE_HZ), RATE_HZ, GATE_ENERGY, int(factor))
        stream = moved[: len(moved) // factor * factor].reshape(-1, factor, 3).sum(axis=1)
        led_in = np.vstack([np.zeros((len(taps) - 1, 3)), stream])
        output = np.column_stack([np.correlate(axis, taps, "valid") for axis in led_in.T])
        looks_hz = RATE_HZ / (factor * params["floor_every"][len(floors)])
        floor = naive.Floor(
            first=round(SETTLE_S * RATE_HZ / factor),
            every=int(params["floor_every"][len(floors)]),
            renewed=BLOCK // int(factor),
            warm_up=(BLOCKS, round(WARM_UP_S * looks_hz / BLOCKS)),
            step=1.0 / (DetectorConfig().floor_s * looks_hz),
            clip=CLIP,
            gate=GATE,
            event_step=EVENT_STEP,
        )
        at, covariance = floor.follow(output)
        floors.append(((at + 1) * factor - 1, covariance))
    return moved, floors


def matrix(six):
    xx, xy, xz, yy, yz, zz = six
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def test_clipping_is_made_up_for():
    assert pytest.approx(1.0 / naive.floor_over_mean(CLIP), abs=1e-4) == FLOOR_MEAN


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_the_filters_are_matched_to_the_shapes(rate_hz):
    params = make_params(rate_hz, DetectorConfig())[0]
    got = [params["bank_taps"][k // LANES].reshape(TAPS, LANES)[:, k % LANES] for k in range(FILTERS)]
    likest = []
    for of in BANK:
        taps = naive.matched_filter(shape(of, rate_hz), rate_hz, KEPT_ENERGY)
        likeness = [taps @ other[: len(taps)] for other in got]
        likest.append(int(np.argmax(likeness)))
        assert max(likeness) > 0.997, of  # where one of them is cut a tap sooner
        assert params["bank_taps_of"][likest[-1]] == pytest.approx(len(taps), abs=1)
    assert sorted(likest) == list(range(FILTERS))
    for g, of in enumerate(GATE_SHAPES):
        taps = naive.matched_filter(shape(of, rate_hz), rate_hz, GATE_ENERGY, int(params["factor"][g]))
        length, lead = params["gate_length"][g], params["gate_lead"][g]
        assert length - lead == pytest.approx(len(taps), abs=1)
        assert taps[: length - lead] @ params["gate_taps"][g, lead : lead + len(taps)] > 0.999


@pytest.mark.parametrize(("seed", "noise_mg", "spread"), SIGNALS)
def test_the_noise_floor(seed, noise_mg, spread):
    xyz, _ = signal(seed, noise_mg, spread)
    detector = Detector(RATE_HZ)
    _, floors = as_naive(xyz, make_params(RATE_HZ, DetectorConfig())[0])
    for end in range(2000, len(xyz), 500):
        detector.push(xyz[detector.state["index"][0] : end])
        sensed = int(detector.state["sensed"][0])
        for g, (at, covariance) in enumerate(floors):
            wanted = covariance[np.searchsorted(at, sensed) - 1]
            got = matrix(detector.state["covariance"][0, g]) * FLOOR_MEAN
            assert np.abs(got - wanted).max() < 0.02 * np.trace(wanted) / 3, (end, g)


@pytest.mark.parametrize(("seed", "noise_mg", "spread"), SIGNALS)
def test_the_matched_filters_and_what_they_find(seed, noise_mg, spread):
    xyz, onsets = signal(seed, noise_mg, spread)
    params = make_params(RATE_HZ, DetectorConfig())[0]
    moved, floors = as_naive(xyz, params)
    filters = sorted((naive.matched_filter(shape(of, RATE_HZ), RATE_HZ, KEPT_ENERGY) for of in BANK), key=len)
    known = [covariance[np.maximum(np.searchsorted(at, range(len(xyz))) - 1, 0)] for at, covariance in floors]
    best = np.zeros(len(xyz))
    for k, taps in enumerate(filters):
        squares = naive.squares(moved, taps, known[k // LANES] * params["bank_gain"][k])
        best[: len(squares)] = np.maximum(best[: len(squares)], squares)
    detector = Detector(RATE_HZ)
    told = detector.push(xyz) + detector.flush()
    events = [event for event in told if event.kind == "twitch"]
    for event in events:
        square = 10 ** (event.snr_db / 10)  # at the maximum of a parabola: no less than at the nearest sample
        at = round(event.onset_s * RATE_HZ)  # it begins where the forms of twitches say, not where the filter did
        ratios = square / best[max(at - 6, 0) : at + 7]
        assert ((ratios > 0.93) & (ratios < 1.2)).any(), event
    found = np.array([event.onset_s for event in told]) * RATE_HZ
    for onset in onsets:
        strength = best[onset - 6 : onset + 7].max() / params["threshold"][0]
        if strength > 1.5:
            assert np.abs(found - onset).min() < 8, (onset, strength)
    assert len(events) > 0.8 * len(onsets)
