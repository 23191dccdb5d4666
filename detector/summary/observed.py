"""The time of one wearable that rates are by, and the events in it: the same minutes above the line and below it.

An event counts if its samples are there and the wearable was worn. A night may know of events whose samples it lost,
as where a disk was full: their time is in no rate, and neither are they.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.minutes import MINUTE_NS
from detector.wear.states import State, Stretch
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events import Event
    from detector.minutes import MeasuredMinute
    from detector.night.codec.segment import Anchors

_SLACK_NS = NS // 10
"""The clock may place an onset by less than a sample outside of its row."""

_LEAST_LOST_S = 2.0
"""A row lies in the minute it begins in: a minute may have one more or less than there is room for."""


class Observed:
    """Where a wearable's samples are, and in which of them it was worn.

    Parameters
    ----------
    anchors
        Its rows.
    wear
        How it was, stretch by stretch; time outside of all of them counts as worn.

    Attributes
    ----------
    away
        UTC in ns between which it was not worn, or it is not clear whether it was.
    start_ns, seconds
        Start (UTC in ns) and length of each row in which it was worn.
    """

    def __init__(self, anchors: Anchors, wear: Sequence[Stretch]) -> None:
        self._row_start_ns = anchors.start_ns
        self._row_end_ns = anchors.start_ns + np.round(anchors.seconds * NS).astype(np.int64)
        self.away = [(each.start_ns, each.end_ns) for each in wear if each.state != State.WORN]
        # What a table feels is no twitch.
        worn = ~self._is_away(anchors.start_ns)
        self.start_ns = anchors.start_ns[worn]
        self.seconds = anchors.seconds[worn]

    @property
    def worn_s(self) -> float:
        """Time covered by samples in which it was worn, in s."""
        return float(self.seconds.sum())

    def events(self, placed: Sequence[tuple[int, Event]]) -> tuple[list[Event], npt.NDArray[np.int64]]:
        """Pick the events that lie in it; gives them and their onsets (UTC in ns)."""
        onsets = np.array([onset_ns for onset_ns, _ in placed], np.int64)
        inside = ~self._is_away(onsets) & self._is_recorded(onsets)
        return [event for (_, event), is_inside in zip(placed, inside, strict=True) if is_inside], onsets[inside]

    def minutes(self, told: Sequence[MeasuredMinute]) -> list[MeasuredMinute]:
        """Pick the minutes that lie in it; of one whose samples are there in part, that part."""
        recorded_s: defaultdict[int, float] = defaultdict(float)
        minutes_ns = self.start_ns // MINUTE_NS * MINUTE_NS
        for minute_ns, seconds in zip(minutes_ns.tolist(), self.seconds.tolist(), strict=True):
            recorded_s[minute_ns] += seconds
        found = []
        for minute in told:
            if minute.start_ns not in recorded_s or minute.observed_s <= 0:
                continue
            part = recorded_s[minute.start_ns] / minute.observed_s
            if minute.observed_s - recorded_s[minute.start_ns] > _LEAST_LOST_S:
                minute = replace(  # noqa: PLW2901
                    minute, observed_s=part * minute.observed_s, measurable_s=part * minute.measurable_s
                )
            found.append(minute)
        return found

    def _is_recorded(self, moments_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not len(self._row_start_ns):
            return np.zeros(len(moments_ns), bool)
        at = np.searchsorted(self._row_start_ns, moments_ns + _SLACK_NS, side="right") - 1
        return np.asarray((at >= 0) & (moments_ns < self._row_end_ns[np.maximum(at, 0)] + _SLACK_NS))

    def _is_away(self, moments_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        inside = np.zeros(len(moments_ns), bool)
        for start_ns, end_ns in self.away:
            inside |= (moments_ns >= start_ns) & (moments_ns < end_ns)
        return inside
