"""Promise: the files that devices write are read to the bit, their times within milliseconds of the device's stamps.

What they left out is a gap. The values are those of `data/formats/README.md`, checked there against other readers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Samples


def samples_of(recording):
    """All samples, after checking that the stream is joined up."""
    parts = list(recording.stream())
    assert all(before.end_ns == after.start_ns for before, after in itertools.pairwise(parts))
    return np.concatenate([part.xyz for part in parts if isinstance(part, Samples)])


def times_of(recording):
    """Time of every sample, in s."""
    return np.concatenate([p.start_ns / NS + np.arange(p.count) / p.rate_hz for p in recording.pieces])


def utc(text):
    """A time in ns."""
    return int(np.datetime64(text, "ns").astype(np.int64))


# file, format, n, rate, first, last (UTC), tolerance in ms, mean |a|, first sample, last sample, gaps, step
VERIFIED = [
    ("ax3_corrupt_blocks.cwa", "Axivity CWA (AX3)", 16_680, 98.8622, "2019-02-26T10:55:07.200089",
     "2019-02-26T10:57:58.340561", 10, 0.981485, (0.765625, -0.296875, -0.578125), (0.96875, 0, 0.203125), 1, 1 / 64),
    ("actigraph_wgt3xbt_idle.gt3x", "ActiGraph GT3X (wGT3XBT)", 17_640, 30, "2020-08-26T08:09:00",
     "2020-08-26T08:38:27.966666", 0.01, 1.012014, (0.00390625, 0.0234375, -0.957031), (-0.5, 0.0195312, -0.875), 23,
     1 / 256),
    ("actigraph_gt9x.gt3x", "ActiGraph GT3X (Link)", 16_200, 90, "2019-02-14T13:58:00", "2019-02-14T14:00:59.988889",
     0.01, 1.003602, (-0.00390625, -0.0078125, 0.960938), (0.289062, -0.980469, -0.195312), 0, 1 / 256),
    ("geneactiv_60hz.bin", "GENEActiv bin", 6000, 60, "2024-04-30T20:13:30", "2024-04-30T20:15:09.983333", 0.01,
     1.154468, (0.943649, 0.0388048, 0.0939627), (0.0849228, -0.837689, 0.0617423), 0, 100 / 25_100),
]  # fmt: skip


@pytest.mark.parametrize("verified", VERIFIED, ids=lambda verified: verified[0])
def test_verified_values(verified, shared_data):
    name, kind, n, rate_hz, first, last, within_ms, length, begin, end, gaps, step_g = verified
    recording = open_recording(shared_data(f"formats/{name}"))
    assert (recording.format, recording.n, len(recording.gaps)) == (kind, n, gaps)
    assert recording.rate_hz == pytest.approx(rate_hz, rel=1e-4)
    assert recording.lsb_g == pytest.approx(step_g)
    times = times_of(recording)
    assert abs(recording.start_ns - utc(first)) <= within_ms * 1e6
    assert abs(times[-1] - utc(last) / NS) <= within_ms / 1e3
    xyz = samples_of(recording)
    assert np.linalg.norm(xyz, axis=1).mean() == pytest.approx(length, abs=1e-6)
    assert xyz[0] == pytest.approx(begin, abs=1e-6)
    assert xyz[-1] == pytest.approx(end, abs=1e-6)


def test_idle_sleep_is_a_gap_and_says_so(shared_data):
    recording = open_recording(shared_data("formats/actigraph_wgt3xbt_idle.gt3x"))
    assert {gap.cause for gap in recording.gaps} == {GapCause.FELL_ASLEEP}
    assert recording.missing_s == pytest.approx(1180)
    assert "It was in idle sleep mode for 1180 s, which are gaps." in recording.notes


def test_damaged_blocks_are_told_of(shared_data):
    recording = open_recording(shared_data("formats/ax3_corrupt_blocks.cwa"))
    assert recording.notes[0].startswith("6 of 145 blocks are damaged and left out as gaps (block 0, 13, 14, 142,")
    (gap,) = recording.gaps
    assert gap.cause == GapCause.DAMAGED
    assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(2 * 120 / 98.86, abs=0.002)
    whole = open_recording(shared_data("formats/ax3.cwa"))
    rows = np.flatnonzero(np.repeat(~np.isin(np.arange(145), (0, 13, 14, 142, 143, 144)), 120))
    assert np.array_equal(samples_of(recording), samples_of(whole)[rows])
    assert np.abs(times_of(recording) - times_of(whole)[rows]).max() < 0.001


@pytest.mark.parametrize(
    ("name", "nominal"),
    [("formats/ax3.cwa", 100), ("formats/ax6.cwa", 100), ("ax6_wrist/axivity_ax6_test_data.CWA", 100)],
)
def test_times_of_an_axivity(name, nominal, shared_data):
    """5 ms from a local fit through the stamps, and no step of 2 ms from one sample to the next."""
    path = shared_data(name)
    recording = open_recording(path)
    raw = np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, 512)[2:]
    field = lambda at, kind: raw[:, at : at + np.dtype(kind).itemsize].copy().view(kind)[:, 0].astype(np.int64)  # noqa: E731
    stamp, fine, count = field(14, "<u4"), (field(4, "<u2") & 0x7FFF) << 1, field(28, "<u2")
    seconds = (stamp >> 12 & 31) * 3600 + (stamp >> 6 & 63) * 60 + (stamp & 63) + fine / 65536
    rows = np.cumsum(count) - count + field(26, "<i2") + (fine * nominal >> 16)
    times = times_of(recording) - recording.start_ns // (86_400 * NS) * 86_400
    for i in range(len(rows)):
        near = slice(max(0, i - 6), i + 7)
        slope, offset = np.polyfit(rows[near] - rows[i], seconds[near] - seconds[i], 1)
        if 0 <= rows[i] < len(times):
            assert abs(times[rows[i]] - seconds[i] - offset) < 0.005
    steps = np.diff(times)
    assert np.abs(steps - 1 / recording.rate_hz).max() < 0.002
    assert slope == pytest.approx(1 / recording.rate_hz, rel=0.01)


def test_the_clock_of_an_axivity_has_no_zone(shared_data):
    path = shared_data("formats/ax3.cwa")
    here = open_recording(path, timezone="Europe/Berlin")
    assert here.start_ns == open_recording(path).start_ns - 3600 * NS
    assert "The file names no time zone, and its clock was taken as Europe/Berlin." in here.notes
    assert any("taken as UTC; name it with --timezone" in note for note in open_recording(path).notes)


@pytest.mark.parametrize("name", ["geneactiv_60hz.bin", "actigraph_gt9x.gt3x"])
def test_a_zone_in_the_file_holds_unless_another_is_named(name, shared_data):
    path = shared_data(f"formats/{name}")
    stated = open_recording(path)
    assert any("taken as UTC-05:00, as its" in note for note in stated.notes)
    named = open_recording(path, timezone="UTC")
    assert stated.start_ns - named.start_ns == 5 * 3600 * NS
    assert any("as given" in note and "says UTC-05:00" in note for note in named.notes)


def test_temperature_and_battery_are_kept(shared_data):
    for name, celsius, volts in (("ax3.cwa", 18.2, 4.11), ("geneactiv.bin", 21.5, 4.15)):
        readings = open_recording(shared_data(f"formats/{name}")).readings
        first = {reading.what: reading.value for reading in reversed(readings)}
        assert first["celsius"] == pytest.approx(celsius, abs=0.01)
        assert first["volts"] == pytest.approx(volts, abs=0.01)
    voltages = open_recording(shared_data("formats/actigraph_wgt3xbt_idle.gt3x")).readings
    assert [reading.value for reading in voltages[:2]] == [4.037, 4.032]


def test_the_serial_number(shared_data):
    for name, serial in (
        ("ax3.cwa", "39434"),
        ("ax6.cwa", "6011834"),
        ("geneactiv.bin", "012967"),
        ("actigraph_gt9x.gt3x", "TAS1E31150129"),
    ):
        assert open_recording(shared_data(f"formats/{name}")).serial == serial


def test_a_rate_that_is_given_holds(tmp_path):
    (tmp_path / "a.cwa").write_bytes(made.cwa(20, packed=True))
    recording = open_recording(tmp_path / "a.cwa", rate_hz=95.0)
    assert (recording.rate_hz, recording.nominal_hz) == (95.0, 95.0)
    assert "By its times the file has 99.5 Hz; the given 95 Hz was used." in recording.notes


def test_what_makes_no_sense_for_a_device_is_refused(tmp_path):
    (tmp_path / "a.cwa").write_bytes(made.cwa(20, packed=True))
    with pytest.raises(RecordingError, match="needs no --columns"):
        open_recording(tmp_path / "a.cwa", columns=["x", "y", "z"])


def test_gt3x_of_the_first_kind(tmp_path):
    (tmp_path / "a.gt3x").write_bytes(made.gt3x_old(20))
    recording = open_recording(tmp_path / "a.gt3x")
    assert (recording.n, recording.rate_hz, recording.start_ns) == (600, 30, (made.EPOCH_S + 5 * 3600) * NS)
    assert np.array_equal(samples_of(recording), (made.night(600, 341) / 341).astype(np.float32))


def test_a_stray_time_of_a_geneactiv_page_is_not_believed(tmp_path):
    data = made.geneactiv(6)
    assert data.count(b"22:13:26") == 1
    (tmp_path / "a.bin").write_bytes(data.replace(b"22:13:26", b"22:53:26"))
    recording = open_recording(tmp_path / "a.bin")
    assert recording.gaps == []
    assert "The times of 1 page(s) contradict those before and after, and were not used." in recording.notes
