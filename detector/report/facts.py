"""What the sheets tell of a night, taken out of its file at once: no night is open any more while they are written."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from detector.figures.quality import MEASURABLE, NOT_MEASURABLE, NOT_WORN
from detector.minutes import MINUTE_NS
from detector.night import Night
from detector.night.judging.judgements import NO, UNSURE, YES, fold, place_of
from detector.night.upkeep.age import is_being_recorded
from detector.report.shapes import NO_SHAPES, shapes_of
from detector.summary.night import summed_up
from detector.summary.zone import zone_of
from detector.time_words import Clock
from detector.wear.states import State
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from pathlib import Path

    import numpy.typing as npt

    from detector.events import Event
    from detector.minutes import MeasuredMinute
    from detector.night.judging.judgements import Judged
    from detector.report.shapes import Family, Picture, Shapes
    from detector.summary import NightSummary, SensorSummary
    from detector.summary.sensor import Basis

MOST_SENSORS = 2
"""Wearables that have room beside each other; of more, those that measured longest."""

PICTURES = 8
"""Waveforms on a sheet."""

_CODE_DIGITS = 6
_HALF = 0.5
_LEAST_GAP_NS = NS // 2


@dataclass(frozen=True, slots=True)
class Labels:
    """What reviewers said of the twitches of a wearable.

    Parameters
    ----------
    events
        Twitches that were found.
    explicit, default
        Of how many something was said, and how many a reviewer left as "the rest of this page is yes".
    yes, no, unsure, other
        What was said: that it is a twitch, that it is none, that nobody can say, that it is of another kind.
    reviewers
        Who said it, in the order of their first labels.
    """

    events: int
    explicit: int = 0
    default: int = 0
    yes: int = 0
    no: int = 0
    unsure: int = 0
    other: int = 0
    reviewers: tuple[str, ...] = ()

    @property
    def said(self) -> int:
        """Of how many something is said, by default too."""
        return self.explicit + self.default


@dataclass(frozen=True, slots=True)
class SensorFacts:
    """A wearable of a night.

    Parameters
    ----------
    summary
        Its share of the night.
    labels
        What was said of its twitches.
    heard_ns, heard_mg
        How small a twitch would have been found, minute by minute: UTC in ns, mg peak to peak.
    stretches
        As in `detector.figures.quality.Heard`.
    intervals_s
        From one twitch that counts to the next, in s, with nothing between them that could not be measured.
    families, in_no_family
        The largest families of its twitches, and the number of twitches that are in none of those.
    pictures
        Its clearest twitches.
    """

    summary: SensorSummary
    labels: Labels
    heard_ns: tuple[int, ...]
    heard_mg: tuple[float, ...]
    stretches: tuple[tuple[int, int, str], ...]
    intervals_s: tuple[float, ...]
    families: tuple[Family, ...]
    in_no_family: int
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class NightFacts:
    """A night.

    Parameters
    ----------
    name
        Of its file, without the ending.
    code
        Names the night, and nobody: six digits.
    summary
        The night in numbers.
    sensors
        Its wearables, left before right, `MOST_SENSORS` at the most.
    zone
        The wearer's; None for this computer's.
    clock
        Tells times.
    has_date
        Whether its times are dates.
    is_recording
        Whether it is being recorded.
    """

    name: str
    code: str
    summary: NightSummary
    sensors: tuple[SensorFacts, ...]
    zone: tzinfo | None
    clock: Clock
    has_date: bool
    is_recording: bool

    @property
    def left_out(self) -> int:
        """Wearables that had no room."""
        return len(self.summary.sensors) - len(self.sensors)


def facts_of(path: Path, *, with_shapes: bool = True) -> NightFacts:
    """Read a night.

    Parameters
    ----------
    path
        Its file. It may be recorded meanwhile.
    with_shapes
        Whether what its twitches look like is cut out of its samples, which takes longest.

    Raises
    ------
    NightError
        Where it is not there, damaged, or locked.
    """
    with Night(path) as night:
        summary, bases = summed_up(night)
        judged = fold(night.actions())
    measured = sorted(zip(summary.sensors, bases, strict=True), key=lambda pair: _measured_s(pair[0]), reverse=True)
    shares = [_Share(*pair, judged) for pair in measured[:MOST_SENSORS]]
    shares.sort(key=lambda share: _left_first(share.summary.place))
    many = PICTURES // max(len(shares), 1)
    shapes = shapes_of(path, [share.true for share in shares], many) if with_shapes else [NO_SHAPES] * len(shares)
    zone = zone_of(summary.runs)
    return NightFacts(
        name=path.stem,
        code=_code(summary),
        summary=summary,
        sensors=tuple(share.facts(found) for share, found in zip(shares, shapes, strict=True)),
        zone=zone,
        clock=Clock.over(zone, summary.start_ns, summary.end_ns),
        has_date=any(sensor.has_date for sensor in summary.sensors),
        is_recording=is_being_recorded(path),
    )


def _measured_s(sensor: SensorSummary) -> float:
    return sensor.worn_s if sensor.measurable is None else sensor.measurable.measurable_s


def _left_first(place: str | None) -> int:
    words = (place or "").lower()
    return 0 if "left" in words else 2 if "right" in words else 1


def _code(summary: NightSummary) -> str:
    """Name a night by when it was begun and with what; nobody's name or file is in it."""
    known = [(run.made_by.started_utc_ns, run.settings_sha256) for run in summary.runs[:1]]
    return hashlib.sha256(repr((known, summary.start_ns)).encode()).hexdigest()[:_CODE_DIGITS]


class _Share:
    """What is known of a wearable."""

    def __init__(self, summary: SensorSummary, basis: Basis, judged: Judged) -> None:
        self.summary = summary
        self._judged = judged
        self._basis = basis
        self._twitches = basis.twitches

    @property
    def true(self) -> list[tuple[int, Event, int]]:
        """Onset, event and family of each twitch that no reviewer calls something else."""
        return [
            (onset_ns, event, self._family(onset_ns, event))
            for onset_ns, event in self._twitches
            if not self._is_denied((onset_ns, event))
        ]

    def facts(self, shapes: Shapes) -> SensorFacts:
        """Work out what is told of it."""
        anchors, minutes = self._basis.anchors, self._basis.minutes
        recorded = _joined(anchors.start_ns, anchors.seconds)
        seen = self.summary.sensitivity
        curve = () if seen is None else seen.curve
        return SensorFacts(
            summary=self.summary,
            labels=self._labels(),
            heard_ns=tuple(moment.start_ns for moment in curve),
            heard_mg=tuple(np.nan if moment.seen_mg is None else moment.seen_mg for moment in curve),
            stretches=tuple(_stretches(recorded, self._basis.away, minutes)),
            intervals_s=tuple(_intervals_s([onset for onset, _ in self._twitches], self._breaks(minutes or []))),
            families=shapes.families,
            in_no_family=shapes.in_no_family,
            pictures=shapes.pictures,
        )

    def _is_denied(self, pair: tuple[int, Event]) -> bool:
        said = self._judged.of(place_of(*pair))
        return said is not None and said.label not in {YES, UNSURE}

    def _family(self, onset_ns: int, event: Event) -> int:
        said = self._judged.family_of(place_of(onset_ns, event))
        return event.family if said is None else said

    def _labels(self) -> Labels:
        found: Counter[str] = Counter()
        who: dict[str, int] = {}
        explicit = default = 0
        for pair in self._twitches:
            said = self._judged.of(place_of(*pair))
            if said is not None:
                explicit += said.explicit
                default += not said.explicit
                found[said.label if said.label in {YES, NO, UNSURE} else "other"] += 1
                who[said.reviewer] = min(who.get(said.reviewer, said.action), said.action)
        return Labels(
            len(self._twitches),
            explicit,
            default,
            found[YES],
            found[NO],
            found[UNSURE],
            found["other"],
            tuple(sorted(who, key=lambda name: who[name])),
        )

    def _breaks(self, minutes: Sequence[MeasuredMinute]) -> list[int]:
        """Moments that no interval may reach across, UTC in ns."""
        deaf = [minute.start_ns + MINUTE_NS // 2 for minute in minutes if minute.measurable_s <= 0]
        gaps = (gap.start_ns for gap in self._basis.gaps)
        return sorted([*deaf, *gaps, *(start for start, _ in self._basis.away)])


def _intervals_s(onsets_ns: list[int], breaks_ns: list[int]) -> list[float]:
    before = np.searchsorted(breaks_ns, onsets_ns).tolist()
    return [
        (later - earlier) / NS
        for (earlier, later), (one, other) in zip(pairwise(onsets_ns), pairwise(before), strict=True)
        if one == other
    ]


def _joined(start_ns: npt.NDArray[np.int64], seconds: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Join rows of samples that follow each other."""
    if not len(start_ns):
        return []
    order = np.argsort(start_ns)
    starts = start_ns[order]
    ends = starts + np.round(seconds[order] * NS).astype(np.int64)
    cuts = np.flatnonzero(starts[1:] - ends[:-1] > _LEAST_GAP_NS) + 1
    firsts, lasts = np.concatenate([[0], cuts]), np.concatenate([cuts - 1, [len(starts) - 1]])
    return list(zip(starts[firsts].tolist(), ends[lasts].tolist(), strict=True))


def _stretches(
    recorded: Sequence[tuple[int, int]],
    away: Sequence[tuple[int, int]],
    minutes: Sequence[MeasuredMinute] | None,
) -> list[tuple[int, int, str]]:
    """Say of each stretch whether it was worn and measurable; a minute is measurable where half of it was."""
    worn = _without(recorded, away)
    found = [(start, end, NOT_WORN) for start, end in _without(recorded, worn)]
    if minutes is None:
        return found + [(start, end, MEASURABLE) for start, end in worn]
    heard = [
        (minute.start_ns, minute.start_ns + MINUTE_NS)
        for minute in minutes
        if minute.measurable_s > _HALF * minute.observed_s
    ]
    deaf = _without(worn, heard)
    found += [(start, end, NOT_MEASURABLE) for start, end in deaf]
    return found + [(start, end, MEASURABLE) for start, end in _without(worn, deaf)]


def _without(these: Sequence[tuple[int, int]], those: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take one set of stretches away from another; those that touch are joined."""
    edges = [(at, change, 0) for start, end in these for at, change in ((start, 1), (end, -1))]
    edges += [(at, 0, change) for start, end in those for at, change in ((start, 1), (end, -1))]
    found: list[tuple[int, int]] = []
    inside = outside = 0
    begin: int | None = None
    edges.sort(key=lambda edge: edge[0])
    for place, (at, one, other) in enumerate(edges):
        inside, outside = inside + one, outside + other
        if place + 1 < len(edges) and edges[place + 1][0] == at:
            continue
        is_in = inside > 0 and outside == 0
        if is_in and begin is None:
            begin = at
        elif not is_in and begin is not None:
            found.append((begin, at))
            begin = None
    return found


def is_worn_at_all(sensor: SensorSummary) -> bool:
    """Whether a wearable was worn in any of its recorded time."""
    return sensor.worn_s > 0 or not any(stretch.state != State.WORN for stretch in sensor.wear)
