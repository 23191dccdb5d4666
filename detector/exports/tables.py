"""Tables beside the samples: events with their labels, gaps with their causes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from detector.summary.judged.labelled import LABELLED_FIELDS, iso_utc
from firmware_bridge.foreign_text import cell
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from detector.exports.placing import Batch
    from detector.exports.source import Source

GAP_FIELDS = ("sensor", "start_utc", "end_utc", "duration_s", "cause")


def write_tables(source: Source, batch: Batch) -> None:
    """Write events (also those that a reviewer says are none, with that label) and gaps as CSV."""
    write_csv(batch.path("_events.csv"), LABELLED_FIELDS, (row for _, row in source.events))
    write_csv(batch.path("_gaps.csv"), GAP_FIELDS, gap_rows(source))


def gap_rows(source: Source) -> list[dict[str, Any]]:
    """Return the gaps of all wearables as rows."""
    return [
        {
            "sensor": wearable.alias,
            "start_utc": iso_utc(gap.start_ns) if wearable.sensor.has_date else "",
            "end_utc": iso_utc(gap.end_ns) if wearable.sensor.has_date else "",
            "duration_s": (gap.end_ns - gap.start_ns) / NS,
            "cause": gap.cause,
        }
        for wearable in source.wearables
        for gap in wearable.gaps
    ]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows; words that a spreadsheet would take for a formula have an apostrophe before them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: cell(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
        )
