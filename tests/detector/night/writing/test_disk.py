"""Promise: when nothing can be written, the recorder is told in a sentence, nothing is lost that the queue can hold,
and what it cannot hold becomes a recorded gap."""

from __future__ import annotations

import contextlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night import Night
from detector.night.integrity.check import check
from detector.night.writing import log as log_module
from detector.night.writing.file import NightFile
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples


@contextlib.contextmanager
def stalled(path):
    """Keep the writer from writing, as a slow disk would: it waits for this lock."""
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def wait_for_the_writer(log):
    """Wait until the writer has taken what was put, and so waits for the lock: what comes next stays in the queue."""
    with log._inbox._changed:
        assert log._inbox._changed.wait_for(lambda: not len(log._inbox), timeout=60)


def loud(count, seed):
    """Noise that no codec makes small."""
    return np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)


def test_a_full_disk_does_not_stop_a_live_recorder_and_is_overcome(
    open_log, feed, same, path, event, start_ns, full_disk
):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, loud(520, 0), "Sense"))
    log.flush()
    full_disk.set()
    rows += feed(log, Samples(rows[-1].end_ns, 52.0, loud(5200, 1), "Sense"))
    with pytest.raises(NightError, match=r"the disk is full.*free some space"):
        log.flush()
    assert "the disk is full" in str(log.error)
    log.event(event())
    log.raw("Sense", start_ns, b"abc")
    log.battery("Sense", start_ns, 50)
    log.sensor("Sense", model="Verity Sense", nominal_hz=52, place="calf")
    rows += feed(log, Samples(rows[-1].end_ns, 52.0, loud(520, 2), "Sense"))
    gap = Gap(rows[-1].end_ns, rows[-1].end_ns + NS, "out of range", "Sense")
    log.gap(gap)
    assert "the disk is full" in str(log.error)
    with pytest.raises(NightError, match="the disk is full"):
        log.flush()
    with Night(path) as night:
        assert len(list(night.samples())) == 10
    full_disk.clear()
    log.flush()
    assert log.error is None
    log.close()
    assert log.dropped_samples == 0
    with Night(path) as night:
        same(list(night.samples()), rows)
        assert len(night.events()) == 1
        assert (night.gaps(), night.sensors[0].place) == ([gap], "calf")
        assert (list(night.raw("Sense")), len(night.battery())) == ([(start_ns, b"abc")], 1)
        assert night._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_stops_a_replay_with_the_next_call(open_log, feed, path, event, start_ns, full_disk):
    log = open_log(wait=True)
    rows = feed(log, Samples(start_ns, 52.0, loud(520, 0), "Sense"))
    log.flush()
    full_disk.set()
    feed(log, Samples(rows[-1].end_ns, 52.0, loud(5200, 1), "Sense"))
    with pytest.raises(NightError, match="the disk is full"):
        log.flush()
    with pytest.raises(NightError, match="the disk is full"):
        log.event(event())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
def test_a_moved_night_is_noticed_also_on_a_full_disk(open_log, feed, path, start_ns, full_disk):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, loud(520, 0), "Sense"))
    log.flush()
    full_disk.set()
    feed(log, Samples(rows[-1].end_ns, 52.0, loud(5200, 1), "Sense"))
    path.rename(path.with_name("elsewhere.night"))
    with pytest.raises(NightError, match="was moved or deleted"):
        log.flush()
    log.battery("Sense", start_ns, 50)
    assert "put it back" in str(log.error)


def test_closing_on_a_full_disk_says_so_and_keeps_what_was_saved(open_log, feed, same, path, start_ns, full_disk):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, loud(520, 0), "Sense"))
    log.flush()
    full_disk.set()
    feed(log, Samples(rows[-1].end_ns, 52.0, loud(5200, 1), "Sense"))
    with pytest.raises(NightError, match="the disk is full"):
        log.close()
    with Night(path) as night:
        same(list(night.samples()), rows)
    log = open_log()
    assert log.last_end_ns("Sense") == rows[-1].end_ns


@pytest.fixture
def closing_on_a_full_disk(open_log, feed, start_ns, full_disk):
    """A log that is being closed with patience and has failed once since; the rows it was given; how closing ends."""
    log = open_log()
    full_disk.set()
    rows = feed(log, Samples(start_ns, 52.0, loud(5200, 1), "Sense"))
    with ThreadPoolExecutor() as pool:
        future = pool.submit(log.close, 600.0)
        with log._inbox._changed:
            assert log._inbox._changed.wait_for(lambda: log._inbox._attempts, timeout=60)
        yield log, rows, future
        log.hurry()


def test_closing_waits_for_a_disk_that_is_full_if_told_so(closing_on_a_full_disk, full_disk, same, path):
    _, rows, future = closing_on_a_full_disk
    full_disk.clear()
    future.result(timeout=60)
    with Night(path) as night:
        same(list(night.samples()), rows)


def test_closing_waits_no_longer_than_somebody_has_patience(closing_on_a_full_disk):
    log, _, future = closing_on_a_full_disk
    log.hurry()
    with pytest.raises(NightError, match="the disk is full"):
        future.result(timeout=60)


@pytest.mark.parametrize("passphrase", [None, "four words and more"])
def test_a_night_whose_pages_a_failed_sync_may_have_dropped_is_written_anew(
    open_log, feed, same, path, rest, event, start_ns, ring, passphrase
):
    log = open_log(passphrase=passphrase)
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 200), "Sense"))
    log.event(event(onset_utc=""))
    log.flush()
    log._file._rewrite_after_s = 0.0
    log.raw("Sense", start_ns, b"abc")
    log.flush()
    log.close()
    assert log._file._rewrite_after_s is None
    if passphrase:
        ring.add(passphrase)
    with Night(path) as night:
        same(list(night.samples()), rows)
        assert (len(night.events()), len(list(night.raw("Sense"))), len(night.runs)) == (1, 1, 1)
    assert check(path).findings == ()


def test_a_disk_that_does_not_answer_is_told_of(open_log, feed, rest, start_ns, monkeypatch):
    asked, answers = threading.Event(), threading.Event()
    write = NightFile.write

    def write_at_last(*arguments):
        asked.set()
        answers.wait()
        return write(*arguments)

    monkeypatch.setattr(NightFile, "write", write_at_last)
    log = open_log(commit_s=0.0)
    feed(log, Samples(start_ns, 52.0, rest(52), "Sense"))
    assert asked.wait(60)
    with monkeypatch.context() as context:
        context.setattr(log_module, "STALLED_S", 0.0)
        assert "does not answer" in str(log.error)
        context.setattr(log_module, "STALLED_S", 1e6)
        assert log.error is None
    answers.set()
    log.flush()
    log.close()
    assert log.error is None


def test_a_replay_waits_for_the_disk_and_loses_nothing(open_log, feed, same, rest, path, start_ns):
    log = open_log(wait=True, queue_limit=4)
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 400), "Sense"))
    log.close()
    assert log.dropped_samples == 0
    with Night(path) as night:
        same(list(night.samples()), rows)


def test_a_live_queue_that_overflows_becomes_a_gap(open_log, same, rest, path, start_ns):
    log = open_log(queue_limit=20, commit_s=0.0)
    second = start_ns
    put = []

    def one_second():
        nonlocal second
        put.append(Samples(second, 52.0, rest(52, seed=len(put)), "Sense"))
        log.samples(put[-1], True)
        second += NS

    one_second()
    log.flush()
    with stalled(path):
        one_second()  # one, for the writer waits with the first it takes
        wait_for_the_writer(log)
        while not log.dropped_samples:
            one_second()
        lost_from = len(put) - 1
        for _ in range(10):
            one_second()
        for _ in range(25):  # the writer may just have made room for one
            log.raw("Sense", second, b"lost as well")
        assert log.dropped_notifications >= 1
    # Mid-row nothing begins again: a row that lacks its head would shift all that follow.
    log._inbox.flush()
    log.samples(Samples(second, 52.0, rest(10), "Sense"), False)
    second += NS
    resumed = len(put)
    one_second()
    log.close()
    assert log.dropped_samples == 52 * (resumed - lost_from) + 10
    gap = Gap(put[lost_from].start_ns, put[resumed].start_ns, GapCause.QUEUE_FULL, "Sense")
    with Night(path) as night:
        same(list(night.samples()), put[:lost_from] + put[resumed:])
        assert list(night.stream())[lost_from] == gap
        assert night.gaps() == [gap]


def test_an_overflow_that_never_ends_is_recorded_before_the_next_gap_and_at_the_end(open_log, rest, path, start_ns):
    log = open_log(queue_limit=5, commit_s=0.0)
    log.flush()
    at = start_ns
    with stalled(path):
        log.samples(Samples(at, 52.0, rest(52), "Sense"), True)
        at += NS
        wait_for_the_writer(log)
        while not log.dropped_samples:
            log.samples(Samples(at, 52.0, rest(52), "Sense"), True)
            at += NS
        radio = Gap(at, at + 5 * NS, "out of range", "Sense")
        log.gap(radio)
        log.samples(Samples(at + 5 * NS, 52.0, rest(52), "Sense"), True)
    log.close()
    with Night(path) as night:
        assert night.gaps() == [
            Gap(at - NS, at, GapCause.QUEUE_FULL, "Sense"),
            radio,
            Gap(at + 5 * NS, at + 6 * NS, GapCause.QUEUE_FULL, "Sense"),
        ]


def test_a_queue_that_is_more_than_full_loses_no_gap_and_counts_its_events(open_log, event, rest, path, start_ns):
    log = open_log(queue_limit=5, commit_s=0.0)
    log.flush()
    at = start_ns
    with stalled(path):
        log.samples(Samples(at, 52.0, rest(52), "Sense"), True)
        at += NS
        wait_for_the_writer(log)
        lost = 0
        for second in range(30):  # a connection that comes and goes while nothing can be written
            log.samples(Samples(at, 52.0, rest(52), "Sense"), True)
            lost += log.dropped_samples > 0
            log.event(event(second + 1.5, onset_utc=""))
            log.gap(Gap(at + NS, at + 2 * NS, "out of range", "Sense"))
            at += 2 * NS
        log.sensor("Leg", model="Verity Sense", nominal_hz=52)  # without it nothing of the other could be written
        log.battery("Sense", at, 50)
        assert log.dropped_samples == 52 * lost
    log.samples(Samples(at, 52.0, rest(52), "Sense"), True)
    log.close()
    with Night(path) as night:
        assert len(night.events()) + log.dropped_events == 30
        assert 0 < log.dropped_events < 30
        assert [sensor.name for sensor in night.sensors] == ["Sense", "Leg"]
        assert len(night.battery()) == 1
        end_ns = start_ns
        for item in night.stream("Sense"):  # each moment is in a row or in a gap, and only once
            assert item.start_ns == end_ns
            end_ns = item.end_ns
        assert end_ns == at + NS
    assert check(path).findings == ()


def test_an_event_of_samples_that_found_no_room_is_sound_and_another_is_not(open_log, event, rest, path, start_ns):
    log = open_log(queue_limit=20, commit_s=0.0)
    log.samples(Samples(start_ns, 52.0, rest(52), "Sense"), True)
    log.gap(Gap(start_ns + NS, start_ns + 60 * NS, GapCause.QUEUE_FULL, "Sense"))
    log.gap(Gap(start_ns + 60 * NS, start_ns + 120 * NS, "out of range", "Sense"))
    log.event(event(30.0, onset_utc=""))
    log.event(event(90.0, onset_utc=""))
    log.close()
    assert [finding.what for finding in check(path).findings] == ["a twitch lies where there are no samples"]
