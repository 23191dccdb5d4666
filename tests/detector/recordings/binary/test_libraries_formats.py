"""Promise: what comes through libraries, in arrays and in tables is read for what it is: values, unit, rate, start."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from benchmarks.formats.small import small
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of


def utc(text):
    """A time in ns."""
    return int(np.datetime64(text, "ns").astype(np.int64))


def test_faros_180(shared_data):
    recording = open_recording(shared_data("formats/faros180.EDF"))
    assert (recording.format, recording.n, recording.rate_hz, recording.units) == ("EDF", 1950, 25, "mg")
    assert (recording.start_ns, recording.serial) == (utc("2018-10-12T14:54:12"), "1621280")
    assert recording.pieces[-1].end_ns == utc("2018-10-12T14:55:30")
    xyz = samples_of(recording)
    assert np.linalg.norm(xyz, axis=1).mean() == pytest.approx(0.997128, abs=1e-6)
    assert xyz[0] == pytest.approx((0.3085, -0.645, -0.5235), abs=1e-6)
    assert xyz[-1] == pytest.approx((0.449, -0.1, -0.8595), abs=1e-6)


def test_embrace_plus(shared_data):
    recording = open_recording(shared_data("embraceplus_wrist/empatica_test_data.avro"))
    assert (recording.format, recording.n, recording.serial) == ("Empatica avro", 115_904, "3YK3K152XH")
    assert recording.start_ns == utc("2025-11-26T10:41:54.256034")
    assert recording.rate_hz == pytest.approx(63.9999, abs=1e-4)
    assert samples_of(recording)[0] == pytest.approx((-2048 * 0.000488, -139 * 0.000488, 404 * 0.000488), abs=1e-7)


@pytest.mark.parametrize(
    ("name", "n", "gaps"), [("adults_S024_thigh", 170_534, 13), ("seniors_508_thigh", 130_494, 13)]
)
def test_parquet_of_harth(name, n, gaps, shared_data):
    recording = open_recording(shared_data(f"harth_thigh_back/{name}.parquet"), timezone="Europe/Oslo")
    assert (recording.format, recording.n, len(recording.gaps)) == ("Parquet", n, gaps)
    assert recording.rate_hz == pytest.approx(50, abs=1e-3)
    assert recording.lsb_g == pytest.approx(1 / 64)
    assert "Its times have no time zone and were taken as Europe/Oslo." in recording.notes


def test_a_table_without_acceleration(shared_data):
    with pytest.raises(RecordingError, match="no channels that are named like the axes of an accelerometer, but"):
        open_recording(shared_data("harth_thigh_back/adults_S024_ground_truth.parquet"))


def test_xdf_without_acceleration(shared_data):
    with pytest.raises(RecordingError, match=r"^minimal\.xdf has no channel with a name"):
        open_recording(shared_data("formats/minimal.xdf"))


def test_archives_of_numpy(shared_data):
    chest = open_recording(shared_data("chest_ecg/chest_ecg.npz"))
    assert (chest.n, chest.rate_hz, chest.units, chest.has_date) == (61_637, 100, "g", False)
    phone = open_recording(shared_data("phone_chest/subject_0001.npz"))
    assert phone.n == 9999
    assert phone.rate_hz == pytest.approx(99.3833, abs=1e-3)
    assert any("is not gravity: it may have been taken out" in note for note in phone.notes)
    muse = open_recording(shared_data("muse_cardiac/muse_rest.npz"))
    assert (muse.n, muse.units) == (16_506, "mg")
    assert any("holds several accelerometers: center_sternum_acc_mg was read" in note for note in muse.notes)


@pytest.mark.parametrize(
    "reader", sorted(set(small()) - {"csv", "gt3x", "gt3x_wide", "gt3x_old", "cwa_ax3", "cwa_ax6"})
)
def test_values_come_back(reader, tmp_path):
    recording = open_recording(small()[reader].put(tmp_path))
    counts = made.night(recording.n, 256)
    assert samples_of(recording) == pytest.approx(counts / 256, abs=2e-4)  # EDF has steps of 8000 mg over 2 ** 15
    assert recording.lsb_g == pytest.approx(1 / 256, rel=1e-3)


def test_a_gap_between_records_of_edf(tmp_path):
    path = tmp_path / "gap.edf"
    path.write_bytes(made_by_libraries.edf(made.night(600, 256), gap_after=8))
    recording = open_recording(path)
    (gap,) = recording.gaps
    assert (gap.start_ns, gap.end_ns) == ((made.EPOCH_S + 8) * NS, (made.EPOCH_S + 11) * NS)
    assert recording.n == 600


def test_a_changed_value_of_wfdb_is_noticed(tmp_path):
    one = small()["wfdb"]
    data = bytearray(one.data)
    data[100] ^= 1
    recording = open_recording(one.put(tmp_path, bytes(data)))
    assert any("The checksum of axis" in note for note in recording.notes)


def test_the_start_of_bids_is_in_the_table_of_scans(tmp_path):
    folder = tmp_path / "sub-01" / "motion"
    folder.mkdir(parents=True)
    path = small()["bids"].put(folder)
    scans = f"filename\tacq_time\nmotion/{path.name}\t2026-11-23T22:00:00\n"
    (tmp_path / "sub-01" / "sub-01_scans.tsv").write_text(scans)
    recording = open_recording(path, timezone="Europe/Berlin")
    assert (recording.has_date, recording.start_ns) == (True, utc("2026-11-23T21:00:00"))


@pytest.mark.parametrize(
    ("reader", "module", "extra"),
    [
        ("parquet", "pyarrow.parquet", "parquet"),
        ("avro", "fastavro", "avro"),
        ("hdf5", "h5py", "hdf5"),
    ],
)
def test_a_library_that_is_absent_is_named(reader, module, extra, tmp_path, monkeypatch):
    path = small()[reader].put(tmp_path)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RecordingError, match=rf"install it with pip install 'fasciwatch\[{extra}\]'"):
        open_recording(path)


def test_columns_by_name(tmp_path):
    path = tmp_path / "a.npz"
    counts = made.night(600, 256) / 256
    np.savez(path, t=np.arange(600) / 50, left=counts[:, 0], up=counts[:, 1], far=counts[:, 2])
    recording = open_recording(path, columns=["t", "left", "up", "far"])
    assert recording.rate_hz == pytest.approx(50)
    assert samples_of(recording) == pytest.approx(counts, abs=1e-6)


def test_python_objects_are_refused(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.array([{}, {}], object), allow_pickle=True)
    with pytest.raises(RecordingError, match="holds Python objects, which are not read"):
        open_recording(path)


def several(tmp_path):
    """A file of each kind with two accelerometers, the second lying otherwise, and what they are called."""
    import h5py
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts = made.night(600, 256)
    both = {"left acc": counts / 256, "right acc": counts[:, ::-1] / 256}
    table = {"time": np.arange(600) / 50} | {
        f"{name} {axis}": xyz[:, i] for name, xyz in both.items() for i, axis in enumerate("xyz")
    }
    pq.write_table(pa.table(table), tmp_path / "a.parquet")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name, xyz in both.items():
            file.create_dataset(f"{name.split()[0]}/acc", data=xyz)
            file.create_dataset(f"{name.split()[0]}/time", data=np.arange(600) / 50)
    np.savez(tmp_path / "a.npz", rate_hz=50.0, left_acc=both["left acc"], right_acc=both["right acc"])
    left = made_by_libraries.xdf(counts, name="left")
    right = made_by_libraries.xdf(counts[:, ::-1], name="right")[4:]
    (tmp_path / "a.xdf").write_bytes(left + right.replace(b"\x01\x00\x00\x00", b"\x02\x00\x00\x00"))
    return [tmp_path / f"a.{ending}" for ending in ("parquet", "h5", "npz", "xdf")], both


def test_one_of_several_accelerometers(tmp_path):
    for path in several(tmp_path)[0]:
        both = several(tmp_path)[1]
        first = open_recording(path)
        assert samples_of(first) == pytest.approx(both["left acc"], abs=1e-6), path
        (note,) = [note for note in first.notes if "several accelerometers" in note]
        assert "right" in note
        assert note.endswith("name another with --sensor.")
        assert samples_of(open_recording(path, sensor="Right")) == pytest.approx(both["right acc"], abs=1e-6), path
        with pytest.raises(RecordingError, match=r"has no sensor 'hip', but .*left.*right"):
            open_recording(path, sensor="hip")


def test_what_is_not_available_is_a_gap(tmp_path):
    one = small()["bids"]
    rows = one.data.splitlines()
    for i in [*range(3), *range(100, 150), 300, *range(590, 600)]:
        rows[i] = b"n/a\tn/a\tn/a"
    recording = open_recording(one.put(tmp_path, b"\n".join(rows) + b"\n"))
    assert recording.n == 536
    assert [(gap.start_ns, gap.end_ns) for gap in recording.gaps] == [(2 * NS, 3 * NS), (6 * NS, 6 * NS + NS // 50)]
    assert recording.start_ns == 3 * NS // 50
    kept = np.delete(made.night(600, 256), [*range(3), *range(100, 150), 300, *range(590, 600)], axis=0)
    assert samples_of(recording) == pytest.approx(kept / 256, abs=1e-6)
