"""A night in numbers."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from detector.night.sentences import as_night_error
from detector.series import PairSeries, leg_of, series_of_pair
from detector.summary.hours import Clock, HourSummary, hours_of
from detector.summary.judged.precision import labels_of
from detector.summary.measurable import Measurable, together
from detector.summary.sensor import LONGEST, MOVEMENTS, Basis, SensorSummary, Share, per_hour, share_of
from detector.summary.sides import Sides, sides_of
from detector.summary.zone import zone_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detector.night import Run
    from detector.summary.told import Told

__all__ = ["LONGEST", "MOVEMENTS", "NightSummary", "SensorSummary", "summarise"]


@dataclass(frozen=True, slots=True)
class NightSummary:
    """A night in numbers.

    Parameters
    ----------
    start_ns, end_ns
        UTC of the first sample and of the one after the last, in ns; None without samples.
    recorded_s
        Time covered by samples, in s, added up over the wearables.
    sensors
        One each.
    pairs
        What the events of two wearables are together; pairs that are not two legs and have no such run are left out.
    sides
        Left beside right, of wearables at the same place of either side.
    kinds
        Number of events of each kind found.
    measurable
        As in `SensorSummary`, added up over the wearables.
    twitches_per_hour
        As in `SensorSummary`: twitches that count of all wearables over the hours of all; None without one.
    hours
        The hours of the wearer's clock that hold samples.
    runs
        What made it, first to last.
    """

    start_ns: int | None
    end_ns: int | None
    recorded_s: float
    sensors: tuple[SensorSummary, ...]
    pairs: tuple[PairSeries, ...]
    sides: tuple[Sides, ...]
    kinds: dict[str, int]
    measurable: Measurable | None
    twitches_per_hour: float | None
    hours: tuple[HourSummary, ...]
    runs: tuple[Run, ...]

    @property
    def gap_count(self) -> int:
        """Number of gaps of all wearables."""
        return sum(sensor.gap_count for sensor in self.sensors)

    @property
    def gap_s(self) -> float:
        """Time lost to gaps, in s, added up over the wearables."""
        return sum(sensor.gap_s for sensor in self.sensors)

    @property
    def version(self) -> str:
        """Version of fasciwatch that made the last part of it."""
        return self.runs[-1].made_by.version if self.runs else ""

    @property
    def settings_sha256(self) -> tuple[str, ...]:
        """Hashes of the detector's settings, each once, in the order of their use."""
        return tuple(dict.fromkeys(run.settings_sha256 for run in self.runs))


def summarise(night: Told) -> NightSummary:
    """Sum a night up, after a look whether all of it is there.

    Parameters
    ----------
    night
        The night; it may be recorded meanwhile.

    Returns
    -------
    NightSummary
        As of this moment.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    return summed_up(night)[0]


def summed_up(night: Told) -> tuple[NightSummary, tuple[Basis, ...]]:
    """Sum a night up, and hand over what was read of it, wearable by wearable in the order of its summary."""
    night.see_that_it_is_whole()
    with as_night_error(night.path):  # what no checksum covers may contradict itself
        return _summed_up(night)


def _summed_up(night: Told) -> tuple[NightSummary, tuple[Basis, ...]]:
    runs, sensors_of = night.runs, night.sensors
    start_ns, end_ns = night.start_ns, night.end_ns
    zone = zone_of(runs) if any(sensor.has_date for sensor in sensors_of) else UTC
    clock = Clock(zone, start_ns or 0, end_ns or 0)
    said = labels_of(night)
    shares = [share_of(night, sensor, clock, said.get(sensor.name)) for sensor in sensors_of]
    sensors = tuple(share.summary for share in shares)
    summary = NightSummary(
        start_ns=start_ns,
        end_ns=end_ns,
        recorded_s=sum(sensor.recorded_s for sensor in sensors),
        sensors=sensors,
        pairs=tuple(_pairs(shares)),
        sides=tuple(sides_of([share.hearing for share in shares if share.hearing is not None])),
        kinds=dict(sorted(Counter(kind for share in shares for kind in share.kinds).items())),
        measurable=together(sensor.measurable for sensor in sensors),
        twitches_per_hour=per_hour(sum(share.counted for share in shares), sum(share.counted_s for share in shares)),
        hours=hours_of(share.hours for share in shares),
        runs=runs,
    )
    return summary, tuple(share.basis for share in shares)


def _pairs(shares: Sequence[Share]) -> Iterator[PairSeries]:
    dated = [share for share in shares if share.summary.has_date and share.summary.start_ns is not None]
    for one, other in itertools.combinations(dated, 2):
        yield from series_of_pair(
            (one.summary.name, other.summary.name),
            (one.events, other.events),
            (one.spans, other.spans),
            ((other.summary.start_ns or 0) - (one.summary.start_ns or 0)) / NS,
            are_legs={leg_of(one.summary.place), leg_of(other.summary.place)} == {"left", "right"},
        )
