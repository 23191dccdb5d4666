"""Recall of twitches added to the quiet parts of real chests."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.added import with_twitches
from benchmarks.bodies.figures import share
from benchmarks.bodies.listening import events_of, heard, onsets_within
from benchmarks.bodies.people import HALVES, Body, alone, arm, ecg, muse, phones
from benchmarks.detection.experiments.ours import near
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, Target, at_least

SEED = 13_010
SIZES_MG = (8.0, 12.0, 20.0, 40.0)
TARGETS: dict[float, Target] = {20.0: at_least(0.4), 40.0: at_least(0.8)}

PARTS: dict[str, Callable[[Body], Body]] = {"run whole": lambda person: person, "quiet part alone": alone}

Hits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Added twitches: whether each was found, would have been found without it, and lay where it is measurable."""

    hit: Hits
    by_chance: Hits
    measurable: Hits

    @property
    def inside(self) -> Tried:
        """Those that lay where it is measurable."""
        return Tried(self.hit[self.measurable], self.by_chance[self.measurable], self.measurable[self.measurable])

    @property
    def recall(self) -> float:
        """Recall, corrected for what is found at the same times without a twitch there."""
        return corrected(self.hit, self.by_chance)


def corrected(hit: Hits, by_chance: Hits) -> float:
    """Share found of those that chance would have missed; NaN where there are none."""
    if not len(hit) or by_chance.all():
        return float("nan")
    return float((hit.mean() - by_chance.mean()) / (1 - by_chance.mean()))


def added(effort: Effort) -> Outcome:
    """Recall by size, half and family of shapes."""
    repeats = round(effort.scaled(2, 8))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    tells = heard(phones()[0]).tells_confidence
    for k, half in enumerate(HALVES):
        for (part, of), size in itertools.product(PARTS.items(), SIZES_MG):
            own = [of(person) for person in phones() if person.half == half]
            tried = pooled(
                [tried_in(person, size, (SEED, r, k), held_out=bool(r % 2)) for person in own for r in range(repeats)]
            )
            figures.append(_figure(f"recall of added {size:g} mg, {part}, {half}", tried, TARGETS.get(size)))
            if tells:
                figures.append(_figure(f"... where measurable, {size:g} mg, {part}, {half}", tried.inside, None))
    for person in (*phones(), *muse(), ecg()[0], arm()):
        cells: list[Cell] = []
        for size in SIZES_MG:
            runs = [tried_in(person, size, (SEED, r, 9), held_out=bool(r % 2)) for r in range(min(repeats, 2))]
            cells += [pooled(runs).recall]
        cut = pooled(
            [tried_in(alone(person), 20.0, (SEED, r, 9), held_out=bool(r % 2)) for r in range(min(repeats, 2))]
        )
        body.append(
            (
                person.name,
                person.half,
                len(cut.hit),
                *cells,
                cut.recall,
                float(cut.by_chance.mean() if len(cut.hit) else 0),
            )
        )
    columns = ("recording", "half", "added", *(f"{size:g} mg" for size in SIZES_MG), "20 mg, quiet alone", "by chance")
    return Outcome(
        name="added",
        title="twitches added to real chests",
        figures=tuple(figures),
        rows=(Rows("recall by recording, corrected for chance", columns, tuple(body)),),
        notes=(
            "the twitches are simulated, in random directions, tuning and held-out shapes by turns",
            "the background is real; found: a twitch or train whose onset is within 0.15 s",
            "corrected: (found - chance) / (1 - chance), chance being what is found at those times without them",
        ),
        seeds=(SEED,),
    )


def tried_in(person: Body, size_mg: float, seed: tuple[int, ...], *, held_out: bool) -> Tried:
    """Add twitches to one recording and look for them."""
    number = zlib.crc32(person.name.encode())
    night = with_twitches(person, size_mg, (*seed, number, round(size_mg)), held_out=held_out)
    everywhere = (0.0, person.length_s)
    found_s = onsets_within(events_of(night.body), everywhere)
    before_s = onsets_within(heard(person).events, everywhere)
    return Tried(
        near(night.onset_s, found_s), near(night.onset_s, before_s), heard(person).is_measurable(night.onset_s)
    )


def pooled(runs: list[Tried]) -> Tried:
    """All runs together."""
    return Tried(
        np.concatenate([run.hit for run in runs]),
        np.concatenate([run.by_chance for run in runs]),
        np.concatenate([run.measurable for run in runs]),
    )


def _figure(name: str, tried: Tried, target: Target | None) -> Figure:
    raw = share(name, float(tried.hit.sum()), len(tried.hit))
    chance = float(tried.by_chance.mean()) if len(tried.hit) else 0.0

    def correct(value: float) -> float:
        return (value - chance) / (1 - chance)

    return Figure(f"{raw.name}, chance {chance:.3f}", tried.recall, correct(raw.low), correct(raw.high), target=target)
