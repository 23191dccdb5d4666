"""Promise: of an XDF the accelerometer is read as pyxdf reads it, whatever streams are beside it; damage is told."""

from __future__ import annotations

import logging
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from tests.detector.recordings.opened import samples_of, told

ROWS = 1500
G = (made.night(ROWS, 256) / 256).astype(np.float32)
TURNS = np.random.default_rng(1).normal(0, 20, (ROWS, 3)).astype(np.float32)
STAMPS = 100 + np.arange(ROWS) / 50
HEAD = (1, b"<?xml version='1.0'?><info><version>1.0</version></info>")


def stream(number, name, kind, labels, units, rate_hz=50):
    """A chunk that describes a stream."""
    pairs = zip(labels, units, strict=True)
    channels = "".join(f"<channel><label>{label}</label><unit>{unit}</unit></channel>" for label, unit in pairs)
    about = (
        f"<?xml version='1.0'?><info><name>{name}</name><type>{kind}</type><channel_count>{len(labels)}</channel_count>"
        f"<nominal_srate>{rate_hz}</nominal_srate><channel_format>float32</channel_format><source_id>a</source_id>"
        f"<desc><channels>{channels}</channels></desc></info>"
    )
    return 2, struct.pack("<I", number) + about.encode()


def acc(number=1, name="acc", kind="ACC", labels="xyz", units=("g", "g", "g")):
    """A chunk that describes an accelerometer."""
    return stream(number, name, kind, labels, units)


def chunks(number, values, each=100, stamps=STAMPS):
    """Chunks of samples."""
    found = []
    for at in range(0, len(values), each):
        rows = values[at : at + each]
        packed = np.zeros(len(rows), [("flag", "u1"), ("at", "<f8"), ("values", "<f4", values.shape[1])])
        packed["flag"], packed["at"], packed["values"] = 8, stamps[at : at + each], rows
        found.append((3, struct.pack("<I", number) + b"\x04" + struct.pack("<I", len(rows)) + packed.tobytes()))
    return found


def footer(number, count):
    """A chunk that ends a stream."""
    return 6, struct.pack("<I", number) + f"<info><sample_count>{count}</sample_count></info>".encode()


def offset(at_s, ahead_s):
    """A chunk that says what the clocks differ by."""
    return 4, struct.pack("<I2d", 1, at_s, ahead_s)


def whole(*parts):
    """All of a file."""
    framed = (b"\x04" + struct.pack("<IH", len(content) + 2, tag) + content for tag, content in (HEAD, *parts))
    return b"XDF:" + b"".join(framed)


@pytest.fixture
def put(tmp_path):
    """A function that opens a file of chunks."""

    def make(*parts, **wish):
        (tmp_path / "a.xdf").write_bytes(whole(*parts))
        return open_recording(tmp_path / "a.xdf", **wish)

    return make


OTHERS = {
    "by its name": stream(2, "gyro", "Gyroscope", "xyz", ["deg/s"] * 3),
    "by its type": stream(2, "IMU1", "GYR", "xyz", ["dps"] * 3),
    "by its units": stream(2, "s1", "", "xyz", ["deg/s"] * 3),
    "turning in radians": stream(2, "s1", "Motion", "xyz", ["rad/s"] * 3),
    "magnetism": stream(2, "m", "Motion", "xyz", ["µT"] * 3),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("kind", ["ACC", "Motion", ""])
def test_another_sensor_with_the_same_labels_comes_first(put, name, kind):
    recording = put(OTHERS[name], acc(name="IMU2", kind=kind), *chunks(2, TURNS), *chunks(1, G))
    assert np.array_equal(samples_of(recording), G)


def test_no_accelerometer_by_its_units_is_refused(put):
    with pytest.raises(RecordingError, match=r"no accelerometer by the units of its streams \(s1\)"):
        put(OTHERS["by its units"], *chunks(2, TURNS))


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("IMU", ["gx", "gy", "gz", "ax", "ay", "az"]),
        ("ACC", ["gx", "gy", "gz", "ax", "ay", "az"]),
        ("Accelerometer", ["gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z"]),
        ("Motion", ["Gyr.X", "Gyr.Y", "Gyr.Z", "Acc.X", "Acc.Y", "Acc.Z"]),
    ],
)
def test_both_sensors_in_one_stream(put, kind, labels):
    about = stream(1, "imu", kind, labels, ["dps"] * 3 + ["g"] * 3)
    assert np.array_equal(samples_of(put(about, *chunks(1, np.hstack([TURNS, G])))), G)


def test_an_empty_stream_is_passed_over_and_told(put):
    recording = put(acc(2, "left"), acc(1, "right"), *chunks(1, G), footer(2, 0), footer(1, ROWS))
    assert np.array_equal(samples_of(recording), G)
    assert told(recording, "Without samples: left.")


def test_two_accelerometers(put):
    parts = [acc(1, "left"), acc(2, "right"), *chunks(1, G), *chunks(2, G * 0.9)]
    recording = put(*parts)
    assert told(recording, "The file holds several accelerometers: left was read, right left out")
    assert np.array_equal(samples_of(put(*parts, sensor="right")), G * np.float32(0.9))


def _spoilt(at):
    number, content = chunks(1, G)[5]
    spoilt = bytearray(content)
    spoilt[9 + at * 21] = 77
    return number, bytes(spoilt)


def _saying(count):
    number, content = chunks(1, G)[5]
    return number, content[:5] + struct.pack("<I", count) + content[9:]


@pytest.mark.parametrize(
    ("changed", "left"),
    [(_spoilt(0), 1400), (_spoilt(50), 1450), (_saying(1000), 1500), (_saying(10), 1410), (_saying(0), 1400)],
    ids=["first flag", "flag", "count too large", "count too small", "no count"],
)
def test_a_damaged_chunk_is_told(put, changed, left):
    good = chunks(1, G)
    recording = put(acc(), *good[:5], changed, *good[6:], footer(1, ROWS))
    assert (recording.n, len(recording.gaps)) == (left, int(left < ROWS))
    assert told(recording, "chunk(s) of samples are damaged or cut off") or left == 1400
    assert told(recording, f"Its footer tells of 1500 samples, and {left} are there.") == (left < ROWS)


@pytest.mark.parametrize(
    ("ahead", "expected", "is_told"),
    [
        ([7.0] * 6, 107, False),
        ([7.0, 7.0, 900.0, 7.0, 7.0, 7.0], 107, False),
        ([7.0, 7.0, float("nan"), 7.0, 7.0, 7.0], 107, False),
        ([7.0, 7.0, 7.0, 57.0, 57.0, 57.0], 100, True),
    ],
    ids=["steady", "one stray", "no number", "set"],
)
def test_what_the_clocks_differ_by(put, ahead, expected, is_told):
    recording = put(acc(), *(offset(100 + 5 * i, each) for i, each in enumerate(ahead)), *chunks(1, G))
    assert told(recording, "A clock was set while it was recorded") == is_told
    assert recording.rate_hz == pytest.approx(50, rel=0.02)
    assert recording.start_ns / 1e9 == pytest.approx(expected, abs=1e-3)


def test_clocks_that_cannot_drift_so_are_not_believed(put):
    recording = put(acc(), offset(101, 0.0), offset(101.0001, 0.9), *chunks(1, G))
    assert recording.rate_hz == pytest.approx(50)
    assert told(recording, "what it says of the clocks is damaged")


@pytest.mark.parametrize("rate_hz", [50, 0])
@pytest.mark.parametrize("ahead", [0.0, 0.002])
def test_as_the_peer_reads_it(tmp_path, rate_hz, ahead):
    pyxdf = pytest.importorskip("pyxdf")
    logging.getLogger("pyxdf").setLevel(logging.CRITICAL)
    drift = [offset(100 + 5 * i, 7 + ahead * i) for i in range(6)]
    jitter = np.random.default_rng(3).normal(0, 1e-3, ROWS)
    path = tmp_path / "a.xdf"
    about = stream(1, "acc", "ACC", "xyz", ["g"] * 3, rate_hz)
    path.write_bytes(whole(about, *drift, *chunks(1, G, 37, STAMPS + jitter), footer(1, ROWS)))
    recording = open_recording(path)
    (peer,), _ = pyxdf.load_xdf(str(path), dejitter_timestamps=rate_hz > 0)
    assert np.array_equal(samples_of(recording), peer["time_series"])
    assert recording.start_ns / 1e9 == pytest.approx(peer["time_stamps"][0], abs=0.005)
    assert recording.end_ns / 1e9 == pytest.approx(peer["time_stamps"][-1] + 0.02, abs=0.005)


SMALL = whole(acc(), offset(101, 7.0), *chunks(1, G[:40], 10), footer(1, 40))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(max_size=12), st.integers(0, 9)), max_size=5))
def test_hostile_bytes_are_read_or_refused_with_a_sentence(tmp_path_factory, changes):
    data = SMALL
    for at, new, old in changes:
        data = data[:at] + new + data[at + old :]
    path = tmp_path_factory.getbasetemp() / "hostile.xdf"
    path.write_bytes(b"XDF:" + data[4:])
    try:
        recording = open_recording(path)
    except RecordingError as error:
        said = str(error)
    else:
        said = "."
        assert len(samples_of(recording)) == recording.n
    assert said.endswith(".")
