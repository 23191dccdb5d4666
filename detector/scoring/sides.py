"""What is scored and what it is scored by: a wearable's events, a reviewer's labels, and the time that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.minutes import MINUTE_NS
from detector.night.gathered import begins_after_a_gap
from detector.night.judging.judgements import UNSURE, fold, place_of
from detector.scoring.marks import Annotations, Mark
from detector.scoring.reading.numbers import AnnotationError
from detector.scoring.spans import Spans, both, spans_of, without
from detector.summary.worn import wear
from detector.wear.states import State
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.night import Night, Sensor

NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Events in the order of their onset.

    Parameters
    ----------
    onset_ns, end_ns
        On the clock of the night, int64.
    kind
        Of each.
    score, p2p_mg
        float64; NaN where nothing was measured, as of a reviewer's own event.
    """

    onset_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    kind: npt.NDArray[np.str_]
    score: npt.NDArray[np.float64]
    p2p_mg: npt.NDArray[np.float64]

    def where(self, chosen: npt.NDArray[np.bool_]) -> Found:
        """Keep some of them."""
        return Found(
            self.onset_ns[chosen], self.end_ns[chosen], self.kind[chosen], self.score[chosen], self.p2p_mg[chosen]
        )

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The same as marks."""
        rows = zip(self.onset_ns.tolist(), self.end_ns.tolist(), self.kind.tolist(), self.p2p_mg.tolist(), strict=True)
        return tuple(
            Mark(onset_ns, (end_ns - onset_ns) / NS, kind, None if np.isnan(p2p) else p2p)
            for onset_ns, end_ns, kind, p2p in rows
        )


@dataclass(frozen=True, slots=True, eq=False)
class Time:
    """The time of a wearable.

    Parameters
    ----------
    start_ns, end_ns
        Of its first sample, and of the one after the last.
    observed
        Where samples are, and it was worn.
    quiet
        Part of that in which twitches could be measured; all of it where that is not known.
    is_measured
        Whether that is known.
    """

    start_ns: int
    end_ns: int
    observed: Spans
    quiet: Spans
    is_measured: bool


def chosen_sensor(night: Night, name: str | None) -> Sensor:
    """Return the wearable that is scored.

    Raises
    ------
    AnnotationError
        Where the night has none of that name, or several and none is named.
    """
    sensors = [each for each in night.sensors if name in {None, each.name, each.place}]
    if len(sensors) == 1:
        return sensors[0]
    there = ", ".join(each.name for each in night.sensors) or "none"
    if name is not None:
        raise AnnotationError(f"{night.path} has no wearable {name}: it has {there}")
    raise AnnotationError(f"{night.path} has {len(sensors)} wearables: say which with --sensor: {there}")


def time_of(night: Night, sensor: str) -> Time:
    """Return the time of a wearable.

    Raises
    ------
    AnnotationError
        Where it has no samples.
    """
    anchors = night.anchors(sensor)
    if not len(anchors.start_ns):
        raise AnnotationError(f"{night.path} has no samples of {sensor}: there is nothing to score")
    cuts = np.flatnonzero(begins_after_a_gap(anchors))
    begins = np.concatenate([[0], cuts])
    ends = np.concatenate([cuts - 1, [len(anchors.start_ns) - 1]])
    recorded = spans_of(zip(anchors.start_ns[begins].tolist(), anchors.end_ns[ends].tolist(), strict=True))
    away = spans_of((each.start_ns, each.end_ns) for each in wear(night, sensor) if each.state != State.WORN)
    observed = without(recorded, away)
    told = night.measured(sensor)
    quiet = observed
    if told is not None:
        # A minute counts if more of it than not could be measured.
        measurable = spans_of(
            (minute.start_ns, minute.start_ns + MINUTE_NS)
            for minute in told
            if 2 * minute.measurable_s >= minute.observed_s > 0
        )
        quiet = both(observed, measurable)
    return Time(int(anchors.start_ns.min()), int(anchors.end_ns.max()), observed, quiet, told is not None)


def found_in(night: Night, sensor: str) -> Found:
    """Return what the detector has found with a wearable."""
    placed = night.placed_events(sensor)
    return _gathered(
        [
            (onset_ns, onset_ns + round(event.duration_s * NS), event.kind, event.score, event.p2p_mg)
            for onset_ns, event in placed
        ]
    )


def said_by(night: Night, sensor: str, reviewer: str | None) -> tuple[Found, Spans]:
    """Return what a reviewer says there is, and the time of events of which nothing, or nothing sure, is said.

    Parameters
    ----------
    night, sensor
        Where.
    reviewer
        Who; None for what holds of all that reviewers said.

    Raises
    ------
    AnnotationError
        Where nobody of that name has said anything.
    """
    actions = night.actions()
    names = dict.fromkeys(action.reviewer for action in actions if action.judgements)
    if reviewer is not None and reviewer not in names:
        raise AnnotationError(
            f"{night.path} has no labels of {reviewer}: it has those of {', '.join(names) or 'nobody'}"
        )
    placed = night.placed_events(sensor)
    places = [place_of(*each) for each in placed]
    judged = fold([action for action in actions if reviewer in {None, action.reviewer}], places)
    rows: list[tuple[int, int, str, float, float]] = []
    unclear: list[tuple[int, int]] = []
    for place, (_, event) in zip(places, placed, strict=True):
        said = judged.of(place)
        if said is None or said.label == UNSURE:
            unclear.append((place.onset_ns, max(place.end_ns, place.onset_ns + 1)))
        elif said.label != "no":
            kind = place.kind if said.label == "yes" else said.label
            rows.append((place.onset_ns, place.end_ns, kind, event.score, event.p2p_mg))
    rows += [
        (own.place.onset_ns, own.place.end_ns, own.kind, np.nan, np.nan)
        for own in judged.own_events
        if own.place.sensor == sensor and own.kind is not None
    ]
    return _gathered(rows), spans_of(unclear)


def annotations_of(night: Night, sensor: str, reviewer: str | None) -> tuple[Annotations, Spans]:
    """Return the labels in a night as annotations: its events where nobody has said anything; and what is unclear."""
    if reviewer is None and not any(action.judgements for action in night.actions()):
        note = "Nobody has judged that night: its own events are taken for the marks."
        return Annotations(
            "events of a night", found_in(night, sensor).marks, is_absolute=True, notes=(note,)
        ), spans_of(())
    found, unclear = said_by(night, sensor, reviewer)
    note = (
        "The reviewer judged what a detector had found: what it missed stands in no label, so sensitivity looks good."
    )
    return Annotations("labels of a night", found.marks, is_absolute=True, notes=(note,)), unclear


def _gathered(rows: list[tuple[int, int, str, float, float]]) -> Found:
    rows = sorted(rows, key=lambda row: row[:2])
    onset, end, kind, score, p2p = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Found(
        np.array(onset, np.int64),
        np.array(end, np.int64),
        np.array(kind, np.str_),
        np.array(score, np.float64),
        np.array(p2p, np.float64),
    )
