"""What begins suddenly is flagged, and so are beats that die out; slow moves and lasting tremor are not."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import Detector, DetectorConfig, detect

BEGINS_S = 12.0


def at_rest(seconds, rate_hz, seed=3):
    rng = np.random.default_rng(seed)
    return 1e-3 * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.6, 0.0, 0.8]


def with_wave(wave, rate_hz, seconds=24.0):
    """Put a wave in g, a function of the time since it begins, along one axis of a limb at rest."""
    xyz = at_rest(seconds, rate_hz)
    time_s = np.arange(len(xyz)) / rate_hz - BEGINS_S
    xyz += np.where(time_s >= 0, wave(np.maximum(time_s, 0.0)), 0.0)[:, None] * [0.8, 0.6, 0.0]
    return xyz.astype(np.float32)


def jolt(time_s):
    """A limb that is thrown within a tenth of a second and shakes for two seconds."""
    x = time_s / 0.1
    return 0.3 * (2 * x - x**2) * np.exp(-x) + 0.02 * np.sin(2 * np.pi * 9.3 * time_s) * np.clip(2 - time_s, 0, 1)


def smooth_move(time_s):
    """A move of least jerk that takes two seconds."""
    u = np.clip(time_s / 2.0, 0, 1)
    return 0.3 * u * (1 - u) * (1 - 2 * u) / 0.0962


def dying_beats(time_s, hz=6.0):
    return 0.1 * np.exp(-time_s / 0.8) * np.sin(2 * np.pi * hz * time_s) * (time_s < 2.5)


def lasting_tremor(time_s):
    return 0.05 * np.sin(2 * np.pi * 6.0 * time_s) * np.clip(np.minimum(time_s, 6 - time_s) / 0.3, 0, 1)


def flags_of(xyz, rate_hz):
    return {flag for event in detect(xyz, rate_hz) for flag in event.flags.split("|") if flag}


@pytest.mark.parametrize("rate_hz", [50.0, 52.0, 100.0, 208.0])
def test_a_jolt_is_sudden_and_a_smooth_move_is_not(rate_hz):
    found = detect(with_wave(jolt, rate_hz), rate_hz)
    assert [event.kind in ("limb_movement", "movement") for event in found] == [True]
    assert "sudden" in found[0].flags
    assert "sudden" not in flags_of(with_wave(smooth_move, rate_hz), rate_hz)


@pytest.mark.parametrize("rate_hz", [50.0, 52.0, 100.0, 208.0])
def test_beats_that_die_out_are_a_clonus_and_a_tremor_that_lasts_is_none(rate_hz):
    assert "clonus" in flags_of(with_wave(dying_beats, rate_hz), rate_hz)
    lasting = with_wave(
        lambda t: 0.05 * np.sin(2 * np.pi * 6.0 * t) * np.clip(np.minimum(t, 6 - t) / 0.3, 0, 1), rate_hz
    )
    assert "clonus" not in flags_of(lasting, rate_hz)


@pytest.mark.parametrize("hz", [2.5, 3.5])
def test_a_bed_that_swings_slowly_is_no_clonus(hz):
    assert "clonus" not in flags_of(with_wave(lambda t: dying_beats(t, hz), 100.0), 100.0)


def test_what_swings_along_all_axes_is_not_sudden():
    """A pushed bed sets in at once, too, but not along one line."""
    xyz = at_rest(24.0, 100.0)
    time_s = np.arange(len(xyz)) / 100.0 - BEGINS_S
    phase = np.array([0.0, 2.1, 4.2])
    swing = np.exp(-time_s / 0.2)[:, None] * np.sin(2 * np.pi * 3.0 * time_s[:, None] + phase)
    xyz += 0.1 * np.where(time_s[:, None] >= 0, swing, 0.0)
    found = detect(xyz.astype(np.float32), 100.0)
    assert len(found) == 1
    assert "sudden" not in found[0].flags


@pytest.mark.parametrize("rate_hz", [52.0, 100.0])
def test_a_tremor_that_wanes_at_last_is_no_clonus(rate_hz):
    """It stays as it is for two seconds, and is gone within one; a clonus fades from its beginning on."""
    waning = with_wave(
        lambda t: 0.05 * np.sin(2 * np.pi * 6.0 * t) * np.clip(np.minimum(t / 0.2, (3.0 - t) / 0.8), 0, 1), rate_hz
    )
    assert "clonus" not in flags_of(waning, rate_hz)


@pytest.mark.parametrize("rate_hz", [52.0, 100.0])
def test_a_clonus_may_begin_with_a_jolt(rate_hz):
    """Beats of half the jolt's size: one event, sudden and a clonus, whether it is called a tremor or a movement."""
    found = detect(with_wave(lambda t: jolt(t) + dying_beats(t), rate_hz), rate_hz)
    assert "sudden" in found[0].flags
    assert any("clonus" in event.flags for event in found)


def test_what_begins_amid_movement_is_not_sudden():
    rng = np.random.default_rng(5)
    xyz = with_wave(jolt, 100.0)
    xyz[400:1200] += (0.1 * rng.standard_normal((800, 3))).astype(np.float32)
    assert not any("sudden" in event.flags and event.onset_s > BEGINS_S - 1.0 for event in detect(xyz, 100.0))


def test_a_recording_that_begins_with_it_says_nothing():
    xyz = with_wave(jolt, 100.0)[round(100 * (BEGINS_S - 0.2)) :]
    detector = Detector(100.0, DetectorConfig())
    events = detector.push(np.ascontiguousarray(xyz)) + detector.flush()
    assert not any("sudden" in event.flags for event in events if event.onset_s < 1.0)


@pytest.mark.parametrize("rate_hz", [51.7, 100.0, 250.0])
@pytest.mark.parametrize("chunk", [1, 29, 1000])
def test_the_split_into_pushes_changes_no_flag(rate_hz, chunk):
    xyz = np.concatenate([with_wave(jolt, rate_hz), with_wave(dying_beats, rate_hz), with_wave(smooth_move, rate_hz)])
    whole, pieces = Detector(rate_hz), Detector(rate_hz)
    expected = whole.push(xyz) + whole.flush()
    got = [event for at in range(0, len(xyz), chunk) for event in pieces.push(xyz[at : at + chunk])] + pieces.flush()
    assert {flag for event in expected for flag in event.flags.split("|")} >= {"sudden", "clonus"}
    assert got == expected
    assert pieces.state.tobytes() == whole.state.tobytes()


def test_letting_go_does_not_make_a_slow_movement_sudden():
    """Drawn up smoothly, held, and let go at once: one limb movement, by its beginning."""

    def drawn_up(time_s):
        u = np.clip(time_s / 0.8, 0, 1)
        lift = u**3 * (10 - 15 * u + 6 * u**2) * 0.1
        x = np.maximum(time_s - 2.5, 0.0) / 0.03
        return np.where(time_s < 2.5, lift, 0.1 * (1 + x) * np.exp(-x))

    found = detect(with_wave(drawn_up, 100.0), 100.0)
    assert [event.kind for event in found] == ["limb_movement"]
    assert found[0].duration_s > 2.0
    assert "sudden" not in found[0].flags
