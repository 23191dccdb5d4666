"""Promise: a recording of movisens is read for what it is, whatever its header says of the count that means none."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of

COUNTS = made.night(600, 256)


@pytest.fixture
def put(tmp_path):
    """A function that opens a recording by a file of it, after its header was changed."""

    def make(*changes, data=None, name="unisens.xml", **settings):
        samples, header = made_by_libraries.unisens(COUNTS, **settings)
        for old, new in changes:
            assert old in header
            header = header.replace(old, new)
        (tmp_path / "acc.bin").write_bytes(samples if data is None else data)
        (tmp_path / "unisens.xml").write_bytes(header)
        return open_recording(tmp_path / name)

    return make


@pytest.mark.parametrize("name", ["unisens.xml", "acc.bin"])
def test_by_its_header_or_its_samples(put, name):
    recording = put(name=name)
    assert (recording.format, recording.n, recording.rate_hz, recording.serial) == ("Unisens", 600, 50, "01234")
    assert (recording.start_ns, recording.lsb_g) == (made.EPOCH_S * NS, 1 / 256)
    assert np.allclose(samples_of(recording), COUNTS / 256)


@pytest.mark.parametrize(("baseline", "said", "noted"), [(2048, 2048, False), (0, 2048, True), (0, 0, False)])
def test_gravity_decides_which_count_means_none(put, baseline, said, noted):
    recording = put(baseline=baseline, said=said)
    assert np.allclose(samples_of(recording), COUNTS / 256)
    assert noted == any("gravity says 0, which was taken" in note for note in recording.notes)


def test_a_zone_that_is_said_holds(put):
    assert put((b"22:13:20.000", b"22:13:20.000+01:00")).start_ns == (made.EPOCH_S - 3600) * NS


def test_a_year_that_no_clock_says_is_none(put):
    recording = put((b"2023-11-14", b"6023-11-14"))
    assert (recording.n, recording.has_date) == (600, False)


def test_the_other_end_first(put):
    recording = put((b"LITTLE", b"BIG"), data=COUNTS.astype(">i2").tobytes())
    assert np.allclose(samples_of(recording), COUNTS / 256)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"acc.bin"', b'"../acc.bin"', "names a file in another folder"),
        (b'"acc.bin"', b'"other.bin"', "other.bin is not there"),
        (b'contentClass="acc"', b'contentClass="ecg"', None),
        (b"<binFileFormat", b"<csvFileFormat", "not of the kind that is read"),
        (b'lsbValue="0.00390625"', b'lsbValue="nan"', "does not say what the samples mean"),
        (b'sampleRate="50"', b'sampleRate="nan"', "does not say what the samples mean"),
        (b'id="acc.bin" contentClass="acc"', b'id="ecg.bin" contentClass="ecg"', "no accelerometer; it has temp.bin"),
        (b"?>\n", b'?>\n<!DOCTYPE l [<!ENTITY a "aa">]>\n', "is damaged|no table|no column"),
    ],
)
def test_what_a_header_cannot_say(put, old, new, words):
    if words is None:
        assert put((old, new)).n == 600
        return
    with pytest.raises(RecordingError, match=words):
        put((old, new))
