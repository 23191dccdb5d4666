"""Promise: where a wearable's rate changes the detector is made anew, a replay does so at the same sample, and the
times of a night strictly increase, which `check` holds."""

from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.night import Night, NightLog, Sensor
from detector.night.integrity.check import check, repair
from detector.night.records import row_checksum
from detector.signal import DetectorConfig
from detector.timeline import Rows
from detector.watch import Watch, made_by, replay
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight

CONFIG = DetectorConfig()
START_NS = 1_790_000_000 * NS


def stretch(rate_hz, start_s, hours=0.1, *, said_hz=None, seed=5, frame=20):
    """A stretch of an evening, in frames of a few samples whose rate wavers as a clock's estimate does."""
    end_ns = START_NS + start_s * NS
    for piece in SyntheticNight(hours, rate_hz, seed=seed):
        for at in range(0, len(piece.xyz), frame):
            xyz = piece.xyz[at : at + frame]
            wavering_hz = rate_hz * (1 + 0.009 * np.sin(end_ns / (3 * NS)))
            yield (one := Samples(end_ns, wavering_hz, xyz, "leg", said_hz))
            end_ns = one.end_ns


def record(path, items, nominal_hz, began_ns=START_NS):
    """Record one run as a recorder does; gives what it told."""
    with NightLog(path, made_by("record", CONFIG, started_utc_ns=began_ns), wait=True) as log:
        watch = Watch(CONFIG, log, began_ns)
        watch.add(Sensor("leg", "test", nominal_hz))
        told = [event for item in items for event in watch.take(item)]
        return told + watch.finish()


def rows(path):
    with Night(path) as night:
        return [(row.start_ns, row.rate_hz, row.nominal_hz, row.xyz.tobytes()) for row in night.samples("leg")]


def again(path, target):
    with Night(path) as night, NightLog(target, made_by("replay", CONFIG), wait=True) as log:
        return replay(night.sensors, night.stream(), CONFIG, log)


def by_onset(events):
    return sorted(events, key=lambda event: (event.onset_s, event.kind))


@pytest.fixture(scope="module")
def changing(tmp_path_factory):
    """A firmware that falls back from 104 to 52 Hz; its recorder is restarted, and it is back at 104 Hz."""
    path = tmp_path_factory.mktemp("rate") / "a.night"
    first = itertools.chain(stretch(104.0, 0, said_hz=104.0), stretch(52.0, 361, said_hz=52.0, seed=6))
    told = record(path, first, 104.0)
    told += record(path, stretch(104.0, 900, said_hz=104.0, seed=7), 104.0, START_NS + 900 * NS)
    return path, told


def test_a_replay_changes_at_the_same_sample(changing, tmp_path):
    path, told = changing
    assert len(told) > 10
    assert again(path, tmp_path / "b.night") == told
    with Night(path) as night:
        assert by_onset(night.events()) == by_onset(told)
        assert [sensor.nominal_hz for sensor in night.sensors] == [104.0]
    assert [rate for rate, _ in itertools.groupby(nominal for _, _, nominal, _ in rows(path))] == [104.0, 52.0, 104.0]
    assert rows(tmp_path / "b.night") == rows(path)


def test_a_rows_length_follows(changing):
    assert {hz: max(len(xyz) for _, _, n, xyz in rows(changing[0]) if n == hz) // 12 for hz in (104.0, 52.0)} == {
        104.0: 104,
        52.0: 52,
    }


def test_times_strictly_increase(changing):
    with Night(changing[0]) as night:
        parts = list(night.stream("leg"))
    assert all(later.start_ns >= earlier.end_ns for earlier, later in itertools.pairwise(parts))
    assert check(changing[0]).is_sound


def test_check_holds_it(changing, tmp_path):
    path = tmp_path / "back.night"
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        log.sensor("leg", model="test", nominal_hz=50)
        for second in range(3):  # few enough to stay rows of their own
            log.samples(Samples(START_NS + second * NS, 50.0, np.ones((50, 3), np.float32), "leg", 50.0), True)
            log.flush()
        with contextlib.closing(sqlite.connect(path)) as connection, connection:
            found = connection.execute("SELECT first_index, start_ns, rate_hz, n, codec, samples FROM row").fetchall()
            index, start_ns, rate_hz, n, codec, blob = found[1]
            moved = (index, start_ns - 1_000_000, rate_hz, n)
            connection.execute(
                "UPDATE row SET start_ns = ?, crc32 = ? WHERE first_index = ?",
                (moved[1], row_checksum(moved, codec, blob), index),
            )
        assert [finding.what for finding in check(path).findings] == ["time goes back by 0.001 s"]


def test_an_older_night_is_replayed_as_it_was(tmp_path):
    """Its rows lie over each other by some ms, and so do those of its replay; what comes after does not."""
    path = tmp_path / "old.night"
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        watch = Watch(CONFIG, log)
        watch.add(Sensor("leg", "test", 52.0))
        told = [event for item in stretch(52.0, 0) for event in watch.take(item)] + watch.finish()
    old = rows(path)
    back = [b - a - round(len(x) // 12 * NS / hz) for (a, hz, _, x), (b, *_) in itertools.pairwise(old)]
    assert min(back) < -1_000_000
    assert again(path, tmp_path / "b.night") == told
    assert rows(tmp_path / "b.night") == old
    assert check(path).is_sound
    told += record(path, stretch(104.0, 500, seed=8), 104.0, START_NS + 500 * NS)
    assert again(path, tmp_path / "c.night") == told
    assert rows(path)[: len(old)] == old
    assert {nominal for *_, nominal, _ in rows(path)} == {None, 104.0}
    assert check(path).is_sound


def test_a_repaired_night_keeps_its_rates(changing, tmp_path):
    repair(changing[0], tmp_path / "saved.night")
    assert rows(tmp_path / "saved.night") == rows(changing[0])


def test_a_gap_never_lies_over_samples():
    cut = Rows(52)
    frame = Samples(START_NS, 52.0, np.zeros((40, 3), np.float32), "leg", 52.0)
    faster = Samples(frame.end_ns, 55.0, np.zeros((12, 3), np.float32), "leg", 52.0)
    ends = [piece.end_ns for each in (frame, faster) for piece, _ in cut.cut(each)]
    assert cut.due_ns == ends[-1] > faster.end_ns
    watch = Watch(CONFIG, None, START_NS)
    watch.add(Sensor("leg", "test", 52.0))
    for item in (frame, faster, Gap(faster.end_ns, faster.end_ns + NS // 1000, "lost frames", "leg")):
        watch.take(item)


def test_a_row_that_begins_late_does_not_make_all_others_late():
    cut, at_ns, late_ns = Rows(50), START_NS, []
    for i in range(500):  # the first frame is said to be slower than it is
        frame = Samples(at_ns, 57.0 if i else 50.0, np.zeros((10, 3), np.float32), "leg", 50.0)
        at_ns += round(10 * NS / 57.0)
        late_ns += [piece.start_ns - frame.start_ns for piece, begins in cut.cut(frame) if begins and i % 5 == 0]
    assert max(late_ns) == pytest.approx(0.123 * NS, rel=0.02)
    assert max(late_ns[4:]) < 1000
