"""The detector run over a recording, second by second, and what it told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.people import Body
from benchmarks.detection.experiments.ours import FOUND_KINDS
from detector.events import Event
from detector.signal import Detector, DetectorConfig, detect

Array = npt.NDArray[np.float64]
Span = tuple[float, float]

NOT_TOLD = "not told"
"""The reason given for a second where the detector has no word about its confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the detector told.

    Parameters
    ----------
    events
        All events.
    beats_s
        Single beats in s, None where the detector does not tell them.
    why
        For each second of the recording why it cannot be measured, ``""`` where it can, asked once it was pushed.
    waits_s
        Asked as often, how long ago the last decided sample was, in s; empty where the detector does not tell.
    """

    events: tuple[Event, ...]
    beats_s: Array | None
    why: tuple[str, ...]
    waits_s: Array

    @property
    def tells_confidence(self) -> bool:
        """Whether the detector has a word about its confidence."""
        return NOT_TOLD not in self.why

    def is_measurable(self, times_s: Array) -> npt.NDArray[np.bool_]:
        """Whether each time lies in a second that can be measured."""
        good = np.array([why == "" for why in self.why] or [False])
        second = np.asarray(times_s, np.float64).astype(np.int64)
        return np.asarray((second >= 0) & (second < len(good)) & good[np.clip(second, 0, len(good) - 1)])

    def measurable_s(self, span: Span) -> float:
        """How many seconds of a span can be measured."""
        middles = np.arange(len(self.why), dtype=np.float64) + 0.5
        return float(np.count_nonzero((middles >= span[0]) & (middles < span[1]) & self.is_measurable(middles)))


def config_of(body: Body) -> DetectorConfig:
    """The default settings with the step of the sensor."""
    return DetectorConfig(resolution_mg=body.step_mg)


@cache
def heard(body: Body) -> Heard:
    """Push a recording second by second."""
    detector = Detector(body.rate_hz, config_of(body))
    confidence, take_beats = getattr(detector, "confidence", None), getattr(detector, "take_beats", None)
    events: list[Event] = []
    why: list[str] = []
    beats: list[float] = []
    waits: list[float] = []
    for second in range(int(np.ceil(body.length_s))):
        first, last = round(second * body.rate_hz), round((second + 1) * body.rate_hz)
        events += detector.push(body.xyz[first:last])
        why.append(confidence().why if confidence else NOT_TOLD)
        settled_s = getattr(detector, "settled_s", None)
        waits += [] if settled_s is None else [min(last, len(body.xyz)) / body.rate_hz - settled_s]
        beats += take_beats() if take_beats else []
    events += detector.flush()
    beats += take_beats() if take_beats else []
    return Heard(tuple(events), np.array(sorted(beats)) if take_beats else None, tuple(why), np.array(waits))


def events_of(body: Body) -> list[Event]:
    """Events of a recording pushed in one piece: the same as those of `heard`, without the questions."""
    return detect(body.xyz, body.rate_hz, config_of(body))


def onsets_within(events: Sequence[Event], span: Span, kinds: tuple[str, ...] = FOUND_KINDS) -> Array:
    """Onsets of the events of some kinds that begin within a span, in order, in s."""
    return np.array(sorted(e.onset_s for e in events if e.kind in kinds and span[0] <= e.onset_s < span[1]))


def covered_s(events: Sequence[Event], span: Span, kind: str = "pulse") -> float:
    """How much of a span the events of a kind cover, overlaps counted once, in s."""
    total, until = 0.0, span[0]
    for event in sorted((e for e in events if e.kind == kind), key=lambda e: e.onset_s):
        end = min(event.onset_s + event.duration_s, span[1])
        total += max(0.0, end - max(event.onset_s, until))
        until = max(until, end)
    return total


def pulse_told(events: Sequence[Event], span: Span) -> float:
    """Share of a span for which a pulse is told."""
    return covered_s(events, span) / (span[1] - span[0])


def rate_told(events: Sequence[Event], span: Span) -> float:
    """Heart rate told for a span, by the time each event covers of it, in 1/min; NaN where none is."""
    beats = [event for event in events if event.kind == "pulse"]
    weights = np.array([max(0.0, min(e.onset_s + e.duration_s, span[1]) - max(e.onset_s, span[0])) for e in beats])
    if not weights.sum():
        return float("nan")
    return float(60.0 * np.average([event.dominant_hz for event in beats], weights=weights))
