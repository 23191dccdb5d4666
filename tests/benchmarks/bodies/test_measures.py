"""Promise: rates, shares and added twitches are measured right where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.bodies.added import LEAD_S, with_twitches
from benchmarks.bodies.figures import hourly, share
from benchmarks.bodies.heart_rate import window_rate, windows
from benchmarks.bodies.people import OTHER, Body, ecg
from benchmarks.bodies.simulated import resting, tremor, two_sounds

RATE_HZ = 100.0


@pytest.mark.parametrize("per_min", [48.0, 66.0, 104.0])
def test_a_windows_rate_is_that_of_its_beats(per_min):
    rng = np.random.default_rng(round(per_min))
    mg = resting(rng, 20.0, RATE_HZ, 1.0)
    wave, beats_s = two_sounds(rng, 20.0, RATE_HZ, 20.0, per_min)
    rate, plainness = window_rate(1e-3 * (mg + wave), RATE_HZ, per_min * 1.08)
    assert rate == pytest.approx(60 / np.diff(beats_s).mean(), abs=2.0)
    assert plainness > 0.2


def test_a_windows_rate_is_the_ecgs_where_the_chest_is_still(shared_data):
    shared_data("chest_ecg/chest_ecg.npz")
    body, peaks_s = ecg()
    errors = []
    for start_s, end_s in windows((0.0, 180.0)):
        part = body.xyz[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
        own = peaks_s[(peaks_s >= start_s) & (peaks_s < end_s)]
        errors.append(window_rate(part, RATE_HZ, 85.0)[0] - 60 / np.diff(own).mean())
    assert np.median(np.abs(errors)) < 1.0
    assert np.abs(errors).max() < 4.0


def test_windows_lie_within_their_span():
    assert windows((5.0, 45.0)) == [(5.0, 25.0), (15.0, 35.0), (25.0, 45.0)]
    assert windows((5.0, 24.0)) == []


def test_added_twitches_have_the_stated_size_and_leave_the_rest_as_it_is():
    rng = np.random.default_rng(3)
    xyz = (1e-3 * resting(rng, 60.0, RATE_HZ, 0.0)).astype(np.float32)
    body = Body("made up", OTHER, xyz, RATE_HZ, 0.0, (5.0, 55.0))
    night = with_twitches(body, 12.0, 9, held_out=True)
    assert len(night.onset_s) == 6
    assert night.onset_s[0] >= 5.0 + LEAD_S
    assert np.diff(night.onset_s).min() >= 2.0
    assert night.onset_s[-1] < 55.0
    before = np.ones(len(xyz), bool)
    for at, wave in zip(night.index, night.waveforms_mg, strict=True):
        changed = 1e3 * (night.body.xyz[at : at + len(wave)] - xyz[at : at + len(wave)])
        assert np.abs(changed - wave).max() < 1e-3
        # Samples of 100 Hz fall beside the peaks of the fastest twitches.
        assert 0.8 * 12.0 < np.linalg.norm(np.ptp(wave, axis=0)) < 1.02 * 12.0
        before[at : at + len(wave)] = False
    assert np.array_equal(night.body.xyz[before], xyz[before])


def test_a_tremor_is_as_large_and_as_regular_as_stated():
    rng = np.random.default_rng(2)
    wave = tremor(rng, 30.0, 200.0, 100.0, 6.0)
    axis = wave @ np.linalg.svd(wave, full_matrices=False)[2][0]
    rises_s = np.flatnonzero((axis[:-1] < 0) & (axis[1:] >= 0)) / 200.0
    intervals_s = np.diff(rises_s)
    assert 1 / intervals_s.mean() == pytest.approx(6.0, abs=0.8)
    assert intervals_s.std() / intervals_s.mean() <= 0.15
    assert np.ptp(axis) == pytest.approx(130.0, abs=30.0)


def test_figures_say_how_much_was_watched_and_how_sure_they_are():
    none = hourly("false", 0, 2.0)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3.689 / 2, abs=1e-3)
    assert "0 in 2.000 h" in none.name
    assert "(of 10)" in share("found", 10, 10).name
    full = share("found", 10, 10)
    assert (full.value, full.high) == (1.0, 1.0)
    assert full.low == pytest.approx(0.6915, abs=1e-3)
    assert np.isnan(share("found", 0, 0).value)
