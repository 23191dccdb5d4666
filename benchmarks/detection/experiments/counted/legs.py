"""Two legs: how many periodic movements they make together by WASM 2016, told by a night that knows of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.experiments.counted.limb import breath, moved
from benchmarks.detection.experiments.counted.recorded import Xyz, summed_up
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator.draws import Array, stream

SEED = 60_233
RATES_HZ = ((52.0, 52.0), (52.0, 100.0), (100.0, 100.0))
COUNT = 12
BREATH_MG = 1.0
"""A leg that nothing moves may lie on a table, and its minutes are then unclear."""
TOLD = 0.9
_BEFORE_S, _AFTER_S = 30.0, 40.0
_SIDES = ("left", "right")

Onsets = Callable[[np.random.Generator], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """How two legs move.

    Parameters
    ----------
    name
        In words.
    movements
        Periodic limb movements of both together, by the rule.
    onsets
        Draws when the left and when the right one moves, in s.
    """

    name: str
    movements: int
    onsets: Onsets


def _steps(rng: np.random.Generator, count: int, apart_s: float, jitter_s: float) -> Array:
    return np.cumsum(apart_s + rng.uniform(-jitter_s, jitter_s, count))


def _in_turn(apart_s: float, jitter_s: float) -> Onsets:
    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        onsets_s = _steps(rng, COUNT, apart_s, jitter_s)
        return onsets_s[::2], onsets_s[1::2]

    return draw


def _at_once(rng: np.random.Generator) -> tuple[Array, Array]:
    onsets_s = _steps(rng, COUNT, 30.0, 8.0)
    return onsets_s, onsets_s + rng.uniform(-0.4, 0.4, COUNT)


def _one_alone(rng: np.random.Generator) -> tuple[Array, Array]:
    return _steps(rng, COUNT, 30.0, 8.0), np.empty(0)


PATTERNS = (
    Pattern("in turn, 50 s apart", COUNT, _in_turn(50.0, 8.0)),
    Pattern("in turn, 6 s apart", 0, _in_turn(6.0, 1.0)),
    Pattern("both at once, 30 s apart", COUNT, _at_once),
    Pattern("the left one alone, 30 s apart", COUNT, _one_alone),
    Pattern("in turn, 110 s apart", 0, _in_turn(110.0, 8.0)),
)


def legs(effort: Effort) -> Outcome:
    """Share of nights for which the number of periodic movements of both legs is right."""
    repeats = round(effort.scaled(2, 30))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for rates_hz in RATES_HZ:
        right = 0
        name = f"{rates_hz[0]:g} and {rates_hz[1]:g} Hz"
        for which, pattern in enumerate(PATTERNS):
            told = [_told(pattern, rates_hz, (SEED, which, number)) for number in range(repeats)]
            right += sum(each == pattern.movements for each in told)
            body.append((name, pattern.name, repeats, pattern.movements, ", ".join(map(str, sorted(told)))))
        figures.append(
            share(f"nights with the right count of both legs, {name}", right, repeats * len(PATTERNS), at_least(TOLD))
        )
    return Outcome(
        name="legs",
        title=f"two legs with a sensor each, {COUNT} movements",
        figures=tuple(figures),
        rows=(
            Rows(
                "periodic limb movements of both legs together",
                ("sensors", "how they move", "nights", "by the rule", "told, night by night"),
                tuple(body),
            ),
        ),
        notes=("a limb turned by 3 to 8 degrees, held for 0.5 to 1.5 s and let go; it sways by 1 mg with the breath",),
        seeds=(SEED,),
    )


def _told(pattern: Pattern, rates_hz: tuple[float, float], seed: tuple[int, ...]) -> int:
    rng = stream((*seed, *(round(rate) for rate in rates_hz)), "legs")
    onsets_s = [_BEFORE_S + each for each in pattern.onsets(rng)]
    seconds = max(float(each.max()) for each in onsets_s if len(each)) + _AFTER_S
    sensors: dict[str, tuple[Xyz, float, str | None]] = {}
    for side, rate_hz, each in zip(_SIDES, rates_hz, onsets_s, strict=True):
        moves = [(float(at), rng.uniform(3, 8), rng.uniform(0.5, 1.5), rng.uniform(0.25, 0.4)) for at in each]
        xyz = moved(rng, seconds, rate_hz, moves) + breath(rng, seconds, rate_hz, BREATH_MG)
        sensors[side] = xyz.astype(np.float32), rate_hz, f"{side}-leg"
    summary, _ = summed_up(sensors)
    return sum(
        series.count for pair in summary.pairs if pair.index.name == "periodic_limb_movements" for series in pair.found
    )
