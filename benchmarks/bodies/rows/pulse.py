"""Whether the pulse of a chest is recognised, and its rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.bodies.heart_rate import PLAIN_CORRELATION, window_rate, windows
from benchmarks.bodies.listening import heard, pulse_told, rate_told
from benchmarks.bodies.people import HALVES, Body, alone, muse, phones
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least

TOLD = 0.3
"""A pulse counts as recognised where it is told for more than this share of the time."""

TOLD_OF_WINDOW = 0.5
"""A window counts as told where a pulse is told for at least this share of it."""

WITHIN_PER_MIN = 5.0


def pulse(_effort: Effort) -> Outcome:
    """Share of the recordings in which the pulse is recognised, and of windows whose rate is right."""
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    rates = {person: _windows(person) for person in phones()}
    rates_alone = {person: _windows(alone(person)) for person in phones()}
    for half in HALVES:
        own = [person for person in phones() if person.half == half and person.is_plain]
        figures += [
            _recognised(f"pulse told, whole, {half}", own, lambda person: person, at_least_=0.9),
            _recognised(f"pulse told, quiet part alone, {half}", own, alone, at_least_=0.95),
        ]
        for part, of in (("run whole", rates), ("quiet part alone", rates_alone)):
            pairs = [pair for person in own for pair in of[person]]
            told = [pair for pair in pairs if not math.isnan(pair[1])]
            right = sum(_is_right(pair) for pair in told)
            figures += [
                share(f"windows of 20 s with a rate told, {part}, {half}", len(told), len(pairs)),
                share(f"heart rate within 5/min, {part}, {half}", right, len(told), at_least(0.95)),
            ]
    for person in (*phones(), *muse()):
        pairs = rates.get(person, [])
        told = [pair for pair in pairs if not math.isnan(pair[1])]
        body.append(
            (
                person.name,
                person.half,
                person.rate_hz,
                person.length_s,
                f"{person.quiet_s[0]:.0f}-{person.quiet_s[1]:.0f}",
                person.per_min,
                pulse_told(heard(person).events, (0.0, person.length_s)),
                pulse_told(heard(alone(person)).events, alone(person).quiet_s),
                rate_told(heard(person).events, person.quiet_s),
                len(pairs),
                len(told),
                sum(_is_right(pair) for pair in told),
            )
        )
    columns = (
        "recording", "half", "Hz", "s", "quiet s", "list: 1/min", "told, whole", "told, quiet alone",
        "told 1/min", "windows", "told", "right",
    )  # fmt: skip
    return Outcome(
        name="pulse",
        title="heart beats of real chests",
        figures=tuple(figures),
        rows=(Rows("pulse by recording", columns, tuple(body)),),
        notes=(
            f"told: a pulse for more than {TOLD:.0%} of the time; people without a plain pulse are shown, not counted",
            "a window's true rate: its envelope's autocorrelation at three periods, within 20 % of the list's rate",
            f"where that is not plain (below {PLAIN_CORRELATION:g}) it is the list's; windows every 10 s",
            "the table counts the windows of recordings that are run whole",
            "windows of one person overlap and depend on each other: the intervals are too narrow",
        ),
    )


def _recognised(name: str, people: Sequence[Body], part: Callable[[Body], Body], *, at_least_: float) -> Figure:
    found = 0
    for person in people:
        piece = part(person)
        found += pulse_told(heard(piece).events, (0.0, piece.length_s)) > TOLD
    return share(name, found, len(people), at_least(at_least_))


def _windows(person: Body) -> list[tuple[float, float]]:
    """Pairs of true and told rates of the windows; told is NaN where nothing was told."""
    pairs = []
    for span in windows(person.quiet_s) if person.is_plain else []:
        first, last = (round(edge * person.rate_hz) for edge in span)
        true, plainness = window_rate(person.xyz[first:last], person.rate_hz, person.per_min)
        events = heard(person).events
        is_told = pulse_told(events, span) >= TOLD_OF_WINDOW
        pairs.append(
            (
                true if plainness >= PLAIN_CORRELATION else person.per_min,
                rate_told(events, span) if is_told else math.nan,
            )
        )
    return pairs


def _is_right(pair: tuple[float, float]) -> bool:
    return bool(np.abs(pair[0] - pair[1]) <= WITHIN_PER_MIN)
