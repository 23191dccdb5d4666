"""Which nights may be compared, and what is needed before they can.

A ratio of unreviewed events shrinks towards 1 by whatever share of them is false; one of a few nights covers
everything; one across another sensor, place, side or version compares those. So there is none then: each condition that
is not met says what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.labels import LABELS, Counts
from detector.summary.statistics.phases import Counted

LEAST_NIGHTS = 7
"""In each phase."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What must be the same in all nights that are compared.

    Parameters
    ----------
    sensor
        The wearable's model, or its name where no model is known.
    place, side
        Where it was worn; None where nobody said.
    version
        Of what decides which twitches are found: the program's, or a hash of its settings.
    """

    sensor: str
    place: str | None = None
    side: str | None = None
    version: str | None = None

    def differences(self, other: Setup) -> tuple[str, ...]:
        """Names of what differs."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name) != getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing.

    Parameters
    ----------
    what
        ``"nights"``: a phase has too few; ``"labels"``: nights of it have too few labels; ``"same"``: all nights that
        are left have to be of one wearable, place, side and version.
    phase
        0 or 1.
    have, need
        Of nights, or of labels where those are missing.
    nights
        How many nights it is about.
    differs
        Of ``"same"``: what differs.
    """

    what: str
    phase: int
    have: int
    need: int
    nights: int = 0
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitness:
    """What may be compared.

    Parameters
    ----------
    usable
        Of each night, whether it is in the ratio.
    unlabelled
        Of each night, whether too few of its events were judged.
    other
        Of each night, whether its setup is another than that of most.
    setup
        Theirs; None without nights.
    needs
        What is missing for a ratio; empty where there may be one.
    """

    usable: npt.NDArray[np.bool_]
    unlabelled: npt.NDArray[np.bool_]
    other: npt.NDArray[np.bool_]
    setup: Setup | None
    needs: tuple[Need, ...]


def fitness(nights: Counted, phase: npt.ArrayLike, setups: Sequence[Setup]) -> Fitness:
    """Say which nights may be compared, and what is missing.

    Nights of another setup than the one that leaves most nights to the smaller phase are left out, and so are those of
    too few labels; what is left has to be enough.

    Parameters
    ----------
    nights
        Of both phases.
    phase
        Of each night, 0 or 1.
    setups
        Of each night.
    """
    phases = np.asarray(phase, np.int64)
    setup = _common(phases, setups)
    other = np.array([each != setup for each in setups], bool)
    missing = labels_missing(nights)
    unlabelled = missing > 0
    usable = ~other & ~unlabelled
    needs: list[Need] = []
    for each in (0, 1):
        own = phases == each
        have = int((own & usable).sum())
        if have >= LEAST_NIGHTS:
            continue
        alike, alien = own & ~other, own & other
        if alien.any() and alike.sum() < LEAST_NIGHTS:
            differs = {word for at in np.flatnonzero(alien).tolist() for word in _differs(setups[at], setup)}
            needs.append(Need("same", each, int(alike.sum()), LEAST_NIGHTS, int(alien.sum()), tuple(sorted(differs))))
        elif alike.sum() < LEAST_NIGHTS:
            needs.append(Need("nights", each, int(alike.sum()), LEAST_NIGHTS, LEAST_NIGHTS - int(alike.sum())))
        lacking = alike & unlabelled
        if lacking.any():
            judged = int(np.minimum(nights.labelled, LABELS)[lacking].sum())
            needs.append(Need("labels", each, judged, judged + int(missing[lacking].sum()), int(lacking.sum())))
    return Fitness(usable, unlabelled, other, setup, tuple(needs))


def labels_missing(nights: Counted) -> Counts:
    """How many labels each night lacks to be compared: `LABELS` of its events at random, or all where it has fewer."""
    return np.maximum(np.minimum(nights.found, LABELS) - nights.labelled, 0)


def _common(phases: npt.NDArray[np.int64], setups: Sequence[Setup]) -> Setup | None:
    """The setup of most nights of the smaller phase, then of most nights, then the latest."""
    counts = [Counter(setup for setup, own in zip(setups, phases == each, strict=True) if own) for each in (0, 1)]
    latest = {setup: place for place, setup in enumerate(setups)}
    return max(
        latest,
        key=lambda setup: (min(each[setup] for each in counts), sum(each[setup] for each in counts), latest[setup]),
        default=None,
    )


def _differs(one: Setup, other: Setup | None) -> tuple[str, ...]:
    return () if other is None else one.differences(other)
