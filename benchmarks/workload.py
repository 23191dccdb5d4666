"""A synthetic night with known bursts and movements, to time detectors on and to see that they do the job."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware_bridge.virtual.twitch import acceleration

RATE_HZ = 100.0


@dataclass(frozen=True, slots=True)
class Workload:
    """A night.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``.
    onset_s, p2p_mg
        Of each burst.
    movement_s
        Start and end of each movement, shape ``(m, 2)``.
    """

    xyz: npt.NDArray[np.float32]
    onset_s: npt.NDArray[np.float64]
    p2p_mg: npt.NDArray[np.float64]
    movement_s: npt.NDArray[np.float64]

    @property
    def hours(self) -> float:
        """Length in hours."""
        return len(self.xyz) / RATE_HZ / 3600


def make_night(hours: float, seed: int, *, noise_mg: float = 1.0, bursts_per_hour: float = 250.0) -> Workload:
    """Make white noise, gravity, sway, movements, and twitches in the quiet between them.

    A twitch's displacement is (t/tp)^3 exp(3 (1 - t/tp)) with contraction times tp of 30 to 160 ms; sizes are
    log-uniform from 4 to 40 mg peak to peak.
    """
    rng = np.random.default_rng(seed)
    n = round(hours * 3600 * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    xyz = (1e-3 * noise_mg * rng.standard_normal((n, 3), dtype=np.float32)).astype(np.float64)
    xyz += 3e-3 * np.sin(2 * np.pi * 0.25 * t)[:, None] * [0.5, 0.3, 0.8] + [0.3, -0.2, 0.93]
    movement_s = _movements(rng, xyz, hours)
    onset_s = np.sort(rng.uniform(60, hours * 3600 - 10, round(hours * bursts_per_hour)))
    apart = np.concatenate([[True], np.diff(onset_s) > 0.8])
    quiet = np.ones(len(onset_s), bool)
    for start, end in movement_s:
        quiet &= (onset_s < start - 2) | (onset_s > end + 2)
    onset_s = onset_s[apart & quiet]
    p2p_mg = np.exp(rng.uniform(np.log(4), np.log(40), len(onset_s)))
    tp_s = np.exp(rng.uniform(np.log(0.03), np.log(0.16), len(onset_s)))
    for onset, size, tp in zip(onset_s, p2p_mg, tp_s, strict=True):
        shape = acceleration(np.arange(0, 8 * tp, 1 / RATE_HZ), tp)
        direction = rng.standard_normal(3)
        i = round(onset * RATE_HZ)
        xyz[i : i + len(shape)] += 1e-3 * size / np.ptp(shape) * shape[:, None] * direction / np.linalg.norm(direction)
    return Workload(xyz.astype(np.float32), onset_s, p2p_mg, movement_s)


def _movements(rng: np.random.Generator, xyz: npt.NDArray[np.float64], hours: float) -> npt.NDArray[np.float64]:
    """Add a movement with a turn of the limb every two or three minutes."""
    spans = []
    at_s = 90.0
    while at_s < hours * 3600 - 60:
        length_s = rng.uniform(1, 10)
        a, b = round(at_s * RATE_HZ), round((at_s + length_s) * RATE_HZ)
        t = np.arange(b - a)[:, None] / RATE_HZ
        wave = sum(np.sin(2 * np.pi * (rng.uniform(0.5, 8, 3) * t + rng.random(3))) for _ in range(4))
        xyz[a:b] += rng.uniform(0.05, 0.5) * wave / np.std(wave) * np.hanning(b - a)[:, None]
        turn = rng.standard_normal(3) * 0.2
        xyz[a:b] += turn * (0.5 - 0.5 * np.cos(np.pi * np.linspace(0, 1, b - a)))[:, None]
        xyz[b:] += turn
        spans.append((at_s, at_s + length_s))
        at_s += length_s + rng.uniform(60, 240)
    return np.array(spans)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a detector did."""

    recall: float
    recall_clear: float
    false_per_hour: float
    in_movements: int


def score(night: Workload, found_s: npt.NDArray[np.float64], tolerance_s: float = 0.15) -> Score:
    """Match detections to bursts one to one, nearest in time first come.

    Detections within a second of a movement are counted apart; false ones are per hour outside movements.
    """
    found_s = np.sort(found_s)
    moving = np.zeros(len(found_s), bool)
    for start, end in night.movement_s:
        moving |= (found_s > start - 1) & (found_s < end + 1)
    quiet = found_s[~moving]
    taken = np.zeros(len(quiet), bool)
    hit = np.zeros(len(night.onset_s), bool)
    for k, onset in enumerate(night.onset_s):
        near = np.flatnonzero(~taken & (np.abs(quiet - onset) <= tolerance_s))
        if len(near):
            taken[near[np.argmin(np.abs(quiet[near] - onset))]] = True
            hit[k] = True
    clear = night.p2p_mg >= 10
    return Score(float(hit.mean()), float(hit[clear].mean()), float((~taken).sum() / night.hours), int(moving.sum()))
