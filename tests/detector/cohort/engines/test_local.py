"""Several processes of this computer: no night is lost when they die, and strangers cannot reach them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

pytest.importorskip("distributed", reason="the engines need dask: pip install '.[cluster]'")

import psutil
from distributed import Client, Scheduler, Security

from detector.cohort.engines import driver, local, run_folder
from detector.cohort.engines.security import temporary
from detector.cohort.settings import Settings
from detector.cohort.task import Task
from detector.errors import FasciwatchError

from .conftest import all_gone, begun, contents

needs_signals = pytest.mark.skipif(os.name != "posix", reason="Windows has no signals between processes")


def workers() -> list[psutil.Process]:
    """The processes that compute for this one."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "multiprocessing.spawn" in " ".join(process.cmdline())
    ]


@needs_signals
def test_no_night_is_lost_or_differs_when_workers_are_killed(tasks, expected, tmp_path):
    told, killed = [], 0
    with closing(local.run(tasks, Settings(), tmp_path, jobs=2)) as outcomes:
        for outcome in outcomes:
            assert outcome.failure is None
            told.append(outcome.task.key)
            if len(told) % 16 == 5 and (alive := workers()):
                alive[len(told) % len(alive)].kill()
                killed += 1
    assert killed >= 3
    assert sorted(told) == sorted(task.key for task in tasks)
    assert contents(tmp_path) == expected
    assert not workers()
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@dataclass(frozen=True)
class Deadly:
    """A path that ends each process it comes to, but the one it is from."""

    suffix: str = ".npz"

    def __reduce__(self):
        again = f"__import__('sys').modules[{__name__!r}].Deadly()"
        kill = "__import__('os').kill(__import__('os').getpid(), 9)"
        return eval, (f"{again} if __import__('os').getpid() == {os.getpid()} else {kill}",)


@needs_signals
def test_a_night_that_always_kills_its_worker_is_put_aside_and_the_rest_goes_on(tasks, expected, tmp_path):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    asked = [Task(Deadly(), "deadly", "deadly"), Task(broken, "broken", "broken"), *tasks[:6]]
    with closing(local.run(asked, Settings(), tmp_path / "results", jobs=2)) as outcomes:
        told = {outcome.task.key: outcome.failure for outcome in outcomes}
    assert "4 workers ended" in told.pop("deadly")
    assert "broken.npz" in told.pop("broken")
    assert told == dict.fromkeys((task.key for task in tasks[:6]), None)
    assert contents(tmp_path / "results").items() <= expected.items()


def test_a_file_that_takes_all_memory_ends_its_worker_and_not_the_machine(tasks, tmp_path):
    huge = tmp_path / "huge.npz"
    rows = 40_000_000
    np.savez_compressed(huge, time=np.arange(1), xyz=np.zeros((rows, 3), np.float32))
    asked = [Task(huge, "huge", "huge"), tasks[0]]
    with closing(local.run(asked, Settings(), tmp_path / "results", jobs=1, memory="500MB")) as outcomes:
        told = {outcome.task.key: outcome.failure for outcome in outcomes}
    assert told["huge"] is not None
    assert told[tasks[0].key] is None


def _asked_for_a_page(host: str, port: int) -> bytes:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1) as connection:
        connection.sendall(b"GET /status HTTP/1.0\r\n\r\n")
        return connection.recv(1000)
    return b""


def test_strangers_are_refused(tasks, tmp_path):
    with closing(local.run(tasks[:8], Settings(), tmp_path, jobs=1)) as outcomes:
        next(outcomes)
        ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
        listening = [
            each.laddr for process in ours for each in process.net_connections("inet") if each.status == "LISTEN"
        ]
        assert {address.ip for address in listening} == {"127.0.0.1"}
        scheduler = next(each.address for each in Scheduler._instances if each.status.name == "running")
        assert scheduler.startswith("tls://")
        with pytest.raises((OSError, ValueError)):  # in plain words
            Client(scheduler.replace("tls", "tcp"), timeout=2, security=Security(require_encryption=False))
        with pytest.raises((OSError, ValueError)):  # with somebody else's keys
            Client(scheduler, timeout=2, security=temporary())
        answers = [_asked_for_a_page(*address) for address in {(each.ip, each.port) for each in listening}]
        assert len(answers) >= 3  # scheduler, nanny, worker
        assert all(not answer or b" 404 " in answer or answer.startswith(b"\x15") for answer in answers), answers
        assert sum(1 for _ in outcomes) == 7


def test_a_worker_of_another_version_is_refused(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(driver, "versions", lambda: (("fasciwatch", "9.9"), *driver_versions()[1:]))
    with pytest.raises(FasciwatchError, match=r"fasciwatch .* and not 9\.9: results of two versions must not mix"):
        list(local.run(tasks[:3], Settings(), tmp_path, jobs=1))
    assert not workers()


driver_versions = driver.versions


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_what_is_ended_leaves_no_process_and_goes_on_where_it_was(number, few, expected, tmp_path):
    with begun("local", few, tmp_path, jobs=2) as run:
        run.until(3)
        processes = run.processes()
        assert len(processes) >= 3
        os.kill(run.process.pid, number) if number == signal.SIGKILL else os.killpg(run.process.pid, number)
        assert all_gone(processes, within_s=30)
    done = {path: path.stat().st_ino for path in (tmp_path / "results").glob("night*.json.gz")}
    assert len(done) >= 3
    assert [path for path in tmp_path.iterdir() if path.name != "results"] == [] or number == signal.SIGKILL
    if number != signal.SIGKILL:
        return
    with begun("local", few, tmp_path, jobs=2) as run:
        assert len(run.rest()) == 12
    assert contents(tmp_path).items() <= expected.items()
    assert len(contents(tmp_path)) == 12
    assert all(path.stat().st_ino == number for path, number in done.items())  # what was done was left alone
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_folders_of_runs_that_were_killed_are_found_and_others_are_left(tmp_path):
    with run_folder.run_folder(tmp_path) as folder:
        assert not run_folder.left_behind(tmp_path)  # we are alive
        assert folder.stat().st_mode & 0o077 == 0 or os.name != "posix"
        (folder / "owner").write_text(f"{socket.gethostname()} {2**22 + 1}\n")
        assert run_folder.left_behind(tmp_path) == [folder]
        (folder / "owner").write_text(f"elsewhere {2**22 + 1}\n")
        assert not run_folder.left_behind(tmp_path)
    assert not folder.exists()


def test_an_absent_library_is_named(tasks, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FasciwatchError, match=r"pip install '\.\[cluster\]'"):
        next(local.run(tasks, Settings(), tmp_path, jobs=2))


def test_results_that_cannot_be_written_are_told_of(tasks, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FasciwatchError, match="name another folder with -o"):
        next(local.run(tasks, Settings(), tmp_path / "file" / "results", jobs=1))
