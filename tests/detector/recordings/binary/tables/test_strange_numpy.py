"""Promise: arrays as others save them are read rightly, or refused with what to do."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from tests.detector.recordings.opened import is_right

COUNTS = made.night(600, 256)
G = COUNTS / 256
TIME = np.arange(600) / 50


def saved(**arrays):
    """An archive of arrays."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "arrays",
    [
        {"acc": G, "t": TIME, "meta": np.array({"who": "P001"}, object)},
        {"arr_0": np.column_stack((TIME, G))},
        {"gyro": G * 100, "data": G, "fs": 50},
    ],
    ids=["objects beside", "four columns", "another sensor beside"],
)
def test_archives_of_arrays(put, arrays):
    assert is_right(put("a.npz", saved(**arrays)))


def test_an_array_that_unpacks_without_end(put):
    file = io.BytesIO()
    np.savez_compressed(file, acc=np.zeros((9_000_000, 3), "f4"), fs=50)
    with pytest.raises(RecordingError, match=r"unpacks to 108 MB out of 0\.1, which no recording does"):
        put("a.npz", file.getvalue())


def test_an_archive_of_endless_arrays(put):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for i in range(1001):
            archive.writestr(f"{i}.npy", b"")
    with pytest.raises(RecordingError, match="holds 1001 arrays: save those of one recording alone"):
        put("a.npz", file.getvalue())


def array(values):
    """An array in a file."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def test_an_array_on_its_side_is_told_so(put):
    for values in (G.T.copy(), np.column_stack((TIME, G)).T.copy()):
        with pytest.raises(RecordingError, match="save its transpose, so that each sample is a row"):
            put("a.npy", array(values), rate_hz=50)


def test_several_arrays_in_one_file(put):
    recording = put("a.npy", array(np.column_stack((TIME, G))) + array(G))
    assert is_right(recording)
    assert "More follows its first array in the file, and was not read." in recording.notes


def test_an_array_of_a_thousand_million_columns(put):
    about = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10, 1000000000), }".ljust(117) + b"\n"
    with pytest.raises(RecordingError, match="holds an array of 1000000000 columns: save those of time"):
        put("a.npy", b"\x93NUMPY\x01\0" + len(about).to_bytes(2, "little") + about)
