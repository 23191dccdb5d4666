"""Promise: an EDF+C that edfio, pyedflib and MNE read equally, with each event at its time to a millisecond, each
sample within a slot of its own, and gaps that say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import edfio
import numpy as np
import pytest

from benchmarks.exports import make_night
from detector.exports import export
from detector.exports.edf_file import MISSING, Clock, Scale, Text, annotation_records
from detector.night import Night, NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

WHY = "comes with the extra [peers]"


def edf_of(night, folder, alias="left-calf"):
    return next(file for file in export(night, "edf", folder).files if file.name.endswith(f"_{alias}.edf"))


def by_edfio(path):
    read = edfio.read_edf(path)
    return [(each.onset, each.duration, each.text) for each in read.annotations], np.array(
        [signal.data for signal in read.signals]
    )


def by_pyedflib(path):
    pyedflib = pytest.importorskip("pyedflib", reason=f"pyEDFlib {WHY}")
    with pyedflib.EdfReader(str(path)) as read:
        return list(zip(*read.readAnnotations(), strict=True)), np.array([read.readSignal(axis) for axis in range(3)])


def by_mne(path):
    mne = pytest.importorskip("mne", reason=f"MNE {WHY}")
    raw = mne.io.read_raw_edf(path, preload=True, verbose="ERROR")
    found = raw.annotations
    return list(zip(found.onset, found.duration, found.description, strict=True)), raw.get_data()


@pytest.mark.parametrize("read", [by_edfio, by_pyedflib, by_mne])
def test_events_and_samples_as_each_reader_sees_them(one, tmp_path, read):
    texts, signals = read(edf_of(one.path, tmp_path))
    events = sorted((float(onset), float(lasts)) for onset, lasts, words in texts if words != "BAD_gap")
    with Night(one.path) as night:
        placed = night.placed_events()
        begin_ns = night.start_ns // NS * NS
        there = night.to_numpy()
    kept = [each for number, each in enumerate(placed) if number != 2]  # a reviewer says that it is none
    assert len(events) == len(kept)
    for (onset_s, lasts_s), (onset_ns, event) in zip(events, kept, strict=True):
        assert onset_s == pytest.approx((onset_ns - begin_ns) / NS, abs=1e-3)
        assert lasts_s == pytest.approx(event.duration_s, abs=1e-3)
    # The last was taken for a tap, and a reviewer says it is a twitch.
    assert sorted(str(words) for *_, words in texts if words != "BAD_gap") == ["movement", "twitch", "twitch"]
    slots = slots_of(one.path, edf_of(one.path, tmp_path))
    assert np.abs(signals[:, slots].T - 1e3 * there.xyz).max() < 1e-3 * 1e3 / 4096


def slots_of(night, path):
    """Where each sample lies, by its time and the rate that the file tells alone: in the nearest slot that is free."""
    read = edfio.read_edf(path)
    with Night(night) as opened:
        times = opened.to_numpy().utc_ns
    due = (times - times[0] // NS * NS) * read.signals[0].sampling_frequency / NS
    index = np.arange(len(due))
    slots = index + np.maximum.accumulate(np.rint(due).astype(int) - index)
    assert np.abs(slots - due).max() <= 1.02
    return slots


def test_it_begins_on_a_whole_second_of_the_wearers_clock(one, tmp_path):
    read = edfio.read_edf(edf_of(one.path, tmp_path))
    with Night(one.path) as night:
        begin = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=night.start_ns // NS)
    assert datetime.combine(read.startdate, read.starttime) == begin.replace(tzinfo=None) + timedelta(hours=1)
    assert "TZ=+0100" in read.recording.additional
    assert read.reserved == "EDF+C"


def test_gaps_are_the_digital_minimum_and_say_so(one, tmp_path):
    read = edfio.read_edf(edf_of(one.path, tmp_path))
    rate = read.signals[0].sampling_frequency
    missing = np.array([signal.digital == MISSING for signal in read.signals])
    assert (missing == missing[0]).all()
    said = np.zeros(missing.shape[1], bool)
    for each in read.annotations:
        if each.text == "BAD_gap":
            first = round(each.onset * rate)
            said[first : first + round(each.duration * rate)] = True
    assert (said == missing[0]).all()  # what fills the last record up, too
    assert 4 < missing[0].sum() / rate < 7


def test_the_clock_of_8_hours_shifts_no_event_and_no_sample(tmp_path):
    """180 ppm fast, straying by 60 ms: by the nominal rate the last sample would be 5 s off, by the mean one 60 ms."""
    path = make_night(tmp_path / "long.night", (52.0,), 8.0)
    edf = edf_of(path, tmp_path, "place-0")
    read = edfio.read_edf(edf)
    with Night(path) as night:
        placed = night.placed_events()
        begin_ns = night.start_ns // NS * NS
        there = night.to_numpy()
    onsets = np.array([each.onset for each in read.annotations if each.text == "twitch"])
    assert np.abs(onsets - np.array([(onset_ns - begin_ns) / NS for onset_ns, _ in placed])).max() < 1e-3
    slots = slots_of(path, edf)
    values = np.array([signal.data[slots] for signal in read.signals]).T
    assert np.array_equal(np.rint(values * 4.096).astype(int), np.rint(there.xyz * 4096).astype(int))


def test_two_wearables_have_two_files_with_one_beginning(two, tmp_path):
    files = [file for file in export(two.path, "edf", tmp_path).files if file.suffix == ".edf"]
    read = [edfio.read_edf(file) for file in files]
    assert len(read) == 2
    assert read[0].starttime == read[1].starttime
    rates = [each.signals[0].sampling_frequency for each in read]
    assert rates == pytest.approx([52 * 1.0009, 100 * 1.0009], rel=5e-3)


def test_values_that_are_no_numbers_are_missing():
    scale = Scale.of(1 / 4096, 8.0)
    digits = scale.digits(np.array([[0, 0, 1], [np.nan, 0, 0], [np.inf, 0, 0], [9e9, -9e9, 0]], np.float32))
    assert (digits[1:3] == MISSING).all()
    assert digits[3].tolist() == [32767, -32767, digits[3, 2]]


@pytest.mark.parametrize("rate_hz", [20.0, 25.6, 51.9, 52.01352, 99.991, 100.0, 197.25, 1000.0])
def test_a_record_lasts_eight_characters_and_is_never_too_slow(rate_hz):
    clock = Clock.of(rate_hz)
    assert len(clock.seconds) <= 8
    assert rate_hz <= clock.rate_hz * (1 + 1e-12)
    assert clock.rate_hz <= rate_hz * (1 + 2e-6)


def test_many_annotations_in_a_burst_find_room_in_the_records_around_them():
    texts = [Text(5.0 + 1e-3 * number, 0.1, "twitch") for number in range(500)]
    spread = annotation_records(texts, Clock.of(52.0), 20)
    assert spread.tobytes().count(b"twitch") == 500
    assert spread.shape[1] % 2 == 0


def test_samples_that_are_no_numbers_are_a_gap(tmp_path, made_by, rest, start_ns):
    path = tmp_path / "x.night"
    xyz = rest(520)
    xyz[100:103, 1] = np.nan
    with NightLog(path, made_by, wait=True) as log:
        log.sensor("Sense", model="a wearable", nominal_hz=52, lsb_g=0.001)
        for piece, begins in Rows(52).cut(Samples(start_ns // NS * NS, 52.0, xyz, "Sense")):
            log.samples(piece, begins)
    read = edfio.read_edf(edf_of(path, tmp_path, "sensor1"))
    told = [(each.onset, each.duration) for each in read.annotations if each.text == "BAD_gap"]
    assert told == [(pytest.approx(100 / 52, abs=1e-5), pytest.approx(3 / 52, abs=1e-5))]
    assert (read.signals[0].digital[100:103] == MISSING).all()
    assert (read.signals[0].digital[[99, 103]] != MISSING).all()
