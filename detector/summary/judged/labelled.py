"""Events with what reviewers said of them, as rows of a table: their own events stand among the detector's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from detector.events import EVENT_FIELDS
from detector.night.judging.judgements import fold, place_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.events import Event
    from detector.night import Night
    from detector.night.judging.judgements import Said

DETECTOR, REVIEWER = "detector", "reviewer"
LABEL_FIELDS = ("label", "label_how", "reviewer", "labelled_utc", "found_by")
"""The columns beside those of an event.

``label_how`` is ``explicit``, or ``default`` for "the rest of this page is yes"; ``found_by`` is ``reviewer`` where the
detector does not have the event any longer.
"""
LABELLED_FIELDS = (*EVENT_FIELDS, *LABEL_FIELDS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def labelled(night: Night) -> list[dict[str, Any]]:
    """Return a night's events, each with what is said of it; None where there is nothing to say.

    Parameters
    ----------
    night
        The night.

    Returns
    -------
    list of dict
        By `LABELLED_FIELDS`, in the order of time. Of a reviewer's own event nothing is measured.
    """
    return [row for _, row in placed_labelled(night)]


def placed_labelled(night: Night) -> list[tuple[int, dict[str, Any]]]:
    """Return the same, each with its onset (UTC in ns; without a date, on the clock of its samples)."""
    placed = night.placed_events()
    judged = fold(night.actions(), [place_of(*each) for each in placed])
    rows = [(onset_ns, _row(event, judged.of(place_of(onset_ns, event)))) for onset_ns, event in placed]
    if judged.own_events:
        begins = {each.name: night.anchors(each.name).start_ns for each in night.sensors}
        dated = {each.name: each.has_date for each in night.sensors}
        for said in judged.own_events:
            sensor = said.place.sensor
            first_ns = int(begins[sensor][0]) if len(begins[sensor]) else 0
            rows.append((said.place.onset_ns, _own(said, first_ns, has_date=dated[sensor])))
    return sorted(rows, key=lambda each: each[0])


def _row(event: Event, said: Said | None) -> dict[str, Any]:
    # Not by dataclasses.asdict, which copies deeply: there are thousands.
    told = {name: getattr(event, name) for name in EVENT_FIELDS}
    told |= dict.fromkeys(LABEL_FIELDS) | {"found_by": DETECTOR}
    return told if said is None else told | _told(said)


def _own(said: Said, first_ns: int, *, has_date: bool) -> dict[str, Any]:
    place = said.place
    row: dict[str, Any] = dict.fromkeys(LABELLED_FIELDS)
    row |= {
        "onset_s": (place.onset_ns - first_ns) / NS,
        "onset_utc": iso_utc(place.onset_ns) if has_date else "",
        "duration_s": (place.end_ns - place.onset_ns) / NS,
        "kind": said.kind,
        "family": -1,
        "sensor": place.sensor,
        "flags": "",
    }
    return row | _told(said) | {"found_by": REVIEWER}


def _told(said: Said) -> dict[str, Any]:
    return {
        "label": said.label,
        "label_how": "explicit" if said.explicit else "default",
        "reviewer": said.reviewer,
        "labelled_utc": iso_utc(said.made_utc_ns),
    }


def iso_utc(utc_ns: int) -> str:
    """Write a moment as ISO 8601 with microseconds."""
    return (_EPOCH + timedelta(microseconds=utc_ns // 1000)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
