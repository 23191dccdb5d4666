"""Promise: WFDB and BIDS as others write them are read rightly; what is not read is refused by its name."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Samples

COUNTS = made.night(600, 256)
WORDS = COUNTS.astype("<i2").tobytes()
G = COUNTS / 256


def samples_of(recording):
    """All samples."""
    return np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])


@pytest.fixture
def wfdb(tmp_path):
    """A function that opens a record of a header's lines and files of counts."""

    def make(*lines, **files):
        for name, data in (files or {"r": WORDS}).items():
            (tmp_path / f"{name}.dat").write_bytes(data)
        (tmp_path / "r.hea").write_text("\n".join(lines) + "\n")
        return open_recording(tmp_path / "r.hea")

    return make


def axes(words="r.dat 16 256(0)/g"):
    """Lines of three signals."""
    return [f"{words} 16 0 0 0 0 acc_{axis}" for axis in "xyz"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("16", WORDS),
        ("16+24", bytes(24) + WORDS),
        ("61", COUNTS.astype(">i2").tobytes()),
        ("32", COUNTS.astype("<i4").tobytes()),
    ],
)
def test_formats_of_whole_bytes(wfdb, kind, data):
    recording = wfdb("r 3 50 600", *(line.replace("16 0 0 0 0", "") for line in axes(f"r.dat {kind} 256(0)/g")), r=data)
    assert np.allclose(samples_of(recording), G)


def test_bytes(wfdb):
    few = COUNTS // 4
    recording = wfdb("r 3 50 600", *axes("r.dat 80 64(0)/g"), r=(few + 128).astype(np.uint8).tobytes())
    assert np.allclose(samples_of(recording), few / 64)


@pytest.mark.parametrize("kind", ["212", "8", "310", "24"])
def test_other_formats_are_refused_by_name(wfdb, kind):
    with pytest.raises(
        RecordingError, match=rf"of the format {kind}, which is not read .* convert it to 16 with xform"
    ):
        wfdb("r 3 50 600", *axes(f"r.dat {kind} 256(0)/g"))


@pytest.mark.parametrize("first", ["r/2 3 50 600", "r 0 50 600"])
def test_several_segments_are_refused_by_name(wfdb, first):
    with pytest.raises(RecordingError, match=r"several segments: read its parts"):
        wfdb(first, "r_1 300", "r_2 300")


def test_each_axis_in_a_file_of_its_own(wfdb):
    files = {axis: COUNTS[:, i].astype("<i2").tobytes() for i, axis in enumerate("xyz")}
    lines = [f"{axis}.dat 16 256(0)/g 16 0 0 0 0 acc_{axis}" for axis in "xyz"]
    assert np.allclose(samples_of(wfdb("r 3 50 600", *lines, **files)), G)


def test_a_faster_signal_in_the_same_file(wfdb):
    both = np.hstack([np.full((600, 4), 7), COUNTS]).astype("<i2").tobytes()
    recording = wfdb("r 4 50 600", "r.dat 16x4 200/mV 16 0 0 0 0 ECG", *axes(), r=both)
    assert recording.rate_hz == 50
    assert np.allclose(samples_of(recording), G)


def test_axes_faster_than_the_frames(wfdb):
    packed = np.hstack([COUNTS[:, i].reshape(150, 4) for i in range(3)]).astype("<i2").tobytes()
    recording = wfdb("r 3 12.5 150", *axes("r.dat 16x4 256(0)/g"), r=packed)
    assert recording.rate_hz == 50
    assert np.allclose(samples_of(recording), G)


def test_no_more_than_is_promised_is_read(wfdb):
    assert wfdb("r 3 50 500", *axes()).n == 500


def test_what_a_header_leaves_out_is_told(wfdb):
    recording = wfdb("r 3", *axes())
    assert recording.rate_hz == 250
    assert any("states no rate: 250 Hz was taken" in note for note in recording.notes)


@pytest.mark.parametrize("name", ["../x.dat", "/etc/passwd", "~root", "-", "C:x.dat"])
def test_no_path_is_followed(wfdb, name):
    with pytest.raises(RecordingError, match=r"names a file in another folder"):
        wfdb("r 3 50 600", *axes(f"{name} 16 256(0)/g"))


def test_a_year_that_no_clock_says_is_refused(wfdb):
    with pytest.raises(RecordingError, match="is a damaged header of WFDB"):
        wfdb("r 3 50 600 22:13:20 14/11/6023", *axes())


def test_axes_of_different_units(wfdb):
    lines = axes()
    with pytest.raises(RecordingError, match=r"stated in different units, g, mg: export them in one"):
        wfdb("r 3 50 600", *lines[:2], lines[2].replace("/g", "/mg"))


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
