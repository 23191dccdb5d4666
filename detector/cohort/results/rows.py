"""A row for each wearable of each night: what was measured, and whether it counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from detector.series import Rate
from detector.summary.many.counting import LEAST_S, seen_mg, too_coarse
from detector.summary.many.table import place_named
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.cohort.result import Result, Signal
    from detector.cohort.task import Task
    from detector.summary.digest import NightDigest, SensorDigest

_HOUR_S, _MINUTE_S = 3600.0, 60.0
_NOTHING = {
    "recorded": "nothing was recorded",
    "worn": "not worn, or so still that its samples show no sign of a body",
    "measurable": "twitches could be measured in no minute of it",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Twitches of at least some size, and the time in which they would have been found.

    Parameters
    ----------
    found
        How many.
    hours
        That time.
    rate
        Per hour of it, with the interval of one night; None without such a time.
    """

    found: int
    hours: float
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class NightRow:
    """A wearable's night.

    Parameters
    ----------
    task
        The recording.
    digest, sensor
        The night in numbers, and its wearable's share; None where there is no result.
    signal
        How well its samples came in; None likewise.
    all_sizes
        Every twitch found, over the measurable time.
    large
        Those of the size that all nights of the cohort can see; None where this one cannot, or does not count.
    why_not
        Why it does not count, in words; "" where it does.
    sha256, format, version, settings
        What it was made of, and what made it.
    notes
        What reading it told.
    """

    task: Task
    digest: NightDigest | None = None
    sensor: SensorDigest | None = None
    signal: Signal | None = None
    all_sizes: Counted | None = None
    large: Counted | None = None
    why_not: str = ""
    sha256: str = ""
    format: str = ""
    version: str = ""
    settings: str = ""
    notes: tuple[str, ...] = ()
    levels: tuple[Counted, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts."""
        return not self.why_not

    @property
    def place(self) -> str:
        """Where it was worn, in one spelling; "" where nobody has said."""
        return place_named((self.sensor.place if self.sensor else None) or self.task.place)

    @property
    def name(self) -> str:
        """Path in the table."""
        return self.task.key.removeprefix(f"{self.task.subject} ")

    @property
    def start_utc(self) -> str:
        """UTC of the night's first sample, ISO 8601; "" without one, or where its times are no dates."""
        if self.digest is None or self.digest.start_ns is None or not (self.sensor and self.sensor.has_date):
            return ""
        return datetime.fromtimestamp(self.digest.start_ns / NS, UTC).isoformat(timespec="seconds")


def rows_of(task: Task, result: Result, least_s: float = LEAST_S) -> list[NightRow]:
    """Make a row of each wearable of a night.

    Parameters
    ----------
    task, result
        The night.
    least_s
        So long twitches must have been measurable in a night that counts, in s.
    """
    return [
        _row(NightRow(task, result.digest, sensor, signal), result, place, least_s)
        for place, (sensor, signal) in enumerate(zip(result.digest.sensors, result.signals, strict=True))
    ]


def _row(row: NightRow, result: Result, place: int, least_s: float) -> NightRow:
    sensor = result.digest.sensors[place]
    levels = tuple(
        Counted(level.found, level.seconds / _HOUR_S, rate)
        for level, rate in zip(sensor.levels, result.rates[place], strict=True)
    )
    return replace(
        row,
        # The night's whole digest is large; its wearables are told by their rows.
        digest=replace(result.digest, sensors=()),
        all_sizes=levels[0],
        levels=levels,
        why_not=_why_not(sensor, least_s),
        sha256=result.source.sha256,
        format=result.format,
        version=result.version,
        settings=result.settings_hash,
        notes=result.notes,
    )


def failed(task: Task, sentence: str) -> NightRow:
    """Make the row of a night that could not be computed."""
    return NightRow(task, why_not=f"not computed: {sentence}")


def _why_not(sensor: SensorDigest, least_s: float) -> str:
    """Say why too little of a night was measured; "" where there is enough."""
    for seconds, words in (
        (sensor.recorded_s, "recorded"),
        (sensor.worn_s, "worn"),
        (sensor.measurable_s, "measurable"),
    ):
        if seconds is None:
            return "how much could be measured is not known"
        if not seconds:
            return _NOTHING[words]
        if seconds < least_s:
            return f"{words} for {_hours(seconds)} only"
    return ""


def _hours(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    return f"{seconds / _HOUR_S:.1f} h" if seconds >= _HOUR_S / 10 else f"{seconds / _MINUTE_S:.1f} min"


def without_copies(rows: Sequence[NightRow]) -> list[NightRow]:
    """Let a recording count once; where it is told of two people, not at all: one of them is wrong."""
    of: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.sha256:
            of[row.sha256].add(row.task.subject)
    first: dict[tuple[str, str], str] = {}
    told = []
    for row in rows:
        why = row.why_not
        if row.sha256 and not why:
            others = sorted(of[row.sha256] - {row.task.subject})
            name = first.setdefault((row.task.subject, row.sha256), row.task.key)
            if others:
                why = f"the same recording is told of {', '.join(others)}"
            elif name != row.task.key:
                why = f"a copy of {name.removeprefix(f'{row.task.subject} ')}"
        told.append(replace(row, why_not=why))
    return told


def of_one_size(rows: Sequence[NightRow]) -> tuple[float, list[NightRow]]:
    """Count twitches of the size that all nights that count can see, so that a quieter sensor is no livelier person.

    Returns
    -------
    amplitude_mg, rows
        The size, peak to peak in mg, 0 where some night does not tell what it sees; and the rows with `large`.
    """
    counting = [row for row in rows if row.counts and row.sensor is not None]
    seen = [seen_mg(row.sensor) for row in counting if row.sensor is not None]
    amplitude_mg, coarse = too_coarse(seen, seen)
    is_coarse = {id(row) for row, each in zip(counting, coarse, strict=True) if each}
    told = []
    for row in rows:
        if row.counts and row.sensor is not None and id(row) not in is_coarse:
            sizes = [level.amplitude_mg for level in row.sensor.levels]
            large = row.levels[sizes.index(amplitude_mg)]
            told.append(replace(row, large=large if large.hours else None))
        else:
            told.append(row)
    return amplitude_mg, told


def counting(rows: Iterable[NightRow]) -> list[NightRow]:
    """Pick those that count."""
    return [row for row in rows if row.counts]
