"""Promise: BIDS as others write it is read rightly, or refused."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError
from detector.recordings import open_recording
from tests.detector.recordings.opened import samples_of

COUNTS = made.night(600, 256)
G = COUNTS / 256


STEM = "sub-01_task-sleep_tracksys-calf"
HEAD = "name\tcomponent\ttype\ttracked_point\tunits\n"


@pytest.fixture
def bids(tmp_path):
    """A function that opens a table; what differs is given."""
    table, channels, about = made_by_libraries.bids(COUNTS)

    def make(table=table, channels=channels, about=about, ending=".tsv"):
        path = tmp_path / f"{STEM}_motion{ending}"
        path.write_bytes(table)
        (tmp_path / f"{STEM}_channels.tsv").write_bytes(channels)
        (tmp_path / f"{STEM}_motion.json").write_bytes(about)
        return open_recording(path)

    return make


TABLE = made_by_libraries.bids(COUNTS)[0]


def test_a_packed_table(bids):
    assert np.allclose(samples_of(bids(gzip.compress(TABLE), ending=".tsv.gz")), G)


@pytest.mark.parametrize(
    "table",
    [
        b"".join(line + b"\t0.5\n" for line in TABLE.splitlines()),
        b"".join(line + b"\t" + line + b"\n" for line in TABLE.splitlines()),
        TABLE.replace(b"\n", b"\t", 1),
    ],
    ids=["one more", "twice as many", "two rows in one"],
)
def test_rows_of_other_lengths_are_refused(bids, table):
    with pytest.raises(RecordingError, match=r"rows of other lengths than the 3 channels"):
        bids(table)


def test_an_empty_cell_moves_no_other(bids):
    lines = TABLE.splitlines()
    lines[5] = b"\t".join([b"", *lines[5].split(b"\t")[1:]])
    values = samples_of(bids(b"\n".join(lines)))
    assert np.isnan(values[5]).all()
    assert np.allclose(np.delete(values, 5, 0), np.delete(G, 5, 0))


def test_a_header_that_should_not_be_there(bids):
    assert bids(b"acc_x\tacc_y\tacc_z\n" + TABLE).n == 600


def test_an_effective_rate_that_is_not_known(bids):
    about = b'{"SamplingFrequency": 50, "SamplingFrequencyEffective": "n/a"}'
    assert bids(about=about).rate_hz == 50


def test_points_in_different_units(bids):
    table = b"".join(line + b"\t" + line + b"\n" for line in TABLE.splitlines())
    rows = "".join(f"{p}{a}\t{a}\tACCEL\t{p}\t{u}\n" for p, u in (("calf", "g"), ("foot", "m/s^2")) for a in "xyz")
    recording = bids(table, (HEAD + rows).encode())
    assert recording.units == "g"
    assert np.allclose(samples_of(recording), G)


def test_what_describes_it_may_stand_above(tmp_path):
    table, channels, about = made_by_libraries.bids(COUNTS)
    folder = tmp_path / "sub-01" / "motion"
    folder.mkdir(parents=True)
    path = folder / f"{STEM}_run-1_motion.tsv"
    path.write_bytes(table)
    (folder / f"{STEM}_channels.tsv").write_bytes(channels)
    (folder / "sub-01_task-walk_channels.tsv").write_bytes(b"another's")
    (tmp_path / "task-sleep_motion.json").write_bytes(about)
    (tmp_path / "dataset_description.json").write_text("{}")
    assert np.allclose(samples_of(open_recording(path)), G)
