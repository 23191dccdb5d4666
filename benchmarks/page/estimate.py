"""Whether "how many of these are true" holds, with the rule that stops it: coverage, labels, keys."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, Target, at_least, at_most
from detector.review.judging.estimate import Answer, answer, sample, stages

SEED = 20_261
_NIGHTS = (200, 700, 2000, 5000)
_SHARES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
_RANKINGS = {"the wrong way round": -1.0, "not at all": 0.0, "fairly": 1.5, "well": 3.0}
"""By how many standard deviations the scores of true events lie above those of false ones."""
_KEYS_AROUND = 2
"""Keys beside one a label: to begin, and to look at the answer."""


class Cell(NamedTuple):
    """What many estimates of one kind of night came to."""

    out_of: int
    share: float
    ranking: str
    covered: float
    labels: tuple[int, ...]
    error: float
    half_width: float


def once(truth: np.ndarray, start: int, *, unsure: np.ndarray | None = None) -> Answer:
    """Label stage after stage until the answer is as narrow as asked for.

    Parameters
    ----------
    truth
        Of each event in the order of score, bool.
    start
        Where the first sample starts, of 2^32 places.
    unsure
        Which events nobody can tell; None for none.
    """
    told = None
    for stage in range(len(stages(len(truth)))):
        places = sample(len(truth), stage, start)
        labels = [None if unsure is not None and unsure[place] else bool(truth[place]) for place in places]
        told = answer(labels, len(truth))
        if told.is_narrow:
            return told
    raise AssertionError("all events were looked at, and the answer is not narrow")


def night(out_of: int, share: float, separation: float, random: np.random.Generator) -> np.ndarray:
    """Give the truth of a night's events in the order of a score that tells true from false by so much."""
    truth = np.zeros(out_of, bool)
    truth[: round(share * out_of)] = True
    score = random.standard_normal(out_of) + separation * truth
    return truth[np.argsort(score, kind="stable")]


def cell(out_of: int, share: float, ranking: str, runs: int, random: np.random.Generator) -> Cell:
    """Estimate the same kind of night many times."""
    covered, errors, labels, widths = 0, [], [], []
    for _ in range(runs):
        truth = night(out_of, share, _RANKINGS[ranking], random)
        told = once(truth, int(random.integers(1 << 32)))
        covered += told.low <= truth.sum() <= told.high
        labels.append(told.labelled)
        errors.append(told.share - truth.mean())
        widths.append((told.high - told.low) / 2 / out_of)
    return Cell(
        out_of, share, ranking, 100 * covered / runs, tuple(sorted(labels)),
        100 * float(np.mean(errors)), 100 * float(np.mean(widths)),
    )  # fmt: skip


def estimate(effort: Effort) -> Outcome:
    """Measure coverage over nights of every kind, and the keys until ±10 points."""
    runs = int(effort.scaled(500, 2000))
    random = np.random.default_rng(SEED)
    cells = [
        cell(out_of, share, ranking, runs, random) for out_of in _NIGHTS for share in _SHARES for ranking in _RANKINGS
    ]
    usual = [each for each in cells if each.out_of == 700 and each.share == 0.7]
    keys = np.concatenate([each.labels for each in usual]) + _KEYS_AROUND
    covered = np.array([each.covered for each in cells])
    by_ranking = Rows(
        f"coverage in % with the rule that stops, {runs} runs a cell",
        ("the score ranks", "mean", "lowest", "highest", "half width, points", "labels, median"),
        tuple(_summed(ranking, [each for each in cells if each.ranking == ranking]) for ranking in _RANKINGS),
    )
    lowest = sorted(cells, key=lambda each: each.covered)[:8]
    by_cell = Rows(
        "where it covers least",
        ("events", "share true", "the score ranks", "coverage, %", "bias, points", "labels, median"),
        tuple(
            (e.out_of, e.share, e.ranking, round(e.covered, 1), round(e.error, 2), e.labels[runs // 2]) for e in lowest
        ),
    )
    too_wide = 100 * float((covered > 98).mean())
    noise = 100 * 2.6 * float(np.sqrt(0.05 * 0.95 / runs))  # of the lowest of so many cells, beside its true coverage
    figures = (
        Figure("coverage, mean over all kinds of nights", float(covered.mean()), unit="%", target=Target(93, 98)),
        Figure("coverage, lowest kind of night", float(covered.min()), unit="%", target=at_least(93)),
        Figure("kinds of nights covered more than 98 %, wider than need be", too_wide, unit="%"),
        Figure("keys to ±10 points, 700 events, 30 % wrong, median", float(np.median(keys)), target=at_most(90)),
        Figure("keys to ±10 points, 700 events, 30 % wrong, 95th percentile", float(np.quantile(keys, 0.95))),
    )
    notes = (
        f"by chance alone the lowest of {len(cells)} kinds lies some {noise:.1f} points under what it truly covers",
        "a label is a key; two more begin and end it",
    )
    return Outcome("estimate", "how many of these are true", figures, (by_ranking, by_cell), notes)


def _summed(ranking: str, cells: list[Cell]) -> tuple[str | float, ...]:
    covered = [each.covered for each in cells]
    labels = np.concatenate([each.labels for each in cells])
    widths = np.mean([each.half_width for each in cells])
    return (ranking, round(float(np.mean(covered)), 1), round(min(covered), 1), round(max(covered), 1),
            round(float(widths), 1), int(np.median(labels)))  # fmt: skip
