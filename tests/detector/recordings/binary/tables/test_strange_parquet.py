"""Promise: Parquet as others write it is read rightly, or refused with what to do."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import is_right

COUNTS = made.night(600, 256)
G = COUNTS / 256
TIME = np.arange(600) / 50
STAMPS = made.EPOCH_S * NS + np.arange(600) * (NS // 50)
TABLE = {"x": G[:, 0], "y": G[:, 1], "z": G[:, 2]}


def parquet(**columns):
    """A table of columns."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def arrow(kind, **settings):
    """Columns of times of some kind."""
    pa = pytest.importorskip("pyarrow")
    made_columns = {
        "index": lambda: {"__index_level_0__": pa.array(STAMPS // 1000, pa.timestamp("us", "UTC")), **TABLE},
        "decimal": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            **{name: pa.array(values).cast(pa.decimal128(12, 8)) for name, values in TABLE.items()},
        },
        "struct": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            "acc": pa.array([dict(zip("xyz", row, strict=True)) for row in G.tolist()]),
        },
        "list": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            "acc": pa.array(G.tolist(), pa.list_(pa.float64(), 3)),
        },
        "dictionary": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            **{name: pa.array(values).dictionary_encode() for name, values in TABLE.items()},
        },
        "two times": lambda: {
            "time": pa.array(STAMPS // 1000 + 3_600_000_000, pa.timestamp("us")),
            "utc": pa.array(STAMPS // 1000, pa.timestamp("us", "UTC")),
            **TABLE,
        },
    }
    return parquet(**made_columns[kind](), **settings)


@pytest.mark.parametrize("kind", ["index", "decimal", "struct", "list", "dictionary", "two times"])
def test_columns_of_parquet(put, kind):
    recording = put("a.parquet", arrow(kind), timezone="Europe/Berlin")
    assert is_right(recording)
    assert recording.start_ns == STAMPS[0]


@pytest.mark.parametrize("kind", ["duration", "time64"])
def test_times_of_parquet_that_are_no_dates(put, kind):
    pa = pytest.importorskip("pyarrow")
    made_time = {
        "duration": lambda: pa.array(np.arange(600) * 20_000_000, pa.duration("ns")),
        "time64": lambda: pa.array(np.arange(600) * 20_000, pa.time64("us")),
    }[kind]
    assert is_right(put("a.parquet", parquet(time=made_time(), **TABLE)))


def test_two_columns_of_one_name(put):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    arrays = [pa.array(TIME), *map(pa.array, G.T), pa.array(G[:, 0])]
    pq.write_table(pa.Table.from_arrays(arrays, names=["time", "x", "y", "z", "x"]), file)
    with pytest.raises(RecordingError, match="holds two columns named 'x'"):
        put("a.parquet", file.getvalue())


def test_twenty_thousand_columns_take_no_time(put):
    data = parquet(**{f"c{i}": [1.0, 2.0] for i in range(20_000)})
    began_s = time.process_time()
    with pytest.raises(RecordingError, match="has no channels that are named like the axes"):
        put("a.parquet", data)
    assert time.process_time() - began_s < 10
