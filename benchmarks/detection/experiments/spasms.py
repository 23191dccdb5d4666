"""Sudden limb movements against moves of one's own, and clonus against what is rhythmic and is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.detection.material.postures import at_changes
from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator import spasms as forms
from benchmarks.detection.simulator.draws import Array
from benchmarks.detection.simulator.spasms import FINE_HZ, QUIET_S, Move
from detector.events import Event
from detector.signal import Detector

SEED = 7731
RATES_HZ = (100.0, 52.0)
F1 = 0.85
NOISE_MG, LEAD_S = 1.0, 20.0
CLONUS_SHARE = 1 / 3
OTHERS: tuple[Callable[[np.random.Generator], Move], ...] = (forms.tremor, forms.bed, forms.steps, forms.train)
Flagged = tuple[str, bool, bool]
"""What it was, and whether it was called sudden and a clonus."""


def spasms(effort: Effort) -> Outcome:
    """F1 of `sudden` and of `clonus`, at both rates."""
    count = round(effort.scaled(150, 600))
    real = at_changes()
    away = [] if real is None else [_flags("change of posture", [event]) for event in real[0]]
    figures, rows = [], []
    for rate_hz in RATES_HZ:
        here = _simulated(count, rate_hz)
        sudden = [(what.startswith("spasm"), is_sudden) for what, is_sudden, _ in here + away if _asks_sudden(what)]
        clonus = [(what == "spasm with clonus", is_clonus) for what, _, is_clonus in here + away]
        for name, pairs in (("sudden", sudden), ("clonus", clonus)):
            figures.append(Figure(f"F1 of {name}, {rate_hz:g} Hz", *_f1(pairs), target=at_least(F1)))
        every = here + away
        number = Counter(what for what, _, _ in every)
        body = tuple((what, n, _share(every, what, 1), _share(every, what, 2)) for what, n in sorted(number.items()))
        rows.append(Rows(f"{rate_hz:g} Hz", ("what it was", "how many", "called sudden", "clonus"), body))
    notes = [
        "sudden: spasms against moves of one's own (least jerk, 0.4-3 s) and movements at real changes of label",
        "clonus: spasms that have one against all else; whether beds, steps and trains are sudden is not asked",
        "the forms are made in another way than those that the weights were fitted to",
    ]
    if real is None:
        notes.append("without harth_thigh_back: its folder or pyarrow is missing, and the figures are too good")
    else:
        notes.append(
            f"the real ones: {len(away)} movements in {real[1]:.1f} h of thighs and backs of two people, at 50 Hz"
        )
    return Outcome(
        name="spasms",
        title="sudden movements, and clonus",
        figures=tuple(figures),
        rows=tuple(rows),
        notes=tuple(notes),
        seeds=(SEED,),
    )


def _asks_sudden(what: str) -> bool:
    return what.startswith("spasm") or what in ("turn", "change of posture")


def _share(every: list[Flagged], what: str, column: int) -> float:
    return float(np.mean([each[column] for each in every if each[0] == what]))


def _f1(pairs: list[tuple[bool, bool]]) -> tuple[float, float, float]:
    """F1 and its 95 % interval over draws of the events."""
    table = np.array(pairs)
    drawn = np.random.default_rng(SEED).integers(len(table), size=(1000, len(table)))
    scores = [_score(table[each]) for each in drawn]
    low, high = np.quantile(scores, [0.025, 0.975])
    return _score(table), float(low), float(high)


def _score(table: np.ndarray) -> float:
    return float(2 * (table[:, 0] & table[:, 1]).sum() / max(table.sum(), 1))


def _flags(what: str, events: list[Event]) -> Flagged:
    words = [event.flags.split("|") for event in events]
    return what, bool(words) and "sudden" in words[0], any("clonus" in each for each in words)


def _simulated(count: int, rate_hz: float) -> list[Flagged]:
    """Movements one after another in noise, each with the flags of what was found in its time."""
    rng = np.random.default_rng((SEED, round(rate_hz)))
    with_clonus = round(CLONUS_SHARE * count)
    makers: list[Callable[[np.random.Generator], Move]] = [partial(forms.spasm, has_clonus=True)] * with_clonus
    makers += [partial(forms.spasm, has_clonus=False)] * (count - with_clonus) + [forms.turn] * count
    makers += [each for each in OTHERS for _ in range(count // 5)]
    moves = [makers[i](rng) for i in rng.permutation(len(makers))]
    xyz, onset_s = _record(moves, rate_hz, rng)
    detector = Detector(rate_hz)
    events = detector.push(xyz) + detector.flush()
    found = []
    for move, begin_s, end_s in zip(moves, onset_s, [*onset_s[1:], np.inf], strict=True):
        own = [event for event in events if begin_s - 0.5 <= event.onset_s < end_s - 0.5]
        found.append(_flags(move.what, own))
    return found


def _record(moves: list[Move], rate_hz: float, rng: np.random.Generator) -> tuple[np.ndarray, list[float]]:
    """Put movements one after another, in g, with 1 mg of noise; what gravity has changed by stays."""
    parts: list[Array] = [np.zeros((round(LEAD_S * rate_hz), 3))]
    onset_s, at = [], len(parts[0])
    left = np.zeros(3)
    for move in moves:
        onset_s.append(at / rate_hz)
        n = round(len(move.mg) / FINE_HZ * rate_hz)
        # Each sample is the mean over its time, as a sensor's own filter makes it.
        total = np.vstack([np.zeros(3), np.cumsum(move.mg, axis=0)])
        edges = np.linspace(0, len(move.mg), n + 1)
        summed = np.stack([np.interp(edges, np.arange(len(total)), total[:, axis]) for axis in range(3)], axis=1)
        wave = np.diff(summed, axis=0) * (n / len(move.mg)) + left
        still = round(rng.uniform(QUIET_S, QUIET_S + 3.0) * rate_hz)
        parts += [wave, np.repeat(wave[-1:], still, axis=0)]
        left = wave[-1]
        at += n + still
    mg = np.concatenate(parts)
    mg += NOISE_MG * rng.standard_normal(mg.shape) + [600.0, 0.0, 800.0]
    return np.ascontiguousarray(1e-3 * mg, np.float32), onset_s
