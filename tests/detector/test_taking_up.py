"""Promise: where a night is gone on with, each wearable's time since the last run is in a gap that says why, up to its
first samples, or up to the end where it has not come back."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from detector.night import Night, NightLog, Sensor
from detector.night.integrity.check import check
from detector.signal import DetectorConfig
from detector.watch import Watch, made_by, replay
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples

CONFIG = DetectorConfig()
START_NS = 1_790_000_000 * NS
RATE_HZ = 50.0
LEFT, RIGHT = (Sensor(name, "Verity Sense", RATE_HZ, 8.0, 0.001) for name in ("left", "right"))


def still(name, from_s, seconds):
    mg = np.rint(np.random.default_rng(3).normal([0.0, 0.0, 1000.0], 1.0, (round(seconds * RATE_HZ), 3)))
    return Samples(START_NS + round(from_s * NS), RATE_HZ, (mg * 1e-3).astype(np.float32), name)


@pytest.fixture(params=[GapCause.CRASHED, GapCause.RESTARTED])
def begun(request, tmp_path):
    """A night of 20 s of two wearables, ended well or not; with the cause of the gap that follows."""
    path = tmp_path / "a.night"
    log = NightLog(path, made_by("record", CONFIG), wait=True)
    watch = Watch(CONFIG, log, START_NS)
    for sensor in (LEFT, RIGHT):
        watch.add(sensor)
        watch.take(still(sensor.name, 0, 20))
    log.flush()
    killed = tmp_path / "killed.night"
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{path}{suffix}", f"{killed}{suffix}")
    watch.finish(START_NS + 20 * NS)
    log.close()
    return (killed if request.param == GapCause.CRASHED else path), request.param


def go_on(path, began_s, until_s, *items, sensors=()):
    log = NightLog(path, made_by("record", CONFIG), wait=True)
    watch = Watch(CONFIG, log, START_NS + round(began_s * NS))
    for sensor in sensors:
        watch.add(sensor)
    for item in items:
        watch.take(item)
    watch.finish(START_NS + round(until_s * NS))
    log.close()


def gaps(path, name):
    with Night(path) as night:
        return [((gap.start_ns - START_NS) / NS, (gap.end_ns - START_NS) / NS, gap.cause) for gap in night.gaps(name)]


def test_one_that_is_back_at_once(begun):
    path, cause = begun
    go_on(path, 25, 60, still("left", 30, 30), still("right", 31, 29), sensors=(LEFT, RIGHT))
    assert gaps(path, "left") == [(20, 30, cause)]
    assert gaps(path, "right") == [(20, 31, cause)]
    assert check(path).is_sound


def test_one_that_comes_late(begun):
    path, cause = begun
    go_on(path, 25, 260, still("left", 200, 60), still("right", 31, 229), sensors=(LEFT, RIGHT))
    assert gaps(path, "left") == [(20, 25, cause), (25, 200, GapCause.ABSENT)]


def test_one_that_never_comes_back(begun):
    path, cause = begun
    go_on(path, 25, 3600, still("left", 30, 30), sensors=(LEFT,))
    assert gaps(path, "right") == [(20, 25, cause), (25, 3600, GapCause.ABSENT)]
    with Night(path) as night:
        replay(night.sensors, night.stream(), CONFIG)  # what ends with gaps can be replayed, too
    assert check(path).is_sound
    go_on(path, 3700, 3720, still("right", 3705, 10), sensors=(RIGHT,))
    assert gaps(path, "right")[2:] == [(3600, 3705, GapCause.RESTARTED)]


def test_one_that_is_introduced_and_then_brings_nothing(begun):
    path, cause = begun
    go_on(path, 25, 100, still("left", 30, 30), sensors=(LEFT, RIGHT))
    assert gaps(path, "right") == [(20, 25, cause), (25, 100, GapCause.ABSENT)]


def test_one_whose_link_is_lost_before_it_brings_anything(begun):
    path, cause = begun
    lost = Gap(START_NS + 40 * NS, START_NS + 50 * NS, "connection lost", "left")
    go_on(path, 25, 60, lost, still("left", 50, 10), still("right", 31, 29), sensors=(LEFT, RIGHT))
    assert gaps(path, "left") == [(20, 40, cause), (40, 50, "connection lost")]


def test_none_comes_back(begun):
    path, cause = begun
    go_on(path, 25, 500)
    for name in ("left", "right"):
        assert gaps(path, name) == [(20, 25, cause), (25, 500, GapCause.ABSENT)]


def test_a_night_that_is_new_has_no_such_gap(tmp_path):
    go_on(tmp_path / "new.night", 0, 60, still("left", 30, 30), sensors=(LEFT,))
    assert gaps(tmp_path / "new.night", "left") == []


def test_what_taking_up_finds_is_told_too(begun):
    """A twitch of one wearable waits for what the other felt; a gap of the other ends the waiting."""
    path, _ = begun
    felt = still("left", 30, 15)
    felt.xyz[600:625] += np.outer(0.03 * np.sin(np.linspace(0, 4 * np.pi, 25)), [1, 0, 0]).astype(np.float32)
    log = NightLog(path, made_by("record", CONFIG), wait=True)
    watch = Watch(CONFIG, log, START_NS + 25 * NS)
    for sensor in (LEFT, RIGHT):
        watch.add(sensor)
    told = [event for item in (felt, still("right", 50, 2)) for event in watch.take(item)]
    told += watch.finish(START_NS + 60 * NS)
    log.close()
    with Night(path) as night:
        assert len(told) == len(night.events()) > 0
