"""What of a night is sound: every checksum, number and time of it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night import codec, notifications
from detector.night.salvage import Reader, Table, read_table
from detector.night.seals import SEAL, SEALED
from detector.night.segment import Segment, extremes_of, unfold
from detector.night.small_rows import BACK_S, gaps, rates, small_rows, wearables
from detector.night.stored import ROW_COLUMNS, row_of, segment_of
from detector.night.tables import definitions, newer_than
from detector.night.track import raw_checksum
from detector.night.typed import blob, integer, shown
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detector.night.records import Sensor

AHEAD_S = 1.5
"""So far it may begin after it without a gap."""


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
    wearables
        The wearables themselves, by number.
    unsealed
        How many events and gaps have no checksum: an older fasciwatch wrote them.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    sensors: dict[int, str] = field(default_factory=dict)
    parts: dict[int, list[Part]] = field(default_factory=dict)
    holes: dict[int, list[Hole]] = field(default_factory=dict)
    sound: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    wearables: dict[int, Sensor] = field(default_factory=dict)
    unsealed: int = 0

    def named(self, table: str) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
        """Yield the rows of a table, each as it is and by the names of its columns."""
        found = self.tables[table]
        return ((row, dict(zip(found.columns, row, strict=True))) for row in found.rows)

    def values(self, table: str) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], Any]]:
        """Yield the rows of a table: each as it is, the values that its checksum is over, and the checksum."""
        found = self.tables[table]
        places = [found.columns.index(name) for name in (*SEALED[table], SEAL)]
        for row in found.rows:
            *values, stored = (row[place] for place in places)
            yield row, tuple(values), stored

    def sound_by_name(self, table: str) -> Iterator[Mapping[str, Any]]:
        """Yield the sound rows of a table by the names of its columns."""
        return (dict(zip(self.tables[table].columns, row, strict=True)) for row in self.sound[table])

    def find(self, what: str, number: object = None, start_ns: int | None = None) -> None:
        """Add to what is wrong."""
        # A damaged number may be of any type.
        self.findings.append(Finding(what, self.sensors.get(number) if isinstance(number, int) else None, start_ns))


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
    if any(table.is_newer for name, table in found.tables.items() if name not in later):
        found.find(f"it is said to be of format {reader.version}, which has no checksums of events and gaps")
    wearables(found)
    for number in found.sensors:
        found.parts[number] = _in_order(found, number, sorted(_parts(found, number), key=lambda part: part.first_index))
    gaps(found)
    rates(found)
    for number in found.sensors:
        found.holes[number] = list(_holes(found, number))
    small_rows(found)
    _raw(found)
    return found


def _parts(found: Inspection, number: int) -> Iterator[Part]:
    for row, segment in found.named("segment"):
        if segment["sensor"] != number:
            continue
        try:
            yield _segment(row, segment_of([segment[each.name] for each in fields(Segment)]))
        except ValueError as error:
            found.find(f"a minute is damaged: {error}", number, moment_or_none(segment["start_ns"]))
    for row, second in found.named("row"):
        if second["sensor"] != number:
            continue
        try:
            samples = row_of([second[name] for name in ROW_COLUMNS.split(", ")])
        except ValueError as error:
            found.find(f"a second is damaged: {error}", number, moment_or_none(second["start_ns"]))
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
            if index != expected and GapCause.DAMAGED not in told:
                found.find(f"samples {expected} to {index} are not there", number, due_ns)
                yield Hole(index, min(due_ns, start_ns), start_ns)
            elif not told and start_ns > due_ns + AHEAD_S * NS:
                found.find(f"{(start_ns - due_ns) / NS:.3f} s are missing without a gap", number, due_ns)
                yield Hole(index, due_ns, start_ns)
            expected, before_ns = end_index, end_ns


def _raw(found: Inspection) -> None:
    for row, group in found.named("raw"):
        try:
            first, count = (integer(group[name], "the number of a notification") for name in ("first", "n"))
            if raw_checksum(first, count, blob(group["notifications"], "raw notifications")) != group["crc32"]:
                raise ValueError("its checksum is wrong")  # noqa: TRY301 - as if it could not be unpacked
            notifications.unpack(group["notifications"], group["n"])
        except ValueError as error:
            found.find(f"raw notifications from {shown(group['first'])} on are damaged: {error}", group["sensor"])
        else:
            found.sound["raw"].append(row)


def moment_or_none(value: object) -> int | None:
    """Return a value where it can be a time."""
    return value if isinstance(value, int) else None
