"""A night of the experiments holds what its truth says, noise is as stated, and what is asked of a kind can be seen."""

import numpy as np
import pytest
import scipy.signal

from benchmarks.detection.experiments.whole import is_asked
from benchmarks.detection.experiments.whole import night as whole_night
from benchmarks.detection.material.nights import isolated, white_chip
from benchmarks.detection.material.noises import COLOURED, QUANTISED, Noise
from benchmarks.detection.measuring.rivalry import onsets_on_clock
from benchmarks.detection.simulator import Plan, simulate
from benchmarks.detection.truth import KnownNight, Truth


@pytest.mark.parametrize("units", [0, 5])
def test_isolated_waveforms_are_what_was_added(units):
    made = isolated(40, 100.0, 0.0, (2.0, 20.0), (5, 1), held_out=True, units=units)
    left = made.night.xyz.astype(np.float64)
    for at, waveform in zip(made.index, made.waveforms_mg, strict=True):
        left[at : at + len(waveform)] -= 1e-3 * waveform
    assert np.allclose(left, left[0], atol=1e-6)
    for event, at, waveform in zip(made.night.truth, made.index, made.waveforms_mg, strict=True):
        assert 0 <= at / 100.0 - event.onset_s < 0.01
        # The truth is before sampling, which misses the very peaks of the fastest shapes.
        assert 0.3 < np.ptp(waveform @ np.linalg.svd(waveform)[2][0]) / event.p2p_mg < 1.001
    assert len({event.unit for event in made.night.truth}) == (units or 1)


@pytest.mark.parametrize("noise", [Noise("white", 100.0), *COLOURED, *QUANTISED], ids=lambda noise: noise.name)
def test_noise_has_the_density_it_states(noise):
    xyz = np.concatenate(list(noise.chunks(0.5, 3)))
    frequency, power = scipy.signal.welch(xyz.astype(float), noise.rate_hz, nperseg=2048, axis=0)
    high = (frequency > 0.25 * noise.rate_hz) & (frequency < 0.45 * noise.rate_hz)
    if not noise.memory and not noise.step_mg:
        assert np.allclose(1e6 * np.sqrt(power[high].mean(axis=0)), noise.density_ug, rtol=0.15)
    if noise.memory:
        assert np.allclose(1e6 * xyz.std(axis=0), np.array(noise.density_ug) * np.sqrt(noise.rate_hz / 2), rtol=0.05)
    if noise.corner_hz == 10.0:
        slope = np.polyfit(*np.log(np.stack([frequency[2:100], power[2:100].mean(axis=1)])), 1)[0]
        assert -1.2 < slope < -0.7
    if noise.step_mg:
        assert np.abs(1e3 * xyz / noise.step_mg - np.rint(1e3 * xyz / noise.step_mg)).max() < 0.01


def test_families_of_the_same_seed_have_nothing_in_common():
    plans = [Plan(0.5, twitches_per_min=6.0, chip=white_chip(100.0), held_out=held_out) for held_out in (False, True)]
    known, other = (simulate(plan, (1, 2)) for plan in plans)
    assert not {event.onset_s for event in known.truth} & {event.onset_s for event in other.truth}


def test_a_whole_night_has_every_kind():
    night = whole_night(2.0, 1, held_out=True)
    assert {event.kind for event in night.truth} == {
        "twitch", "train", "limb_movement", "movement", "tremor", "tap", "pulse",
    }  # fmt: skip
    assert night.gaps
    assert night.resolution_mg > 0


def test_only_what_can_be_seen_is_asked_for():
    def event(kind, p2p_mg, duration_s=1.0):
        return Truth(10.0, duration_s, kind, kind, p2p_mg)

    assert is_asked(1.0, event("twitch", 10.0))
    assert not is_asked(1.0, event("twitch", 9.0))
    assert is_asked(1.0, event("pulse", 6.0))
    assert not is_asked(1.0, event("tremor", 4.0))
    assert is_asked(1.0, event("limb_movement", 50.0))
    assert not is_asked(1.0, event("limb_movement", 50.0, 0.3))


def test_what_a_rival_counts_in_samples_is_put_on_the_nights_clock():
    night = KnownNight(np.zeros((1000, 3), np.float32), 100.0, (), 100.0, gaps=((500, 7.0),))
    assert onsets_on_clock(night, np.array([1.0, 6.0])).tolist() == [1.0, 13.0]
