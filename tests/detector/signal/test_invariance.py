"""The detector does not care how the sensor is turned, when the night began, or (within its limits) about the scale."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import DetectorConfig, detect
from detector.signal.gate import LIMIT_G
from detector.signal.state import FLAT_ENERGY


def rotation(rng: np.random.Generator) -> np.ndarray:
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    return q * np.sign(np.diag(r))


@pytest.mark.parametrize("seed", range(5))
def test_rotation(make_signal, seed):
    xyz, _ = make_signal(seconds=60)
    turn = rotation(np.random.default_rng(seed))
    plain = detect(xyz, 100.0)
    turned = detect((xyz.astype(np.float64) @ turn.T).astype(np.float32), 100.0)
    assert [e.kind for e in turned] == [e.kind for e in plain]
    assert np.allclose([e.onset_s for e in turned], [e.onset_s for e in plain], atol=1e-3)
    for a, b in zip(plain, turned, strict=True):
        assert b.p2p_mg == pytest.approx(a.p2p_mg, rel=1e-2)
        assert b.dominant_hz == pytest.approx(a.dominant_hz, rel=1e-2)
        direction = turn @ [a.direction_x, a.direction_y, a.direction_z]
        assert np.allclose([b.direction_x, b.direction_y, b.direction_z], direction, atol=1e-2)


@pytest.mark.parametrize("shift", [1, 137, 1000])
def test_time_shift(make_signal, shift):
    """Once the noise floor has settled, an event's time and size do not depend on when the recording began."""
    xyz, onsets = make_signal(seconds=200)
    late = detect(np.ascontiguousarray(xyz[shift:]), 100.0)
    settled = [e for e in detect(xyz, 100.0) if e.onset_s > 102]
    shifted = [e for e in late if e.onset_s > 102 - shift / 100]
    assert len(settled) == np.sum(onsets > 102)
    assert np.allclose([e.onset_s - shift / 100 for e in settled], [e.onset_s for e in shifted], atol=0.021)
    ratio = np.array([e.p2p_mg for e in settled]) / [e.p2p_mg for e in shifted]
    assert np.median(np.abs(ratio - 1)) < 0.02  # now and then a neighbouring shape fits as well


@pytest.mark.parametrize("power", [-2, -1, 1])
def test_scale(make_signal, power):
    """Scaling by a power of two is exact in floating point: the same events, each `scale` times as large.

    Between 10 and 150 mg, that is: smaller ones may be heart beats at first, larger ones move the limb.
    """
    scale = 2.0**power
    xyz, _ = make_signal(seconds=60, p2p_mg=60.0)
    plain, scaled = detect(xyz, 100.0), detect((xyz * scale).astype(np.float32), 100.0)
    assert len(plain) > 8
    assert [e.onset_s for e in plain] == [e.onset_s for e in scaled]
    assert [e.score for e in plain] == [e.score for e in scaled]
    assert [e.p2p_mg * scale for e in plain] == [e.p2p_mg for e in scaled]


def test_stated_absolute_limits(make_signal):
    """Noise under 0.1 µg is a constant, a sample over 1000 g is no measurement: beyond these, scale does matter."""
    xyz, onsets = make_signal(seconds=60)
    tiny = ((xyz - [0.6, 0.0, 0.8]) * 1e-6).astype(np.float32)
    assert pytest.approx(1e-7**2) == FLAT_ENERGY
    assert len(detect(tiny, 100.0)) < len(onsets) / 2
    assert detect((xyz * LIMIT_G).astype(np.float32), 100.0) == []


def test_resolution_bounds_the_floor_from_below():
    """A coarse sensor whose last bit flickers now and then has no twitches."""
    rng = np.random.default_rng(11)
    xyz = np.zeros((60_000, 3), np.float32)
    xyz[:, 2] = np.float32(1.0)
    xyz[:, 0] += np.float32(0.0156) * (np.cumsum(rng.random(60_000) < 0.002) % 2).astype(np.float32)
    coarse = detect(xyz, 100.0, DetectorConfig(resolution_mg=15.6))
    assert coarse == []
    # Where the step is not given it is found, as soon as a bit has flipped twice.
    assert detect(xyz, 100.0) == []
