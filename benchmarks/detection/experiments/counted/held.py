"""Movements that are held: each is one limb movement, and ten of them one periodic series."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.experiments.counted.limb import moved
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator.draws import stream
from detector.events import Event
from detector.series import Span, periodic_limb_movements
from detector.signal import detect

SEED = 60_221
RATES_HZ = (52.0, 100.0)
COUNT, EVERY_S = 10, (15.0, 40.0)
DEGREES, HOLDS_S, MOVE_S = (1.0, 2.0, 5.0, 10.0), (0.3, 1.0, 2.0, 5.0), (0.25, 0.45)
TOLD = 0.9
_BEFORE_S, _NEAR_S = 30.0, 0.5


def held(effort: Effort) -> Outcome:
    """Share of movements told as one limb movement and nothing else, and of nights with one series of all."""
    repeats = round(effort.scaled(2, 20))
    figures: list[Figure] = []
    rows = []
    for rate_hz in RATES_HZ:
        told, series = [], []
        body: list[tuple[Cell, ...]] = []
        for degrees in DEGREES:
            for hold_s in HOLDS_S:
                nights = [_night(rate_hz, degrees, hold_s, number) for number in range(repeats)]
                told.append(sum(right for right, _, _ in nights))
                series.append(sum(is_one for _, is_one, _ in nights))
                kinds = sum((found for _, _, found in nights), Counter[str]())
                words = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
                body.append((degrees, hold_s, repeats * COUNT, told[-1], series[-1], words))
        name = f"{rate_hz:g} Hz, {DEGREES[0]:g} to {DEGREES[-1]:g} degrees held {HOLDS_S[0]:g} to {HOLDS_S[-1]:g} s"
        total = repeats * len(body)
        figures += [
            share(f"held movements told as one limb movement, {name}", sum(told), COUNT * total, at_least(TOLD)),
            share(f"nights of ten told as one periodic series of ten, {name}", sum(series), total, at_least(TOLD)),
        ]
        columns = ("degrees", "held for s", "movements", "told as one limb movement", "one series", "events")
        rows.append(Rows(f"held movements, {rate_hz:g} Hz", columns, tuple(body)))
    return Outcome(
        name="held",
        title=f"a limb drawn up, held and let go, {COUNT} times, {EVERY_S[0]:g} to {EVERY_S[1]:g} s apart",
        figures=tuple(figures),
        rows=tuple(rows),
        notes=(f"up and down take {MOVE_S[0]:g} to {MOVE_S[1]:g} s each; joint and sensor 8 to 20 cm apart",),
        seeds=(SEED,),
    )


def _night(rate_hz: float, degrees: float, hold_s: float, number: int) -> tuple[int, bool, Counter[str]]:
    rng = stream((SEED, round(rate_hz), round(10 * degrees), round(10 * hold_s), number), "held")
    onsets_s = _BEFORE_S + np.cumsum(rng.uniform(*EVERY_S, COUNT))
    moves = [(float(at), degrees, hold_s, float(rng.uniform(*MOVE_S))) for at in onsets_s]
    seconds = float(onsets_s[-1]) + 40.0
    events = [
        event
        for event in detect(moved(rng, seconds, rate_hz, moves).astype(np.float32), rate_hz)
        if event.onset_s > _BEFORE_S
    ]
    ends_s = [at + 2 * move_s + hold_s for at, _, hold_s, move_s in moves]
    right = sum(_is_one(events, at, end_s) for at, end_s in zip(onsets_s, ends_s, strict=True))
    found = [one.count for one in periodic_limb_movements(events, [Span(0.0, seconds)])]
    return right, found == [COUNT], Counter(event.kind for event in events)


def _is_one(events: list[Event], onset_s: float, end_s: float) -> bool:
    within = [event for event in events if onset_s - _NEAR_S < event.onset_s < end_s + 2 * _NEAR_S]
    return [event.kind for event in within] == ["limb_movement"] and abs(within[0].onset_s - onset_s) < _NEAR_S
