"""Promise: a chip's own noise is never taken for a life, of any colour and steps; breath, beats, movements are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from detector.minutes import Sign
from detector.recordings import open_recording
from detector.wear.signs import sign_of_life
from firmware_bridge.samples import Samples

MINUTE_S = 60
DATA = Path(os.environ.get("FASCIWATCH_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))


def lying(rate_hz, seed, noise_mg=1.0, step_mg=0.0):
    """A minute on a table, in g."""
    rng = np.random.default_rng(seed)
    mg = rng.normal(0, noise_mg, (int(MINUTE_S * rate_hz), 3)) + rng.uniform(-1000, 1000, 3)
    if step_mg:
        mg = np.rint(mg / step_mg) * step_mg
    return (1e-3 * mg).astype(np.float32)


def seconds(xyz, rate_hz):
    return np.arange(len(xyz)) / rate_hz


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 100.0, 199.0])
@pytest.mark.parametrize(("noise_mg", "step_mg"), [(1.0, 0.0), (2.0, 1.0), (0.5, 3.0), (0.1, 1.0), (1.0, 15.6)])
def test_noise_is_no_life(rate_hz, noise_mg, step_mg):
    assert {sign_of_life(lying(rate_hz, seed, noise_mg, step_mg), rate_hz) for seed in range(30)} == {Sign.NONE}


@pytest.mark.parametrize("rate_hz", [52.0, 200.0])
def test_nor_is_noise_that_grows_towards_low_frequencies(rate_hz):
    n = int(MINUTE_S * rate_hz)
    hz = np.maximum(np.fft.rfftfreq(n, 1 / rate_hz), 1 / MINUTE_S)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        spectrum = (rng.normal(size=(len(hz), 3)) + 1j * rng.normal(size=(len(hz), 3))) * np.sqrt(1 + 1 / hz)[:, None]
        drift = np.fft.irfft(spectrum, n, axis=0)
        assert sign_of_life((drift * 1e-3 / drift.std()).astype(np.float32), rate_hz) == Sign.NONE


def test_nor_is_one_and_the_same_number():
    assert sign_of_life(np.full((3000, 3), 0.577, np.float32), 50.0) == Sign.NONE


@pytest.mark.parametrize("seed", range(10))
def test_a_breath_of_two_mg_peak_to_peak(seed):
    xyz = lying(51.7, seed, 2.0, 1.0).astype(np.float64)
    rng = np.random.default_rng(1000 + seed)
    xyz[:, 1] += 1e-3 * np.sin(2 * np.pi * rng.uniform(0.15, 0.4) * seconds(xyz, 51.7))
    assert sign_of_life((np.rint(1e3 * xyz) * 1e-3).astype(np.float32), 51.7) == Sign.BREATH


@pytest.mark.parametrize("seed", range(10))
def test_beats_that_stand_out_of_the_noise(seed):
    rng = np.random.default_rng(2000 + seed)
    xyz = lying(100.0, seed).astype(np.float64)
    at = seconds(xyz, 100.0)
    onset = 0.5
    while onset < MINUTE_S:
        since = at - onset
        beat = np.exp(-0.5 * ((since - 0.1) / 0.05) ** 2) * np.sin(2 * np.pi * 8 * since)
        xyz[:, 2] += 4e-3 * np.where(since > 0, beat, 0)
        onset += rng.normal(0.95, 0.03)
    assert sign_of_life(xyz.astype(np.float32), 100.0) == Sign.PULSE


def test_one_movement():
    xyz = lying(52.0, 1)
    xyz[1000:1100, 0] += 0.03 * np.sin(np.arange(100)).astype(np.float32)
    assert sign_of_life(xyz, 52.0) == Sign.MOVEMENT


@pytest.mark.parametrize("p2p_mg", [5.0, 40.0, 200.0])
def test_a_twitch_is_none(p2p_mg):
    for seed in range(20):
        xyz = lying(52.0, seed)
        at = np.arange(10) / 10
        xyz[1000 + seed : 1010 + seed] += (0.5e-3 * p2p_mg * np.sin(2 * np.pi * at))[:, None].astype(np.float32)
        assert sign_of_life(xyz, 52.0) == Sign.NONE


def test_too_little_tells_nothing():
    assert sign_of_life(lying(52.0, 1)[: 29 * 52], 52.0) is None


def test_what_is_no_number_tells_nothing():
    xyz = lying(52.0, 1)
    xyz[7, 1] = np.nan
    assert sign_of_life(xyz, 52.0) is None


def recorded(file):
    path = DATA / file
    if not path.exists():
        pytest.skip(f"{path} is not there: set FASCIWATCH_DATA to the folder of recordings")
    stretches = [item for item in open_recording(path).stream() if isinstance(item, Samples)]
    xyz = np.concatenate([stretch.xyz for stretch in stretches])
    minute = int(MINUTE_S * stretches[0].rate_hz)
    return [sign_of_life(xyz[at : at + minute], stretches[0].rate_hz) for at in range(0, len(xyz) - minute + 1, minute)]


def test_a_real_watch_on_a_table():
    assert recorded("table_noise/rest_on_table.csv") == [Sign.NONE]


def test_a_real_arm_band_shows_life_in_most_minutes():
    signs = recorded("verity_sense_arm/Polar_Sense_ACC.txt")
    assert len(signs) == 8
    assert sum(sign != Sign.NONE for sign in signs) >= 6
