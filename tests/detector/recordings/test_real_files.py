"""Promise: recordings made by others are read for what they are: rate, units, gaps and values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from detector.recordings import Recording, open_recording
from firmware_bridge.samples import Gap, Samples

PHONE = [
    f"phone_tremor/2458_{task}.csv"
    for task in (
        "kinetic_tremor_of_hands_left_hand",
        "rest_tremor_amplitude_left_leg",
        "rest_tremor_amplitude_right_leg",
        "rest_tremor_amplitude_left_hand",
    )
]


def samples_of(recording: Recording) -> np.ndarray:
    """All samples, after checking that they are whole, in order and without overlap."""
    parts = list(recording.stream())
    for before, after in itertools.pairwise(parts):
        end = before.end_ns
        assert after.start_ns == end
    samples = [part for part in parts if isinstance(part, Samples)]
    assert parts[0].start_ns == recording.start_ns
    assert (parts[-1].end_ns - recording.start_ns) / 1e9 == pytest.approx(recording.duration_s)
    assert [part for part in parts if isinstance(part, Gap)] == recording.gaps
    xyz = np.concatenate([part.xyz for part in samples])
    assert xyz.shape == (recording.n, 3)
    assert np.isfinite(xyz).all()
    return xyz


def test_verity_sense_on_an_arm(shared_data):
    recording = open_recording(shared_data("verity_sense_arm/Polar_Sense_ACC.txt"))
    assert (recording.format, recording.n, recording.gaps) == ("Polar Sensor Logger", 26_526, [])
    assert recording.rate_hz == pytest.approx(51.7053, abs=2e-4)
    assert (recording.nominal_hz, recording.lsb_g, recording.has_date) == (52, 0.001, True)
    assert recording.duration_s == pytest.approx(513.02, abs=0.01)
    xyz = samples_of(recording)
    assert xyz[0].tolist() == np.array([-777e-3, 436e-3, -499e-3], np.float32).tolist()
    assert np.array_equal(xyz, (np.rint(xyz.astype(float) * 1000) * 1e-3).astype(np.float32))


def test_xio_in_a_hand_has_ten_gaps_of_two_samples(shared_data):
    recording = open_recording(shared_data("xio_handheld/sensor_data.csv"))
    assert (recording.format, recording.n, recording.units, recording.has_date) == ("CSV", 13_514, "g", False)
    # Its stamps tick by 2.52 ms: 10.08 ms mostly, 7.56 ms every 32nd time. The median says 99.2 Hz, the truth is 100.
    assert recording.rate_hz == pytest.approx(100.0, abs=0.005)
    assert recording.units_from == "stated in the header"
    assert len(recording.gaps) == 10
    assert recording.missing_s == pytest.approx(0.2, abs=0.01)
    assert np.median(np.linalg.norm(samples_of(recording), axis=1)) == pytest.approx(0.994, abs=0.001)


def test_actigraph_on_a_table(shared_data):
    recording = open_recording(shared_data("table_noise/rest_on_table.csv"))
    assert (recording.n, recording.gaps, recording.has_date) == (4999, [], True)
    assert recording.lsb_g == pytest.approx(0.003)  # rounded to whole mg; no two values are closer than 3
    assert recording.rate_hz == pytest.approx(80, abs=1e-4)
    assert recording.units_from == "recognised by gravity: median length 0.972"
    samples_of(recording)


@pytest.mark.parametrize("name", PHONE)
def test_phone_on_a_leg_or_in_a_hand(shared_data, name):
    recording = open_recording(shared_data(name))
    assert (recording.units, recording.has_date, recording.gaps) == ("m/s2", False, [])
    assert recording.rate_hz == pytest.approx(100, abs=2e-4)
    assert recording.units_from.startswith("recognised by gravity")
    assert np.median(np.linalg.norm(samples_of(recording), axis=1)) == pytest.approx(1.0, abs=0.04)
