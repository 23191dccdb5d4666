"""Tables with a header line: our own CSV, BIDS events.tsv, the CSV of MNE, and what looks like them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from detector.scoring.marks import Annotations, Mark
from detector.scoring.reading.numbers import AnnotationError, duration_s, mark, moment_ns, perhaps, seconds_ns
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

_ABSOLUTE = ("onset_utc", "start_utc", "utc")
_ONSET = ("onset", "onset_s", "start", "start_s", "begin", "begin_s", "time", "time_s")
_DURATION = ("duration", "duration_s", "length", "length_s")
_END = ("end", "end_s", "stop", "stop_s", "offset", "offset_s")
_LABEL = ("trial_type", "kind", "description", "label", "event_label", "class", "type", "value")
_SIZE = ("p2p_mg",)
_DELIMITERS = "\t,;"
_UNIX_NS = 500_000_000 * NS


def columns_of(head: str) -> list[str]:
    """Return the names in the first line of a table, in small letters; none where it is no table of events."""
    delimiter = max(_DELIMITERS, key=head.count)
    names = [name.strip().strip('"').casefold() for name in head.lstrip("\ufeff").split(delimiter)]
    return names if {*_ABSOLUTE, *_ONSET} & set(names) else []


def read(words: str, path: Path) -> Annotations:
    """Read a table of events."""
    head = words.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    names = columns_of(head)
    rows = csv.reader(io.StringIO(words.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    marks: list[Mark] = []
    absolute = 0
    try:
        next(rows)
        for line, row in enumerate(rows, 2):
            if not any(cell.strip() for cell in row):
                continue
            told = dict(zip(names, row, strict=False))
            found, is_absolute = _mark(told)
            if found is None:
                raise AnnotationError(f"{path.name} names no onset in line {line}")
            absolute += is_absolute
            marks.append(found)
    except csv.Error as error:
        raise AnnotationError(f"{path.name} is no table that can be read ({error})") from error
    if 0 < absolute < len(marks):
        raise AnnotationError(f"{path.name} gives some onsets as dates and others as seconds: use one of them")
    form = "events.tsv" if delimiter == "\t" else "CSV"
    return Annotations(form, tuple(marks), is_absolute=absolute > 0)


def _mark(told: dict[str, str]) -> tuple[Mark | None, bool]:
    label = _first(told, _LABEL) or ""
    said = told.get("label", "").strip()
    if "kind" in told and "found_by" in told:  # our own: what a reviewer says holds
        label = {"": label, "yes": label, "no": "no", "unsure": "unsure"}.get(said, said)
    size = perhaps(_first(told, _SIZE), "an amplitude")
    words = _first(told, _ABSOLUTE) or _first(told, _ONSET)
    if words is None:
        return None, False
    at_ns = moment_ns(words)
    begin_ns = seconds_ns(words, "an onset") if at_ns is None else at_ns
    # No night lasts for years: what counts so many seconds counts them from 1970.
    is_absolute = at_ns is not None or begin_ns >= _UNIX_NS
    lasts = _first(told, _DURATION)
    if lasts is None and (end := _first(told, _END)) is not None:
        end_ns = seconds_ns(end, "an end") if at_ns is None else moment_ns(end)
        lasts = "0" if end_ns is None else repr(max(end_ns - begin_ns, 0) / NS)
    return mark(begin_ns, duration_s(lasts), label, size), is_absolute


def _first(told: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((told[name] for name in names if told.get(name, "").strip()), None)
