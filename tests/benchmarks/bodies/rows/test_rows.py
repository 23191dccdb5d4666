"""Promise: each group of rows counts what it says: beats against an ECG, files without a pulse, gaps, starts."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.bodies import people
from benchmarks.bodies.command import bodies
from benchmarks.bodies.rows import ecg, no_pulse, starts, turns
from benchmarks.bodies.rows.added import corrected


def test_beats_are_held_against_r_peaks_after_a_constant_delay():
    rng = np.random.default_rng(1)
    peaks_s = np.cumsum(rng.uniform(0.7, 1.0, 400))
    kept = np.arange(400) % 20 != 0
    own_s = peaks_s[kept] + 0.17 + 0.004 * rng.standard_normal(kept.sum())
    beats_s = np.sort(np.concatenate([own_s, peaks_s[100:110] + 0.45]))
    figures = {figure.name.partition(" (")[0]: figure.value for figure in ecg._beats(peaks_s, beats_s, [(0.0, 1e3)])}
    assert figures["beats missed, still"] == pytest.approx(20 / 400)
    assert figures["beats extra, still"] == pytest.approx(10 / len(beats_s))
    assert figures["beat time off the ECG, median"] == pytest.approx(2.7, abs=1.0)


def test_beats_outside_the_still_time_do_not_count():
    peaks_s = np.arange(1.0, 200.0)
    figures = ecg._beats(peaks_s, peaks_s[:100] + 0.1, [(0.0, 90.0)])
    assert figures[0].value == 0.0
    assert ecg._joined([(0, 20), (10, 30), (50, 70)]) == [(0, 30), (50, 70)]


def test_files_without_a_pulse_are_a_minute_long_and_differ(shared_data):
    shared_data("phone_chest/heart_rate.csv")
    shared_data("table_noise/rest_on_table.csv")
    for name, (make, _) in no_pulse.MAKERS.items():
        one, other = make(0), make(1)
        assert one.length_s == pytest.approx(60.0, abs=0.1), name
        assert not np.array_equal(one.xyz[:100], other.xyz[:100]), name
        assert np.array_equal(make(0).xyz, one.xyz), name
    original, copy = people.table(), no_pulse.MAKERS["table noise, phases drawn anew"][0](0)
    scatter = [np.std(body.xyz[:4800], axis=0) for body in (original, copy)]
    assert scatter[1] == pytest.approx(scatter[0], rel=0.2)


def test_a_link_that_loses_samples_keeps_the_time_of_the_others():
    one = turns.turning(70.0, 0)
    gappy = turns._with_gaps(one.night)
    seconds = 3600.0 * turns.HOURS
    assert len(gappy.gaps) == round(seconds / 20) - 1
    assert gappy.time_s(len(gappy.xyz)) == pytest.approx(seconds, abs=0.5)
    for index, _ in gappy.gaps[:5]:
        assert np.array_equal(gappy.xyz[index], one.night.xyz[round(gappy.time_s(index) * turns.RATE_HZ)])
    perfect = turns.counted(one, gappy, one.truth_s)
    assert perfect.found == perfect.asked > 50
    assert perfect.false == 0
    late = turns.counted(one, gappy, one.truth_s + 0.2)
    assert late.found == 0
    assert late.false > 50


def test_a_start_in_movement_is_loud_and_then_still():
    body, truth_s = starts.recording(20.0, 1, is_tremor=False)
    moving = body.xyz[: round(19.5 * body.rate_hz)]
    still = body.xyz[round(20.5 * body.rate_hz) : round(38 * body.rate_hz)]
    assert np.std(moving, axis=0).max() > 0.1
    assert np.std(still, axis=0).max() < 0.0012
    assert truth_s[0] >= 40.0
    assert truth_s[-1] <= 200.0


def test_what_chance_finds_is_taken_off():
    hit, chance = np.array([True, True, True, False]), np.array([True, False, False, False])
    assert corrected(hit, chance) == pytest.approx((0.75 - 0.25) / 0.75)
    assert np.isnan(corrected(np.array([], bool), np.array([], bool)))


def test_every_group_but_the_rivals_runs(shared_data):
    for name in ("phone_chest", "chest_ecg", "muse_cardiac", "verity_sense_arm", "table_noise", "phone_tremor"):
        shared_data(name)
    result = CliRunner().invoke(bodies, ["--quick", "--no-rivals"], catch_exceptions=False)
    assert result.exit_code == 0
    for title in ("heart beats of real chests", "without their first samples", "finer than the sensor's step"):
        assert title in result.output
    assert "## rivals" not in result.output
    assert "targets:" in result.output


def test_without_recordings_the_rows_say_so(monkeypatch, tmp_path):
    monkeypatch.setenv("FASCIWATCH_DATA", str(tmp_path))
    people.arm.cache_clear()
    result = CliRunner().invoke(bodies, ["--only", "arm"], catch_exceptions=False)
    people.arm.cache_clear()
    assert result.exit_code == 0
    assert "## arm: skipped" in result.output
    assert "set FASCIWATCH_DATA" in result.output
