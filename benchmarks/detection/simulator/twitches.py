"""Motor units that fire: twitches, doublets and trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.simulator.draws import Array, between
from benchmarks.detection.simulator.forms import LASTS_S, Forms, burst_forms, twitch_forms
from benchmarks.detection.simulator.stage import LEAD_S, TAIL_S, Stage
from benchmarks.detection.truth import Truth

Units = npt.NDArray[np.int64]

DOUBLET_S = (0.01, 0.11)
TRAIN_COUNT = (3, 12)
TRAIN_S = (0.06, 0.25)
"""Intervals in a train, onset to onset."""

_MODULATION_S, _MODULATION_MEMORY = 60.0, 0.8
_CHUNK = 2000


@dataclass(frozen=True, slots=True, eq=False)
class _Discharges:
    """Single discharges to be rendered: onset, shape and size of each."""

    onset_s: Array
    which: Units
    p2p_mg: Array

    def add_to(self, stage: Stage, forms: Forms) -> None:
        rate_hz = stage.rate_hz
        steps = np.arange(int(LASTS_S * rate_hz) + 1)
        for form in np.unique(self.which):
            these = np.flatnonzero(self.which == form)
            for some in np.array_split(these, len(these) // _CHUNK + 1):
                first = np.ceil(self.onset_s[some] * rate_hz).astype(np.int64)
                index = first[:, None] + steps
                wave = self.p2p_mg[some, None] * forms.at(int(form), index / rate_hz - self.onset_s[some, None])
                inside = index < len(stage.xyz)
                low, high = int(first.min()), min(int(index.max()) + 1, len(stage.xyz))
                line = np.bincount(index[inside] - low, wave[inside], high - low)
                moved = np.flatnonzero(line)
                stage.xyz[low + moved] += (line[moved, None] * forms.directions[form]).astype(np.float32)


def add_twitches(stage: Stage) -> None:
    """Schedule trains and twitches, and render those that are heard."""
    plan = stage.plan
    if plan.twitches_per_min <= 0 and plan.trains_per_hour <= 0:
        return
    trains = _train_onsets(stage)
    onset_s, unit = _firings(stage)
    forms = _forms(stage, max(len(onset_s), len(trains)))
    if stage.hears("train"):
        _add_trains(stage, forms, trains)
    count = len(onset_s)
    p2p_mg = _sizes(stage, unit)
    double = stage.rng("doublet").random(count) < plan.doublet_share
    late_s = np.where(double, stage.rng("doublet interval").uniform(*DOUBLET_S, count), 0.0)
    second = stage.rng("doublet size").uniform(0.6, 1.0, count)
    lasts_s = forms.lasts_s[unit] + late_s
    kept = _spaced(onset_s, lasts_s, plan.apart_s)
    if not plan.twitches_anywhere:
        kept &= stage.is_clear(onset_s, onset_s + lasts_s)
    if not stage.hears("twitch"):
        return
    both = kept & double
    _Discharges(
        np.concatenate([onset_s[kept], (onset_s + late_s)[both]]),
        np.concatenate([unit[kept], unit[both]]),
        np.concatenate([p2p_mg[kept], (p2p_mg * second)[both]]),
    ).add_to(stage, forms)
    for i in np.flatnonzero(kept):
        form = int(unit[i])
        size = p2p_mg[i] * (_pair_p2p(forms, form, late_s[i], second[i]) if double[i] else 1.0)
        source = "doublet" if double[i] else "twitch"
        number = form if plan.units else -1
        tp_s = float(forms.tp_s[form])
        stage.truth.append(
            Truth(float(onset_s[i]), float(lasts_s[i]), "twitch", source, float(size), number, tp_s),
        )


def _forms(stage: Stage, count: int) -> Forms:
    plan = stage.plan
    rng = stage.rng("unit shapes")
    how_many = plan.units or max(count, 1)
    if plan.form == "burst":
        return burst_forms(how_many, rng)
    tp_s = plan.tp_s or plan.drawn_site(stage.seed).tp_s
    return twitch_forms(how_many, rng, tp_s, plan.resonant_share, held_out=plan.held_out)


def _firings(stage: Stage) -> tuple[Array, Units]:
    """Onsets in order, and the shape of each."""
    plan = stage.plan
    if plan.twitches_per_min <= 0:
        return np.empty(0), np.empty(0, np.int64)
    units = plan.units or 1
    shares = stage.rng("unit shares").dirichlet(np.full(units, 2.0))
    onsets = [_renewal(stage, unit, plan.twitches_per_min * share) for unit, share in enumerate(shares)]
    onset_s = np.concatenate(onsets)
    unit = np.repeat(np.arange(units), [len(of_unit) for of_unit in onsets])
    order = np.argsort(onset_s, kind="stable")
    # Without units, every twitch has a shape of its own.
    return onset_s[order], unit[order] if plan.units else np.arange(len(onset_s))


def _renewal(stage: Stage, unit: int, per_min: float) -> Array:
    """Gamma intervals in a time that runs faster and slower by a log-normal factor with a memory of minutes."""
    plan = stage.plan
    rng = stage.rng("firing", unit)
    cv = rng.uniform(*plan.interval_cv)
    end_s = stage.length_s - TAIL_S
    minutes = int(np.ceil(end_s / _MODULATION_S)) + 1
    steps = rng.standard_normal(minutes)
    for i in range(1, minutes):
        steps[i] = _MODULATION_MEMORY * steps[i - 1] + np.sqrt(1 - _MODULATION_MEMORY**2) * steps[i]
    speed = np.exp(plan.clustering * steps)
    own_time = np.concatenate([[0.0], np.cumsum(speed / speed.mean())]) * _MODULATION_S
    expected = own_time[-1] * per_min / 60.0
    draws = int(expected + 10 * cv * np.sqrt(expected + 1) + 20)
    fired = np.cumsum(rng.gamma(1 / cv**2, cv**2, draws)) * 60.0 / per_min
    fired -= fired[0] * rng.random()  # the night begins at any point of an interval
    onset_s = np.interp(fired[fired < own_time[-1]], own_time, np.arange(minutes + 1) * _MODULATION_S)
    return np.asarray(onset_s[(onset_s > LEAD_S) & (onset_s < end_s)])


def _sizes(stage: Stage, unit: Units) -> Array:
    plan = stage.plan
    if plan.amplitude == "discharge":
        return between(stage.rng("twitch size"), plan.p2p_mg, len(unit))
    how_many = max(plan.units, int(unit.max(initial=0)) + 1)
    of_unit = between(stage.rng("unit size"), plan.p2p_mg, how_many)
    jitter = stage.rng("unit jitter").uniform(0.1, 0.2, how_many)
    factor = 1 + jitter[unit] * stage.rng("twitch size").standard_normal(len(unit))
    return np.asarray(of_unit[unit] * np.maximum(factor, 0.3))


def _spaced(onset_s: Array, lasts_s: Array, apart_s: float) -> npt.NDArray[np.bool_]:
    """Which twitches to keep so that none begins close to, or within, the one kept before."""
    kept = np.zeros(len(onset_s), bool)
    free_s = -np.inf
    for i, onset in enumerate(onset_s):
        if onset >= free_s:
            kept[i] = True
            # The last of a ringing is below 1 % long before its end in truth matters.
            free_s = onset + max(apart_s, min(float(lasts_s[i]), 0.5))
    return kept


def _pair_p2p(forms: Forms, form: int, late_s: float, second: float) -> float:
    time_s = np.arange(0.0, LASTS_S, 0.001)
    return float(np.ptp(forms.at(form, time_s) + second * forms.at(form, time_s - late_s)))


def _train_onsets(stage: Stage) -> list[Array]:
    """Onsets of the twitches of each train that found a place."""
    count = stage.count("train", stage.plan.trains_per_hour)
    length = stage.rng("train").integers(TRAIN_COUNT[0], TRAIN_COUNT[1] + 1, count)
    steps = [
        np.concatenate([[0.0], np.cumsum(stage.rng("train", i).uniform(*TRAIN_S, n - 1))]) for i, n in enumerate(length)
    ]
    onset_s = stage.places("train", np.array([of_train[-1] + LASTS_S / 2 for of_train in steps]))
    return [onset + of_train for onset, of_train in zip(onset_s, steps, strict=True) if not np.isnan(onset)]


def _add_trains(stage: Stage, forms: Forms, trains: list[Array]) -> None:
    plan = stage.plan
    rng = stage.rng("train unit")
    for number, onset_s in enumerate(trains):
        form = int(rng.integers(len(forms.tp_s)))
        size = float(between(rng, plan.p2p_mg, 1)[0])
        sizes = size * stage.rng("train size", number).uniform(0.8, 1.0, len(onset_s))
        _Discharges(onset_s, np.full(len(onset_s), form), sizes).add_to(stage, forms)
        lasts_s = float(onset_s[-1] - onset_s[0] + forms.lasts_s[form])
        unit = form if plan.units else -1
        stage.truth.append(
            Truth(float(onset_s[0]), lasts_s, "train", "train", size, unit, float(forms.tp_s[form])),
        )
