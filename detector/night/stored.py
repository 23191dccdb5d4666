"""The rows of a night's file as what they stand for: every value is looked at before anything is reckoned with it.

Each function takes the columns of `detector.night.schema.sealed` (of samples: those that `detector.night.statements`
names), and raises `ValueError` where a value is of another type, or what it cannot be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from detector.events import KINDS, Event, Kind
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night.codec import arrays
from detector.night.codec.segment import Anchors, unpack_anchors
from detector.night.codec.typed import (
    LONGEST_NS,
    MOST_SAMPLES,
    RATES_HZ,
    blob,
    integer,
    iso_ns,
    measured,
    moment,
    perhaps_real,
    real,
    shown,
    text,
)
from detector.night.judging.judgements import Place
from detector.night.records import SOURCES, MadeBy, Row, Run, Segment, Sensor, Source, row_checksum
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import CHIP_CELSIUS, NS, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SENSORS = 100
_MOST_NUMBER = 1 << 31
_LONGEST_EVENT_S = 1e9
_LONGEST_SETTINGS = 100_000
_SIGNS = frozenset(Sign)


def sensors_of(rows: Iterable[Sequence[Any]]) -> dict[int, Sensor]:
    """Return wearables by number; names that foreign characters alone told apart are told apart by a number."""
    found: dict[int, Sensor] = {}
    for number, *rest in rows:
        if len(found) == MOST_SENSORS:
            raise ValueError(f"it names more than {MOST_SENSORS} wearables")
        sensor = _sensor(rest, {each.name for each in found.values()})
        found[integer(number, "a wearable's number", 0, _MOST_NUMBER)] = sensor
    return found


def _sensor(values: Sequence[Any], taken: set[str]) -> Sensor:
    name, model, nominal_hz, range_g, lsb_g, firmware, serial, place, has_date = values
    plain = clean(text(name, "a wearable's name"))
    others = (f"{plain} ({number})" for number in range(2, MOST_SENSORS + 2))
    return Sensor(
        plain if plain not in taken else next(other for other in others if other not in taken),
        clean(text(model, "a wearable's model")),
        real(nominal_hz, "a wearable's rate", *RATES_HZ),
        perhaps_real(range_g, "a wearable's range", 1e-9, 1e9),
        perhaps_real(lsb_g, "a wearable's resolution", 1e-12, 1e9),
        _perhaps(firmware, "a wearable's firmware"),
        _perhaps(serial, "a wearable's serial number"),
        _perhaps(place, "a wearable's place"),
        has_date=integer(has_date, "whether there are dates", 0, 1) == 1,
    )


def run_of(values: Sequence[Any]) -> Run:
    """Return a run of the recorder."""
    number, started, ended, version, settings, digest, python, numba, source, name, file_sha256, timezone = values
    words = text(settings, "settings")
    if len(words) > _LONGEST_SETTINGS or sha256(words.encode()).hexdigest() != digest:
        raise ValueError("the settings of a run are not those that their checksum is of")
    try:
        told = json.loads(words)
    except RecursionError:
        told = None
    if not isinstance(told, Mapping):
        raise ValueError("the settings of a run are no settings")  # noqa: TRY004 - damage, not a mistake of the caller
    if source not in SOURCES:
        raise ValueError(f"the source of a run cannot be {shown(source)}")
    made_by = MadeBy(
        moment(started, "the start of a run"),
        clean(text(version, "a version")),
        told,
        clean(text(python, "a version of Python")),
        _perhaps(numba, "a version of numba"),
        cast("Source", source),
        _perhaps(name, "the file of a run"),
        _perhaps(file_sha256, "the checksum of a file"),
        _perhaps(timezone, "a time zone"),
    )
    ended_ns = None if ended is None else moment(ended, "the end of a run")
    return Run(integer(number, "a run's number", 0, _MOST_NUMBER), made_by, digest, ended_ns)


def event_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> tuple[int, Event]:
    """Return the onset of an event (UTC in ns, without a date on the clock of its samples), and the event."""
    _run, number, onset_ns, onset_s, onset_utc, duration_s, kind, *measures, family, name, flags = values
    peak, p2p, snr, score, dominant, x, y, z = (measured(value, "what is measured of an event") for value in measures)
    sensor = _named(sensors, number, "an event")
    if kind not in KINDS:
        raise ValueError(f"an event is of no kind that is known: {shown(kind)}")
    at_ns = moment(onset_ns, "an event's onset")
    words = text(onset_utc, "an event's onset")
    if words and iso_ns(words) != at_ns:
        raise ValueError(f"the onset of a {kind} is told in two ways that differ")
    text(name, "an event's wearable")
    if math.isnan(score):
        raise ValueError("an event has no score")
    event = Event(
        real(onset_s, "an event's onset", -1e10, 1e10),
        words,
        real(duration_s, "an event's duration", 0, _LONGEST_EVENT_S),
        cast("Kind", kind),
        peak,
        p2p,
        snr,
        score,
        dominant,
        x,
        y,
        z,
        integer(family, "an event's family", -1, _MOST_NUMBER),
        sensor,
        clean(text(flags, "an event's flags")),
    )
    return at_ns, event


def event_place_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> Place:
    """Return where an event lies, of its sensor_id, onset_ns, duration_s and kind alone."""
    number, onset_ns, duration_s, kind = values
    if kind not in KINDS:
        raise ValueError(f"an event is of no kind that is known: {shown(kind)}")
    began_ns = moment(onset_ns, "an event's onset")
    length_s = real(duration_s, "an event's duration", 0, _LONGEST_EVENT_S)
    return Place(_named(sensors, number, "an event"), began_ns, began_ns + round(length_s * NS), kind)


def gap_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> tuple[int, Gap]:
    """Return the number of the sample that a gap lies before, and the gap."""
    number, before_index, start_ns, end_ns, cause = values
    sensor = _named(sensors, number, "a gap")
    gap = Gap(moment(start_ns, "a gap's start"), moment(end_ns, "a gap's end"), clean(text(cause, "a cause")), sensor)
    if not 0 <= gap.end_ns - gap.start_ns <= LONGEST_NS:
        raise ValueError("a gap ends before it begins, or more than a hundred years after")
    return integer(before_index, "a gap's place"), gap


def rate_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> tuple[int, float]:
    """Return from which sample on the detector was made for a rate, and the rate in Hz."""
    number, first_index, nominal_hz = values
    _named(sensors, number, "a rate")
    return integer(first_index, "where a rate begins"), real(nominal_hz, "a rate", *RATES_HZ)


def level_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> tuple[str, int, float]:
    """Return of whom, when and in percent a battery's level was told."""
    number, utc_ns, percent = values
    return (
        _named(sensors, number, "a battery's level"),
        moment(utc_ns, "when a level was told"),
        real(percent, "a battery's level", 0, 100),
    )


def warmth_of(values: Sequence[Any], sensors: Mapping[int, Sensor]) -> tuple[str, int, float]:
    """Return of whom, when and in °C a temperature was told."""
    number, utc_ns, celsius = values
    return (
        _named(sensors, number, "a temperature"),
        moment(utc_ns, "when a temperature was told"),
        real(celsius, "a temperature", *CHIP_CELSIUS),
    )


def minute_of(values: Sequence[Any]) -> Minute:
    """Return what shows in a minute that a wearable is worn."""
    _number, minute_ns, sign = values
    if moment(minute_ns, "a minute") % MINUTE_NS or sign not in _SIGNS:
        raise ValueError(f"a mark of wear cannot be {shown(sign)}")
    return Minute(minute_ns, Sign(sign))


def measured_of(values: Sequence[Any]) -> MeasuredMinute:
    """Return in what part of a minute twitches could be measured."""
    _number, minute_ns, observed_s, measurable_s, why, *numbers = values
    minute = MeasuredMinute(
        moment(minute_ns, "a minute"),
        real(observed_s, "the time observed"),
        real(measurable_s, "the time measurable"),
        text(why, "a reason"),
        *(perhaps_real(value, "what was measured in a minute") for value in numbers),
    )
    if not minute.is_sound:
        raise ValueError("what was measurable in a minute contradicts itself")
    return minute


def clock_of(values: Sequence[Any]) -> tuple[int, str | None, int]:
    """Return the run, the start of the computer and the offset of a clock."""
    run, boot, offset_ns = values
    return (
        integer(run, "a run's number", 0, _MOST_NUMBER),
        None if boot is None else text(boot, "a start of the computer"),
        moment(offset_ns, "the offset of a clock"),
    )


def segment_of(values: Sequence[Any]) -> Segment:
    """Return a minute of samples, whose checksum is not looked at yet."""
    segment = Segment(*values)
    for what in ("first_index", "end_index", "row_count", "extremes_codec", "codec", "crc32"):
        integer(getattr(segment, what), f"{what} of a minute")
    for what in ("start_ns", "end_ns"):
        moment(getattr(segment, what), f"{what} of a minute")
    for what in ("anchors", "extremes", "samples"):
        blob(getattr(segment, what), f"{what} of a minute")
    if not 0 < segment.row_count <= segment.end_index - segment.first_index <= MOST_SAMPLES:
        raise ValueError(f"a minute cannot hold samples {segment.first_index} to {segment.end_index}")
    return segment


def anchors_of(values: Sequence[Any]) -> Anchors:
    """Return where the rows of a minute lie in time, of its end_index, row_count and anchors."""
    _end_index, row_count, packed = values
    count = integer(row_count, "row_count of a minute", 1, MOST_SAMPLES)
    return unpack_anchors(blob(packed, "anchors of a minute"), count)


def row_place_of(values: Sequence[Any]) -> tuple[int, float, int]:
    """Return the start (UTC in ns), the rate in Hz and the number of samples of a second."""
    start_ns, rate_hz, n = values
    return (
        moment(start_ns, "the start of a second"),
        real(rate_hz, "a rate", *RATES_HZ),
        integer(n, "the number of samples in a second", 1, MOST_SAMPLES),
    )


def row_of(values: Sequence[Any]) -> Row:
    """Return a second of samples."""
    first_index, start_ns, rate_hz, n, codec_id, crc32, samples = values
    place = (integer(first_index, "the number of a sample"), *row_place_of((start_ns, rate_hz, n)))
    # First of all: a damaged length must not be believed.
    known = integer(codec_id, "a codec"), blob(samples, "the samples of a second")
    if row_checksum(place, *known) != crc32:
        raise ValueError(f"the checksum of the row at sample {first_index} is wrong")
    return Row(*place[:3], arrays.decode(*known, place[3]))


def _named(sensors: Mapping[int, Sensor], number: object, what: str) -> str:
    if not isinstance(number, int) or number not in sensors:
        raise ValueError(f"{what} belongs to no wearable")
    return sensors[number].name


def _perhaps(value: object, what: str) -> str | None:
    return None if value is None else clean(text(value, what))
