"""Promise: WFDB as others write it is read rightly; what is not read is refused by its name."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from tests.detector.recordings.opened import samples_of

COUNTS = made.night(600, 256)
WORDS = COUNTS.astype("<i2").tobytes()
G = COUNTS / 256


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
