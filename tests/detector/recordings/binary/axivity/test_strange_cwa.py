"""Promise: what other firmware, other software and damage do to an Axivity's file is read rightly, or told of."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import told

START_NS = made.EPOCH_S * NS


def axivity(tmp_path, change):
    """Open an AX3's file after some of its blocks were changed, and every block was summed up again."""
    data = made.cwa(60, packed=True, rate_hz=100)
    raw = np.frombuffer(data, np.uint8)[1024:].reshape(-1, 512).copy()
    raw = change(raw)
    raw[:, 510:] = 0
    raw[:, 510:].view("<u2")[:, 0] = -raw.view("<u2").astype(np.int64).sum(axis=1) & 0xFFFF
    path = tmp_path / "a.cwa"
    path.write_bytes(data[:1024] + raw.tobytes())
    return open_recording(path)


def test_old_firmware_has_the_rate_in_place_of_the_offset(tmp_path):
    def change(raw):
        raw[:, 24] = 0
        raw[:, 26:28].view("<i2")[:] = 100
        raw[:, 4:6] = 0
        return raw

    recording = axivity(tmp_path, change)
    assert (recording.n, recording.nominal_hz, recording.gaps) == (7200, 100, [])
    assert recording.rate_hz == pytest.approx(100, rel=0.02)  # its stamps are whole seconds
    assert recording.start_ns == pytest.approx(START_NS, abs=0.6 * NS)


def test_one_wild_time_of_a_block_makes_no_gap(tmp_path):
    def change(raw):
        raw[30:31, 14:18].view("<u4")[:] += 1 << 26  # a year
        return raw

    recording = axivity(tmp_path, change)
    assert (recording.n, recording.gaps) == (7200, [])
    assert told(recording, "The times of 1 block(s) contradict those before and after, and were not used.")


def test_a_packed_file_that_unpacks_without_end(tmp_path):
    path = tmp_path / "a.cwa.gz"
    path.write_bytes(gzip.compress(made.cwa(20, packed=True)) + gzip.compress(bytes(1 << 26)) * 4)
    with pytest.raises(RecordingError, match=r"unpacks to more than .* MB, which no recording of its size does"):
        open_recording(path)


def test_a_clock_that_was_never_set_is_told_of(tmp_path):
    path = tmp_path / "a.cwa"
    path.write_bytes(made.cwa(20, packed=True, start_s=946_684_800))
    assert told(open_recording(path), "Its dates begin in 1999: the device's clock was not set.") or told(
        open_recording(path), "Its dates begin in 2000: the device's clock was not set."
    )
