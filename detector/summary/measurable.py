"""How much of a night could be measured, why not the rest, and which events count for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.minutes import MINUTE_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from detector.minutes import MeasuredMinute

NOT_KNOWN = "not known"
"""The reason where no minute says anything: a crash, or the part of a night that an older fasciwatch recorded."""

_LEAST_UNKNOWN_S = 0.5
"""Less than this is rounding."""


@dataclass(frozen=True, slots=True)
class Measurable:
    """In how much of the time in which a wearable was worn twitches could be measured.

    Parameters
    ----------
    worn_s
        Recorded time in which it was worn, in s.
    measurable_s
        Part of it in which twitches could be measured, in s: their rates are by it.
    rest_s
        The rest by its reason, in s, longest first: `detector.minutes.REASONS` and `NOT_KNOWN`. A minute's rest
        counts whole for the main one.
    twitches_left_out
        Twitches while it was worn, in minutes in which none could be measured: they are in no rate.
    """

    worn_s: float
    measurable_s: float
    rest_s: dict[str, float]
    twitches_left_out: int


class Minutes:
    """The minutes of one wearable in which it was worn.

    Parameters
    ----------
    minutes
        What they say of themselves.
    """

    def __init__(self, minutes: Sequence[MeasuredMinute]) -> None:
        self._minutes = minutes
        self.start_ns = np.array([minute.start_ns for minute in minutes], np.int64)
        self.measurable_s = np.array([minute.measurable_s for minute in minutes], np.float64)
        self._counting = np.unique(self.start_ns[self.measurable_s > 0])

    def count(self, onsets_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of these onsets lie in a minute in which twitches could be measured."""
        return np.isin(onsets_ns // MINUTE_NS * MINUTE_NS, self._counting)

    def sum_up(self, worn_s: float, twitches_left_out: int) -> Measurable:
        """Add them up; see `Measurable`."""
        rest = [(minute.why, minute.observed_s - minute.measurable_s) for minute in self._minutes if minute.why]
        unknown_s = worn_s - sum(minute.observed_s for minute in self._minutes)
        if unknown_s > _LEAST_UNKNOWN_S:
            rest.append((NOT_KNOWN, unknown_s))
        return Measurable(worn_s, float(self.measurable_s.sum()), _longest_first(rest), twitches_left_out)


def together(parts: Iterable[Measurable | None]) -> Measurable | None:
    """Add up what is known of several wearables; None where nothing is."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Measurable(
        sum(part.worn_s for part in known),
        sum(part.measurable_s for part in known),
        _longest_first(item for part in known for item in part.rest_s.items()),
        sum(part.twitches_left_out for part in known),
    )


def _longest_first(rest: Iterable[tuple[str, float]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for reason, seconds in rest:
        total[reason] += seconds
    return dict(sorted(total.items(), key=lambda item: -item[1]))
