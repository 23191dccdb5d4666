"""A simulated night is the same for the same seed, what is off is absent, and silencing one thing changes no other."""

import dataclasses
import itertools

import numpy as np
import pytest

from benchmarks.detection.simulator import IDEAL, INGREDIENTS, Plan, beats_s, hard_night, quiet, simulate, whole_night

FULL = whole_night(0.7, taps_per_hour=12.0, haptics_per_hour=8.0, trains_per_hour=20.0, tremors_per_hour=10.0)
SOURCES = {
    "twitch": {"twitch", "doublet"},
    "movement": {"movement"},
    "periodic limb movement": {"periodic limb movement"},
    "leg movement run": {"leg movement run"},
    "hypnic jerk": {"hypnic jerk"},
    "mattress": {"mattress"},
    "tremor": {"tremor"},
    "tap": {"tap"},
    "haptic": {"haptic"},
    "train": {"train"},
    "pulse": {"pulse"},
}
BUSY = dataclasses.replace(
    FULL, limb_series_per_hour=6.0, leg_runs_per_hour=8.0, jerks_per_hour=5.0, mattress_per_hour=8.0
)


def test_same_plan_and_seed_give_the_same_night():
    a, b = simulate(FULL, 4), simulate(FULL, 4)
    assert a.truth == b.truth
    assert a.gaps == b.gaps
    assert np.array_equal(a.xyz, b.xyz)
    assert not np.array_equal(a.xyz[:100], simulate(FULL, 5).xyz[:100])


def test_a_full_night_has_every_source():
    assert {event.source for event in simulate(BUSY, 1).truth} == set().union(*SOURCES.values())


@pytest.mark.parametrize("ingredient", sorted(SOURCES))
def test_silencing_one_leaves_the_others(ingredient):
    full, less = simulate(BUSY, 1), simulate(BUSY.without(ingredient), 1)
    others = [event for event in full.truth if event.source not in SOURCES[ingredient]]
    assert list(less.truth) == others
    assert len(others) < len(full.truth)
    assert full.gaps == less.gaps


def test_silencing_removes_exactly_its_own_samples():
    plan = dataclasses.replace(BUSY, chip=IDEAL, gaps_per_hour=0.0, movements_per_hour=0.0)
    full, less = simulate(plan, 2), simulate(plan.without("tremor"), 2)
    changed = np.abs(full.xyz - less.xyz).max(axis=1) > 1e-5
    expected = np.zeros(len(changed), bool)
    for event in full.only("tremor"):
        expected[int(event.onset_s * full.true_rate_hz) : int(event.end_s * full.true_rate_hz) + 2] = True
    assert changed.any()
    assert not changed[~expected].any()


def test_nothing_on_is_gravity_alone():
    night = simulate(Plan(0.05, chip="ideal"), 3)
    assert night.truth == ()
    assert np.ptp(night.xyz, axis=0).max() == 0
    assert np.linalg.norm(night.xyz[0]) == pytest.approx(1.0, abs=1e-6)


def test_all_silent_is_gravity_alone():
    night = simulate(dataclasses.replace(BUSY.without(*INGREDIENTS), chip="ideal"), 3)
    assert night.truth == ()
    assert night.gaps == ()
    assert np.ptp(night.xyz, axis=0).max() == 0


def test_events_keep_apart():
    night = simulate(BUSY, 6)
    largest = sorted((e.onset_s, e.end_s) for e in night.truth if e.kind in ("movement", "tremor", "tap", "train"))
    assert all(a[1] < b[0] for a, b in itertools.pairwise(largest))
    movements = [e for e in night.truth if e.source in ("movement", "hypnic jerk", "mattress")]
    for twitch in night.only("twitch"):
        assert all(twitch.end_s < m.onset_s - 2.4 or twitch.onset_s > m.end_s + 2.4 for m in movements)


def test_truth_is_in_order_and_inside():
    night = simulate(FULL, 7)
    onsets = [event.onset_s for event in night.truth]
    assert onsets == sorted(onsets)
    assert all(event.duration_s > 0 and event.p2p_mg > 0 for event in night.truth)
    assert max(event.end_s for event in night.truth) <= night.time_s(len(night.xyz)) + 0.5


def test_presets_have_the_rates_they_say():
    calm = simulate(quiet(2.0), 1)
    assert 35 <= len(calm.only("twitch")) <= 90
    hard = simulate(hard_night(1.0), 1)
    assert 190 <= len(hard.only("twitch")) <= 270
    assert hard.true_rate_hz == 100.0


def test_heart_beats_as_fast_as_it_should_and_no_faster():
    plan = Plan(1.0, pulse_mg=(3.0, 3.0), pulse_per_min=(60.0, 60.0))
    intervals = np.diff(beats_s(plan, 1))
    assert np.mean(intervals) == pytest.approx(1.0, rel=0.05)
    assert 0.01 < np.std(intervals) < 0.15
    assert len(beats_s(Plan(1.0), 1)) == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"hours": 0.0},
        {"rate_hz": -1.0},
        {"chip": "none"},
        {"site": "moon"},
        {"p2p_mg": (3.0, 1.0)},
        {"taps_per_hour": -1.0},
    ],
)
def test_impossible_plans_are_refused(settings):
    with pytest.raises(ValueError, match=r"."):
        Plan(**settings)


def test_unknown_ingredient_is_refused():
    with pytest.raises(ValueError, match="no such ingredient: sleep"):
        Plan().without("sleep")
