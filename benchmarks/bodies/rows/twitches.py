"""What is called a twitch in the quiet parts, where nobody marked one: nearly all would be heart beats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.bodies.figures import hourly, share
from benchmarks.bodies.listening import Heard, heard, onsets_within
from benchmarks.bodies.people import HALVES, Body, alone, arm, ecg, muse, phones, table, tremors
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most

PER_HOUR, MEASURABLE = 25.0, 0.8
HELD_S, LONGEST_S = 1.0, 10.5
"""More than this undecided means that something is held back, and how long it may be: 8 s where a heart beat is not
ruled out, and 10 s where a limb that was moved may come back meanwhile."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was called a twitch or train in the quiet part of some recordings, and where it is said to be measurable."""

    twitches: int
    seconds: float
    measurable_twitches: int
    measurable_s: float
    tells: bool

    @classmethod
    def of(cls, people: Sequence[Body]) -> Count:
        """Count all together."""
        parts = [_counted(person) for person in people]
        sums = [sum(column) for column in zip(*parts, strict=True)] if parts else [0, 0.0, 0, 0.0]
        return cls(
            int(sums[0]), float(sums[1]), int(sums[2]), float(sums[3]), all(heard(p).tells_confidence for p in people)
        )


def twitches(_effort: Effort) -> Outcome:
    """Twitches and trains an hour, whole recordings and quiet parts alone, everywhere and where it is measurable."""
    parts: dict[str, Callable[[Body], Body]] = {"run whole": lambda person: person, "quiet part alone": alone}
    figures: list[Figure] = []
    for half in HALVES:
        own = [person for person in phones() if person.half == half]
        for part, of in parts.items():
            count = Count.of([of(person) for person in own])
            figures.append(
                hourly(
                    f"twitches in quiet parts, {part}, {half}", count.twitches, count.seconds / 3600, at_most(PER_HOUR)
                )
            )
            if count.tells:
                figures += [
                    hourly(
                        f"... where measurable, {part}, {half}", count.measurable_twitches, count.measurable_s / 3600
                    ),
                    share(
                        f"seconds measurable, {part}, {half}", count.measurable_s, count.seconds, at_least(MEASURABLE)
                    ),
                ]
            figures.append(
                share(
                    f"people without a twitch, {part}, {half}",
                    sum(not _counted(of(person))[0] for person in own),
                    len(own),
                )
            )
    figures += _waits([heard(person) for person in phones()])
    everybody = (*phones(), *muse(), ecg()[0], arm(), table(), *tremors())
    figures += [_largest(kind, [heard(person) for person in everybody]) for kind in ("twitch", "train", "pulse")]
    body = tuple(_row(person) for person in everybody)
    columns = (
        "recording", "half", "quiet s", "twitches", "where measurable", "measurable s", "alone: twitches",
        "alone: measurable s", "why not, s", "other kinds in the quiet part",
    )  # fmt: skip
    notes = ["nobody marked a twitch in these: some of what is counted may be one"]
    if not heard(phones()[0]).tells_confidence:
        notes.append("what is measurable is not told by this detector")
    return Outcome(
        name="twitches",
        title="twitches called in the quiet parts of real recordings",
        figures=tuple(figures),
        rows=(Rows("by recording", columns, body),),
        notes=tuple(notes),
    )


def _counted(person: Body) -> tuple[int, float, int, float]:
    told = heard(person)
    onset_s = onsets_within(told.events, person.quiet_s)
    good = told.is_measurable(onset_s)
    return len(onset_s), person.quiet_length_s, int(good.sum()), told.measurable_s(person.quiet_s)


def _waits(told: Sequence[Heard]) -> list[Figure]:
    """How long an event may be held back on chests, where the detector tells it."""
    waits_s = np.concatenate([one.waits_s for one in told])
    if not len(waits_s):
        return []
    late = int(np.count_nonzero(waits_s > HELD_S))
    return [
        Figure("longest time until a sample is decided", float(waits_s.max()), unit="s", target=at_most(LONGEST_S)),
        share(f"seconds in which more than the last {HELD_S:g} s are undecided", late, len(waits_s)),
    ]


def _largest(kind: str, told: Sequence[Heard]) -> Figure:
    sizes_mg = [event.p2p_mg for one in told for event in one.events if event.kind == kind]
    return Figure(f"largest {kind} of all real recordings, peak to peak", max(sizes_mg, default=0.0), unit="mg")


def _row(person: Body) -> tuple[Cell, ...]:
    whole, cut = _counted(person), _counted(alone(person))
    told = heard(person)
    seconds = range(int(person.quiet_s[0]), min(int(person.quiet_s[1]), len(told.why)))
    why = Counter(told.why[second] for second in seconds if told.why[second])
    others = Counter(
        e.kind
        for e in told.events
        if e.kind not in ("twitch", "train") and person.quiet_s[0] <= e.onset_s < person.quiet_s[1]
    )
    return (
        person.name,
        person.half,
        person.quiet_length_s,
        whole[0],
        whole[2],
        whole[3],
        cut[0],
        cut[3],
        ", ".join(f"{n} {word}" for word, n in why.most_common()),
        ", ".join(f"{n} {kind}" for kind, n in others.most_common()),
    )
