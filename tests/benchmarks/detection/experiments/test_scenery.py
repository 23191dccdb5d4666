"""A night of the experiments holds what its truth says and nothing else, the same each time it is made."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.signal

from benchmarks.detection.experiments.nights import isolated
from benchmarks.detection.experiments.noises import COLOURED, QUANTISED, Noise
from benchmarks.detection.experiments.real import still_recordings, with_twitches
from benchmarks.detection.experiments.scenery import LEAD_S, Scenery
from benchmarks.detection.experiments.shapes import Shapes, acceleration_of
from benchmarks.detection.experiments.whole import night as whole_night
from firmware_bridge.virtual.twitch import acceleration


def everything(seed=1):
    scene = Scenery(1.0, 100.0, 20.0, seed)
    scene.movements(3)
    scene.limb_movements(1)
    scene.tremors(3)
    scene.taps(4)
    shapes = Shapes(4, scene.rng, held_out=False)
    scene.trains(shapes, 4, (20.0, 30.0))
    scene.twitches(shapes, 30, (10.0, 30.0))
    scene.pulse(4.0, 60.0, changes=True, span_s=(0.0, 1200.0))
    return scene.finish("everything")


def test_the_same_seed_makes_the_same_night():
    assert np.array_equal(everything().xyz, everything().xyz)
    assert everything().truth == everything().truth
    assert not np.array_equal(everything().xyz, everything(2).xyz)


def test_nothing_but_the_pulse_lies_on_top_of_another():
    events = [event for event in everything().truth if event.kind != "pulse"]
    for before, after in pairwise(events):
        assert before.end_s <= after.onset_s
    assert min(event.onset_s for event in events) >= LEAD_S
    assert {event.kind for event in events} == {"twitch", "train", "limb_movement", "movement", "tremor", "tap"}


def test_there_is_energy_where_the_truth_says():
    night = everything()
    sos = scipy.signal.butter(2, [3, 40], "bandpass", fs=100.0, output="sos")
    band = 1e3 * np.linalg.norm(scipy.signal.sosfiltfilt(sos, night.xyz.astype(float), axis=0), axis=1)
    quiet = np.median(band[120_000 + 3000 :])
    for event in night.only("twitch", "train", "limb_movement", "movement", "tremor", "tap"):
        at = int(event.onset_s * 100)
        assert band[at : at + max(20, int(event.duration_s * 100))].max() > 5 * quiet


def test_a_pulse_beats_at_its_rate():
    scene = Scenery(0.5, 100.0, 5.0, 3)
    scene.pulse(5.0, 72.0, changes=False)
    xyz = scene.finish("pulse").xyz
    sos = scipy.signal.butter(2, [4, 20], "bandpass", fs=100.0, output="sos")
    envelope = np.linalg.norm(scipy.signal.sosfiltfilt(sos, xyz.astype(float), axis=0), axis=1)
    envelope -= envelope.mean()
    frequency, power = scipy.signal.welch(envelope, 100.0, nperseg=8192)
    near = (frequency > 0.5) & (frequency < 2.0)
    assert frequency[near][power[near].argmax()] == pytest.approx(1.2, rel=0.05)


def test_a_movement_leaves_the_limb_turned_and_a_limb_movement_does_not():
    scene = Scenery(0.5, 100.0, 5.0, 4, sway_mg=0.0)
    scene.limb_movements(1)
    xyz = scene.finish("limb").xyz
    assert np.allclose(np.median(xyz[:3000], axis=0), np.median(xyz[-3000:], axis=0), atol=1e-3)
    scene = Scenery(0.5, 100.0, 5.0, 4, sway_mg=0.0)
    scene.movements(1)
    xyz = scene.finish("movement").xyz
    assert np.linalg.norm(np.median(xyz[:3000], axis=0) - np.median(xyz[-3000:], axis=0)) > 0.015


def test_a_night_is_quantised_to_its_step():
    night = whole_night(0.6, (1, 2), held_out=True, range_mg=(1.0, 40.0))
    assert night.resolution_mg > 0
    steps = 1e3 * night.xyz.astype(np.float64) / night.resolution_mg
    assert np.abs(steps - np.rint(steps)).max() < 0.02


@pytest.mark.parametrize("units", [0, 5])
def test_isolated_waveforms_are_what_was_added(units):
    made = isolated(40, 100.0, 0.0, (2.0, 20.0), 5, held_out=True, units=units)
    left = made.night.xyz.astype(np.float64)
    for at, waveform in zip(made.index, made.waveforms_mg, strict=True):
        left[at : at + len(waveform)] -= 1e-3 * waveform
    assert np.allclose(left, left[0], atol=1e-6)
    for event, at, waveform in zip(made.night.truth, made.index, made.waveforms_mg, strict=True):
        assert 0 <= at / 100.0 - event.onset_s < 0.01
        # The truth is before sampling, which misses the very peaks of the fastest shapes.
        assert 0.5 < np.ptp(waveform @ np.linalg.svd(waveform)[2][0]) / event.p2p_mg < 1.001
    assert len({event.unit for event in made.night.truth}) == (units or 1)


def test_the_shape_is_that_of_the_virtual_wearable():
    u = np.linspace(0, 5, 400)
    ours, theirs = acceleration_of(u, 3.0), acceleration(u, np.array(1.0))
    assert np.allclose(ours / np.ptp(ours), theirs / np.ptp(theirs), atol=1e-9)


def test_the_families_differ():
    known, other = (Shapes(60, np.random.default_rng(1), held_out=held_out) for held_out in (False, True))
    assert not np.allclose(known.fine, other.fine)
    assert np.allclose(np.ptp(known.fine, axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize("noise", [Noise("white", 100.0), *COLOURED, *QUANTISED], ids=lambda noise: noise.name)
def test_noise_has_the_density_it_states(noise):
    xyz = np.concatenate(list(noise.chunks(0.5, 3)))
    frequency, power = scipy.signal.welch(xyz.astype(float), noise.rate_hz, nperseg=2048, axis=0)
    high = (frequency > 0.25 * noise.rate_hz) & (frequency < 0.45 * noise.rate_hz)
    if not noise.memory and not noise.step_mg:
        assert np.allclose(1e6 * np.sqrt(power[high].mean(axis=0)), noise.density_ug, rtol=0.15)
    if noise.memory:
        assert np.allclose(1e6 * xyz.std(axis=0), np.array(noise.density_ug) * np.sqrt(noise.rate_hz / 2), rtol=0.05)
    if noise.corner_hz == 10.0:
        slope = np.polyfit(*np.log(np.stack([frequency[2:100], power[2:100].mean(axis=1)])), 1)[0]
        assert -1.2 < slope < -0.7
    if noise.step_mg:
        assert np.abs(1e3 * xyz / noise.step_mg - np.rint(1e3 * xyz / noise.step_mg)).max() < 0.01


def test_twitches_added_to_a_real_recording_keep_its_step():
    nights, skipped = still_recordings()
    if not nights:
        pytest.skip("; ".join(skipped))
    for still in nights:
        night = with_twitches(still, (5.0, 40.0), 1, held_out=False)
        assert night.xyz.shape == still.xyz.shape
        assert not np.array_equal(night.xyz, still.xyz)
        if night.resolution_mg:
            steps = 1e3 * night.xyz.astype(np.float64) / night.resolution_mg
            assert np.abs(steps - np.rint(steps)).max() < 0.01
