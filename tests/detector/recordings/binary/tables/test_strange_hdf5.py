"""Promise: HDF5 as others write it is read rightly, or refused with what to do; no other file is read through it."""

from __future__ import annotations

import io

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from tests.detector.recordings.opened import is_right

COUNTS = made.night(600, 256)
G = COUNTS / 256
TIME = np.arange(600) / 50


def hdf5(**datasets):
    """A file of datasets; what begins with a capital is an attribute of all of it."""
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as made_file:
        for name, value in datasets.items():
            if name[0].isupper():
                made_file.attrs[name.lower()] = value
            else:
                made_file[name.replace("__", "/")] = value
    return file.getvalue()


@pytest.mark.parametrize(
    "datasets",
    [
        {"acc": G, "t": TIME},
        {"acc": G.T, "Fs": 50},
        {"acc": G, "fs": 50.0},
        {"acc": G, "Fs": "50 Hz"},
        {"acc": G, "Sampling_rate": np.array([50]), "gyro": G * 100, "a_flag_of_times": np.zeros(600)},
        {"data": G, "a_gyro": G * 100, "Fs": 50},
        {"acc__x": G[:, 0], "acc__y": G[:, 1], "acc__z": G[:, 2], "acc__time": TIME},
        {"acc_x": G[:, :1], "acc_y": G[:, 1:2], "acc_z": G[:, 2:], "Fs": 50},
        {"acc": np.rec.fromarrays([TIME, *G.T], names="time,x,y,z")},
    ],
    ids=["t", "sideways", "rate apart", "rate in words", "among others", "no name", "by axis", "columns", "fields"],
)
def test_layouts_of_hdf5(put, datasets):
    assert is_right(put("a.h5", hdf5(**datasets)))


def test_packed_numbers_of_netcdf(put):
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as packed:
        data = packed.create_dataset("acc", data=(COUNTS * 2 + 100).astype("i2"), compression="gzip")
        data.attrs["scale_factor"], data.attrs["add_offset"] = 1 / 512, -100 / 512
        packed.attrs["fs"] = 50
    assert is_right(put("a.nc", file.getvalue()))


def test_a_file_of_matlab(put, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "m", "w", userblock_size=512) as file:
        file["acc"], file["fs"] = G.T, [[50.0]]
    data = b"MATLAB 7.3 MAT-file".ljust(512) + (tmp_path / "m").read_bytes()[512:]
    assert is_right(put("a.mat", data))


@pytest.mark.parametrize("name", ["gyro", "Magnetometer", "a_gyro"])
def test_another_sensor_alone_is_no_accelerometer(put, name):
    with pytest.raises(RecordingError, match=r"of an accelerometer; it has"):
        put("a.h5", hdf5(**{f"s__{name}": G, "Fs": 50}))


def test_no_other_file_is_read_through_hdf5(put, tmp_path):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "secret").write_bytes(G.astype("f8").tobytes())
    (tmp_path / "other.h5").write_bytes(hdf5(acc=G))
    for kind in ("link", "external", "virtual"):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.attrs["fs"] = 50
            if kind == "link":
                file["acc"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/acc")
                file["fs"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/acc")
            elif kind == "external":
                file.create_dataset("acc", (600, 3), "f8", external=[(str(tmp_path / "secret"), 0, h5py.h5f.UNLIMITED)])
            else:
                layout = h5py.VirtualLayout((600, 3), "f8")
                layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "acc", shape=(600, 3))
                file.create_virtual_dataset("acc", layout)
        with pytest.raises(RecordingError, match=r"holds no dataset|in another file, which is not followed"):
            open_recording(tmp_path / "a.h5")


def test_a_dataset_that_claims_more_than_it_holds(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("acc", (10**9, 3), "f4", chunks=(1000, 3), compression="gzip")
        file.attrs["fs"] = 50
    with pytest.raises(RecordingError, match="was never written, or is a trap"):
        open_recording(tmp_path / "a.h5")
