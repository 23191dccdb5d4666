"""Whether twitches of one motor unit get one family number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import comb

from benchmarks.detection.experiments.ours import FOUND_KINDS
from benchmarks.detection.experiments.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.limit import TOLERANCE_S, noise_per_sample_mg
from benchmarks.detection.simulator import isolated_twitches

SEED = 7708
RATE_HZ, DENSITY_UG = 100.0, 100.0
SNR_DB = (16.0, 20.0, 24.0, 28.0)
TARGET_DB, AGREEMENT = 20.0, 0.8
JITTER = 0.15


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
    """Adjusted Rand index at several signal-to-noise ratios."""
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    nights, count = round(effort.scaled(8, 40)), 400
    for held_out in (False, True):
        for snr_db in SNR_DB:
            made = [_one(snr_db, count, (SEED, int(held_out), i), held_out=held_out) for i in range(nights)]
            index, found, assigned, groups, units = np.array(made).T
            name = f"{snr_db:g} dB, {'held-out' if held_out else 'training'} shapes"
            rng = np.random.default_rng(SEED)
            draws = index[rng.integers(nights, size=(1000, nights))].mean(axis=1)
            low, high = np.quantile(draws, [0.025, 0.975])
            target = at_least(AGREEMENT) if snr_db == TARGET_DB else None
            figures.append(Figure(f"adjusted Rand index: {name}", float(index.mean()), low, high, target=target))
            body.append(
                (
                    name,
                    float(index.mean()),
                    f"[{low:.3f}, {high:.3f}]",
                    float(index.min()),
                    *(float(values.mean()) for values in (found, assigned, groups, units)),
                )
            )
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
        rows=(Rows(f"{nights} nights of {count} twitches", columns, tuple(body)),),
        notes=(
            "decibels of the clairvoyant's output over its noise; every unit's size varies by 15 %",
            "an event without a family is one of its own here; twitches not found are left out",
        ),
        seeds=(SEED,),
    )


def _one(snr_db: float, count: int, seed: tuple[int, ...], *, held_out: bool) -> tuple[float, float, float, int, int]:
    rng = np.random.default_rng(seed)
    units = int(rng.integers(4, 11))
    # The same draws twice: first for the energy of each unit's shape, then with the sizes that follow from it.
    unit_sized = isolated_twitches(np.ones(count), RATE_HZ, 0.0, seed=seed, units=units, held_out=held_out)
    energy = (unit_sized.waveforms_mg**2).sum(axis=(1, 2))
    loud_mg = 10 ** (snr_db / 20) * noise_per_sample_mg(DENSITY_UG, RATE_HZ)[0] / np.sqrt(energy)
    p2p_mg = loud_mg * (1.0 + JITTER * rng.standard_normal(count)).clip(0.5)
    night = isolated_twitches(p2p_mg, RATE_HZ, DENSITY_UG, seed=seed, units=units, held_out=held_out).night
    which = np.array([event.unit for event in night.truth])
    onset_s = np.array([event.onset_s for event in night.truth])
    events = [event for event in night.detect() if event.kind in FOUND_KINDS]
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
