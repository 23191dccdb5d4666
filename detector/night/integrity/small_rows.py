"""What of a night is sound beside its samples: runs, wearables, gaps, events, levels and minutes, row by row."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.integrity.mended import mended_run, mended_sensor, unsealed
from detector.night.schema import sealed
from detector.night.seals import MOST_ROWS, check_seal
from detector.night.stored import (
    MOST_SENSORS,
    clock_of,
    event_of,
    gap_of,
    level_of,
    measured_of,
    minute_of,
    rate_of,
    run_of,
    sensors_of,
    warmth_of,
)
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from detector.night.integrity.found import Inspection

    Spans = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

BACK_S = 0.5
"""So far a row of an older fasciwatch may begin before the end of the one before it; today's never does."""
BESIDE_S = 2.0
"""So far an event may lie outside the samples: its onset is told by the map of its own moment."""


def wearables(found: Inspection) -> None:
    """Look at the runs and wearables. Everything else refers to them: of one that is damaged what can be is kept."""
    for row, values, stored in found.values("made_by"):
        try:
            check_seal("made_by", values, stored)
            run_of(values)
        except ValueError as error:
            found.find(f"what made the night is damaged: {error}")
            found.sound["made_by"].append(unsealed("made_by", mended_run(values)))
        else:
            found.sound["made_by"].append(row)
    known: list[Sequence[Any]] = []
    for row, values, stored in found.values("sensor"):
        if len(known) == MOST_SENSORS:
            found.find(f"it names more than {MOST_SENSORS} wearables")
            break
        try:
            check_seal("sensor", values, stored)
            sensors_of([values])
        except ValueError as error:
            found.find(f"what is told of a wearable is damaged: {error}")
            mended = mended_sensor(values, [segment for _, segment in found.named("segment")])
            if mended is None:
                continue
            row, values = unsealed("sensor", mended), mended  # noqa: PLW2901 - in its place
        known.append(values)
        found.sound["sensor"].append(row)
    found.wearables = sensors_of(known)
    found.sensors = {number: one.name for number, one in found.wearables.items()}


def gaps(found: Inspection) -> None:
    """Look at the gaps, and hold them against the samples: nothing is missing where there is something."""
    spans = {number: _spans([row[2:] for part in parts for row in part.rows]) for number, parts in found.parts.items()}

    def look(values: Sequence[Any]) -> None:
        _, gap = gap_of(values, found.wearables)
        over_s = _overlap_ns(gap.start_ns, gap.end_ns, spans[values[0]]) / NS
        if over_s > BACK_S:
            raise ValueError(f"a gap lies over {over_s:.3f} s of samples")

    each_row(found, "gap", look, "sensor", "start_ns")


def rates(found: Inspection) -> None:
    """Look at the rates that the detector was made for."""
    each_row(found, "rate", lambda values: rate_of(values, found.wearables), "sensor")


def small_rows(found: Inspection) -> None:
    """Look at the events, and at what is told of a moment or a minute."""
    sensors = found.wearables
    _events(found)
    runs = {row[0] for row in found.sound["made_by"]}

    def look_at_clock(values: Sequence[Any]) -> None:
        if clock_of(values)[0] not in runs:
            raise ValueError("a clock belongs to no run of the recorder")

    def look_at_minute(restore: Callable[[Sequence[Any]], object]) -> Callable[[Sequence[Any]], None]:
        def look(values: Sequence[Any]) -> None:
            restore(values)
            if values[0] not in sensors:
                raise ValueError("what is told of a minute belongs to no wearable")

        return look

    each_row(found, "clock", look_at_clock)
    each_row(found, "battery", lambda values: level_of(values, sensors), "sensor", "utc_ns")
    each_row(found, "temperature", lambda values: warmth_of(values, sensors), "sensor", "utc_ns")
    each_row(found, "wear", look_at_minute(minute_of), "sensor", "minute_ns")
    each_row(found, "minute", look_at_minute(measured_of), "sensor", "minute_ns")


def _events(found: Inspection) -> None:
    spans = {number: _observed(found, number) for number in found.parts}
    runs = {row[0] for row in found.sound["made_by"]}
    names = {row[0]: row[1] for row in found.sound["sensor"]}

    def look(values: Sequence[Any]) -> None:
        onset_ns, event = event_of(values, found.wearables)
        told = dict(zip(sealed("event"), values, strict=True))
        if told["sensor"] != names[told["sensor_id"]]:
            raise ValueError("an event belongs to no wearable")
        if told["run"] not in runs:
            raise ValueError("nothing says what made an event")
        if not _inside(onset_ns, spans[told["sensor_id"]]):
            raise ValueError(f"a {event.kind} lies where there are no samples")

    each_row(found, "event", look, "sensor_id", "onset_ns")


def each_row(
    found: Inspection, table: str, look: Callable[[Sequence[Any]], object], whose: str | None = None, when: str = ""
) -> None:
    """Look at each row of a table; those in which nothing is found are sound.

    Parameters
    ----------
    found
        Where they stand, and where what is found is told.
    table
        Its name.
    look
        Raises `ValueError` where something is wrong with the values that a row's checksum is over.
    whose, when
        Names of the columns that tell of which wearable and of which moment it is.
    """
    columns = found.tables[table].columns
    for place, (row, values, stored) in enumerate(found.values(table)):
        if place == MOST_ROWS:
            found.find(f"it holds more than {MOST_ROWS} rows in the table {table!r}")
            return
        try:
            sealed = check_seal(table, values, stored)
            look(values)
        except ValueError as error:
            named: Mapping[str, Any] = dict(zip(columns, row, strict=True))
            moment = named.get(when)
            found.find(
                str(error),
                None if whose is None else named[whose],
                moment if isinstance(moment, int) else None,
            )
        else:
            found.unsealed += not sealed and table in {"event", "gap"}
            found.sound[table].append(row)


def _observed(found: Inspection, number: int) -> Spans:
    """Each row; and what the queue had no room for: the detector saw those samples."""
    spans = [row[2:] for part in found.parts[number] for row in part.rows]
    return _spans(
        spans
        + [
            (gap["start_ns"], gap["end_ns"])
            for gap in found.sound_by_name("gap")
            if gap["sensor"] == number and gap["cause"] == GapCause.QUEUE_FULL
        ]
    )


def _spans(spans: Sequence[tuple[int, int]]) -> Spans:
    """Start and end of each, each sorted, in ns."""
    both = np.array(spans, np.int64).reshape(-1, 2)
    return np.sort(both[:, 0]), np.sort(both[:, 1])


def _inside(moment_ns: int, spans: Spans) -> bool:
    """Whether a moment lies in one of them, or beside one."""
    starts, ends = spans
    margin_ns = round(BESIDE_S * NS)
    return bisect.bisect_right(starts, moment_ns + margin_ns) > bisect.bisect_left(ends, moment_ns - margin_ns)


def _overlap_ns(start_ns: int, end_ns: int, spans: Spans) -> int:
    """How much of a time lies in them."""
    starts, ends = spans
    first, last = int(np.searchsorted(ends, start_ns, "right")), int(np.searchsorted(starts, end_ns, "left"))
    if first >= last:
        return 0
    inside = np.minimum(ends[first:last], end_ns) - np.maximum(starts[first:last], start_ns)
    return int(np.maximum(inside, 0).sum())
