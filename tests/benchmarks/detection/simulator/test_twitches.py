"""Simulated twitches have the sizes, directions, rates and intervals that the plan says, where truth says."""

import numpy as np
import pytest

from benchmarks.detection.simulator import HELD_OUT_CHIPS, HELD_OUT_SITES, Plan, isolated_twitches, simulate
from benchmarks.detection.simulator.forms import plain, twitch_forms

CLEAN = {"chip": "ideal", "twitches_per_min": 6.0}


def cut(night, event):
    """What a twitch adds to constant gravity, in mg."""
    first = int(np.ceil(event.onset_s * night.true_rate_hz))
    last = int(event.end_s * night.true_rate_hz) + 1
    return 1e3 * (night.xyz[first:last] - night.xyz[0]).astype(np.float64)


def test_each_unit_has_one_direction_and_all_have_the_size_truth_says():
    night = simulate(Plan(1.0, 500.0, **CLEAN, units=3, p2p_mg=(5.0, 40.0), apart_s=1.3), 1)
    directions = {}
    for event in night.only("twitch"):
        wave = cut(night, event)
        _, _, axes = np.linalg.svd(wave, full_matrices=False)
        assert np.ptp(wave @ axes[0]) == pytest.approx(event.p2p_mg, rel=0.05)
        assert np.abs(wave @ axes[1]).max() < 0.01 * event.p2p_mg + 0.2
        directions.setdefault(event.unit, []).append(axes[0])
    assert set(directions) == {0, 1, 2}
    for of_unit in directions.values():
        assert np.abs(np.array(of_unit) @ of_unit[0]).min() > 0.999


def test_nothing_moves_before_a_twitch_and_something_after():
    night = simulate(Plan(0.5, **CLEAN, p2p_mg=(10.0, 40.0), apart_s=1.3), 2)
    moved = 1e3 * np.linalg.norm(night.xyz - night.xyz[0], axis=1)
    for event in night.only("twitch"):
        first = int(np.ceil(event.onset_s * 100))
        assert moved[first - 8 : first].max() < 0.1 * event.p2p_mg
        assert moved[first : first + 40].max() > 0.2 * event.p2p_mg


def test_rate_and_interval_statistics():
    night = simulate(
        Plan(8.0, 25.0, chip="ideal", twitches_per_min=3.0, units=1, clustering=0.0, interval_cv=(1.2, 1.2)), 3
    )
    intervals = np.diff([event.onset_s for event in night.only("twitch")])
    assert 60 / intervals.mean() == pytest.approx(3.0, rel=0.15)
    assert intervals.std() / intervals.mean() == pytest.approx(1.2, abs=0.15)


def test_clustering_makes_minutes_uneven():
    def spread(clustering):
        night = simulate(
            Plan(8.0, 25.0, chip="ideal", twitches_per_min=6.0, clustering=clustering, interval_cv=(1.0, 1.0)), 4
        )
        counts = np.histogram([e.onset_s for e in night.only("twitch")], np.arange(0, 28800, 300))[0]
        return counts.var() / counts.mean()

    assert spread(0.0) < 1.5
    assert spread(1.0) > 3.0


def test_sizes_by_discharge_and_by_unit():
    free = simulate(Plan(2.0, 25.0, **CLEAN, p2p_mg=(1.0, 100.0)), 5)
    logs = np.log10([event.p2p_mg for event in free.only("twitch")])
    assert np.quantile(logs, [0.25, 0.5, 0.75]) == pytest.approx([0.5, 1.0, 1.5], abs=0.15)
    fixed = simulate(Plan(2.0, 25.0, **CLEAN, units=3, p2p_mg=(1.0, 100.0), amplitude="unit"), 5)
    for unit in range(3):
        sizes = np.array([event.p2p_mg for event in fixed.only("twitch") if event.unit == unit])
        assert 0.05 < sizes.std() / sizes.mean() < 0.25


def test_doublets_are_one_twitch_and_trains_one_event():
    night = simulate(Plan(2.0, 50.0, **CLEAN, doublet_share=0.1, trains_per_hour=20.0), 6)
    twitches = night.only("twitch")
    share = sum(event.source == "doublet" for event in twitches) / len(twitches)
    assert 0.06 < share < 0.14
    assert min(np.diff([event.onset_s for event in twitches])) >= 0.6
    trains = night.only("train")
    assert len(trains) > 15
    assert all(event.duration_s > 0.12 for event in trains)


def test_held_out_families_are_others():
    rng = np.random.default_rng(0)
    tuning = twitch_forms(1, np.random.default_rng(0), (0.05, 0.05), 0.0, held_out=False)
    other = twitch_forms(1, rng, (0.05, 0.05), 0.0, held_out=True)
    assert np.abs(tuning.fine - other.fine).max() > 0.03
    plan = Plan(chip=None, site=None, held_out=True)
    assert {plan.drawn_chip(seed) for seed in range(40)} == set(HELD_OUT_CHIPS)
    assert {plan.drawn_site(seed) for seed in range(40)} == set(HELD_OUT_SITES)
    plain_plan = Plan(chip=None, site=None)
    assert {plain_plan.drawn_chip(seed) for seed in range(40)}.isdisjoint(HELD_OUT_CHIPS)


def test_other_exponents_are_second_derivatives_too():
    time_s = np.arange(0, 0.6, 1e-4)
    for n in (2.5, 3.0, 3.5, 4.0):
        displacement = (time_s / 0.08) ** n * np.exp(n * (1 - time_s / 0.08))
        numeric = np.gradient(np.gradient(displacement, time_s), time_s)[50:]
        shape = plain(time_s, 0.08, n)[50:]
        assert np.corrcoef(numeric, shape)[0, 1] > 0.9999


def test_isolated_twitches_are_the_noise_and_their_waveforms():
    sizes = np.geomspace(1, 50, 30)
    made = isolated_twitches(sizes, 100.0, 100.0, seed=1)
    bare = isolated_twitches(np.full(30, 1e-9), 100.0, 100.0, seed=1)
    added = 1e3 * (made.night.xyz - bare.night.xyz)
    for at, waveform in zip(made.index, made.waveforms_mg, strict=True):
        assert added[at : at + len(waveform)] == pytest.approx(waveform, abs=2e-3)
        added[at : at + len(waveform)] = 0
    assert np.abs(added).max() < 2e-3
    assert [event.p2p_mg for event in made.night.truth] == pytest.approx(sizes)
    assert 1e3 * bare.night.xyz.std(axis=0) == pytest.approx([0.707] * 3, rel=0.05)
    assert {event.unit for event in isolated_twitches(sizes, seed=1, units=4).night.truth} == {0, 1, 2, 3}
    with pytest.raises(ValueError, match="would touch"):
        isolated_twitches(sizes, seed=1, every_s=0.5)
