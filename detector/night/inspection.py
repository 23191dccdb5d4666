"""What of a night is sound: every checksum, number and time of it is looked at."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.events import KINDS
from detector.night import codec, notifications
from detector.night.inbox import QUEUE_FULL
from detector.night.salvage import Reader, Table, read_table
from detector.night.segment import Segment, extremes_of, unfold
from detector.night.standing import ROW_COLUMNS, restore_row
from detector.night.tables import definitions, newer_than
from detector.night.track import raw_checksum
from detector.wear.measured import MeasuredMinute
from detector.wear.minutes import MINUTE_NS
from detector.wear.signs import Sign
from firmware_bridge.samples import CHIP_CELSIUS, DAMAGED, NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BACK_S = 0.5
"""So far a row of an older fasciwatch may begin before the end of the one before it; today's never does."""
AHEAD_S = 1.5
"""So far it may begin after it without a gap."""
BESIDE_S = 2.0
"""So far an event may lie outside the samples: its onset is told by the map of its own moment."""

_FULL = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a night.

    Parameters
    ----------
    what
        In words.
    sensor
        The wearable it is about, if it is about one.
    start_ns
        When, in UTC in ns, where that is known.
    """

    what: str
    sensor: str | None = None
    start_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive samples that are sound, as they are stored.

    Parameters
    ----------
    table, stored
        Where, and the row there.
    first_index, end_index
        Numbers of the first sample and of the one after the last.
    rows
        Of each row the numbers of its first sample and of the one after its last, its start and its end (UTC in ns).
    """

    table: str
    stored: tuple[Any, ...]
    first_index: int
    end_index: int
    rows: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples that are not there, and that no gap tells of.

    Parameters
    ----------
    before_index
        Number of the first sample after it.
    start_ns, end_ns
        UTC between which they lay, in ns.
    """

    before_index: int
    start_ns: int
    end_ns: int


@dataclass(slots=True)
class Inspection:
    """What is sound of a night, and what is not.

    Parameters
    ----------
    tables
        What can be read of each, sound or not; those that others refer to first.
    sensors
        Names by number.
    parts, holes
        By the number of the sensor.
    sound
        Of every other table the rows that are sound.
    findings
        What is wrong.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    sensors: dict[int, str] = field(default_factory=dict)
    parts: dict[int, list[Part]] = field(default_factory=dict)
    holes: dict[int, list[Hole]] = field(default_factory=dict)
    sound: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def named(self, table: str) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
        """Yield the rows of a table, each as it is and by the names of its columns."""
        found = self.tables[table]
        return ((row, dict(zip(found.columns, row, strict=True))) for row in found.rows)

    def sound_by_name(self, table: str) -> Iterator[Mapping[str, Any]]:
        """Yield the sound rows of a table by the names of its columns."""
        return (dict(zip(self.tables[table].columns, row, strict=True)) for row in self.sound[table])

    def find(self, what: str, number: int | None = None, start_ns: int | None = None) -> None:
        """Add to what is wrong."""
        self.findings.append(Finding(what, None if number is None else self.sensors.get(number), start_ns))


def inspect(reader: Reader) -> Inspection:
    """Look at all of a night.

    Raises
    ------
    sqlite.Error
        Where something else than damage is in the way.
    """
    found = Inspection()
    later = newer_than(reader.version)
    for name, definition in definitions().items():
        found.tables[name] = read_table(reader, name, definition)
        found.sound[name] = []
        if not found.tables[name].is_whole and name not in later:
            found.find(f"part of the table {name!r} cannot be read, or its definition is damaged")
        elif found.tables[name].is_whole and name in later:
            found.find(f"it is said to be of format {reader.version}, which has no table {name!r}")
    found.sound["made_by"] = found.tables["made_by"].rows
    _clocks(found)
    _rates(found)
    for row, sensor in found.named("sensor"):
        found.sensors[sensor["id"]] = sensor["name"]
        found.sound["sensor"].append(row)
    for number in found.sensors:
        found.parts[number] = _in_order(found, number, sorted(_parts(found, number), key=lambda part: part.first_index))
    _gaps(found)
    for number in found.sensors:
        found.holes[number] = list(_holes(found, number))
    _events(found)
    _raw(found)
    _levels(found)
    return found


def _parts(found: Inspection, number: int) -> Iterator[Part]:
    for row, segment in found.named("segment"):
        if segment["sensor"] != number:
            continue
        try:
            yield _segment(row, Segment(*(segment[each.name] for each in fields(Segment))))
        except (ValueError, TypeError, OverflowError) as error:
            found.find(f"a minute is damaged: {error}", number, _moment(segment["start_ns"]))
    for row, second in found.named("row"):
        if second["sensor"] != number:
            continue
        try:
            samples = restore_row(tuple(second[name] for name in ROW_COLUMNS.split(", ")))
        except (ValueError, TypeError, OverflowError) as error:
            found.find(f"a second is damaged: {error}", number, _moment(second["start_ns"]))
        else:
            place = (samples.first_index, samples.end_index, samples.start_ns, samples.end_ns)
            yield Part("row", row, samples.first_index, samples.end_index, (place,))


def _segment(row: tuple[Any, ...], segment: Segment) -> Part:
    """Unfold a minute.

    Raises
    ------
    ValueError
        Where it is damaged, or its parts contradict each other.
    """
    rows = unfold(segment)
    xyz = np.concatenate([each.xyz for each in rows])
    if sum(len(each.xyz) for each in rows) != segment.end_index - segment.first_index:
        raise ValueError(f"the rows of samples {segment.first_index} to {segment.end_index} are not all there")
    extremes = np.concatenate(extremes_of(xyz, [each.first_index - segment.first_index for each in rows]))
    stored = codec.decode(segment.extremes_codec, segment.extremes, 2 * segment.row_count)
    if not np.array_equal(stored, extremes, equal_nan=True):
        raise ValueError(f"the overview of samples {segment.first_index} to {segment.end_index} is not theirs")
    if segment.start_ns != min(each.start_ns for each in rows) or segment.end_ns != max(each.end_ns for each in rows):
        raise ValueError(f"the times of samples {segment.first_index} to {segment.end_index} contradict each other")
    places = tuple((each.first_index, each.end_index, each.start_ns, each.end_ns) for each in rows)
    return Part("segment", row, segment.first_index, segment.end_index, places)


def _in_order(found: Inspection, number: int, parts: list[Part]) -> list[Part]:
    """Leave out what stands in the place of others."""
    kept: list[Part] = []
    for part in parts:
        if kept and part.first_index < kept[-1].end_index:
            found.find(f"samples {part.first_index} to {kept[-1].end_index} are there twice", number, part.rows[0][2])
        else:
            kept.append(part)
    return kept


def _gaps(found: Inspection) -> None:
    for row, gap in found.named("gap"):
        number, start_ns = gap["sensor"], _moment(gap["start_ns"])
        if number not in found.sensors:
            found.find("a gap belongs to no wearable", None, start_ns)
        elif start_ns is None or not isinstance(gap["end_ns"], int) or gap["end_ns"] < start_ns:
            found.find("a gap ends before it begins", number, start_ns)
        else:
            found.sound["gap"].append(row)


def _holes(found: Inspection, number: int) -> Iterator[Hole]:
    """Hold the numbers and times of a wearable's samples against its gaps."""
    causes: dict[int, set[str]] = {}
    for gap in found.sound_by_name("gap"):
        if gap["sensor"] == number:
            causes.setdefault(gap["before_index"], set()).add(gap["cause"])
    # What an older fasciwatch has recorded has no rate, and rows that lie over each other by some ms.
    strict_from = min(
        (rate["first_index"] for rate in found.sound_by_name("rate") if rate["sensor"] == number), default=None
    )
    expected = 0
    before_ns: int | None = None
    for part in found.parts[number]:
        for index, end_index, start_ns, end_ns in part.rows:
            told = causes.get(index, set())
            due_ns = start_ns if before_ns is None else before_ns
            back_s = BACK_S if strict_from is None or index < strict_from else 0
            if start_ns < due_ns - back_s * NS:
                found.find(f"time goes back by {(due_ns - start_ns) / NS:.3f} s", number, start_ns)
            if index != expected and DAMAGED not in told:
                found.find(f"samples {expected} to {index} are not there", number, due_ns)
                yield Hole(index, min(due_ns, start_ns), start_ns)
            elif not told and start_ns > due_ns + AHEAD_S * NS:
                found.find(f"{(start_ns - due_ns) / NS:.3f} s are missing without a gap", number, due_ns)
                yield Hole(index, due_ns, start_ns)
            expected, before_ns = end_index, end_ns


def _events(found: Inspection) -> None:
    spans = {number: _spans(found, number) for number in found.parts}
    runs = {run["id"] for _, run in found.named("made_by")}
    for row, event in found.named("event"):
        number, onset_ns = event["sensor_id"], _moment(event["onset_ns"])
        numbers = [event[name] for name in ("onset_s", "duration_s", "score")]
        if number not in found.sensors or event["sensor"] != found.sensors[number]:
            found.find("an event belongs to no wearable", None, onset_ns)
        elif event["run"] not in runs:
            found.find("nothing says what made an event", number, onset_ns)
        elif event["kind"] not in KINDS:
            found.find(f"an event is of no kind that is known: {event['kind']!r}", number, onset_ns)
        elif onset_ns is None or not all(isinstance(each, float) and math.isfinite(each) for each in numbers):
            found.find("an event has no time, duration or score", number, onset_ns)
        elif not _inside(onset_ns, spans[number]):
            found.find(f"a {event['kind']} lies where there are no samples", number, onset_ns)
        else:
            found.sound["event"].append(row)


def _spans(found: Inspection, number: int) -> tuple[list[int], list[int]]:
    """Start and end of each row, each sorted; and of what the queue had no room for: the detector saw those samples."""
    spans = [row[2:] for part in found.parts[number] for row in part.rows]
    spans += [
        (gap["start_ns"], gap["end_ns"])
        for gap in found.sound_by_name("gap")
        if gap["sensor"] == number and gap["cause"] == QUEUE_FULL
    ]
    return sorted(start_ns for start_ns, _ in spans), sorted(end_ns for _, end_ns in spans)


def _inside(moment_ns: int, spans: tuple[list[int], list[int]]) -> bool:
    """Whether a moment lies in one of them, or beside one."""
    starts, ends = spans
    margin_ns = round(BESIDE_S * NS)
    return bisect.bisect_right(starts, moment_ns + margin_ns) > bisect.bisect_left(ends, moment_ns - margin_ns)


def _raw(found: Inspection) -> None:
    for row, group in found.named("raw"):
        try:
            if raw_checksum(group["first"], group["n"], group["notifications"]) != group["crc32"]:
                raise ValueError("its checksum is wrong")  # noqa: TRY301 - as if it could not be unpacked
            notifications.unpack(group["notifications"], group["n"])
        except (ValueError, TypeError) as error:
            found.find(f"raw notifications from {group['first']} on are damaged: {error}", group["sensor"])
        else:
            found.sound["raw"].append(row)


def _levels(found: Inspection) -> None:
    for row, level in found.named("battery"):
        if level["sensor"] in found.sensors and 0 <= level["percent"] <= _FULL:
            found.sound["battery"].append(row)
        else:
            found.find("a battery's level is none", level["sensor"], _moment(level["utc_ns"]))
    for row, warmth in found.named("temperature"):
        if warmth["sensor"] in found.sensors and CHIP_CELSIUS[0] <= warmth["celsius"] <= CHIP_CELSIUS[1]:
            found.sound["temperature"].append(row)
        else:
            found.find("a temperature is none", warmth["sensor"], _moment(warmth["utc_ns"]))
    for row, minute in found.named("wear"):
        known = minute["sign"] in set(Sign) and minute["minute_ns"] % MINUTE_NS == 0
        if minute["sensor"] in found.sensors and known:
            found.sound["wear"].append(row)
        else:
            found.find("a mark of wear is none", minute["sensor"], _moment(minute["minute_ns"]))

    for row, minute in found.named("minute"):
        number, *told = minute.values()
        if number in found.sensors and _is_sound(told):
            found.sound["minute"].append(row)
        else:
            found.find("what was measurable in a minute contradicts itself", number, _moment(minute["minute_ns"]))


def _is_sound(told: list[Any]) -> bool:
    try:
        return MeasuredMinute(*told).is_sound
    except TypeError:  # damage makes words of numbers
        return False


def _clocks(found: Inspection) -> None:
    runs = {run["id"] for _, run in found.named("made_by")}
    for row, clock in found.named("clock"):
        if clock["run"] in runs and _moment(clock["offset_ns"]) is not None:
            found.sound["clock"].append(row)
        else:
            found.find("a clock belongs to no run of the recorder")


def _rates(found: Inspection) -> None:
    sensors = {sensor["id"] for _, sensor in found.named("sensor")}
    for row, rate in found.named("rate"):
        number, first_index, nominal_hz = rate["sensor"], rate["first_index"], rate["nominal_hz"]
        is_sound = isinstance(first_index, int) and isinstance(nominal_hz, float) and 0 < nominal_hz < math.inf
        if number in sensors and is_sound and first_index >= 0:
            found.sound["rate"].append(row)
        else:
            found.find("a rate is none, or of no wearable")


def _moment(value: object) -> int | None:
    return value if isinstance(value, int) else None
