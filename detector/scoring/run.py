"""From files to a comparison: a night, and whatever it is scored by."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detector.night import SUFFIX, Night
from detector.night.sentences import as_night_error
from detector.scoring import overlap
from detector.scoring.amplitude import measured_mg
from detector.scoring.compare import TOLERANCE_MS, Comparison, chosen_marks, compare
from detector.scoring.reading.forms import read_annotations
from detector.scoring.reading.numbers import AnnotationError, moment_ns
from detector.scoring.sides import annotations_of, chosen_sensor, found_in, said_by, time_of
from detector.scoring.spans import Spans, spans_of
from detector.summary.zone import zone_of

if TYPE_CHECKING:
    from detector.night import Sensor
    from detector.scoring.marks import Annotations

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Parameters
    ----------
    tolerance_ms
        How far the onsets of a pair may lie apart.
    sensor
        The wearable of the night, where it has several.
    kinds, labels, ignore
        As of `detector.scoring.compare.compare`.
    offset_s
        Moves all marks to later times.
    start
        When marks that count from a beginning begin, ISO 8601; None for the first sample of the wearable.
    rate_hz
        Ticks a second of a WFDB file without a header.
    reviewer
        Whose labels are the marks, where ANNOTATIONS is a night; None for what holds of all.
    by
        Whose labels are scored in place of the detector's events; None for the detector's.
    """

    tolerance_ms: float = TOLERANCE_MS
    sensor: str | None = None
    kinds: tuple[str, ...] = ("twitch",)
    labels: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    offset_s: float = 0.0
    start: str | None = None
    rate_hz: float | None = None
    reviewer: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A night that has been scored.

    Parameters
    ----------
    night, annotations
        The files.
    sensor, form
        The wearable, and what the annotations are.
    comparison
        What came of it.
    notes
        Sentences worth telling the user.
    """

    night: Path
    annotations: Path
    sensor: str
    form: str
    comparison: Comparison
    notes: tuple[str, ...] = field(default=())


def score(night: Path, annotations: Path, wish: Wish | None = None) -> Scored:
    """Score a night.

    Parameters
    ----------
    night
        Its file.
    annotations
        A file of annotations, or a night with labels: the same one, or another of the same time.
    wish
        What is asked for.

    Raises
    ------
    FasciwatchError
        Where one cannot be read, or less than half of the marks lie within the night: with the offset that would fit.
    """
    wish = wish or Wish()
    with Night(night) as opened:
        opened.see_that_it_is_whole()
        with as_night_error(opened.path):
            return _score(opened, annotations, wish)


def _score(night: Night, path: Path, wish: Wish) -> Scored:
    sensor = chosen_sensor(night, wish.sensor)
    time = time_of(night, sensor.name)
    said, unclear = _annotations(night, sensor, path, wish, time.start_ns)
    said = said.later(wish.offset_s)
    if wish.by is None:
        found = found_in(night, sensor.name)
    else:
        found, not_said = said_by(night, sensor.name, wish.by)
        unclear = spans_of(map(tuple, np.concatenate([unclear, not_said]).tolist()))
    marks = said.marks
    if not marks:
        raise AnnotationError(f"{path.name} holds no marks: there is nothing to compare with")
    tolerance_ns = round(wish.tolerance_ms * 1e6)
    wanted = chosen_marks(marks, wish.kinds, wish.labels, wish.ignore)
    onsets = np.array([mark.onset_ns for mark, is_it in zip(marks, wanted, strict=True) if is_it], np.int64)
    events = found.onset_ns[np.isin(found.kind, list(wish.kinds))]
    overlap.see_that_they_overlap(onsets, events, time, tolerance_ns, path.name)
    notes = [*said.notes]
    if (hint := overlap.better_offset(onsets, events, tolerance_ns)) is not None:
        notes.append(hint)
    if wish.labels and not len(onsets):
        there = ", ".join(sorted({mark.label for mark in marks})[:10])
        raise AnnotationError(f"{path.name} has no marks called {' or '.join(wish.labels)}: it has {there}")
    told = compare(
        found,
        marks,
        time,
        tolerance_ms=wish.tolerance_ms,
        kinds=wish.kinds,
        labels=wish.labels,
        ignore=wish.ignore,
        unclear=unclear,
        mark_mg=measured_mg(night, sensor.name, marks),
    )
    if told.outside:
        notes.append(f"{told.outside} marks lie where nothing was recorded, or it was not worn: they do not count.")
    if not told.is_measured:
        notes.append("An older fasciwatch made the night: all time without a mark is taken for quiet.")
    return Scored(night.path, path, sensor.name, said.form, told, tuple(notes))


def _annotations(night: Night, sensor: Sensor, path: Path, wish: Wish, start_ns: int) -> tuple[Annotations, Spans]:
    nothing = spans_of(())
    if path.suffix == SUFFIX:
        with Night(path) as other:
            other.see_that_it_is_whole()
            worn = chosen_sensor(other, _same(other, sensor) or wish.sensor)
            with as_night_error(path):
                return annotations_of(other, worn.name, wish.reviewer)
    said = read_annotations(path, rate_hz=wish.rate_hz, zone=zone_of(night.runs))
    if said.is_absolute and not sensor.has_date:
        raise AnnotationError(f"{path.name} gives dates, and the night has none: write seconds from its first sample")
    return said.from_beginning(_beginning(path, wish, start_ns)), nothing


def _same(other: Night, sensor: Sensor) -> str | None:
    """Return the wearable of another night that is called the same."""
    return sensor.name if any(each.name == sensor.name for each in other.sensors) else None


def _beginning(path: Path, wish: Wish, start_ns: int) -> int:
    """When marks that count from a beginning begin, in ns of UTC."""
    if wish.start is not None:
        at_ns = moment_ns(wish.start)
        if at_ns is None:
            raise AnnotationError(f"{wish.start!r} is no time such as 2026-11-23T22:00:00Z")
        return at_ns
    scanned = _scanned_ns(path)
    return start_ns if scanned is None else scanned


def _scanned_ns(path: Path) -> int | None:
    """Return the acquisition time that BIDS has beside an events.tsv, where it says UTC."""
    if not path.name.endswith("_events.tsv"):
        return None
    for scans in sorted(path.parent.parent.glob("*_scans.tsv")):
        with contextlib.suppress(OSError, ValueError):
            for line in scans.read_text(encoding="utf-8").splitlines()[1:]:
                cells = line.split("\t")
                if len(cells) > 1 and cells[1].endswith("Z"):
                    return (datetime.fromisoformat(cells[1]) - _EPOCH) // timedelta(microseconds=1) * 1000
    return None
