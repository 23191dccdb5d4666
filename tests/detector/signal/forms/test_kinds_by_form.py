"""Promise: what a knock, a motor or a shaken bed explains better than a twitch does is not called one; what is several
twitches is a train, and a limb that swings both ways is none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from detector.signal import detect
from detector.signal.forms.catalogue import catalogue
from firmware_bridge.virtual.twitch import acceleration

RATE_HZ = 100.0
COUNT = 40


def told(wave_mg, seed, rate_hz=RATE_HZ, noise_mg=0.7):
    """Kinds of the events of `COUNT` movements, 15 s apart: ``wave_mg(time_s, rng)`` gives each, shape ``(n, 3)``."""
    rng = np.random.default_rng(seed)
    mg = noise_mg * rng.standard_normal((round((40 + 15 * COUNT) * rate_hz), 3))
    t = np.arange(0, 4, 1 / rate_hz)
    starts = 30 + 15 * np.arange(COUNT) + rng.uniform(0, 1, COUNT)
    for start in starts:
        first = int(start * rate_hz) + 1
        mg[first : first + len(t)] += wave_mg(first / rate_hz - start + t, rng)
    events = detect((1e-3 * mg + [0, 0, 1]).astype(np.float32), rate_hz)
    kinds = Counter()
    for start in starts:
        near = [event for event in events if -0.2 < event.onset_s - start < 0.5]
        kinds[max(near, key=lambda event: event.p2p_mg).kind if near else "nothing"] += 1
    return kinds


def along(rng):
    direction = rng.standard_normal(3)
    return direction / np.linalg.norm(direction)


@pytest.mark.parametrize("rate_hz", [52.0, 100.0])
def test_a_shaken_bed(rate_hz):
    """A ring-down of 2 to 6 Hz and 8 to 40 mg, each axis with a phase and size of its own."""

    def wave(t, rng):
        hz, tau_s, p2p_mg = rng.uniform(2, 6), rng.uniform(0.15, 0.5), np.exp(rng.uniform(np.log(8), np.log(40)))
        phase, size = rng.uniform(0, 2 * np.pi, 3), rng.uniform(0.3, 1, 3)
        fade = np.exp(-t / tau_s) * -np.expm1(-t / 0.02)
        return 0.5 * p2p_mg * size * (fade[:, None] * np.sin(2 * np.pi * hz * t[:, None] + phase))

    assert told(wave, 1, rate_hz)["twitch"] <= 0.15 * COUNT


def test_a_tap_on_the_case():
    def wave(t, rng):
        blow_s, size_mg, ring_hz, tau_s = rng.uniform(0.005, 0.02), rng.uniform(30, 300), rng.uniform(50, 200), 0.008
        after = np.maximum(t - blow_s, 0)
        push = np.sin(np.pi * np.clip(t / blow_s, 0, 1))
        ring = 0.6 * np.sin(2 * np.pi * ring_hz * after) * np.exp(-after / tau_s)
        return np.outer(size_mg * (push - ring), along(rng))

    assert told(wave, 2)["twitch"] <= 0.1 * COUNT


def test_a_train_of_twitches():
    """Three to twelve twitches of one unit, 80 to 230 ms apart."""

    def wave(t, rng):
        at_s = np.concatenate([[0.0], np.cumsum(rng.uniform(0.08, 0.23, rng.integers(2, 12)))])
        tp_s, p2p_mg = rng.uniform(0.035, 0.09), rng.uniform(12, 40)
        size = p2p_mg * rng.uniform(0.8, 1.0, len(at_s))
        return np.outer(
            sum(s * acceleration(t - a, np.array(tp_s)) for s, a in zip(size, at_s, strict=True)), along(rng)
        )

    kinds = told(wave, 3)
    assert kinds["train"] >= 0.8 * COUNT, kinds


def test_a_limb_that_swings_both_ways_is_no_train():
    def wave(t, rng):
        lasts_s, hz = rng.uniform(0.8, 2.0), rng.uniform(3, 7)
        swell = np.sin(np.pi * np.clip(t / lasts_s, 0, 1))
        return np.outer(15 * swell * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6)), along(rng))

    assert told(wave, 4)["train"] <= 0.1 * COUNT


def test_a_twitch_stays_a_twitch():
    def wave(t, rng):
        return np.outer(rng.uniform(8, 40) * acceleration(t, np.array(rng.uniform(0.035, 0.14))), along(rng))

    assert told(wave, 5)["twitch"] >= 0.95 * COUNT


@pytest.mark.parametrize("rate_hz", [20.0, 25.0, 52.0, 100.0, 250.0])
def test_every_rate_has_its_forms(rate_hz):
    """At the least rate a motor's buzz has no form: all of it lies above the band."""
    twitches, knocks, downs, buzzes = catalogue(rate_hz, 1.5)
    assert np.allclose(np.sum(twitches.taps**2, axis=0), 1)
    energy = np.sum(knocks.taps**2, axis=0)
    assert (np.isclose(energy, 1) | (energy == 0)).all()  # a blow may fall between two samples altogether
    assert energy.any()
    assert (twitches.lasts > twitches.late).all()
    assert downs.taps.shape[1] % 2 == buzzes.taps.shape[1] % 2 == 0
    assert np.isfinite(downs.taps).all()
    assert np.isfinite(buzzes.taps).all()
