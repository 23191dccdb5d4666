"""Sudden limb movements with and without clonus, moves of one's own, and what may be taken for a clonus.

All in mg over seconds from the onset. They are made in another way than those that the detector's weights were fitted
to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.detection.simulator.draws import Array, between
from firmware_bridge.virtual.twitch import unit_vectors

FINE_HZ = 800.0
GRAVITY_MG = 1000.0
CLONUS_HZ, CLONUS_S = (5.0, 8.0), (0.8, 4.0)
QUIET_S = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A movement by itself.

    Parameters
    ----------
    what
        ``"spasm"``, ``"spasm with clonus"``, ``"turn"``, ``"tremor"``, ``"bed"``, ``"steps"`` or ``"train"``.
    lasts_s
        How long it lasts.
    mg
        Acceleration at `FINE_HZ` with gravity's changes, shape ``(n, 3)``; the last row stays.
    """

    what: str
    lasts_s: float
    mg: Array


def _times(lasts_s: float) -> Array:
    return np.arange(round((lasts_s + 2.0) * FINE_HZ)) / FINE_HZ


def _log(rng: np.random.Generator, low: float, high: float) -> float:
    return float(between(rng, (low, high), 1)[0])


def _hum(rng: np.random.Generator, time_s: Array, low_hz: float, high_hz: float) -> Array:
    """Irregular movement of rms 1 between two frequencies, along three axes: sines at random."""
    hz, phase = rng.uniform(low_hz, high_hz, (24, 1, 3)), rng.uniform(0, 2 * np.pi, (24, 1, 3))
    return np.asarray(np.sin(2 * np.pi * hz * time_s[:, None] + phase).sum(axis=0) / np.sqrt(12.0))


def _tilted(rng: np.random.Generator, share: Array, degrees: float) -> Array:
    """What of gravity's change is felt while a limb turns by so many degrees, `share` of it at each moment."""
    down, axis = unit_vectors(rng, 2)
    angle = np.radians(degrees) * share[:, None]
    turned = down * np.cos(angle) + np.cross(axis, down) * np.sin(angle) + axis * (axis @ down) * (1 - np.cos(angle))
    return np.asarray(GRAVITY_MG * (turned - down))


def _beats(rng: np.random.Generator, time_s: Array, begin_s: float, lasts_s: float) -> Array:
    """Beats of a clonus, each to and fro, a tenth of the first's size at the end; the intervals vary by 4 %."""
    hz = rng.uniform(*CLONUS_HZ)
    wave = np.zeros_like(time_s)
    at = begin_s
    while at < begin_s + 1.3 * lasts_s:
        since = (time_s - at) * hz / 0.24
        wave += 10 ** (-(at - begin_s) / lasts_s) * rng.uniform(0.85, 1.15) * since * np.exp(0.5 - 0.5 * since**2)
        at += max(1 + 0.04 * rng.standard_normal(), 0.7) / hz
    return wave


def spasm(rng: np.random.Generator, *, has_clonus: bool) -> Move:
    """Acceleration that rises from 10 to 90 % in 30 to 140 ms; the contraction is held or decays for 0.5 to 8 s."""
    lasts_s, rise_s, size_mg = _log(rng, 0.5, 8.0), rng.uniform(0.03, 0.14), _log(rng, 10.0, 2000.0)
    clonus_s, delay_s = _log(rng, *CLONUS_S), rng.uniform(0.1, 0.4)
    if has_clonus:
        lasts_s = max(lasts_s, delay_s + clonus_s)
    time_s = _times(lasts_s + 1.0)
    x = time_s / (rise_s / 0.45)
    kick = (2 * x - x**2) * np.exp(-x) / 0.4612  # the limb is thrown: its speed is x^2 exp(-x)
    moved = 1 - (1 + x + 0.5 * x**2) * np.exp(-x)
    ends_s = rng.uniform(0.15, 0.6)
    held = rng.random() < 0.5
    pull = -np.expm1(-((time_s / (rise_s / 1.19)) ** 2))
    pull *= np.clip((lasts_s - time_s) / ends_s, 0, 1) if held else np.exp(-4 * time_s / lasts_s)
    along, across = unit_vectors(rng, 2)
    shaken = rng.uniform(0.02, 0.12) * _hum(rng, time_s, 7.0, 13.0) + rng.uniform(0.03, 0.2) * _hum(
        rng, time_s, 0.7, 4.0
    )
    mg = size_mg * (kick[:, None] * along + pull[:, None] * shaken)
    if rng.random() < 0.5:  # the limb lies differently until it is let go
        mg += _tilted(rng, moved * (pull / pull.max() if held else 1.0), min(0.05 * size_mg, rng.uniform(1.0, 30.0)))
    if has_clonus:
        mg += size_mg * rng.uniform(0.4, 1.2) * _beats(rng, time_s, delay_s, clonus_s)[:, None] * (along + 0.3 * across)
    return Move("spasm with clonus" if has_clonus else "spasm", lasts_s, mg)


def turn(rng: np.random.Generator) -> Move:
    """One to five moves of least jerk within 0.4 to 3 s, gravity turning, over sheets that stick and slip."""
    lasts_s, size_mg = _log(rng, 0.4, 3.0), _log(rng, 10.0, 1000.0)
    time_s = _times(lasts_s)
    mg = np.zeros((len(time_s), 3))
    for part in range(int(rng.integers(1, max(2, min(6, 1 + int(lasts_s / 0.4)))))):
        part_s = lasts_s if part == 0 and lasts_s < 0.8 else rng.uniform(0.4, max(0.41, min(1.6, lasts_s)))
        begin_s = 0.0 if part == 0 else rng.uniform(0.0, max(lasts_s - part_s, 0.0))
        u = np.clip((time_s - begin_s) / part_s, 0, 1)
        own = size_mg * rng.uniform(0.3, 1.0)
        way, speed, pull = u**3 * (10 - 15 * u + 6 * u**2), 16 * (u * (1 - u)) ** 2, u * (1 - u) * (1 - 2 * u) / 0.0962
        slips = np.zeros((len(time_s), 3))
        for at in np.flatnonzero(rng.random(len(time_s)) < rng.uniform(4, 15) / FINE_HZ):
            since = (time_s[at:] - time_s[at]) / rng.uniform(0.01, 0.04)
            slips[at:] += speed[at] * ((1 - since) * np.exp(-since))[:, None] * unit_vectors(rng, 1)[0]
        mg += own * (pull[:, None] * unit_vectors(rng, 1)[0] + rng.uniform(0.05, 0.3) * slips)
        mg += _tilted(rng, way, rng.uniform(0.0, 30.0) * (rng.random() < 0.7))
    return Move("turn", lasts_s, mg)


def tremor(rng: np.random.Generator) -> Move:
    """3.5 to 9 Hz for 2 to 10 s, waxing and waning."""
    lasts_s = _log(rng, 2.0, 10.0)
    time_s = _times(lasts_s)
    phase = 2 * np.pi * rng.uniform(3.5, 9.0) * time_s + 0.8 * np.sin(2 * np.pi * 0.3 * time_s + rng.uniform(0, 6.28))
    swell = np.clip(np.minimum(time_s, lasts_s - time_s) / rng.uniform(0.2, 0.8), 0, 1)
    swell *= 1 + 0.3 * np.sin(2 * np.pi * 0.4 * time_s + rng.uniform(0, 6.28))
    return Move("tremor", lasts_s, _log(rng, 10.0, 300.0) * (swell * np.sin(phase))[:, None] * unit_vectors(rng, 1)[0])


def bed(rng: np.random.Generator) -> Move:
    """A pushed bed: 2 to 6 Hz on all axes, down to a hundredth within 0.5 to 1 s."""
    lasts_s = rng.uniform(0.5, 1.0)
    time_s = _times(lasts_s)
    hz, phase = rng.uniform(2.0, 6.0) * rng.uniform(0.95, 1.05, 3), rng.uniform(0, 6.28, 3)
    fade = 0.01 ** (time_s / lasts_s) * -np.expm1(-time_s / 0.02)
    return Move(
        "bed", lasts_s, _log(rng, 10.0, 400.0) * fade[:, None] * np.sin(2 * np.pi * hz * time_s[:, None] + phase)
    )


def steps(rng: np.random.Generator) -> Move:
    """Someone walks for 3 to 8 s: 1.5 to 2.2 steps a second, each a blow that rings, and the swing between them."""
    lasts_s, rate_hz = rng.uniform(3.0, 8.0), rng.uniform(1.5, 2.2)
    time_s = _times(lasts_s)
    mg = 0.3 * np.sin(2 * np.pi * 0.5 * rate_hz * time_s)[:, None] * unit_vectors(rng, 1)[0]
    for at in np.arange(0.2, lasts_s, 1 / rate_hz) + rng.uniform(0, 0.04):
        since = np.clip(time_s - at, 0, None)
        ring = np.exp(-since / rng.uniform(0.03, 0.09)) * np.sin(2 * np.pi * rng.uniform(4, 10) * since)
        mg = mg + rng.uniform(0.6, 1.2) * ring[:, None] * unit_vectors(rng, 1)[0]
    return Move("steps", lasts_s, _log(rng, 50.0, 600.0) * mg * np.clip((lasts_s - time_s) / 0.1, 0, 1)[:, None])


def train(rng: np.random.Generator) -> Move:
    """Four to twelve twitches of one muscle, 80 to 230 ms apart."""
    time_s, along, size_mg = _times(2.5), unit_vectors(rng, 1)[0], _log(rng, 8.0, 100.0)
    mg, at = np.zeros((len(time_s), 3)), 0.0
    for _ in range(int(rng.integers(4, 13))):
        x = np.clip(time_s - at, 0, None) / rng.uniform(0.03, 0.07)
        mg += size_mg * rng.uniform(0.6, 1.2) * ((2 * x - x**2) * np.exp(-x))[:, None] * along
        at += rng.uniform(0.08, 0.23)
    return Move("train", at, mg)
