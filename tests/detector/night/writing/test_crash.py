"""Promise: ``kill -9`` at a random moment loses at most the last two seconds and nothing that was acknowledged; the
night opens clean, also where nothing can be written, and is continued with a gap in between."""

from __future__ import annotations

import contextlib
import random
import shutil

import numpy as np
import pytest

from benchmarks.durability.kills import kill_after, kill_all, start, surviving
from benchmarks.durability.victim import FAST_BATCH, LIVE_BATCH, RATE_HZ
from detector.night import Night, NightLog
from detector.night.connection import _connect_elsewhere
from detector.night.whole import check_identity
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples


@pytest.mark.parametrize("batch", range(4))
def test_killed_recorders_keep_all_they_acknowledged_and_go_on(tmp_path, made_by, same, batch):
    rng = random.Random(batch)  # noqa: S311 - moments, not secrets
    paths = [tmp_path / f"{i}.night" for i in range(5)]
    ends = kill_all(paths, "fast", [rng.uniform(0.0, 0.5) for _ in paths])
    for path, (said, _) in zip(paths, ends, strict=True):
        count = surviving(path, FAST_BATCH)
        assert count >= int(said[-1][1])
        with Night(path) as night:
            before = list(night.samples())
        with NightLog(path, made_by) as log:
            assert log.crashed
            end_ns = log.last_end_ns("S")
            assert end_ns == count * NS // RATE_HZ
            gap = Gap(end_ns, end_ns + NS, GapCause.RESTARTED, "S")
            log.gap(gap)
            after = Samples(end_ns + NS, 100.0, np.ones((30, 3), np.float32), "S")
            log.samples(after, True)
        with Night(path) as night:
            same(list(night.samples()), [*before, after])
            assert list(night.stream())[-2] == gap
            assert len(night.runs) == 2
        assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(path.name + "-")]


def test_only_a_night_that_was_not_ended_has_crashed(tmp_path, made_by):
    path = tmp_path / "a.night"
    with NightLog(path, made_by) as log:
        assert not log.crashed  # it is new
    with NightLog(path, made_by) as log:
        assert not log.crashed  # it was ended
    process = start(path, "fast")
    kill_after(process, 0.0)
    with NightLog(path, made_by) as log:
        assert log.crashed
        with pytest.raises(AttributeError):
            log.crashed = False
    with NightLog(path, made_by) as log:
        assert not log.crashed  # the latest run counts
    path = tmp_path / "empty.night"
    path.touch()
    with NightLog(path, made_by) as log:
        assert not log.crashed  # no run had begun


def test_a_live_recorder_loses_at_most_two_seconds(tmp_path):
    rng = random.Random(9)  # noqa: S311 - moments, not secrets
    paths = [tmp_path / f"{i}.night" for i in range(4)]
    ends = kill_all(paths, "live", [rng.uniform(2.2, 3.2) for _ in paths])
    for path, (said, killed_s) in zip(paths, ends, strict=True):
        safe = max((int(at) for _, at, put_s in said if float(put_s) <= killed_s - 2.0), default=0)
        assert safe > 0
        assert surviving(path, LIVE_BATCH) >= safe


def test_a_crashed_night_is_read_where_nothing_can_be_written(tmp_path, open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 70), "Sense"))
    log.flush()
    # What a crash leaves on a medium that cannot be written: the night and its -wal, and no -shm.
    there = tmp_path / "medium"
    there.mkdir()
    for suffix in ("", "-wal"):
        shutil.copyfile(path.with_name(path.name + suffix), there / (path.name + suffix))
    with contextlib.ExitStack() as stack:
        connection = _connect_elsewhere(there / path.name, stack)
        check_identity(connection, path)
        assert connection.execute("SELECT count(*) FROM row").fetchone()[0] > 0
    assert sorted(file.name for file in there.iterdir()) == [path.name, path.name + "-wal"]
    with Night(there / path.name) as night:
        same(list(night.samples()), rows)


def test_a_closed_night_is_read_where_nothing_can_be_written(open_log, feed, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 70), "Sense"))
    log.close()
    with contextlib.ExitStack() as stack:
        connection = _connect_elsewhere(path, stack)
        assert connection.execute("SELECT count(*) FROM segment").fetchone() == (2,)
    with Night(path) as night:
        list(night.samples())
        assert [file.name for file in path.parent.iterdir()] == [path.name]
