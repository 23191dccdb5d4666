"""Of each minute of UTC, in how many of its seconds twitches could be measured, and why not in the rest."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from detector.wear.minutes import MINUTE_NS

REASONS = ("settling", "moving", "pulse", "coarse")
"""Why twitches cannot be measured; the words of the detector's confidence."""


@dataclass(frozen=True, slots=True)
class MeasuredMinute:
    """What a minute of a wearable says about twitches.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns; whole minutes.
    observed_s
        Time covered by samples, in s.
    measurable_s
        Part of it in which twitches could be measured, in s.
    why
        One of `REASONS`: that of most of the rest; "" where there is no rest.
    noise_mg
        Noise floor, root mean square per axis, the median over the minute in mg; None where it was not known.
    threshold_mg
        Size, peak to peak, of twitches of which half are found, the median in mg; None where it was not known.
    pulse_per_min
        Heart beats a minute, the median; None where none were followed.
    """

    start_ns: int
    observed_s: float
    measurable_s: float
    why: str
    noise_mg: float | None
    threshold_mg: float | None
    pulse_per_min: float | None

    @property
    def is_sound(self) -> bool:
        """Whether it does not contradict itself."""
        numbers = (self.noise_mg, self.threshold_mg, self.pulse_per_min)
        return (
            self.start_ns % MINUTE_NS == 0
            and math.isfinite(self.observed_s)
            and 0 <= self.measurable_s <= self.observed_s
            and (self.why in REASONS if self.measurable_s < self.observed_s else self.why == "")
            and all(number is None or (math.isfinite(number) and number >= 0) for number in numbers)
        )


class Heard(Protocol):
    """What a detector says of its own hearing; see `detector.signal.confidence.Confidence`."""

    @property
    def why(self) -> str:
        """One of `REASONS`, or ""."""

    @property
    def noise_mg(self) -> float | None:
        """In mg."""

    @property
    def threshold_mg(self) -> float | None:
        """In mg."""

    @property
    def pulse_per_min(self) -> float | None:
        """Beats a minute."""


class MeasuredMinutes:
    """Adds up, row by row, in what part of each minute one wearable's detector could measure.

    A row of about a second belongs to the minute it begins in. The whole of it counts as what the detector says once
    it has looked at it.
    """

    def __init__(self) -> None:
        self._start_ns: int | None = None
        self._rows: list[tuple[float, Heard]] = []

    def add(self, start_ns: int, seconds: float, heard: Heard) -> list[MeasuredMinute]:
        """Take the next row: its start (UTC in ns), its length, and what the detector says of it.

        Returns
        -------
        list of MeasuredMinute
            The minute that has ended, if one has.
        """
        minute_ns = start_ns // MINUTE_NS * MINUTE_NS
        ended = self.finish() if minute_ns != self._start_ns else []
        self._start_ns = minute_ns
        self._rows.append((seconds, heard))
        return ended

    def drop(self) -> None:
        """Forget the minute that has begun, as a recorder that was killed has."""
        self._rows = []

    def finish(self) -> list[MeasuredMinute]:
        """End the minute; gives it, if there is anything of it."""
        rows, self._rows = self._rows, []
        if self._start_ns is None or not rows:
            return []
        lost = {
            reason: math.fsum(seconds for seconds, heard in rows if heard.why == reason)
            for reason in REASONS
            if any(heard.why == reason for _, heard in rows)
        }
        return [
            MeasuredMinute(
                self._start_ns,
                math.fsum(seconds for seconds, _ in rows),
                math.fsum(seconds for seconds, heard in rows if not heard.why),
                max(lost, key=lambda reason: lost[reason], default=""),
                _median(heard.noise_mg for _, heard in rows),
                _median(heard.threshold_mg for _, heard in rows),
                _median(heard.pulse_per_min for _, heard in rows),
            )
        ]


def _median(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return statistics.median(known) if known else None
