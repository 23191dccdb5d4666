"""Promise: the times and the start of a table are right however they are written, and what was taken is told."""

from __future__ import annotations

import os

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of, told

h5py = pytest.importorskip("h5py")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
COUNTS = made.night(1000, 256)
G = (COUNTS / 256).astype(np.float32)
BEGUN_S = made.EPOCH_S + 0.3
BEGUN_NS = made.EPOCH_S * NS + 300_000_000
NS_EACH = BEGUN_NS + np.arange(1000) * (NS // 50)
TIMES_S = NS_EACH / 1e9
ISO = [str(each) for each in (NS_EACH // 10**6).astype("datetime64[ms]")]


@pytest.fixture
def parquet(tmp_path):
    """A function that opens a table with a column of times."""

    def make(times, **wish):
        axes = {axis: G[:, i] for i, axis in enumerate("xyz")}
        pq.write_table(pa.table({"time": times, **axes}), tmp_path / "a.parquet")
        return open_recording(tmp_path / "a.parquet", **wish)

    return make


@pytest.mark.parametrize(
    "times",
    [
        NS_EACH // NS,
        NS_EACH // NS * 1000,
        (NS_EACH // NS).astype("datetime64[s]").astype("datetime64[ms]"),
        np.floor(TIMES_S),
        np.floor(TIMES_S * 10) / 10,
        [each[:19] for each in ISO],
    ],
    ids=["seconds", "milliseconds", "dates", "floats", "tenths", "texts"],
)
def test_stamps_of_a_coarse_clock_move_neither_start_nor_rate(parquet, times):
    recording = parquet(times)
    assert recording.rate_hz == pytest.approx(50, rel=1e-5)
    assert recording.start_ns == pytest.approx(BEGUN_NS, abs=1_000_000)
    assert told(recording, "the samples of each step were spread evenly")


SPELLINGS = {
    "ISO": ISO,
    "blank": [each.replace("T", " ") for each in ISO],
    "Z": [each + "Z" for each in ISO],
    "slashes": [each.replace("-", "/") for each in ISO],
    "epochs in words": [f"{each:.3f}" for each in TIMES_S],
    "whole epochs in words": [str(each // 10**6) for each in NS_EACH],
}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
@pytest.mark.parametrize("name", SPELLINGS)
def test_times_written_as_text(parquet, name, kind):
    recording = parquet(pa.array(SPELLINGS[name]).cast(kind))
    assert recording.has_date
    assert recording.start_ns == pytest.approx(BEGUN_NS, abs=1_000_000)
    assert recording.rate_hz == pytest.approx(50, rel=1e-5)
    assert np.allclose(samples_of(recording), G)
    assert told(recording, "no time zone") == (name in ("ISO", "blank", "slashes"))


def test_times_written_as_text_with_an_offset_or_a_zone_that_is_said(parquet):
    assert parquet([each + "+01:00" for each in ISO]).start_ns == BEGUN_NS - 3600 * NS
    assert parquet(ISO, timezone="Europe/Berlin").start_ns == BEGUN_NS - 3600 * NS


def test_day_or_month_first_is_asked_for_in_a_table_too(parquet):
    times = [f"{each[8:10]}/{each[5:7]}/{each[:4]} {each[11:]}" for each in ISO]
    assert parquet(times).start_ns == BEGUN_NS  # there is no 14th month
    other = [each.replace("14/11", "12/11") for each in times]
    with pytest.raises(RecordingError, match="--dates day-first"):
        parquet(other)
    assert parquet(other, dates="day-first").start_ns == BEGUN_NS - 2 * 86400 * NS


@pytest.mark.parametrize("bad", [["x"] * 1000, ["", *ISO[1:]], [*ISO[:-1], "later"]], ids=["words", "none", "one"])
def test_texts_that_are_no_times_are_refused(parquet, bad):
    with pytest.raises(RecordingError, match=r"are not understood|are missing"):
        parquet(bad)


STARTS = {
    "start_time": BEGUN_S,
    "t0": BEGUN_NS // 10**6,
    "StartTime": "2023-11-14T22:13:20.300Z",
    "recording_start": "2023-11-14 22:13:20.300",
    "timestampStart": BEGUN_NS // 1000,
    "meas_date": "14-Nov-2023 22:13:20.300",
}


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("timed", [False, True])
def test_a_start_beside_the_samples(tmp_path, name, timed):
    times = {"time": np.arange(1000) / 50} if timed else {}
    np.savez(tmp_path / "a.npz", acc=G, fs=50.0, **{name: STARTS[name]}, **times)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("leg/acc", data=G)
        if timed:
            file.create_dataset("leg/time", data=times["time"])
        file.attrs["sample_rate"] = 50.0
        file.attrs[name] = STARTS[name]
    for recording in (open_recording(tmp_path / "a.npz"), open_recording(tmp_path / "a.h5")):
        assert recording.has_date
        assert recording.start_ns == pytest.approx(BEGUN_NS, abs=1000)
        assert told(recording, f"Its start is that of its '{name}': 2023-11-14 22:13:20.300 UTC.")
        assert told(recording, "Its start has no time zone and was taken as UTC.") == (
            name in {"recording_start", "meas_date"}
        )


def test_a_date_and_a_time_of_day_apart(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("acc", data=G)
        file.attrs["sampling rate"] = 50.0
        file.attrs["date"], file.attrs["time"] = "2023-11-14", "22:13:20.300"
    assert open_recording(tmp_path / "a.h5").start_ns == BEGUN_NS


@pytest.mark.parametrize("value", [0, 12.5, "0", "", "now", float("nan"), 10**30])
def test_what_is_no_start_is_not_taken_for_one(tmp_path, value):
    np.savez(tmp_path / "a.npz", acc=G, fs=50.0, start=str(value) if value == 10**30 else value)
    assert not open_recording(tmp_path / "a.npz").has_date


def test_a_start_that_is_not_understood_is_told(tmp_path):
    np.savez(tmp_path / "a.npz", acc=G, fs=50.0, start="12/11/2023 22:13:20")
    assert told(open_recording(tmp_path / "a.npz"), "The start that its 'start' states, '12/11/2023 22:13:20', is not")
    assert open_recording(tmp_path / "a.npz", dates="day-first").has_date


def test_dates_of_the_samples_hold_against_a_start(tmp_path):
    np.savez(tmp_path / "a.npz", acc=G, time=TIMES_S, start=BEGUN_S - 5)
    recording = open_recording(tmp_path / "a.npz")
    assert recording.start_ns == pytest.approx(BEGUN_NS, abs=1_000_000)
    assert not told(recording, "Its start")


def test_a_clock_that_ran_before_begins_at_the_start(tmp_path):
    np.savez(tmp_path / "a.npz", acc=G, time=5000 + np.arange(1000) / 50, start=BEGUN_S)
    assert open_recording(tmp_path / "a.npz").start_ns == pytest.approx(BEGUN_NS, abs=1000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes that are files")
def test_a_pipe_and_a_device_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(RecordingError, match="is no file but a pipe or a device"):
            open_recording(path)


def test_two_accelerometers_whose_channels_have_the_same_names(tmp_path):
    import edfio

    signals = [
        edfio.EdfSignal(G[:, i] * share, 50, label=f"Acc {axis}", physical_dimension="g", physical_range=(-8, 8))
        for share in (1, 0.95)
        for i, axis in enumerate("XYZ")
    ]
    (tmp_path / "a.edf").write_bytes(edfio.Edf(signals).to_bytes())
    first = open_recording(tmp_path / "a.edf")
    assert told(
        first, "The file holds several accelerometers: acc was read, acc (2) left out; name another with --sensor."
    )
    assert np.allclose(samples_of(first), G, atol=1e-3)
    assert np.allclose(samples_of(open_recording(tmp_path / "a.edf", sensor="acc (2)")), G * 0.95, atol=1e-3)
