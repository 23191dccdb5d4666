"""Whole nights with everything in them: what the kinds are taken for, and recall, precision and rates with rivals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.ours import FOUND_KINDS, onsets
from benchmarks.detection.measuring.matching import Score, confusion, f1_by_kind, score
from benchmarks.detection.measuring.outcome import Cell, Comparison, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.measuring.rivalry import onsets_in, tuned_on
from benchmarks.detection.simulator import simulate, whole_night
from benchmarks.detection.simulator.draws import Array, Seed
from benchmarks.detection.simulator.plan import Plan, noise_rms_mg
from benchmarks.detection.truth import KnownNight, Truth
from detector.events import KINDS

SEED, TUNING_SEED, KINDS_SEED = 7709, 7719, 7705
RATE_HZ = 100.0
CLEAR, CLEAR_LONG = 10.0, 5.0
"""Peak to peak over the rms noise of an axis from which a kind is asked for: of single events, of rhythms."""

SHORTEST_LIMB_MOVEMENT_S = 0.5
MACRO_F1 = 0.92
BINS_MG = (0.5, 2.0, 4.0, 8.0, 16.0, 40.0)
TRUE_RATES = (6.0, 60.0, 600.0)
BIN_S = 300.0


def night(hours: float, number: int, *, held_out: bool) -> KnownNight:
    """Make a night with every ingredient on a chip and a site of the family."""
    return simulate(whole_night(hours, RATE_HZ, held_out=held_out), (SEED, number))


def kinds(effort: Effort) -> Outcome:
    """Confusion matrix and macro F1, both families."""
    rows, figures = [], []
    curves: dict[str, dict[str, list[float]]] = {}
    for held_out in (False, True):
        count = round(effort.scaled(6, 24))
        with ThreadPoolExecutor() as pool:
            tables = np.array(list(pool.map(lambda i, h=held_out: _confusion(i, held_out=h), range(count))))
        rng = np.random.default_rng(KINDS_SEED)
        drawn = [np.nanmean(f1_by_kind(tables[rng.integers(count, size=count)].sum(axis=0))) for _ in range(1000)]
        table = tables.sum(axis=0)
        by_kind = f1_by_kind(table)
        shapes = "held-out shapes, chips, sites" if held_out else "training shapes, chips, sites"
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
        curves[shapes] = {str(line[0]): [float(n) for n in table[i]] for i, line in enumerate(body)}
    return Outcome(
        name="kinds",
        title="what true events are taken for",
        figures=tuple(figures),
        rows=tuple(rows),
        notes=(
            "2 h a night with every ingredient, gaps too; twitches of 8 to 40 mg, pulses of 3 to 8 before the site",
            f"asked for is what is {CLEAR:g} times the rms noise of an axis ({CLEAR_LONG:g} for pulse and tremor)",
            "a long event is what covers most of it; a pulse is held against pulses alone",
            "a hypnic jerk and a bed that swings may be called movement or limb movement: they are as short as either",
            "a buzz of the wearable's own motor counts as a tap",
        ),
        curves=curves,
        seeds=(KINDS_SEED,),
    )


def _confusion(number: int, *, held_out: bool) -> npt.NDArray[np.int64]:
    plan = whole_night(2.0, RATE_HZ, held_out=held_out, p2p_mg=(8.0, 40.0), pulse_mg=(3.0, 8.0))
    seed = (KINDS_SEED, number)
    one = simulate(plan, seed)
    return confusion(one, one.detect(), is_asked=partial(is_asked, _noise_mg(plan, seed)))


def _noise_mg(plan: Plan, seed: Seed) -> float:
    return plan.worn * noise_rms_mg(plan.drawn_chip(seed), plan.rate_hz)


def is_asked(noise_mg: float, event: Truth) -> bool:
    """Whether an event stands so clearly above the noise (rms of an axis) that its kind may be asked for.

    A leg movement of a run that is shorter than a limb movement by definition (0.5 s, WASM 2016) has no kind here.
    """
    if event.kind == "limb_movement" and event.duration_s < SHORTEST_LIMB_MOVEMENT_S:
        return False
    return event.p2p_mg >= (CLEAR_LONG if event.kind in ("pulse", "tremor") else CLEAR) * noise_mg


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

    def by_size(self) -> Array:
        """Recall of the demanded twitches by `BINS_MG`, NaN where there were none; shape ``(bins,)``."""
        size = np.array([event.p2p_mg for s in self.scores for event in s.demanded])
        hit = np.concatenate([s.hit for s in self.scores])
        which = np.digitize(size, BINS_MG[1:-1])
        return np.array([hit[which == k].mean() if (which == k).any() else np.nan for k in range(len(BINS_MG) - 1)])

    def curve(self) -> dict[str, list[float]]:
        """Points of recall against size, for a plot."""
        middles = [float(np.sqrt(low * high)) for low, high in pairwise(BINS_MG)]
        return {
            "p2p_mg": middles,
            "recall": self.by_size().tolist(),
            "false_per_hour": [self.false_count / self.hours] * len(middles),
        }

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
    curves: dict[str, dict[str, list[float]]] = {}
    for held_out in (False, True):
        nights = [night(hours, i, held_out=held_out) for i in range(count)]
        methods = {"fasciwatch": [onsets(one.detect()) for one in nights]}
        if effort.with_rivals:
            tuning = night(2.0, TUNING_SEED, held_out=held_out)
            for rival in tuned_on(tuning):
                methods[rival.name] = [onsets_in(one, rival) for one in nights]
        tallies = {name: _tally(nights, found) for name, found in methods.items()}
        family = "held out" if held_out else "training"
        rows += [_summary(tallies, f"{count} nights of {hours:g} h, {family}"), _by_size(tallies, family)]
        curves |= {f"{name}, {family}": tally.curve() for name, tally in tallies.items()}
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
        curves=curves,
        seeds=(SEED, TUNING_SEED),
    )


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
    body = tuple((name, *tally.by_size().tolist()) for name, tally in tallies.items())
    return Rows(f"recall by size, {family}", ("method", *names), body)
