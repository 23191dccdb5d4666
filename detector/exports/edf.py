"""EDF+C, a file a wearable: one file knows one length of its records, and two wearables have two true rates.

Beside it lies the same as Luna reads it, since that puts the texts of an EDF+ under one class, and what stands in no
EDF: scores, amplitudes, who judged what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.exports import annot, edf_file
from detector.exports.grid import Grid, lay, rate_of
from detector.exports.source import local
from detector.exports.tables import write_tables
from detector.version import __version__
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.exports.placing import Batch
    from detector.exports.source import Source, Wearable
    from detector.exports.step import Step

GAP = "BAD_gap"
"""What MNE leaves out of its epochs by itself: anything that begins with BAD."""


def write(source: Source, batch: Batch, step: Step) -> None:
    """Write a night's wearables, events and gaps."""
    grids = {}
    for wearable in source.wearables:
        grids[wearable.alias] = _write(source, wearable, batch, step)
    write_tables(source, batch)
    for one, facts in zip(source.wearables, source.facts["wearables"], strict=True):
        facts["edf"] = grids[one.alias]


def _write(source: Source, wearable: Wearable, batch: Batch, step: Step) -> dict[str, object]:
    """Write one; gives what is to be known of its grid."""
    sensor = wearable.sensor
    start_ns = wearable.start_ns
    clock = edf_file.Clock.of(rate_of(wearable.anchors, start_ns))
    grid = lay(wearable.anchors, start_ns, clock.rate_hz)
    scale = edf_file.Scale.of(sensor.lsb_g, _largest_g(source, wearable))
    head = edf_file.Head(
        source.subject,
        local(start_ns, source.zone) if sensor.has_date else None,
        f"fasciwatch_{__version__}",
        f"accelerometer, {wearable.alias}",
    )
    path = batch.path(f"_{wearable.alias}.edf")
    lost: list[tuple[int, int]] = []
    while True:
        texts = _events(source, wearable) + _gaps(grid, clock, lost)
        with path.open("wb") as file:
            blocks = step.watched(source.blocks(wearable))
            found = edf_file.write(file, head, clock, scale, grid.slot_count, texts, grid.fill(blocks))
        if found == lost:  # as a rule there are none, and this is the first time round
            break
        lost = found
    gaps = [text for text in texts if text.words == GAP]
    annot.write(source, wearable, batch.path(f"_{wearable.alias}.annot"), gaps)
    return {
        "rate_hz": clock.rate_hz,
        "samples_a_record": clock.samples,
        "record_s": clock.seconds,
        "step_mg": scale.step_mg,
        "samples_that_fill_two_slots": grid.repeated_count,
        "samples_later_than_their_time_by_at_most_s": round(grid.latest_s, 6),
    }


def _largest_g(source: Source, wearable: Wearable) -> float:
    extremes = source.night.minmax(wearable.sensor.name)
    both = np.abs(np.concatenate([extremes.smallest, extremes.largest]))
    finite = both[np.isfinite(both)]
    return float(finite.max()) if len(finite) else 1.0


def _events(source: Source, wearable: Wearable) -> list[edf_file.Text]:
    return [
        edf_file.Text((onset_ns - wearable.start_ns) / NS, row["duration_s"], row["kind"])
        for onset_ns, row in source.events_of(wearable)
        if onset_ns >= wearable.start_ns
    ]


def _gaps(grid: Grid, clock: edf_file.Clock, lost: list[tuple[int, int]]) -> list[edf_file.Text]:
    stretches = [*map(tuple, grid.missing.tolist()), *lost]
    if rest := -grid.slot_count % clock.samples:  # the last record is filled up
        stretches.append((grid.slot_count, grid.slot_count + rest))
    return [edf_file.Text(first / grid.rate_hz, (end - first) / grid.rate_hz, GAP) for first, end in stretches]
