"""Promise: the detector says whether a twitch would be found just now, how small, and up to when it is decided."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import Detector, DetectorConfig
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.twitch import acceleration

RATE_HZ = 100.0


def noise(seconds, mg=1.0, rate_hz=RATE_HZ, seed=1):
    rng = np.random.default_rng(seed)
    return (1e-3 * mg * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.6, 0.0, 0.8]).astype(np.float32)


def reasons(detector, xyz, step=100):
    """What it says after each step."""
    found = []
    for at in range(0, len(xyz), step):
        detector.push(xyz[at : at + step])
        found.append(detector.confidence().why)
    return found


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 100.0, 200.0])
@pytest.mark.parametrize("mg", [0.1, 1.0, 3.0])
def test_the_noise_is_that_of_the_signal(rate_hz, mg):
    detector = Detector(rate_hz)
    detector.push(noise(300, mg, rate_hz))
    assert detector.confidence().noise_mg == pytest.approx(mg, rel=0.1)


@pytest.mark.parametrize("rate_hz", [52.0, 100.0, 200.0, 416.0])
def test_of_twitches_at_the_threshold_some_half_are_found(make_signal, matched, rate_hz):
    detector = Detector(rate_hz)
    detector.push(noise(300, 1.0, rate_hz))
    threshold_mg = detector.confidence().threshold_mg
    share = []
    for times in (0.6, 1.0, 1.5):
        xyz, onsets = make_signal(600, rate_hz, p2p_mg=times * threshold_mg, every_s=4.0)
        share.append(matched(Detector(rate_hz).push(xyz), onsets) / len(onsets))
    assert share[0] < 0.15
    assert 0.25 < share[1] < 0.9
    assert share[2] > 0.9


def test_before_the_first_sample_and_at_the_start_nothing_is_known():
    detector = Detector(RATE_HZ)
    assert detector.confidence().why == "settling"
    assert (detector.confidence().noise_mg, detector.confidence().threshold_mg) == (None, None)
    found = reasons(detector, noise(20))
    assert set(found[:3]) == {"settling"}
    assert set(found[8:]) == {""}  # the gate waits for a heart beat first


def test_after_a_gap_the_filters_settle_and_the_noise_is_known_still():
    detector = Detector(RATE_HZ)
    detector.push(noise(30))
    detector.gap(10.0)
    assert detector.confidence().why == "settling"
    assert detector.confidence().noise_mg == pytest.approx(1.0, rel=0.2)
    assert set(reasons(detector, noise(12, seed=2))[8:]) == {""}


def test_a_movement_and_a_second_after_it():
    xyz = noise(60)
    xyz[3000:3500] += (0.3 * np.sin(np.arange(500) / 5)).astype(np.float32)[:, None]
    found = reasons(Detector(RATE_HZ), xyz)
    assert set(found[7:30] + found[37:]) == {""}
    assert set(found[31:36]) == {"moving"}


def test_noise_and_steps_so_coarse_that_no_twitch_shows():
    loud = Detector(RATE_HZ)
    assert reasons(loud, noise(120, 20.0))[-1] == "coarse"
    assert loud.confidence().threshold_mg > 40
    stepped = Detector(RATE_HZ, DetectorConfig(resolution_mg=62.5))
    xyz = (np.rint(noise(120, 20.0) / 0.0625) * 0.0625).astype(np.float32)
    assert reasons(stepped, xyz)[-1] in {"coarse", "moving"}
    assert stepped.confidence().threshold_mg > 90


def test_a_pulse_is_told_and_whoever_loses_it_says_so():
    rng = np.random.default_rng(4)
    xyz = noise(90, 0.3)
    beat = acceleration(np.arange(0, 0.5, 1 / RATE_HZ), 0.05)
    beat = (5e-3 * beat / np.ptp(beat)).astype(np.float32)
    for at_s in np.cumsum(rng.normal(0.9, 0.005, 97)):
        i = round(at_s * RATE_HZ)
        xyz[i : i + len(beat), 0] += beat[: len(xyz) - i]
    detector = Detector(RATE_HZ)
    detector.push(xyz)
    assert detector.confidence().pulse_per_min == pytest.approx(60 / 0.9, abs=2)
    assert detector.confidence().why == ""
    detector.gap(20.0)
    assert detector.confidence().pulse_per_min is None
    assert (
        reasons(detector, noise(9, 0.3, seed=8))[-1] == "pulse"
    )  # it may be there still, and too faint to be followed


@pytest.mark.parametrize("step", [1, 17, 509])
def test_the_pieces_do_not_matter(step):
    night = np.concatenate([block.xyz for block in SyntheticNight(0.05, 51.7, seed=5)])
    whole, pieces = Detector(51.7), Detector(51.7)
    for first in range(0, len(night) - 520, 520):
        row = night[first : first + 520]
        whole.push(row)
        for at in range(0, len(row), step):
            pieces.push(row[at : at + step])
        assert pieces.confidence() == whole.confidence()
        assert pieces.settled_s == whole.settled_s


@pytest.mark.parametrize("rate_hz", [51.7, 416.0])
def test_what_ended_before_it_is_decided_has_been_told(rate_hz):
    night = np.concatenate([block.xyz for block in SyntheticNight(0.3, rate_hz, seed=5)])
    detector = Detector(rate_hz)
    assert detector.settled_s == 0.0
    settled_s = 0.0
    step = round(rate_hz / 4)
    told = 0
    for at in range(0, len(night), step):
        for event in detector.push(night[at : at + step]):
            if event.kind == "pulse":
                continue  # told by the stretch, and compared to nothing
            told += 1
            assert event.onset_s + event.duration_s >= settled_s - 0.01
        assert detector.settled_s >= settled_s
        settled_s = detector.settled_s
        assert not detector.is_settled
    assert told > 5
    assert settled_s == pytest.approx(len(night) / rate_hz - detector.delay_s, abs=2 / rate_hz)
    detector.flush()
    assert detector.is_settled


def test_a_gap_counts_in_what_is_decided():
    detector = Detector(RATE_HZ)
    detector.push(noise(10))
    detector.gap(100.0)
    assert detector.is_settled
    detector.push(noise(10))
    assert detector.settled_s == pytest.approx(120 - detector.delay_s, abs=0.02)
