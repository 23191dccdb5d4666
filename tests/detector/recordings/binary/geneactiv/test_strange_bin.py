"""Promise: what other software and damage do to a GENEActiv's file is read rightly, or told of."""

from __future__ import annotations

import pytest

from benchmarks.formats import made
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of, told

START_NS = made.EPOCH_S * NS


def geneactiv(tmp_path, *changes):
    """Open a GENEActiv's file after some of its bytes were replaced."""
    data = made.geneactiv(10)
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    return open_recording(path)


@pytest.mark.parametrize(
    "change",
    [
        (b"\r\n", b"\n"),
        (b"\r\n", b"\r\n\r\n"),
        (b"Subject Notes:", "Subject Notes:gr\u00f6\u00dfer; Recorded Data: 3".encode()),
        (b"Subject Code:", b"Subject Code:M\xfcller"),
        (b"Temperature:21.5", b"Temperature:21,5"),
        (b"Measurement Frequency:100.0", b"Measurement Frequency:100,0"),
        (b"GMT +01:00", b"UTC+0100"),
        (b"Device Type:GENEActiv", b"Device Type:GENEAsleep"),
    ],
    ids=["returns", "blank lines", "notes", "latin", "comma", "comma of rate", "zone", "other model"],
)
def test_spellings_of_a_geneactiv(tmp_path, change):
    recording = geneactiv(tmp_path, change)
    assert (recording.rate_hz, recording.start_ns) == (100, START_NS - 3600 * NS)
    assert samples_of(recording) == pytest.approx(made.night(3000, 256) / 256, abs=1e-6)


def test_what_follows_the_last_page_takes_nothing_from_it(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(made.geneactiv(10) + bytes(50_000))
    assert open_recording(path).n == 3000


def test_the_pages_tell_the_rate_where_the_header_says_another(tmp_path):
    recording = geneactiv(tmp_path, (b"Measurement Frequency:100.0 Hz", b"Measurement Frequency:50.0 Hz"))
    assert (recording.rate_hz, recording.nominal_hz, recording.gaps) == (100, 100, [])
    assert told(recording, "Its header says 50 Hz, but its pages 100 Hz, which was taken.")
