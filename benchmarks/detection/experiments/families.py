"""Whether twitches of one motor unit get one family number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import comb

from benchmarks.detection.experiments.ours import FOUND_KINDS
from benchmarks.detection.limit import TOLERANCE_S, noise_per_sample_mg
from benchmarks.detection.material.units import firing_units
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator import isolated_twitches
from detector import detect
from detector.events import Event

SEED = 7708
RATE_HZ, DENSITY_UG = 100.0, 100.0
SNR_DB = (16.0, 20.0, 24.0, 28.0)
TARGET_DB, AGREEMENT = 20.0, 0.8
JITTER = 0.15
WEARABLE_HZ, OWN_AT_52 = 52.0, 0.85
"""Rate of the wearables with an ST sensor, and the index at it."""
UNITS = (6, 8, 10, 12)
OTHERS = (
    ("other shapes", 0.0, 180.0, (0.92, 0.88)),
    ("other shapes, the sensor turns by 40 degrees", 40.0, 180.0, (0.9, 0.9)),
    ("other shapes, within 60 degrees of an axis", 0.0, 60.0, (0.85, 0.85)),
    ("other shapes, within 30 degrees of an axis", 0.0, 30.0, (None, None)),
)
"""Name, turn of the sensor, half angle of the cone of directions, and the index to reach at 100 and 52 Hz."""
ALONE_HZ, FIRINGS, ALONE = (50.0, 52.0, 100.0, 200.0), 300, 0.95
"""Rates at which one unit alone must be one family, its events, and the share of them in it."""

Scored = tuple[float, float, float, int, int]
"""Adjusted Rand index, share found, share of those with a family, families, units."""


def adjusted_rand(one: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> float:
    """Agreement of two groupings, 1 when the same and 0 by chance.

    L. Hubert, P. Arabie, Journal of Classification 2 (1985) 193-218.
    """
    _, a = np.unique(one, return_inverse=True)
    _, b = np.unique(other, return_inverse=True)
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    both, rows, columns = (comb(n, 2).sum() for n in (table, table.sum(axis=1), table.sum(axis=0)))
    chance = rows * columns / comb(len(a), 2)
    ceiling = 0.5 * (rows + columns)
    return float((both - chance) / (ceiling - chance)) if ceiling != chance else 1.0


def families(effort: Effort) -> Outcome:
    """Adjusted Rand index by signal-to-noise ratio and rate, and the largest family of a unit that is alone."""
    nights, count = round(effort.scaled(8, 40)), 400
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []

    def add(name: str, made: list[Scored], target: float | None) -> None:
        index, found, assigned, groups, units = np.array(made).T
        low, high = _interval(index)
        is_at_least = None if target is None else at_least(target)
        figures.append(Figure(f"adjusted Rand index: {name}", float(index.mean()), low, high, target=is_at_least))
        means = (float(values.mean()) for values in (found, assigned, groups, units))
        body.append((name, float(index.mean()), f"[{low:.3f}, {high:.3f}]", float(index.min()), *means))

    for rate_hz, agreement in ((RATE_HZ, AGREEMENT), (WEARABLE_HZ, OWN_AT_52)):
        for held_out in (False, True):
            for snr_db in SNR_DB if rate_hz == RATE_HZ else (TARGET_DB,):
                made = [
                    _one(snr_db, count, (SEED, int(held_out), i), held_out=held_out, rate_hz=rate_hz)
                    for i in range(nights)
                ]
                name = f"{rate_hz:g} Hz, {snr_db:g} dB, {'held-out' if held_out else 'training'} shapes"
                add(name, made, agreement if snr_db == TARGET_DB else None)
    for name, turn_deg, cone_deg, targets in OTHERS:
        for rate_hz, target in zip((RATE_HZ, WEARABLE_HZ), targets, strict=True):
            made = [
                _other(rate_hz, UNITS[i % len(UNITS)], count, (SEED, 2, i), turn_deg, cone_deg) for i in range(nights)
            ]
            add(f"{rate_hz:g} Hz, {name}", made, target)
    alone = [_alone(rate_hz, nights, figures) for rate_hz in ALONE_HZ]
    columns = (
        "condition",
        "adjusted Rand index",
        "95 %",
        "worst night",
        "found",
        "given a family",
        "families",
        "units",
    )
    return Outcome(
        name="families",
        title="families against motor units",
        figures=tuple(figures),
        rows=(
            Rows(f"{nights} nights of {count} twitches", columns, tuple(body)),
            Rows(
                f"one unit alone, {nights} nights of {FIRINGS} twitches at {TARGET_DB:g} dB",
                ("rate", "share of its events in the largest family", "95 %", "worst night", "families"),
                tuple(alone),
            ),
        ),
        notes=(
            "decibels of the clairvoyant's output over its noise; every unit's size varies by 15 %",
            "an event without a family is one of its own here; twitches not found are left out",
            "other shapes: 6 to 12 units of shapes that are not the detector's, through a chip's filter, at 20 dB",
        ),
        seeds=(SEED,),
    )


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Of the mean over nights, in 95 %: by drawing nights anew."""
    rng = np.random.default_rng(SEED)
    draws = values[rng.integers(len(values), size=(1000, len(values)))].mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _alone(rate_hz: float, nights: int, figures: list[Figure]) -> tuple[Cell, ...]:
    """Find the share of a lone unit's events that its largest family has; adds the figure, and gives the row."""
    share, groups = np.empty(nights), np.empty(nights)
    for i in range(nights):
        night = firing_units(1, FIRINGS, rate_hz, TARGET_DB, (SEED, 3, i))
        family = np.array([e.family for e in detect(night.xyz, rate_hz) if e.kind in FOUND_KINDS])
        _, sizes = np.unique(family[family >= 0], return_counts=True)
        share[i], groups[i] = sizes.max(initial=0) / max(len(family), 1), len(sizes)
    low, high = _interval(share)
    name = f"share of one unit's events in one family: {rate_hz:g} Hz"
    figures.append(Figure(name, float(share.mean()), low, high, target=at_least(ALONE)))
    return f"{rate_hz:g} Hz", float(share.mean()), f"[{low:.3f}, {high:.3f}]", float(share.min()), float(groups.mean())


def _other(rate_hz: float, units: int, count: int, seed: tuple[int, ...], turn_deg: float, cone_deg: float) -> Scored:
    night = firing_units(units, count, rate_hz, TARGET_DB, seed, turn_deg=turn_deg, cone_deg=cone_deg)
    return _scored(detect(night.xyz, rate_hz), night.onset_s, night.unit, units)


def _one(snr_db: float, count: int, seed: tuple[int, ...], *, held_out: bool, rate_hz: float) -> Scored:
    rng = np.random.default_rng(seed)
    units = int(rng.integers(4, 11))
    # The same draws twice: first for the energy of each unit's shape, then with the sizes that follow from it.
    unit_sized = isolated_twitches(np.ones(count), rate_hz, 0.0, seed=seed, units=units, held_out=held_out)
    energy = (unit_sized.waveforms_mg**2).sum(axis=(1, 2))
    loud_mg = 10 ** (snr_db / 20) * noise_per_sample_mg(DENSITY_UG, rate_hz)[0] / np.sqrt(energy)
    p2p_mg = loud_mg * (1.0 + JITTER * rng.standard_normal(count)).clip(0.5)
    night = isolated_twitches(p2p_mg, rate_hz, DENSITY_UG, seed=seed, units=units, held_out=held_out).night
    which = np.array([event.unit for event in night.truth])
    onset_s = np.array([event.onset_s for event in night.truth])
    return _scored(night.detect(), onset_s, which, units)


def _scored(
    told: Sequence[Event], onset_s: npt.NDArray[np.float64], which: npt.NDArray[np.integer], units: int
) -> Scored:
    """Hold the families of what was told against the units of what was there."""
    events = [event for event in told if event.kind in FOUND_KINDS]
    if not events:
        return 0.0, 0.0, 0.0, 0, units
    found_s = np.array([event.onset_s for event in events])
    nearest = np.abs(found_s[None, :] - onset_s[:, None]).argmin(axis=1)
    hit = np.abs(found_s[nearest] - onset_s) <= TOLERANCE_S
    family = np.array([events[k].family for k in nearest[hit]])
    alone = family < 0
    named = np.where(alone, 10_000_000 + np.arange(len(family)), family)
    groups = len(np.unique(family[~alone]))
    return adjusted_rand(which[hit], named), float(hit.mean()), float(1.0 - alone.mean()), groups, units
