"""A real SLURM: jobs are killed, the scheduler is killed, and no night is lost or differs.

`.ci/slurm` sets one up for these tests; a SLURM of somebody's own is left alone.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import time
from contextlib import closing

import pytest

pytest.importorskip("dask_jobqueue", reason="the engines need dask: pip install '.[cluster]'")
if not os.environ.get("FASCIWATCH_SLURM"):
    pytest.skip("needs a SLURM that may be filled with jobs: .ci/slurm sets one up", allow_module_level=True)

from detector.cohort.engines import slurm
from detector.cohort.settings import Settings
from detector.errors import FasciwatchError

from .conftest import all_gone, begun, contents

OPTIONS = {"options": "--mem=1500M --time=00:10:00", "jobs": 2}


def jobs(state: str = "all") -> list[str]:
    """The numbers of the jobs there are."""
    command = ["squeue", "--noheader", "--format=%i", f"--states={state}"]
    if state == "all":
        command = command[:-1]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def no_jobs_within(seconds: float) -> bool:
    until = time.monotonic() + seconds
    while jobs():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_no_night_is_lost_when_a_job_and_then_the_scheduler_are_killed(nights, expected, tmp_path):
    with begun("slurm", nights, tmp_path, **OPTIONS | {"jobs": 1}) as run:
        run.until(5)
        folder = next(path for path in tmp_path.iterdir() if path.name.startswith(".run-"))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
        first = jobs("running")
        subprocess.run(["scancel", "--signal=KILL", "--full", first[0]], check=True)  # noqa: S607
        run.until(25)  # by another job, for it was the only one
        assert set(jobs("running")) - set(first)
        processes = run.processes()
        os.kill(run.process.pid, signal.SIGKILL)
        assert all_gone(processes, within_s=30)
    done = {path: path.stat().st_ino for path in (tmp_path / "results").glob("night*.json.gz")}
    assert len(done) < len(expected)
    with begun("slurm", nights, tmp_path, **OPTIONS) as run:
        assert len(run.rest()) == len(expected)
    assert contents(tmp_path) == expected
    assert all(path.stat().st_ino == number for path, number in done.items())  # what was done was left alone
    assert [path.name for path in tmp_path.iterdir()] == ["results"]  # the keys of both runs are gone
    assert no_jobs_within(20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_what_is_ended_leaves_no_job(number, nights, tmp_path):
    with begun("slurm", nights, tmp_path, **OPTIONS | {"jobs": 3}) as run:  # the third waits for a processor
        run.until(1)
        processes = run.processes()
        os.killpg(run.process.pid, number)
        assert all_gone(processes, within_s=30)
    assert no_jobs_within(20)
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_jobs_that_slurm_refuses_are_told_of(tasks, tmp_path):
    options = "--partition=none-such --time=00:10:00"
    with pytest.raises(FasciwatchError, match=r"SLURM does not take such jobs: .*partition"):
        next(slurm.run(tasks, Settings(), tmp_path, options=options, jobs=1))
    assert no_jobs_within(5)
    assert not list(tmp_path.iterdir())


def test_jobs_that_end_by_themselves_are_told_of(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(slurm.sys, "executable", "/nowhere/python")
    monkeypatch.setattr(slurm, "warm", lambda _: None)
    with (
        closing(slurm.run(tasks, Settings(), tmp_path, jobs=1, options="--time=00:10:00")) as outcomes,
        pytest.raises(FasciwatchError, match=r"end before they compute anything .*/nowhere/python"),
    ):
        next(outcomes)
    assert no_jobs_within(5)
