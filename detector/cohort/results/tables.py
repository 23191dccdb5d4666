"""The tables as files: CSV always, and Parquet where pyarrow is there."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from detector.cohort.result import save
from firmware_bridge.foreign_text import cell

if TYPE_CHECKING:
    from pathlib import Path

    from detector.cohort.results.people import Figure, GroupRow, PersonRow
    from detector.cohort.results.rows import Counted, NightRow

Table = Sequence[Mapping[str, Any]]

NIGHTS = {
    "subject": "string",
    "group": "string",
    "session": "string",
    "path": "string",
    "sensor": "string",
    "place": "string",
    "evening": "string",
    "start_utc": "string",
    "timezone": "string",
    "counts": "bool",
    "why_not": "string",
    "recorded_h": "double",
    "worn_h": "double",
    "measurable_h": "double",
    "twitches": "int64",
    "per_hour": "double",
    "per_hour_low": "double",
    "per_hour_high": "double",
    "large_mg": "double",
    "large_h": "double",
    "large_twitches": "int64",
    "large_per_hour": "double",
    "sensitivity_mg": "double",
    "review": "string",
    "true_per_hour": "double",
    "true_per_hour_low": "double",
    "true_per_hour_high": "double",
    "turns_per_hour": "double",
    "longest_still_min": "double",
    "tremor_share": "double",
    "tremor_hz": "double",
    "limb_series_per_hour": "double",
    "sudden": "int64",
    "pulse_per_min": "double",
    "rate_hz": "double",
    "nominal_hz": "double",
    "samples": "int64",
    "gaps": "int64",
    "gap_s": "double",
    "format": "string",
    "sha256": "string",
    "version": "string",
    "settings": "string",
    "notes": "string",
}
PEOPLE = {
    "subject": "string",
    "group": "string",
    "place": "string",
    "nights": "int64",
    "left_out": "int64",
    "measurable_h": "double",
    "twitches": "int64",
    "per_hour": "double",
    "per_hour_low": "double",
    "per_hour_high": "double",
    "no_interval": "string",
    "large_mg": "double",
    "large_per_hour": "double",
    "large_per_hour_low": "double",
    "large_per_hour_high": "double",
}
GROUPS = {
    "group": "string",
    "place": "string",
    "people": "int64",
    "people_without": "int64",
    "nights": "int64",
    "measurable_h": "double",
    "twitches": "int64",
    "mean_per_hour": "double",
    "mean_per_hour_low": "double",
    "mean_per_hour_high": "double",
    "no_interval": "string",
    "median_per_hour": "double",
    "large_mg": "double",
    "large_mean_per_hour": "double",
    "large_mean_per_hour_low": "double",
    "large_mean_per_hour_high": "double",
}
FAILURES = {"subject": "string", "path": "string", "sentence": "string"}


def nights_table(rows: Sequence[NightRow], large_mg: float) -> list[dict[str, Any]]:
    """Make the table of nights; rates are told of time that was measurable, whether or not the night counts."""
    return [_night(row, large_mg) for row in rows]


def _night(row: NightRow, large_mg: float) -> dict[str, Any]:
    told: dict[str, Any] = {
        "subject": row.task.subject,
        "group": row.task.group,
        "session": row.task.session,
        "path": row.name,
        "place": row.place,
        "counts": row.counts,
        "why_not": row.why_not,
        "format": row.format,
        "sha256": row.sha256,
        "version": row.version,
        "settings": row.settings,
        "notes": "; ".join(row.notes),
    }
    if row.digest is None or row.sensor is None or row.signal is None:
        return told
    sensor, every = row.sensor, row.all_sizes
    return told | {
        "sensor": sensor.name,
        "evening": row.digest.evening or "",
        "start_utc": row.start_utc,
        "timezone": row.digest.timezone or "",
        "recorded_h": sensor.recorded_s / 3600,
        "worn_h": sensor.worn_s / 3600,
        "measurable_h": None if sensor.measurable_s is None else sensor.measurable_s / 3600,
        "twitches": None if every is None else every.found,
        **_rate("per_hour", every),
        "large_mg": large_mg if row.large else None,
        "large_h": row.large.hours if row.large else None,
        "large_twitches": row.large.found if row.large else None,
        "large_per_hour": row.large.rate.per_hour if row.large and row.large.rate else None,
        "sensitivity_mg": sensor.sensitivity_mg,
        "review": sensor.review,
        "true_per_hour": sensor.true_per_hour,
        "true_per_hour_low": sensor.true_low,
        "true_per_hour_high": sensor.true_high,
        "turns_per_hour": sensor.turns_per_hour,
        "longest_still_min": None if sensor.longest_still_s is None else sensor.longest_still_s / 60,
        "tremor_share": sensor.tremor_share,
        "tremor_hz": sensor.tremor_hz,
        "limb_series_per_hour": sensor.limb_series_per_hour,
        "sudden": sensor.sudden_count,
        "pulse_per_min": sensor.pulse_per_min,
        "rate_hz": row.signal.rate_hz,
        "nominal_hz": sensor.nominal_hz,
        "samples": row.signal.samples,
        "gaps": len(row.signal.gaps),
        "gap_s": row.signal.gap_s,
    }


def _rate(name: str, counted: Counted | None) -> dict[str, Any]:
    rate = None if counted is None else counted.rate
    if rate is None:
        return {}
    return {name: rate.per_hour, f"{name}_low": rate.low_per_hour, f"{name}_high": rate.high_per_hour}


def people_table(people: Sequence[PersonRow], large_mg: float) -> list[dict[str, Any]]:
    """Make the table of people."""
    return [
        {
            "subject": person.subject,
            "group": person.group,
            "place": person.place,
            "nights": person.nights,
            "left_out": person.left_out,
            "measurable_h": person.hours,
            "twitches": person.found,
            **_figure("per_hour", person.all_sizes),
            "no_interval": person.all_sizes.refused,
            "large_mg": None if person.large.per_hour is None else large_mg,
            **_figure("large_per_hour", person.large),
        }
        for person in people
    ]


def groups_table(groups: Sequence[GroupRow], large_mg: float) -> list[dict[str, Any]]:
    """Make the table of groups."""
    return [
        {
            "group": group.group,
            "place": group.place,
            "people": group.people,
            "people_without": group.without,
            "nights": group.nights,
            "measurable_h": group.hours,
            "twitches": group.found,
            **_figure("mean_per_hour", group.all_sizes),
            "no_interval": group.all_sizes.refused,
            "median_per_hour": group.median,
            "large_mg": None if group.large.per_hour is None else large_mg,
            **_figure("large_mean_per_hour", group.large),
        }
        for group in groups
    ]


def _figure(name: str, figure: Figure) -> dict[str, Any]:
    return {name: figure.per_hour, f"{name}_low": figure.low, f"{name}_high": figure.high}


def write_csv(target: Path, table: Table, columns: Mapping[str, str]) -> None:
    """Write a table as CSV, whole or not at all; what is not known is an empty cell.

    Raises
    ------
    FasciwatchError
        Where it cannot be written.
    """
    words = io.StringIO(newline="")
    writer = csv.DictWriter(words, list(columns), lineterminator="\n")
    writer.writeheader()
    for row in table:
        writer.writerow({name: _cell(row.get(name)) for name in columns})
    save(target, words.getvalue().encode())


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return cell(value) if isinstance(value, str) else value


def has_parquet() -> bool:
    """Whether Parquet can be written."""
    return find_spec("pyarrow") is not None


def write_parquet(target: Path, table: Table, columns: Mapping[str, str]) -> None:
    """Write a table as Parquet, whole or not at all; what is not known is null.

    Raises
    ------
    FasciwatchError
        Where it cannot be written.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
    from pyarrow import parquet  # noqa: PLC0415 - as above

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
    rows = [{name: row.get(name) for name in columns} for row in table]
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), sink, compression="zstd")
    save(target, sink.getvalue().to_pybytes())
