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
from detector.night.judgements import NO, UNSURE, YES, fold, place_of
from detector.night.upkeep.age import is_being_recorded
from detector.report.shapes import Family, Picture, families_of, pictures_of
from detector.summary import summarise
from detector.summary.measurable import Minutes
from detector.summary.observed import Observed
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
    from detector.night.judgements import Judged
    from detector.summary import NightSummary, SensorSummary

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


def facts_of(path: Path) -> NightFacts:
    """Read a night.

    Parameters
    ----------
    path
        Its file. It may be recorded meanwhile.

    Raises
    ------
    NightError
        Where it is not there, damaged, or locked.
    """
    with Night(path) as night:
        summary = summarise(night)
        judged = fold(night.actions())
        chosen = sorted(summary.sensors, key=_measured_s, reverse=True)[:MOST_SENSORS]
        shares = [_Share(night, sensor, judged) for sensor in chosen]
    shares.sort(key=lambda share: _left_first(share.summary.place))
    many = PICTURES // max(len(shares), 1)
    zone = zone_of(summary.runs)
    return NightFacts(
        name=path.stem,
        code=_code(summary),
        summary=summary,
        sensors=tuple(share.facts(path, many) for share in shares),
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
    """What is read of a wearable while its night is open."""

    def __init__(self, night: Night, summary: SensorSummary, judged: Judged) -> None:
        self.summary = summary
        self._judged = judged
        anchors = night.anchors(summary.name)
        observed = Observed(anchors, summary.wear)
        told = night.measured(summary.name)
        self._minutes = None if told is None else observed.minutes(told)
        events, onsets = observed.events(night.placed_events(summary.name))
        counts = np.ones(len(events), bool) if self._minutes is None else Minutes(self._minutes).count(onsets)
        self._twitches: list[tuple[int, Event]] = [
            (onset_ns, event)
            for onset_ns, event, does in zip(onsets.tolist(), events, counts.tolist(), strict=True)
            if does and event.kind == "twitch"
        ]
        self._gaps = [(gap.start_ns, gap.end_ns) for gap in night.gaps(summary.name)]
        self._away = observed.away
        self._recorded = _joined(anchors.start_ns, anchors.seconds)

    def facts(self, path: Path, pictures: int) -> SensorFacts:
        """Work out what is told of it; its samples are read here."""
        minutes = self._minutes or []
        seen = self.summary.sensitivity
        curve = () if seen is None else seen.curve
        true = [pair for pair in self._twitches if not self._is_denied(pair)]
        families, rest = families_of(path, [(onset, event, self._family(onset, event)) for onset, event in true])
        return SensorFacts(
            summary=self.summary,
            labels=self._labels(),
            heard_ns=tuple(moment.start_ns for moment in curve),
            heard_mg=tuple(np.nan if moment.seen_mg is None else moment.seen_mg for moment in curve),
            stretches=tuple(_stretches(self._recorded, self._away, minutes if self._minutes is not None else None)),
            intervals_s=tuple(_intervals_s([onset for onset, _ in self._twitches], self._breaks(minutes))),
            families=families,
            in_no_family=rest,
            pictures=pictures_of(path, true, pictures),
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
        return sorted([*deaf, *(start for start, _ in self._gaps), *(start for start, _ in self._away)])


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
