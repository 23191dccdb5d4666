"""Promise: a reader tells the step of the sensor, whatever was done to the values since; of continuous ones, none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.recordings import open_recording
from detector.recordings.step import Steps, step_of

G = 9.80665


def counts(seed=1, n=6000, noise=0.7):
    """Whole steps of a sensor: noise, gravity, and a turn every ten seconds."""
    rng = np.random.default_rng(seed)
    turns = np.repeat(rng.uniform(-20, 20, (n // 1000 + 1, 3)), 1000, axis=0)[:n]
    return np.rint(turns + noise * rng.standard_normal((n, 3)))


def found(values, cut=1000):
    steps = Steps()
    for i in range(0, len(values), cut):
        steps.add(values[i : i + cut])
    return steps.find()


@pytest.mark.parametrize("step", [1 / 32, 1 / 64, 1 / 256, 1 / 341, 0.061e-3, 0.0011084, 4.0, 0.15, 0.0383])
@pytest.mark.parametrize("noise", [0.3, 1.0, 6.0])
def test_any_step_rescaled_and_shifted_in_float32(step, noise):
    gain, zero = np.float32([1.01, 0.993, 1.004]), np.float32(step) * np.float32([0.3, -1.7, 12.4])
    values = (counts(noise=noise).astype(np.float32) * np.float32(step) * gain + zero).astype(np.float64)
    for axis in range(3):
        assert step_of(values[:, axis]) == pytest.approx(step * gain[axis], rel=2e-3)
    assert found(values) == pytest.approx(1.004 * step, rel=2e-3)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), share=st.floats(0, 0.02), cut=st.integers(1, 7000))
def test_odd_samples_do_not_defeat_it(seed, share, cut):
    rng = np.random.default_rng(seed)
    values = counts(seed) / 64
    odd = rng.random(len(values)) < share
    values[odd] += rng.uniform(-1, 1, (odd.sum(), 3))
    values[rng.random(len(values)) < share / 2] = np.nan
    assert found(values, cut) == found(values) == 1 / 64


@pytest.mark.parametrize("noise", [1e-5, 1e-3, 0.3])
def test_continuous_values_have_none(noise):
    rng = np.random.default_rng(3)
    values = noise * rng.standard_normal((20_000, 3)) + [0.6, 0.0, 0.8]
    assert found(values) == 0.0
    assert found(values.astype(np.float32).astype(np.float64)) == 0.0


def test_nothing_can_be_said_of_little():
    assert Steps().find() == 0.0
    assert found(np.zeros((0, 3))) == 0.0
    assert found(np.ones((5000, 3))) == 0.0
    assert found(np.full((5000, 3), np.nan)) == 0.0
    assert found(np.tile([[1e300, -1e300, np.inf], [0.0, 1.0, 2.0]], (100, 1))) == 0.0


@pytest.mark.parametrize(
    ("unit", "scale", "decimals", "step_g"),
    [
        ("g", 1 / 64, 6, 1 / 64),
        ("g", 1 / 32, 5, 1 / 32),
        ("g", 1 / 256, 8, 1 / 256),
        ("g", 1 / 341, 3, 0.003),  # 2.93 mg, rounded to whole mg: 3 mostly
        ("m/s2", G / 64, 6, 1 / 64),
        ("m/s2", 0.0383, 4, 0.0383 / G),
        ("m/s2", 0.01, 2, 0.01 / G),
        ("mg", 15.625, 3, 1 / 64),
        ("mg", 4.0, 0, 0.004),
    ],
)
def test_a_csv_tells_the_step(tmp_path, unit, scale, decimals, step_g):
    gravity = {"g": 1.0, "m/s2": G, "mg": 1000.0}[unit]
    still = np.array([0, 0, np.rint(gravity / scale)])
    values = (np.rint(counts(noise=0.4) / 8) + still) * scale
    path = tmp_path / "steps.csv"
    rows = [f"{i / 100:.2f}," + ",".join(f"{v:.{decimals}f}" for v in row) for i, row in enumerate(values)]
    path.write_text(f"time,x ({unit}),y ({unit}),z ({unit})\n" + "\n".join(rows) + "\n")
    assert open_recording(path).lsb_g == pytest.approx(step_g, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "step_mg"),
    [
        ("table_noise/rest_on_table.csv", 3.0),
        ("verity_sense_arm/Polar_Sense_ACC.txt", 1.0),
        ("xio_handheld/sensor_data.csv", None),
        ("phone_tremor/2458_rest_tremor_amplitude_left_leg.csv", 0.122),
        ("formats/shimmer3_consensys.csv", 1.108),
    ],
)
def test_real_files(shared_data, name, step_mg):
    lsb_g = open_recording(shared_data(name)).lsb_g
    assert lsb_g == (None if step_mg is None else pytest.approx(1e-3 * step_mg, rel=1e-2))


@pytest.mark.parametrize(
    ("name", "step_mg"), [("muse_cardiac/muse_rest.npz", 0.061), ("phone_chest/subject_0004.npz", 0.0)]
)
def test_real_arrays(shared_data, name, step_mg):
    with np.load(shared_data(name)) as file:
        for key in file.files:
            if key.endswith(("_acc_mg", "xyz_g")):
                scale = 1.0 if key.endswith("mg") else 1e3
                assert scale * found(file[key].astype(np.float64)) == pytest.approx(step_mg, rel=1e-2)


def test_a_sensor_of_64_steps_a_g_brought_to_another_rate(shared_data):
    """Empatica's 1/64 g as it is, and with the values that a cubic resampler puts between the steps."""
    e4 = np.loadtxt(shared_data("formats/empatica_e4_ACC.csv"), delimiter=",")[2:] / 64
    assert found(e4) == 1 / 64
    rng = np.random.default_rng(4)
    held = np.cumsum(rng.random((6000, 3)) < 0.03, axis=0) % 2 + np.array([3, -2, 60])
    up = np.repeat(held, 2, axis=0).astype(float)
    ringing = np.apply_along_axis(np.convolve, 0, up, [-0.06, 0.27, 0.58, 0.27, -0.06], "valid")
    assert found(np.rint(ringing * 64) / 4096) == 1 / 64
