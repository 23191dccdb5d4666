"""Promise: the quiet part of a recording is the one without movement, and each person belongs to one half."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.bodies.people import APART, OTHER, TUNE, Body, alone, arm, ecg, muse, phones, without_first
from benchmarks.bodies.quiet import longest_quiet, quietest

RATE_HZ = 100.0


def moved(*stretches):
    """A minute of 1 mg noise, moved by 50 mg in some stretches."""
    rng = np.random.default_rng(5)
    xyz = np.array([0.0, 0.0, 1.0]) + 1e-3 * rng.standard_normal((6000, 3))
    for start_s, end_s in stretches:
        part = slice(int(start_s * RATE_HZ), int(end_s * RATE_HZ))
        xyz[part] += 0.05 * np.sin(2 * np.pi * 4 * np.arange(part.stop - part.start) / RATE_HZ)[:, None]
    return xyz.astype(np.float32)


def test_of_a_stated_length_the_stretch_between_movements_is_taken():
    start_s, end_s = quietest(moved((0, 8), (50, 60)), RATE_HZ, 40.0)
    assert end_s - start_s == pytest.approx(40.0)
    assert 7.9 <= start_s <= 10.1


def test_a_stated_length_as_long_as_the_recording_is_all_of_it():
    assert quietest(moved(), RATE_HZ, 60.0) == (0.0, 60.0)


def test_the_longest_stretch_without_movement_is_found():
    start_s, end_s = longest_quiet(moved((0, 8), (20, 22), (50, 60)), RATE_HZ)
    assert start_s == pytest.approx(22.0, abs=0.7)
    assert end_s == pytest.approx(50.0, abs=0.7)


def test_a_part_alone_and_a_recording_without_its_first_samples_are_the_same_samples():
    body = Body("made up", OTHER, moved((0, 8)), RATE_HZ, 0.0, (10.0, 50.0))
    assert np.array_equal(alone(body).xyz, body.xyz[1000:5000])
    assert alone(body).quiet_s == (0.0, 40.0)
    shorter = without_first(body, 7)
    assert np.array_equal(shorter.xyz, body.xyz[7:])
    assert shorter.quiet_s == pytest.approx((9.93, 49.93))


def test_the_people_of_the_phones_are_two_halves(shared_data):
    shared_data("phone_chest/heart_rate.csv")
    people = phones()
    assert len(people) == 29
    assert sum(person.half == TUNE for person in people) == 14
    assert {person.half for person in people} == {TUNE, APART}
    assert sum(person.is_plain for person in people) == 28
    for person in people:
        assert 0 <= person.quiet_s[0] < person.quiet_s[1] <= person.length_s + 1e-9
        assert 20 < person.rate_hz < 250


def test_the_other_recordings_are_read(shared_data):
    for name in ("muse_cardiac/muse_rest.npz", "chest_ecg/chest_ecg.npz", "verity_sense_arm/Polar_Sense_ACC.txt"):
        shared_data(name)
    body, peaks_s = ecg()
    assert len(peaks_s) == 876
    for one in (body, arm(), *muse()):
        assert np.median(np.linalg.norm(one.xyz, axis=1)) == pytest.approx(1.0, abs=0.1)
        assert one.quiet_length_s > 50
