"""Promise: what a night says of its minutes, a replay of it says again, whatever became of its recorders."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from detector.night import Night, NightLog, Sensor
from detector.night.integrity.check import check, repair
from detector.night.upkeep.thin import thin
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.watch import Watch, made_by, replay
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples

CONFIG = DetectorConfig()
RATE_HZ = 50.0
BATCH = 20
SENSOR = Sensor("one", "a wearable", RATE_HZ)
START_NS = 1_790_000_040 * NS + 30 * NS  # in the middle of a minute


def signal(seconds):
    """Rest, with a movement of ten seconds each minute."""
    xyz = np.random.default_rng(2).normal([0, 0, 1], 1e-3, (round(seconds * RATE_HZ), 3))
    for at_s in np.arange(20, seconds - 10, 60):
        first = round(at_s * RATE_HZ)
        xyz[first : first + 500] += (0.3 * np.sin(np.arange(500) / 4))[:, None]
    return xyz.astype(np.float32)


def pieces(seconds, start_ns=START_NS, batch=BATCH):
    xyz = signal(seconds)
    return [
        Samples(start_ns + round(at * NS / RATE_HZ), RATE_HZ, xyz[at : at + batch], "one")
        for at in range(0, len(xyz), batch)
    ]


def record(items, path, source="record"):
    with NightLog(path, made_by(source, CONFIG), wait=True) as log:
        replay([SENSOR], items, CONFIG, log)


def told(path):
    with Night(path) as night:
        return night.measured("one")


def told_again(path, again):
    with Night(path) as night, NightLog(again, made_by("replay", CONFIG), wait=True) as log:
        replay(night.sensors, night.stream(), CONFIG, log)
    return told(again)


def test_each_minute_is_told_and_says_why(tmp_path):
    record(pieces(200), tmp_path / "a.night")
    found = told(tmp_path / "a.night")
    first_ns = START_NS - 30 * NS
    assert [(each.start_ns - first_ns) / NS for each in found] == [0, 60, 120, 180]
    assert sum(each.observed_s for each in found) == pytest.approx(200)
    assert [each.why for each in found] == ["moving"] * 4
    assert found[1].measurable_s == pytest.approx(49, abs=2)
    assert found[1].noise_mg == pytest.approx(1.0, rel=0.2)
    assert 3 < found[1].threshold_mg < 15
    assert found[1].pulse_per_min is None
    assert told_again(tmp_path / "a.night", tmp_path / "again.night") == found


@pytest.mark.parametrize("batch", [1, 7, 36, 71, 4000])
def test_the_batches_of_the_radio_do_not_matter(tmp_path, batch):
    record(pieces(150), tmp_path / "a.night")
    record(pieces(150, batch=batch), tmp_path / "b.night")
    assert told(tmp_path / "a.night") == told(tmp_path / "b.night")


def test_of_a_minute_with_two_runs_the_longer_part_is_kept(tmp_path):
    """And what was measured before and after a gap of the same run is added up."""
    path = tmp_path / "a.night"
    first, second = pieces(50), pieces(100, START_NS + 60 * NS)
    gap = Gap(first[20].start_ns, first[30].start_ns, "no data", "one")
    record([*first[:20], gap, *first[30:]], path)
    record(second, path)
    with Night(path) as night:
        assert [each.cause for each in night.gaps()] == ["no data", GapCause.RESTARTED]
    found = told(path)
    assert [each.observed_s for each in found] == pytest.approx([30 - 4, 30, 60, 10])
    assert told_again(path, tmp_path / "again.night") == found


@pytest.mark.parametrize("after", [72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 100])
def test_a_recorder_that_was_killed_about_the_end_of_a_minute(tmp_path, after):
    """The minute ends with the 75th batch, and its row is told once the next minute has a whole second."""
    path = tmp_path / "a.night"
    items = pieces(200)
    killed = NightLog(path, made_by("record", CONFIG))
    watch = Watch(CONFIG, killed)
    watch.add(SENSOR)
    for item in items[:after]:
        watch.take(item)
    killed.flush()
    shutil.copytree(tmp_path, tmp_path / "later")  # as the disk was at that moment
    killed.close()
    path = tmp_path / "later" / "a.night"
    assert (told(path) is not None) == (after > 77)
    record(items[after + 20 :], path)
    with Night(path) as night:
        assert [gap.cause for gap in night.gaps()] == [GapCause.CRASHED]
    found = told(path)
    assert told_again(path, tmp_path / "again.night") == found
    assert check(path).is_sound


def test_it_is_kept_where_the_night_is_thinned_and_repaired(tmp_path):
    path, copy = tmp_path / "a.night", tmp_path / "copy.night"
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        log.sensor("one", model="a wearable", nominal_hz=RATE_HZ)
        for second in range(150):
            log.raw("one", START_NS + second * NS, np.random.default_rng(second).bytes(100))
        replay([SENSOR], pieces(150), CONFIG, log)
    found = told(path)
    assert thin(path) > 0
    repair(path, copy)
    assert told(path) == told(copy) == found


def test_without_a_night_nothing_is_asked_for():
    assert replay([SENSOR], pieces(150), CONFIG) != []


def test_a_wearable_without_samples_has_no_minutes(tmp_path):
    record([], tmp_path / "a.night")
    assert told(tmp_path / "a.night") is None
    with Night(tmp_path / "a.night") as night:
        assert summarise(night).measurable is None
