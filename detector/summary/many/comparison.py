"""Two phases of one's nights side by side: what was counted in each, a ratio where there may be one, what is needed.

A phase is before and after a date, or without something and with it, by the diary. Nights that are in no phase, such as
those of which the diary says nothing, are in no comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from detector.summary.many.table import TrendNight, counted
from detector.summary.statistics.cautions import LAST_NIGHTS, Caution, cautions
from detector.summary.statistics.conditions import LEAST_NIGHTS, Fitness, fitness
from detector.summary.statistics.phases import Ratio, ratio_of


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What two phases of nights say.

    Parameters
    ----------
    nights
        Of both phases, in the order of their evenings.
    phases
        Of each, 0 or 1.
    fitness
        Which of them may be compared, and what is missing for a ratio.
    ratio
        Twitches an hour in phase 1 over those in phase 0; None where something is missing.
    without_last
        The same without the last `LAST_NIGHTS` of phase 0, where those were worse than the nights before them and
        enough are left.
    cautions
        What to keep in mind; of the nights that are in the ratio, or of all where there is none.
    unknown
        So many nights more are in neither phase, since the diary does not say what was used.
    """

    nights: tuple[TrendNight, ...]
    phases: npt.NDArray[np.int64]
    fitness: Fitness
    ratio: Ratio | None
    without_last: Ratio | None
    cautions: tuple[Caution, ...]
    unknown: int

    @property
    def lacks_labels(self) -> bool:
        """Whether labels are among what is missing."""
        return any(need.what == "labels" for need in self.fitness.needs)

    def of_phase(self, phase: int) -> tuple[TrendNight, ...]:
        """The nights of a phase."""
        return tuple(night for night, own in zip(self.nights, self.phases.tolist(), strict=True) if own == phase)


@dataclass(frozen=True, slots=True)
class Diaried:
    """What a diary says of treatments.

    Parameters
    ----------
    used
        Evenings of each treatment, by name.
    told
        Evenings of which it says what was used, if anything.
    """

    used: Mapping[str, AbstractSet[date]]
    told: AbstractSet[date]


NOTHING_TOLD = Diaried({}, frozenset())
"""Of no diary, or one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Question:
    """What nights are compared by: a date, or a treatment as the diary spells it.

    Parameters
    ----------
    since
        The first evening after.
    treatment
        Where there is no date.
    leave_out
        Nights right before the first of phase 1 that are left out.
    """

    since: date | None = None
    treatment: str = ""
    leave_out: int = 0

    def answer(self, nights: Sequence[TrendNight], diary: Diaried, *, comparisons: int = 1) -> Comparison:
        """Compare nights of a `Table` by it; `comparisons` are made at once."""
        if self.since is not None:
            phases, others = by_date(nights, self.since), diary.used
        else:
            phases = by_use(nights, diary.used[self.treatment], diary.told)
            others = {name: days for name, days in diary.used.items() if name != self.treatment}
        return compared(nights, phases, leave_out=self.leave_out, others=others, comparisons=comparisons)


def by_date(nights: Sequence[TrendNight], since: date) -> list[int | None]:
    """Phases before an evening, and from it on."""
    return [int(night.evening >= since.isoformat()) for night in nights]


def by_use(nights: Sequence[TrendNight], used: AbstractSet[date], said: AbstractSet[date]) -> list[int | None]:
    """Phases without something and with it; None for nights of which nothing is said.

    Parameters
    ----------
    nights
        To sort.
    used
        Evenings on which it was used.
    said
        Evenings of which is said what was used, if anything.
    """
    evenings = [date.fromisoformat(night.evening) for night in nights]
    return [1 if evening in used else 0 if evening in said else None for evening in evenings]


def compared(
    nights: Sequence[TrendNight],
    phases: Sequence[int | None],
    *,
    leave_out: int = 0,
    others: Mapping[str, AbstractSet[date]] | None = None,
    comparisons: int = 1,
) -> Comparison:
    """Compare nights of two phases.

    Parameters
    ----------
    nights
        Of a `Table`, in the order of their evenings.
    phases
        Of each 0 or 1, or None where it is in neither.
    leave_out
        Nights right before the first of phase 1 that are left out.
    others
        Evenings on which other things were used, by name.
    comparisons
        How many are made at once.
    """
    first = next((at for at, phase in enumerate(phases) if phase == 1), len(phases))
    last_before = [at for at, phase in enumerate(phases[:first]) if phase == 0]
    gone = set(last_before[len(last_before) - leave_out :]) if leave_out else set()
    chosen = [(night, phase) for at, (night, phase) in enumerate(zip(nights, phases, strict=True))
              if phase is not None and at not in gone]  # fmt: skip
    kept = tuple(night for night, _ in chosen)
    own = np.array([phase for _, phase in chosen], np.int64)
    # The labels are a sample of every twitch found, whatever its size: of these enough are asked for.
    fit = fitness(counted(kept, all_sizes=True), own, [night.setup for night in kept])
    used = fit.usable if not fit.needs else np.ones(len(kept), bool)
    whole = counted(kept)
    table, of_used = whole.only(used), own[used]
    # Whether the last nights before are the worst is seen from all that were found, in those too that nobody judged.
    unjudged = replace(whole, labelled=0 * whole.labelled, yes=0 * whole.yes, unsure=0 * whole.unsure)
    told = cautions(
        table,
        of_used,
        before=unjudged.only(~fit.other & (own == 0)),
        others={name: {evening.toordinal() for evening in days} for name, days in (others or {}).items()},
        comparisons=comparisons,
    )
    unknown = sum(phase is None for phase in phases)
    if fit.needs:
        return Comparison(kept, own, fit, None, None, told, unknown)
    without = None
    before = np.flatnonzero(of_used == 0)
    if any(each.what == "after_worst" for each in told) and len(before) >= LEAST_NIGHTS + LAST_NIGHTS:
        rest = np.ones(len(table), bool)
        rest[before[-LAST_NIGHTS:]] = False
        without = ratio_of(table.only(rest), of_used[rest])
    return Comparison(kept, own, fit, ratio_of(table, of_used), without, told, unknown)
