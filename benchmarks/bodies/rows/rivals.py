"""Rivals on the same chests, starts and turns, and the clairvoyant who knows every twitch and no beat.

In the chests each rival is set twice: so that white noise causes one false alarm an hour, which is what the detector is
asked for, and so that the quiet parts of the same people cause as many as the detector's. The clairvoyant knows the
shape, direction and time of each twitch, and its noise is white, as strong as that between the beats: the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.stats

from benchmarks.bodies.added import Added, with_twitches
from benchmarks.bodies.figures import hourly
from benchmarks.bodies.listening import events_of
from benchmarks.bodies.people import HALVES, Body, alone, phones
from benchmarks.bodies.quiet import band
from benchmarks.bodies.rows import starts
from benchmarks.bodies.rows.added import SIZES_MG, corrected
from benchmarks.bodies.rows.turns import DENSITIES_UG, Counted, counted, turning
from benchmarks.detection.experiments.ours import near, onsets
from benchmarks.detection.limit import filters
from benchmarks.detection.measuring.outcome import Cell, Comparison, Effort, Figure, Outcome, Rows
from benchmarks.detection.measuring.rivalry import Tuned, at_false_alarms
from benchmarks.detection.simulator.draws import Array
from benchmarks.rivals import Rival

SEED = 13_080
OURS, CLAIRVOYANT = "fasciwatch", "clairvoyant"
WISH_PER_HOUR = 1.0
RATE_HZ = 100.0
NOISE_HZ = (5.0, 40.0)
STARTS = 10
TURNS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Chests:
    """The quiet parts of one half of the people, and the same with twitches added, by size."""

    people: list[Body]
    nights: dict[float, list[Added]]

    @property
    def hours(self) -> float:
        """How long the quiet parts are."""
        return sum(person.length_s for person in self.people) / 3600


def rivals(effort: Effort) -> Outcome:
    """Run everybody over the same recordings."""
    tuned = at_false_alarms(RATE_HZ, WISH_PER_HOUR, Effort(), with_slow=False)
    figures: list[Figure] = []
    comparisons: list[Comparison] = []
    rows: list[Rows] = []
    for half in HALVES:
        chests = _chests(half, round(effort.scaled(2, 6)))
        before = [_ours(person) for person in chests.people]
        false = sum(map(len, before))
        recall = {size: _recall(nights, before, chests, _ours) for size, nights in chests.nights.items()}
        bound = {size: _bound(nights, max(false, 1) / chests.hours) for size, nights in chests.nights.items()}
        figures += [
            Figure(
                f"recall of {size:g} mg over the clairvoyant's at {false / chests.hours:.0f}/h, {half}",
                recall[size] / bound[size],
            )
            for size in SIZES_MG
        ]
        table: list[tuple[Cell, ...]] = [
            (OURS, "asked 1/h", false / chests.hours, *recall.values()),
            (CLAIRVOYANT, "as many as ours", max(false, 1) / chests.hours, *bound.values()),
        ]
        theirs: dict[float, dict[str, float]] = {size: {} for size in SIZES_MG}
        for rival in tuned:
            equal = _equal(rival.rival, chests, false)
            for how, threshold in (("1/h in white noise", rival.threshold), ("as many as ours", equal)):
                found = [_theirs(rival.rival, threshold, person) for person in chests.people]
                own = {
                    size: _recall(nights, found, chests, partial(_theirs, rival.rival, threshold))
                    for size, nights in chests.nights.items()
                }
                count = sum(map(len, found))
                table.append((rival.name, how, count / chests.hours, *own.values()))
                if how == "as many as ours":
                    for size, value in own.items():
                        theirs[size][rival.name] = value
                else:
                    figures.append(
                        hourly(f"twitches in quiet parts at 1/h in noise, {rival.name}, {half}", count, chests.hours)
                    )
        comparisons += [
            Comparison(
                f"recall of {size:g} mg in chests, same false rate, {half}",
                recall[size],
                theirs[size],
                more_is_better=True,
            )
            for size in SIZES_MG
        ]
        columns = ("method", "set to", "twitches/h in quiet parts", *(f"{size:g} mg" for size in SIZES_MG))
        rows.append(Rows(f"chests, quiet part alone, {half}: recall corrected for chance", columns, tuple(table)))
    rows += [_starts(tuned), _turns(tuned)]
    return Outcome(
        name="rivals",
        title="rivals on the same recordings",
        figures=tuple(figures),
        rows=tuple(rows),
        comparisons=tuple(comparisons),
        notes=(
            "a rival's threshold is one for all people; it is a multiple of each recording's median, known afterwards",
            "the clairvoyant's noise is white and without beats: nobody reaches it in a chest",
        ),
        seeds=(SEED,),
    )


def _chests(half: str, repeats: int) -> Chests:
    people = [alone(person) for person in phones() if person.half == half]
    nights = {
        size: [
            with_twitches(person, size, (SEED, repeat, number, round(size)), held_out=bool(repeat % 2))
            for repeat in range(repeats)
            for number, person in enumerate(people)
        ]
        for size in SIZES_MG
    }
    return Chests(people, nights)


def _ours(body: Body) -> Array:
    return np.sort(onsets(events_of(body)))


def _theirs(rival: Rival, threshold: float, body: Body) -> Array:
    return rival.run(body.xyz, body.rate_hz, threshold)


def _recall(nights: list[Added], before: list[Array], chests: Chests, find: Callable[[Body], Array]) -> float:
    """Recall, corrected for what is found at the same times without twitches."""
    hit = [near(night.onset_s, find(night.body)) for night in nights]
    people = len(chests.people)
    chance = [near(night.onset_s, before[k % people]) for k, night in enumerate(nights)]
    return corrected(np.concatenate(hit), np.concatenate(chance))


def _equal(rival: Rival, chests: Chests, count: int) -> float:
    """The lowest threshold with which the quiet parts cause no more detections than ours."""
    prepared = [rival.prepare(person.xyz, person.rate_hz) for person in chests.people]
    low, high = min(rival.thresholds), 40.0 * max(rival.thresholds)
    for _ in range(14):
        middle = float(np.sqrt(low * high))
        if sum(len(rival.trigger(one, middle)) for one in prepared) > count:
            low = middle
        else:
            high = middle
    return high


def _bound(nights: list[Added], per_hour: float) -> float:
    """Recall of a filter matched to each twitch in white noise of the strength that the person's has between beats."""
    shares = []
    for night in nights:
        if not len(night.onset_s):
            continue
        body = night.body
        high_hz = min(NOISE_HZ[1], 0.45 * body.rate_hz)
        # The median of the absolute value of a Gaussian is 0.6745 of its standard deviation; beats hardly move it.
        level_mg = np.median(np.abs(band(body.xyz, body.rate_hz, NOISE_HZ)), axis=0) / 0.6745
        bank = filters(night.waveforms_mg, body.rate_hz, 1e3 * level_mg / np.sqrt(high_hz - NOISE_HZ[0]))
        shares.append(scipy.stats.norm.sf(bank.threshold(per_hour) - bank.deflection))
    return float(np.concatenate(shares).mean())


def _starts(tuned: list[Tuned]) -> Rows:
    """Recall after starts in movement, at 1/h in white noise."""
    kinds = [*((lasts_s, False) for lasts_s in starts.MOVES_S), (starts.TREMOR_S, True)]
    table: dict[str, list[Cell]] = {name: [] for name in (OURS, *(rival.name for rival in tuned))}
    for lasts_s, is_tremor in kinds:
        made = [starts.recording(lasts_s, 2 * number + 1, is_tremor=is_tremor) for number in range(STARTS)]
        table[OURS].append(_mean_hit([(truth_s, _ours(body)) for body, truth_s in made]))
        for rival in tuned:
            found = [(truth_s, _theirs(rival.rival, rival.threshold, body)) for body, truth_s in made]
            table[rival.name].append(_mean_hit(found))
    names = tuple(f"{lasts_s:g} s of {'tremor' if is_tremor else 'handling'}" for lasts_s, is_tremor in kinds)
    return Rows(
        f"starts in movement, recall of {starts.TWITCH_MG:g} mg, 1/h in white noise",
        ("method", *names),
        tuple((name, *cells) for name, cells in table.items()),
    )


def _mean_hit(pairs: list[tuple[Array, Array]]) -> float:
    return float(np.concatenate([near(truth_s, found_s) for truth_s, found_s in pairs]).mean())


def _turns(tuned: list[Tuned]) -> Rows:
    """False twitches an hour and recall under a faint pulse with turns, at 1/h in white noise."""
    table: dict[str, list[Cell]] = {name: [] for name in (OURS, *(rival.name for rival in tuned))}
    for density_ug in DENSITIES_UG:
        nights = [turning(density_ug, number) for number in range(TURNS)]
        for name, rival in ((OURS, None), *((one.name, one) for one in tuned)):
            parts = []
            for one in nights:
                if rival is None:
                    found_s = np.sort(onsets(one.night.detect()))
                else:
                    found_s = np.sort(rival.rival.run(one.night.xyz, RATE_HZ, rival.threshold))
                parts.append(counted(one, one.night, found_s))
            total = Counted.together(parts)
            table[name] += [total.false / total.quiet_h, total.found / total.asked]
    columns = [f"{word}, {density_ug:g} ug" for density_ug in DENSITIES_UG for word in ("false/h", "recall")]
    return Rows(
        "a pulse of 1-6 mg with turns, 1/h in white noise",
        ("method", *columns),
        tuple((name, *cells) for name, cells in table.items()),
    )
