"""Parquet, by pyarrow: the smallest of the files, and the quickest to read.

Times lie in steps that hardly change and values in bytes that hardly do, so they are stored as differences and byte by
byte before they are packed: a third of what Parquet does by itself.
"""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import FasciwatchError
from detector.exports.tables import GAP_FIELDS, gap_rows
from detector.night.gathered import times_of
from detector.summary.judged.labelled import LABELLED_FIELDS

if TYPE_CHECKING:
    from detector.exports.placing import Batch
    from detector.exports.source import Source, Wearable
    from detector.exports.step import Step

ROWS_AT_ONCE = 360_000
"""Rows of a group: an hour at 100 Hz."""

FACTS = b"fasciwatch"
"""Under this key of the file's metadata stands what made it, as JSON."""

_TEXTS = frozenset(
    {"onset_utc", "kind", "sensor", "flags", "label", "label_how", "reviewer", "labelled_utc", "found_by"}
)


def need_pyarrow() -> Any:
    """Import pyarrow.

    Raises
    ------
    FasciwatchError
        Where it is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise FasciwatchError("Parquet needs pyarrow: pip install 'fasciwatch[parquet]'") from error
    return pyarrow


def write(source: Source, batch: Batch, step: Step) -> None:
    """Write the samples of each wearable, the events and the gaps of all."""
    pa = need_pyarrow()
    for wearable in source.wearables:
        _samples(pa, source, wearable, batch, step)
    types = {name: pa.string() if name in _TEXTS else pa.float64() for name in LABELLED_FIELDS} | {"family": pa.int64()}
    _table(pa, source, batch.path("_events.parquet"), types, [row for _, row in source.events])
    types = {name: pa.float64() if name == "duration_s" else pa.string() for name in GAP_FIELDS}
    _table(pa, source, batch.path("_gaps.parquet"), types, gap_rows(source))


def _samples(pa: Any, source: Source, wearable: Wearable, batch: Batch, step: Step) -> None:
    axes = ("x", "y", "z")
    facts = source.facts | {"wearable": wearable.alias, "unit": "g"}
    fields = [pa.field("time", pa.timestamp("ns", "UTC"), nullable=False)]
    fields += [pa.field(axis, pa.float32(), nullable=False) for axis in axes]
    schema = pa.schema(fields, {FACTS: json.dumps(facts).encode()})
    encodings = {"time": "DELTA_BINARY_PACKED"} | dict.fromkeys(axes, "BYTE_STREAM_SPLIT")
    path = batch.path(f"_{wearable.alias}.parquet")
    # One thread reads the night while another packs what has been read.
    with (
        pa.parquet.ParquetWriter(
            path, schema, compression="zstd", use_dictionary=False, column_encoding=encodings, write_statistics=["time"]
        ) as file,
        ThreadPoolExecutor(1) as packer,
    ):
        packed: Future[None] | None = None

        def pack() -> Future[None]:
            if packed is not None:
                packed.result()
            table = _rows(pa, schema, times, values)
            return packer.submit(file.write_table, table, row_group_size=count)

        times: list[Any] = []
        values: list[Any] = []
        count = 0
        for anchors, xyz in step.watched(source.blocks(wearable)):
            times.append(times_of(anchors))
            values.append(xyz)
            count += len(xyz)
            if count >= ROWS_AT_ONCE:
                packed = pack()
                times, values, count = [], [], 0
        if count:
            packed = pack()
        if packed is not None:
            packed.result()


def _rows(pa: Any, schema: Any, times: list[Any], values: list[Any]) -> Any:
    axes = np.ascontiguousarray(np.concatenate(values).T)
    time = pa.array(np.concatenate(times), pa.timestamp("ns", "UTC"))
    return pa.table([time, *map(pa.array, axes)], schema=schema)


def _table(pa: Any, source: Source, path: Any, types: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    schema = pa.schema(list(types.items()), {FACTS: json.dumps(source.facts).encode()})
    pa.parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")
