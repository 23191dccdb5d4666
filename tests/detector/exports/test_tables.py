"""Promise: Parquet and CSV hold the very samples, times and labels of the night, and what made it."""

from __future__ import annotations

import csv
import json
import sys

import numpy as np
import pytest

from detector.errors import FasciwatchError
from detector.exports import export
from detector.night import Night
from detector.recordings import open_recording
from firmware_bridge.samples import NS, Samples


def file_of(files, ending):
    (found,) = [file for file in files if file.name.endswith(ending)]
    return found


def test_parquet_reads_back_equal_to_the_bit(two, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow comes with the extra [parquet]")
    files = export(two.path, "parquet", tmp_path).files
    with Night(two.path) as night:
        for name, ending in zip(two.samples, ("_left-calf.parquet", "_sensor2.parquet"), strict=True):
            table = pq.read_table(file_of(files, ending))
            there = night.to_numpy(name)
            assert np.array_equal(table["time"].cast("int64").to_numpy(), there.utc_ns)
            assert np.array_equal(np.stack([table[axis].to_numpy() for axis in "xyz"], axis=1), there.xyz)
            facts = json.loads(table.schema.metadata[b"fasciwatch"])
            assert facts["made_by"][0]["version"] == "0.1.0"
            assert facts["unit"] == "g"
            column = pq.ParquetFile(file_of(files, ending)).metadata.row_group(0).column(0)
            assert "DELTA_BINARY_PACKED" in column.encodings
    events = pq.read_table(file_of(files, "_events.parquet")).to_pylist()
    assert [each["label"] for each in events if each["sensor"] == "left-calf"] == ["yes", None, "no", "twitch"]
    assert len(pq.read_table(file_of(files, "_gaps.parquet"))) == 2


def test_without_pyarrow_it_says_what_to_install(one, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(FasciwatchError, match=r"pip install 'fasciwatch\[parquet\]'"):
        export(one.path, "parquet", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_our_csv_reads_back_equal_to_the_bit(one, tmp_path):
    files = export(one.path, "csv", tmp_path).files
    with file_of(files, "_left-calf.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["utc_ns", "x_g", "y_g", "z_g"]
    with Night(one.path) as night:
        there = night.to_numpy()
    assert np.array_equal(np.array([row[0] for row in rows[1:]], np.int64), there.utc_ns)
    assert np.array_equal(np.array([row[1:] for row in rows[1:]], np.float32), there.xyz)


@pytest.mark.parametrize(("to", "ending"), [("csv", "_left-calf.csv"), ("ggir", "_ggir.csv")])
def test_what_we_write_we_read(one, tmp_path, to, ending):
    recording = open_recording(file_of(export(one.path, to, tmp_path).files, ending))
    read = [part for part in recording.stream() if isinstance(part, Samples)]
    with Night(one.path) as night:
        there = night.to_numpy()
    assert np.array_equal(np.concatenate([part.xyz for part in read]), there.xyz)
    assert read[0].start_ns == pytest.approx(there.utc_ns[0], abs=NS // 20)  # it takes one rate for the whole file


def test_luna_gets_each_kind_as_a_class_of_its_own(one, tmp_path):
    words = file_of(export(one.path, "annot", tmp_path).files, ".annot").read_text().splitlines()
    assert words[0] == "class\tinstance\tchannel\tstart\tstop\tmeta"
    rows = [line.split("\t") for line in words[1:]]
    assert {row[0] for row in rows} == {"gap", "twitch", "movement"}
    assert all(len(row) == 6 and float(row[4]) >= float(row[3]) for row in rows)
    (first, *_) = [row for row in rows if row[0] == "twitch"]
    assert "label=yes" in first[5].split("|")
    assert "flags=clipped,cut" in first[5].split("|")
