"""Whole nights with everything in them: what the kinds are taken for, and recall, precision and rates with rivals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.matching import Score, confusion, f1_by_kind, score
from benchmarks.detection.experiments.ours import FOUND_KINDS, onsets
from benchmarks.detection.experiments.outcome import Cell, Comparison, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.experiments.rates import poisson_interval
from benchmarks.detection.experiments.rivalry import onsets_in, tuned_on
from benchmarks.detection.experiments.scenery import Scenery
from benchmarks.detection.experiments.shapes import Shapes
from benchmarks.detection.truth import KnownNight
from detector.events import KINDS

SEED, TUNING_SEED, KINDS_SEED = 7709, 7719, 7705
RATE_HZ = 100.0
CHIPS = {False: ((70.0, 0.061), (100.0, 0.061), (160.0, 0.061)), True: ((90.0, 0.244), (180.0, 0.98), (25.0, 0.0039))}
"""Noise density in micro-g per root hertz and step in mg of the chips for tuning, and of those held out."""

MACRO_F1 = 0.9
BINS_MG = (0.5, 2.0, 4.0, 8.0, 16.0, 40.0)
TRUE_RATES = (6.0, 60.0, 600.0)
BIN_S = 300.0


def night(
    hours: float,
    seed: tuple[int, ...],
    *,
    held_out: bool,
    range_mg: tuple[float, float],
    density_ug: float = 0.0,
    pulse_mg: tuple[float, float] = (2.0, 5.0),
) -> KnownNight:
    """Make a night with every ingredient; a chip is drawn unless a density is given."""
    chip = np.random.default_rng(seed).integers(len(CHIPS[held_out]))
    density, step = (density_ug, 0.0) if density_ug else CHIPS[held_out][chip]
    scene = Scenery(hours, RATE_HZ, density, seed)
    shapes = Shapes(int(scene.rng.integers(3, 11)), scene.rng, held_out=held_out)
    scene.movements(round(3 * hours))
    scene.limb_movements(round(1.5 * hours))
    scene.tremors(round(5 * hours))
    scene.trains(shapes, round(6 * hours), (max(8.0, range_mg[0]), 40.0))
    scene.taps(round(5 * hours))
    scene.twitches(shapes, round(60 * hours), range_mg)
    beating = hours * 3600 * scene.rng.uniform(0.3, 0.7)
    size, per_minute = scene.rng.uniform(*pulse_mg), scene.rng.uniform(45.0, 80.0)
    scene.pulse(float(size), float(per_minute), changes=True, span_s=(0.0, float(beating)))
    return scene.finish(
        "whole night, " + ("held-out shapes and chips" if held_out else "training shapes and chips"), step
    )


def kinds(effort: Effort) -> Outcome:
    """Confusion matrix and macro F1, both families."""
    rows, figures = [], []
    for held_out in (False, True):
        count = round(effort.scaled(6, 24))
        made = [(KINDS_SEED, int(held_out), i) for i in range(count)]
        with ThreadPoolExecutor() as pool:
            tables = np.array(list(pool.map(lambda seed, h=held_out: _confusion(seed, held_out=h), made)))
        rng = np.random.default_rng(KINDS_SEED)
        drawn = [np.nanmean(f1_by_kind(tables[rng.integers(count, size=count)].sum(axis=0))) for _ in range(1000)]
        table = tables.sum(axis=0)
        by_kind = f1_by_kind(table)
        shapes = "held-out shapes and chips" if held_out else "training shapes and chips"
        low, high = np.quantile(drawn, [0.025, 0.975])
        figures.append(
            Figure(f"macro F1 of kinds: {shapes}", float(np.nanmean(by_kind)), low, high, target=at_least(MACRO_F1))
        )
        figures += [Figure(f"F1 of {kind}: {shapes}", float(f1)) for kind, f1 in zip(KINDS, by_kind, strict=True)]
        body: list[tuple[Cell, ...]] = [
            (name, *map(int, table[i]), f"{by_kind[i]:.3f}" if i < len(KINDS) else "")
            for i, name in enumerate((*KINDS, "nothing"))
        ]
        rows.append(Rows(f"{count} nights, {shapes}", ("truth", *KINDS, "missed", "F1"), tuple(body)))
    return Outcome(
        name="kinds",
        title="what true events are taken for",
        figures=tuple(figures),
        rows=tuple(rows),
        notes=(
            "twitches of 8 to 40 mg and pulses of 3 to 8, so that kinds are asked for and not the limit; 2 h a night",
            "a long event is what covers most of it; a pulse is held against pulses alone",
        ),
        seeds=(KINDS_SEED,),
    )


def _confusion(seed: tuple[int, ...], *, held_out: bool) -> npt.NDArray[np.int64]:
    one = night(2.0, seed, held_out=held_out, range_mg=(8.0, 40.0), density_ug=100.0, pulse_mg=(6.0, 8.0))
    return confusion(one, one.detect())


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Several nights of one method."""

    scores: list[Score]
    rate_errors: npt.NDArray[np.float64]

    @property
    def recall(self) -> float:
        """Of all demanded twitches."""
        return float(np.concatenate([s.hit for s in self.scores]).mean())

    @property
    def false_count(self) -> int:
        """False twitches in quiet time."""
        return sum(len(s.false_s) for s in self.scores)

    @property
    def hours(self) -> float:
        """Quiet hours."""
        return sum(s.quiet_h for s in self.scores)

    @property
    def disturbed(self) -> int:
        """Detections in disturbances that match nothing."""
        return sum(len(s.disturbed_s) for s in self.scores)

    def interval(self, what: str, seed: int = SEED) -> tuple[float, float]:
        """95 % over nights, not events, of ``"recall"`` or ``"false"`` per hour."""
        rng = np.random.default_rng(seed)
        drawn = []
        for _ in range(1000):
            some = Tally(
                [self.scores[i] for i in rng.integers(len(self.scores), size=len(self.scores))], self.rate_errors
            )
            drawn.append(some.recall if what == "recall" else some.false_count / some.hours)
        low, high = np.quantile(drawn, [0.025, 0.975])
        return float(low), float(high)


def whole(effort: Effort) -> Outcome:
    """Recall, precision at stated true rates, false alarms and rate errors, beside the rivals'."""
    count, hours = round(effort.scaled(3, 10)), effort.scaled(4.0, 8.0)
    rows, figures, comparisons = [], [], []
    for held_out in (False, True):
        nights = [night(hours, (SEED, int(held_out), i), held_out=held_out, range_mg=(0.5, 40.0)) for i in range(count)]
        methods = {"fasciwatch": [onsets(one.detect()) for one in nights]}
        if effort.with_rivals:
            tuning = night(2.0, (TUNING_SEED, int(held_out)), held_out=held_out, range_mg=(0.5, 40.0))
            for rival in tuned_on(tuning, partial(_f1, tuning)):
                methods[rival.name] = [onsets_in(one, rival) for one in nights]
        tallies = {name: _tally(nights, found) for name, found in methods.items()}
        family = "held out" if held_out else "training"
        rows += [_summary(tallies, f"{count} nights of {hours:g} h, {family}"), _by_size(tallies, family)]
        ours = tallies["fasciwatch"]
        figures += [
            Figure(f"recall, {family}", ours.recall, *ours.interval("recall")),
            Figure(f"false/h, {family}", ours.false_count / ours.hours, *ours.interval("false"), unit="1/h"),
        ]
        if len(tallies) > 1:
            for what, more, value in (
                ("recall", True, lambda t: t.recall),
                ("false/h", False, lambda t: t.false_count / t.hours),
                ("detections in disturbances", False, lambda t: float(t.disturbed)),
                ("rate error per 5 min", False, lambda t: float(np.abs(t.rate_errors).mean())),
            ):
                values = {name: value(t) for name, t in tallies.items()}
                mine = values.pop("fasciwatch")
                comparisons.append(Comparison(f"{what}, whole nights, {family}", mine, values, more_is_better=more))
    return Outcome(
        name="whole",
        title="whole nights",
        figures=tuple(figures),
        rows=tuple(rows),
        comparisons=tuple(comparisons),
        notes=(
            "twitches of 0.5 to 40 mg p-p log-uniform: many lie below any limit",
            "nothing is demanded and nothing false within 1 s of a disturbance; detections there are counted apart",
            "rivals are tuned by one threshold for the best F1 on a separate night",
        ),
        seeds=(SEED, TUNING_SEED),
    )


def _f1(one: KnownNight, found_s: npt.NDArray[np.float64]) -> float:
    return score(one, found_s).f1


def _tally(nights: list[KnownNight], found: list[npt.NDArray[np.float64]]) -> Tally:
    errors = []
    for one, onset_s in zip(nights, found, strict=True):
        edges = np.arange(0.0, one.observed_s, BIN_S)
        truth_s = np.array([event.onset_s for event in one.only(*FOUND_KINDS)])
        errors.append(np.histogram(onset_s, edges)[0] - np.histogram(truth_s, edges)[0])
    return Tally([score(n, f) for n, f in zip(nights, found, strict=True)], np.concatenate(errors).astype(np.float64))


def _summary(tallies: dict[str, Tally], title: str) -> Rows:
    body: list[tuple[Cell, ...]] = []
    for name, tally in tallies.items():
        low, high = poisson_interval(tally.false_count, tally.hours)
        false = tally.false_count / tally.hours
        precision = [tally.recall * rate / (tally.recall * rate + false) for rate in TRUE_RATES]
        bias, spread = tally.rate_errors.mean(), np.abs(tally.rate_errors).mean()
        body.append(
            (name, tally.recall, f"{false:.2f} [{low:.2f}, {high:.2f}]", tally.disturbed, *precision, bias, spread)
        )
    shares = tuple(f"precision at {rate:g}/h" for rate in TRUE_RATES)
    columns = ("method", "recall", "false/h", "in disturbances", *shares, "bias per 5 min", "error per 5 min")
    return Rows(title, columns, tuple(body))


def _by_size(tallies: dict[str, Tally], family: str) -> Rows:
    names = tuple(f"{a:g}-{b:g} mg" for a, b in pairwise(BINS_MG))
    body: list[tuple[Cell, ...]] = []
    for name, tally in tallies.items():
        size = np.array([event.p2p_mg for s in tally.scores for event in s.demanded])
        hit = np.concatenate([s.hit for s in tally.scores])
        which = np.digitize(size, BINS_MG[1:-1])
        body.append((name, *(float(hit[which == k].mean()) for k in range(len(names)))))
    return Rows(f"recall by size, {family}", ("method", *names), tuple(body))
