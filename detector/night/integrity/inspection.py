"""What of a night is sound: every checksum, number and time of it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.codec import arrays, notifications
from detector.night.codec.segment import extremes_of, unfold
from detector.night.codec.typed import blob, integer, shown
from detector.night.integrity.found import Hole, Inspection, Part
from detector.night.integrity.judged_rows import judged_rows
from detector.night.integrity.salvage import Reader, read_table
from detector.night.integrity.small_rows import BACK_S, gaps, rates, small_rows, wearables
from detector.night.records import Segment
from detector.night.schema import definitions, newer_than
from detector.night.statements import ROW_COLUMNS, SEGMENT_COLUMNS
from detector.night.stored import row_of, segment_of
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator


AHEAD_S = 1.5
"""So far it may begin after it without a gap."""


def inspect(reader: Reader) -> Inspection:
    """Look at all of a night.

    Returns
    -------
    Inspection
        What was found, and what there is to find it in.

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
    judged_rows(found)
    _raw(found)
    return found


def _parts(found: Inspection, number: int) -> Iterator[Part]:
    for row, segment in found.named("segment"):
        if segment["sensor"] != number:
            continue
        try:
            yield _segment(row, segment_of([segment[name] for name in SEGMENT_COLUMNS]))
        except ValueError as error:
            found.find(f"a minute is damaged: {error}", number, moment_or_none(segment["start_ns"]))
    for row, second in found.named("row"):
        if second["sensor"] != number:
            continue
        try:
            samples = row_of([second[name] for name in ROW_COLUMNS])
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
    stored = arrays.decode(segment.extremes_codec, segment.extremes, 2 * segment.row_count)
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
            if (
                notifications.raw_checksum(first, count, blob(group["notifications"], "raw notifications"))
                != group["crc32"]
            ):
                raise ValueError("its checksum is wrong")  # noqa: TRY301 - as if it could not be unpacked
            notifications.unpack(group["notifications"], group["n"])
        except ValueError as error:
            found.find(f"raw notifications from {shown(group['first'])} on are damaged: {error}", group["sensor"])
        else:
            found.sound["raw"].append(row)


def moment_or_none(value: object) -> int | None:
    """Return a value where it can be a time."""
    return value if isinstance(value, int) else None
