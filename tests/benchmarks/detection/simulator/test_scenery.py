"""What is mistaken for twitches, and what the sensor adds, has the size, frequency and place the plan says."""

import dataclasses

import numpy as np
import pytest
import scipy.signal

from benchmarks.detection.simulator import Chip, Plan, beats_s, simulate
from benchmarks.detection.simulator.posture import FAINTEST_PULSE_MG

CLEAN = {"chip": "ideal"}


def part(night, event):
    rate = night.true_rate_hz
    return 1e3 * night.xyz[int(np.ceil(event.onset_s * rate)) : int(event.end_s * rate)].astype(np.float64)


def density_ug(night, axis, low_hz, high_hz):
    f, power = scipy.signal.welch(1e6 * night.xyz[:, axis].astype(np.float64), night.true_rate_hz, nperseg=8192)
    return np.sqrt(power[(f > low_hz) & (f < high_hz)].mean())


def test_noise_has_its_density_on_each_axis_and_rises_below_the_corner():
    chip = Chip("x", 120.0, 0.0, corner_hz=1.0, axes=(1.0, 0.5, 1.5))
    night = simulate(Plan(2.0, chip=chip, worn=2.0), 1)
    for axis, factor in enumerate(chip.axes):
        assert density_ug(night, axis, 5.0, 45.0) == pytest.approx(240 * factor, rel=0.05)
    assert density_ug(night, 0, 0.08, 0.12) == pytest.approx(240 * np.sqrt(10), rel=0.35)


def test_samples_lie_on_the_chips_grid_and_within_its_range():
    chip = Chip("x", 150.0, 0.977, range_g=1.1)
    night = simulate(Plan(1.0, chip=chip, movements_per_hour=20.0, movement_rms_mg=(400.0, 500.0)), 2)
    assert night.resolution_mg == 0.977
    steps = 1e3 * night.xyz.astype(np.float64) / 0.977
    assert np.abs(steps - np.rint(steps)).max() < 1e-3
    assert np.abs(night.xyz).max() == pytest.approx(1.1, abs=1e-3)


def test_gaps_are_missing_samples_and_leave_time_right():
    plan = Plan(2.0, true_rate_ppm=500.0, twitches_per_min=6.0, chip="ideal", gaps_per_hour=10.0, p2p_mg=(10.0, 20.0))
    whole, holed = simulate(dataclasses.replace(plan, gaps_per_hour=0.0), 3), simulate(plan, 3)
    assert len(holed.gaps) > 10
    missing = sum(seconds for _, seconds in holed.gaps) * holed.true_rate_hz
    assert len(whole.xyz) - len(holed.xyz) == pytest.approx(missing, abs=0.01)
    assert all(0.03 < seconds < 30.1 for _, seconds in holed.gaps)
    for index in np.linspace(0, len(holed.xyz) - 1, 500).astype(int):
        at = round(holed.time_s(int(index)) * holed.true_rate_hz)
        assert np.array_equal(holed.xyz[index], whole.xyz[at])


def test_only_gross_movements_leave_another_posture():
    settings = {"limb_series_per_hour": 6.0, "jerks_per_hour": 5.0, "mattress_per_hour": 5.0, "leg_runs_per_hour": 5.0}
    still = simulate(Plan(1.0, **CLEAN, **settings), 4)
    assert len(still.only("limb_movement")) > 10
    assert np.linalg.norm(still.xyz[-1] - still.xyz[0]) < 1e-5
    night = simulate(Plan(1.0, **CLEAN, movements_per_hour=10.0), 4)
    for event in night.only("movement"):
        before, after = night.xyz[int(event.onset_s * 100) - 5], night.xyz[int(event.end_s * 100) + 5]
        assert 0.015 < np.linalg.norm(after - before) < 0.26
        assert np.linalg.norm(after) == pytest.approx(1.0, abs=1e-4)
        assert 3.0 <= event.duration_s <= 45.0


def test_pulse_lies_in_its_band_at_the_beats_and_changes_with_posture():
    plan = Plan(1.0, **CLEAN, pulse_mg=(3.0, 3.0))
    night = simulate(plan, 5)
    (pulse,) = night.only("pulse")
    assert pulse.p2p_mg == 3.0
    length = 1e3 * np.linalg.norm(night.xyz - night.xyz[0], axis=1)
    loud = [length[int(t * 100) : int(t * 100) + 50].max() for t in beats_s(plan, 5)[:-2]]
    assert min(loud) > 1.0
    assert max(loud) < 3.2
    f, power = scipy.signal.welch(night.xyz, 100.0, nperseg=2048, axis=0)
    assert power[(f > 2) & (f < 20)].sum() > 0.8 * power[f > 0.5].sum()
    turning = simulate(dataclasses.replace(plan, pulse_mg=(0.0, 5.0), movements_per_hour=8.0), 5)
    sizes = {event.p2p_mg for event in turning.only("pulse")}
    # Another size in every posture, but for those so faint that there is nothing to see.
    assert 2 < len(sizes) <= len(turning.only("movement")) + 1
    assert min(sizes) >= FAINTEST_PULSE_MG


def test_breath_tilts_slowly():
    night = simulate(Plan(0.5, **CLEAN, respiration_mg=(10.0, 10.0), respiration_hz=(0.25, 0.25)), 6)
    moved = 1e3 * (night.xyz - night.xyz.mean(axis=0))
    main = moved @ np.linalg.svd(moved[::10], full_matrices=False)[2][0]
    assert np.ptp(main) == pytest.approx(10.0, rel=0.02)
    f, power = scipy.signal.welch(main, 100.0, nperseg=16384)
    assert 0.2 < f[np.argmax(power)] < 0.3


def test_tremor_has_its_frequency_band_and_size():
    night = simulate(Plan(2.0, **CLEAN, tremors_per_hour=15.0), 7)
    assert len(night.only("tremor")) > 10
    for event in night.only("tremor"):
        wave = part(night, event) - 1e3 * night.xyz[0]
        f, power = scipy.signal.periodogram(wave, 100.0, axis=0, nfft=4096)
        assert 3.2 < f[np.argmax(power.sum(axis=1))] < 13.5
        assert 2.0 <= event.duration_s <= 30.0
        assert 0.4 * event.p2p_mg < np.linalg.norm(np.ptp(wave, axis=0)) < 2.2 * event.p2p_mg


def test_periodic_limb_movements_come_in_series_every_10_to_90_s():
    night = simulate(Plan(3.0, **CLEAN, limb_series_per_hour=1.0), 8)
    onsets = np.array([event.onset_s for event in night.only("limb_movement")])
    within = np.diff(onsets)
    assert np.median(within) < 60
    assert all(0.5 <= event.duration_s <= 10.0 for event in night.only("limb_movement"))


def test_leg_runs_are_bursts_in_quick_succession():
    night = simulate(Plan(2.0, **CLEAN, leg_runs_per_hour=6.0), 9)
    intervals = np.diff([event.onset_s for event in night.only("limb_movement")])
    within = intervals[intervals < 5]
    assert len(within) > 20
    assert np.median(within) < 3.4
    assert all(0.1 <= event.duration_s <= 1.0 for event in night.only("limb_movement"))


def test_jerks_and_mattress_are_movements_that_fade():
    night = simulate(Plan(3.0, **CLEAN, jerks_per_hour=6.0, mattress_per_hour=6.0), 10)
    assert {event.source for event in night.only("movement")} == {"hypnic jerk", "mattress"}
    for event in night.only("movement"):
        wave = np.abs(part(night, event) - 1e3 * night.xyz[0]).max(axis=1)
        third = len(wave) // 3
        assert wave[-third:].max() < 0.5 * wave[: 2 * third].max()


def test_taps_are_short_and_buzzes_alias():
    night = simulate(Plan(4.0, 50.0, **CLEAN, taps_per_hour=10.0), 11)
    assert all(event.duration_s < 0.08 for event in night.only("tap"))
    assert np.mean([len(part(night, event)) for event in night.only("tap")]) < 4
    fast = simulate(Plan(4.0, 1000.0, **CLEAN, haptics_per_hour=3.0), 12)
    slow = simulate(Plan(4.0, 100.0, **CLEAN, haptics_per_hour=3.0), 12)
    assert [e.onset_s for e in fast.truth] == [e.onset_s for e in slow.truth]
    for event in fast.only("tap"):
        wave = part(fast, event) - 1e3 * fast.xyz[0]
        f, power = scipy.signal.periodogram(wave, 1000.0, axis=0, nfft=8192)
        assert 145 < f[np.argmax(power.sum(axis=1))] < 240
        assert np.abs(part(slow, event) - 1e3 * slow.xyz[0]).max() > 0.02 * event.p2p_mg
