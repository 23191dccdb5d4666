"""Promise: ``kill -9`` at a random moment loses at most the last two seconds and nothing that was acknowledged; the
night opens clean, also where nothing can be written, and is continued with a gap in between."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from detector.night import Night, NightLog
from detector.night.schema import _connect_elsewhere, check_identity
from firmware_bridge.samples import NS, RESTARTED, Gap, Samples

ROOT = Path(__file__).parents[3]
RATE_HZ = 100

# Sample i is always the same, so that the parent knows what must be there. It says on stdout how far it has come:
# "a" for samples known to be durable, "p" for samples handed over, with the time.
RECORDER = """
import sys, time
from pathlib import Path
import numpy as np
from detector.events import Event
from detector.night import MadeBy, NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

path, live = Path(sys.argv[1]), sys.argv[2] == "live"

def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\\n")
    sys.stdout.flush()

log = NightLog(path, MadeBy(0, "1", {}, "3"), wait=not live)
log.sensor("S", model="m", nominal_hz=100, lsb_g=0.001)
rows, at, size = Rows(100), 0, 10 if live else 70
while True:
    index = np.arange(at, at + size)[:, None]
    xyz = ((index * [7, 13, 29] % 401 - 200) * 1e-3).astype(np.float32)
    for piece, begins_row in rows.cut(Samples(at * NS // 100, 100.0, xyz, "S")):
        log.samples(piece, begins_row)
    log.raw("S", at * NS // 100, b"%d" % at)
    at += size
    if live:
        say("p", at, time.monotonic())
        time.sleep(size / 100)
    elif at % 2800 == 0:
        log.event(Event(at / 100 - 0.005, "", 0.1, "twitch", 1, 2, 3, 4, 5, 0, 0, 1, -1, "S", ""))
        if at % 8400 == 0:
            log.flush()
            say("a", at)
"""


def start(path, kind):
    return subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path), kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )


def kill_after(process, seconds):
    """Kill a recorder that long after it first says something; return what it said, and when it was killed."""
    first = process.stdout.readline()
    killed = []

    def kill():
        killed.append(time.monotonic())
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    rest, trouble = process.communicate()
    timer.join()
    assert not trouble, trouble.decode()
    lines = (first + rest).decode().splitlines(keepends=True)
    return [line.split() for line in lines if line.endswith("\n")], killed[0]


def kill_all(paths, kind, moments):
    """Start one recorder each, and kill them at their moments."""
    processes = [start(path, kind) for path in paths]
    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(kill_after, processes, moments))


def check(path, batch):
    """Read all that survived; return the number of samples, gapless and each as it was."""
    with Night(path) as night:
        assert night._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert night._connection.execute("PRAGMA foreign_key_check").fetchone() is None
        rows = list(night.samples())
        xyz = np.concatenate([row.xyz for row in rows])
        index = np.arange(len(xyz))[:, None]
        assert xyz.tobytes() == ((index * [7, 13, 29] % 401 - 200) * 1e-3).astype(np.float32).tobytes()
        assert [row.start_ns for row in rows] == [NS * i for i in range(len(rows))]
        assert [len(row.xyz) for row in rows[:-1]] == [RATE_HZ] * (len(rows) - 1)
        assert night.runs[-1].ended_utc_ns is None
        # No event is there without what it was found in.
        assert all(event.onset_s * RATE_HZ < len(xyz) for event in night.events())
        heard = [int(data) for _, data in night.raw("S")]
        assert heard == list(range(0, len(heard) * batch, batch))
        return len(xyz)


@pytest.mark.parametrize("batch", range(4))
def test_killed_recorders_keep_all_they_acknowledged_and_go_on(tmp_path, made_by, same, batch):
    rng = random.Random(batch)  # noqa: S311 - moments, not secrets
    paths = [tmp_path / f"{i}.night" for i in range(5)]
    ends = kill_all(paths, "fast", [rng.uniform(0.0, 0.5) for _ in paths])
    for path, (said, _) in zip(paths, ends, strict=True):
        count = check(path, 70)
        assert count >= int(said[-1][1])
        with Night(path) as night:
            before = list(night.samples())
        with NightLog(path, made_by) as log:
            assert log.crashed
            end_ns = log.last_end_ns("S")
            assert end_ns == count * NS // RATE_HZ
            gap = Gap(end_ns, end_ns + NS, RESTARTED, "S")
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
        assert check(path, 10) >= safe


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
