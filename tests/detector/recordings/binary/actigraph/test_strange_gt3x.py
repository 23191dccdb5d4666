"""Promise: what other firmware, other software and damage do to an ActiGraph's file is read rightly, or told of."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of, told

START_NS = made.EPOCH_S * NS
SECONDS = made.night(1200, 256).reshape(40, 30, 3)
INFO = {
    "Serial Number": "TAS1E31150000",
    "Device Type": "Link",
    "Subject Name": "",
    "Sample Rate": "30",
    "Start Date": str(made.EPOCH_S * 10_000_000 + 621_355_968_000_000_000),
    "TimeZone": "-05:00:00",
    "Acceleration Scale": "256.0",
}


def second(number, rows=30, *, kind=0, at=None):
    """One record of a log."""
    counts = SECONDS[number][:rows]
    payload = counts.astype("<i2").tobytes() if kind else made._twelve_bits(counts)
    return made.record(kind, made.EPOCH_S + (number if at is None else at), payload)


LOG = [second(number) for number in range(40)]


@pytest.fixture
def gt3x(tmp_path):
    """A function that opens an archive of a log; what differs in info.txt is given by name, underscores for spaces."""

    def make(log=LOG, text=None, folder="", **changes):
        info = INFO | {name.replace("_", " "): value for name, value in changes.items()}
        said = "".join(f"{name}: {value}\n" for name, value in info.items() if value is not None)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{folder}info.txt", said if text is None else text(said))
            archive.writestr(f"{folder}log.bin", b"".join(log))
        path = tmp_path / "a.gt3x"
        path.write_bytes(packed.getvalue())
        return open_recording(path)

    return make


@pytest.mark.parametrize(
    "text",
    [
        lambda said: said.encode("utf-16"),
        lambda said: said.replace(": ", ":").encode(),
        lambda said: said.lower().replace("tas1", "TAS1").encode(),
        lambda said: ("\ufeff" + said.replace("\n", "\r\n")).encode(),
        lambda said: said.replace("256.0", "256,0").encode(),
    ],
    ids=["utf-16", "no space", "lower case", "mark and returns", "decimal comma"],
)
def test_info_in_any_spelling(gt3x, text):
    recording = gt3x(text=text)
    assert (recording.n, recording.start_ns) == (1200, START_NS + 5 * 3600 * NS)


def test_an_archive_that_was_packed_again_with_its_folder(gt3x):
    assert gt3x(folder="night one/").n == 1200


def test_a_log_needs_no_start_date(gt3x):
    assert gt3x(Start_Date=None).start_ns == START_NS + 5 * 3600 * NS


def test_a_zone_that_is_none_is_not_believed(gt3x):
    recording = gt3x(TimeZone="99:00:00")
    assert recording.start_ns == START_NS
    assert told(recording, "names no time zone")


@pytest.mark.parametrize("kind", [0, 0x1A])
def test_a_second_that_is_there_twice_is_read_once(gt3x, kind):
    recording = gt3x([*LOG[:10], second(9, kind=kind), *LOG[10:]])
    assert np.array_equal(samples_of(recording), (SECONDS.reshape(-1, 3) / 256).astype(np.float32))
    assert told(recording, "1 second(s) are in its log twice; of each the first was read.")


def test_the_two_halves_of_a_second_are_both_read(gt3x):
    half = made.record(0, made.EPOCH_S + 9, made._twelve_bits(SECONDS[9][10:]))
    recording = gt3x([*LOG[:9], second(9, 10), half, *LOG[10:]])
    assert recording.gaps == []
    assert np.array_equal(samples_of(recording), (SECONDS.reshape(-1, 3) / 256).astype(np.float32))


def test_the_seconds_tell_the_rate_where_info_says_another(gt3x):
    recording = gt3x(Sample_Rate="60")
    assert (recording.rate_hz, recording.gaps) == (30, [])
    assert told(recording, "says 60 Hz, but its seconds hold 30 samples: 30 Hz was taken.")


@pytest.mark.parametrize("at", [-1_000_000, 900_000_000])
def test_one_wild_time_in_a_log_makes_no_gap(gt3x, at):
    recording = gt3x([*LOG[:20], second(20, at=at), *LOG[21:]])
    assert (recording.n, recording.gaps) == (1200, [])
    assert told(recording, "The times of 1 record(s) contradict those before and after")


def test_of_a_damaged_archive_what_precedes_the_damage_is_read(tmp_path):
    counts = made.night(60_000, 341)
    path = tmp_path / "old.gt3x"
    info = {**INFO, "Serial Number": "NEO1C15110135", "Acceleration Scale": "341"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activity.bin", made._twelve_bits(counts))
        archive.writestr("info.txt", "".join(f"{name}: {value}\n" for name, value in info.items()))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    recording = open_recording(path)
    assert 20_000 < recording.n < 60_000
    assert samples_of(recording)[:20_000] == pytest.approx(counts[:20_000] / 341, abs=1e-6)
    assert told(recording, "Its archive is damaged: what follows the damage is left out.")


def test_a_log_that_unpacks_without_end(gt3x):
    with pytest.raises(RecordingError, match=r"The log\.bin of a\.gt3x unpacks to 100 MB out of 0\.1, which no record"):
        gt3x([bytes(100_000_000)])
