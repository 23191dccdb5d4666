"""Of each minute of UTC, in how many of its seconds twitches could be measured, and why not in the rest."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from typing import Protocol

from detector.minutes import MINUTE_NS, REASONS, MeasuredMinute


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
