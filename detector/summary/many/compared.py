"""Nights in two phases, put together to be compared: which may be, what is missing, and the ratio."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detector.summary.many.cautions import Caution, cautions
from detector.summary.many.conditions import Fitness, fitness
from detector.summary.many.phases import Ratio, ratio_of
from detector.summary.many.table import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.summary.many.table import Table, TrendNight


@dataclass(frozen=True, slots=True)
class Compared:
    """Two phases of nights.

    Parameters
    ----------
    nights
        Of both phases, in the order of their evenings.
    phase
        Of each night, 0 or 1.
    fitness
        Which may be compared, and what is missing for a ratio.
    ratio
        Twitches an hour in phase 1 over those in phase 0, of twitches that are true; None where something is missing.
    cautions
        What to keep in mind.
    """

    nights: tuple[TrendNight, ...]
    phase: tuple[int, ...]
    fitness: Fitness
    ratio: Ratio | None
    cautions: tuple[Caution, ...]

    def of(self, phase: int, *, usable: bool = False) -> list[TrendNight]:
        """Return the nights of a phase; with `usable` those in the ratio alone."""
        told = zip(self.nights, self.phase, self.fitness.usable.tolist(), strict=True)
        return [night for night, own, is_usable in told if own == phase and (is_usable or not usable)]


def compare(
    table: Table,
    is_after: Callable[[int], bool],
    *,
    others: Mapping[str, AbstractSet[int]] | None = None,
    comparisons: int = 1,
) -> Compared | None:
    """Compare the nights of a table.

    Parameters
    ----------
    table
        The nights.
    is_after
        Says by the number of its day whether a night is of phase 1.
    others
        By name, the days on which something else was used.
    comparisons
        How many are made at once.

    Returns
    -------
    Compared or None
        None without nights.
    """
    if not table.nights:
        return None
    phase = np.array([int(is_after(night.day)) for night in table.nights])
    # Labels are a sample of twitches of every size: of these there must be enough.
    found = fitness(counted(table.nights, all_sizes=True), phase, [night.setup for night in table.nights])
    arrays = counted(table.nights)
    usable = found.usable
    alike = ~found.other
    ratio: Ratio | None = None
    told: tuple[Caution, ...] = ()
    if not found.needs:
        ratio = ratio_of(arrays.only(usable), phase[usable])
        before = replace(arrays, labelled=arrays.labelled * 0, yes=arrays.yes * 0, unsure=arrays.unsure * 0)
        told = cautions(
            arrays.only(usable),
            phase[usable],
            before=before.only(alike & (phase == 0)),
            others=others,
            comparisons=comparisons,
        )
    return Compared(table.nights, tuple(phase.tolist()), found, ratio, told)
