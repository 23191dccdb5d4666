"""Events with what reviewers said of them, as rows of a table: their own events stand among the detector's."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from detector.events import EVENT_FIELDS
from detector.night.judgements import fold, place_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.events import Event
    from detector.night import Night
    from detector.night.judgements import Said

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
    return [row for _, row in sorted(rows, key=lambda each: each[0])]


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Write such rows as lines for a person."""
    if not rows:
        return []
    head = (
        f"{'onset (UTC)':>27}  {'seconds':>9}  {'lasts s':>7}  {'kind':<13} {'mg p-p':>7}  {'label':<13} {'how':<8}  "
        f"{'labelled (UTC)':<19}  {'reviewer':<12}  flags"
    )
    return [head, *map(_line, rows)]


def _line(row: dict[str, Any]) -> str:
    p2p = "-" if row["p2p_mg"] is None else f"{row['p2p_mg']:.1f}"
    when = (row["labelled_utc"] or "")[:19].replace("T", " ")
    own = ["the reviewer's own"] if row["found_by"] == REVIEWER else []
    flags = "|".join([*own, *filter(None, [row["flags"]])])
    return (
        f"{row['onset_utc'] or '-':>27}  {row['onset_s']:>9.2f}  {row['duration_s']:>7.2f}  {row['kind']:<13} "
        f"{p2p:>7}  {row['label'] or '-':<13} {row['label_how'] or '':<8}  {when:<19}  {row['reviewer'] or '':<12}  "
        f"{flags}"
    ).rstrip()


def in_words(rows: Iterable[dict[str, Any]]) -> str:
    """Say how many of them have which label."""
    found = list(rows)
    said = Counter(_word(row) for row in found if row["found_by"] == DETECTOR)
    own = sum(row["found_by"] == REVIEWER for row in found)
    words = ", ".join(f"{count} {label}" for label, count in sorted(said.items())) or "none"
    return f"  labels: {words}" + (f"; and {own} of a reviewer's own" if own else "")


def _word(row: dict[str, Any]) -> str:
    if row["label"] is None:
        return "not judged"
    return f"{row['label']} by default" if row["label_how"] == "default" else str(row["label"])


def _row(event: Event, said: Said | None) -> dict[str, Any]:
    told = asdict(event) | dict.fromkeys(LABEL_FIELDS) | {"found_by": DETECTOR}
    return told if said is None else told | _told(said)


def _own(said: Said, first_ns: int, *, has_date: bool) -> dict[str, Any]:
    place = said.place
    row: dict[str, Any] = dict.fromkeys(LABELLED_FIELDS)
    row |= {
        "onset_s": (place.onset_ns - first_ns) / NS,
        "onset_utc": _iso(place.onset_ns) if has_date else "",
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
        "labelled_utc": _iso(said.made_utc_ns),
    }


def _iso(utc_ns: int) -> str:
    return (_EPOCH + timedelta(microseconds=utc_ns // 1000)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
