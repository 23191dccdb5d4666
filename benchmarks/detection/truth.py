"""A night whose events are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.events import Event, Kind
from detector.signal import Detector, DetectorConfig
from firmware_bridge.samples import NS


@dataclass(frozen=True, slots=True)
class Truth:
    """Something that happens in a night.

    Parameters
    ----------
    onset_s
        True time since the first sample, in s.
    duration_s
        How long it lasts, in s; of a twitch until its acceleration stays below 1 % of its peak to peak.
    kind
        What a perfect detector would call it.
    source
        The ingredient that made it, such as ``"twitch"``, ``"doublet"``, ``"hypnic jerk"`` or ``"mattress"``.
    p2p_mg
        Peak-to-peak acceleration before any filter, in mg.
    unit
        Number of the motor unit, -1 where there is none.
    tp_s
        Contraction time in s, NaN where there is none.
    """

    onset_s: float
    duration_s: float
    kind: Kind
    source: str
    p2p_mg: float
    unit: int = -1
    tp_s: float = float("nan")

    @property
    def end_s(self) -> float:
        """When it is over, in s."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, slots=True, eq=False)
class KnownNight:
    """A night and what happens in it.

    Parameters
    ----------
    xyz
        All samples that arrived, in g, float32, shape ``(n, 3)``.
    rate_hz
        The nominal rate, which the detector is told.
    truth
        Events by onset.
    true_rate_hz
        The rate at which the samples were really taken.
    gaps
        ``(index, seconds)`` of each hole: so long is missing before the sample with this index.
    resolution_mg
        Step of the sensor in mg, 0 where there is none.
    name
        What it is called in tables.
    """

    xyz: npt.NDArray[np.float32]
    rate_hz: float
    truth: tuple[Truth, ...]
    true_rate_hz: float
    gaps: tuple[tuple[int, float], ...] = ()
    resolution_mg: float = 0.0
    name: str = ""

    @property
    def observed_s(self) -> float:
        """Time covered by samples, in s."""
        return len(self.xyz) / self.true_rate_hz

    def time_s(self, index: float) -> float:
        """True time of a sample since the first, in s; fractions lie between samples."""
        return index / self.true_rate_hz + sum(seconds for at, seconds in self.gaps if at <= index)

    def utc_ns(self, index: float) -> int:
        """Time of a sample as `Detector` asks its clock."""
        return round(self.time_s(index) * NS)

    def stretches(self) -> Iterator[tuple[float, npt.NDArray[np.float32]]]:
        """Yield the gap before, in s (0 before the first), and the samples of each stretch without gaps."""
        starts = [0, *(at for at, _ in self.gaps)]
        ends = [*(at for at, _ in self.gaps), len(self.xyz)]
        before = [0.0, *(seconds for _, seconds in self.gaps)]
        for start, end, seconds in zip(starts, ends, before, strict=True):
            yield seconds, self.xyz[start:end]

    def only(self, *kinds: str) -> tuple[Truth, ...]:
        """Truth of these kinds."""
        return tuple(event for event in self.truth if event.kind in kinds)

    def detect(self, config: DetectorConfig | None = None, **settings: Any) -> list[Event]:
        """What fasciwatch finds in it; onsets are true time since the first sample."""
        detector = Detector(
            self.rate_hz, config or DetectorConfig(resolution_mg=self.resolution_mg, **settings), clock=self
        )
        events: list[Event] = []
        for seconds, xyz in self.stretches():
            if seconds:
                events += detector.gap(seconds)
            events += detector.push(xyz)
        return events + detector.flush()
