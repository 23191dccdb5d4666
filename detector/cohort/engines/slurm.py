"""Nights on the computers of a batch system: a job of SLURM is a worker."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.cohort.engines import sbatch
from detector.cohort.engines.driver import Plan, drive
from detector.cohort.engines.ending import ended_in_order
from detector.cohort.engines.libraries import see_that_they_are_there, set_up, worker_environment
from detector.cohort.engines.run_folder import left_behind, run_folder
from detector.cohort.engines.security import temporary_files
from detector.cohort.engines.warming import warm
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dask_jobqueue import SLURMCluster

    from detector.cohort.engines.outcome import Outcome
    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

_AHEAD = 2
"""Nights that the scheduler is given at a time, for each job that may be."""
_LOST_S = 60
"""A worker ends that does not find its scheduler for so long."""
_LOOK_S, _LOOK_LATER_S, _SOON_S = 5.0, 20.0, 60.0
"""How often SLURM is asked for our jobs: more often in the first minute."""
_ROUNDS = 3
"""So many times jobs are sent anew without a worker coming, where some came before."""
_TELL = 20
"""Lines of what a job wrote that are looked at for its last words."""
_ANSWER_S = 60.0


def run(
    tasks: Iterable[Task],
    settings: Settings,
    results: Path,
    *,
    options: str,
    jobs: int,
    interface: str | None = None,
    dashboard: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Compute nights in jobs of SLURM.

    Parameters
    ----------
    tasks, settings, results
        As of `detector.cohort.work.work`; recordings and results lie on a disk that all computers share.
    options
        Those of ``sbatch``.
    jobs
        How many jobs at a time, each with one processor and one worker. One that ends is sent anew while there are
        nights.
    interface
        Network that the jobs reach this computer by, such as "ib0"; None for dask's configuration and guess.
    dashboard
        Whether dask's page shows what is going on, to this computer only.
    say
        Tells where it takes a while, and where the dashboard is.

    Yields
    ------
    Outcome
        Of each night, as soon as it is known.

    Raises
    ------
    FasciwatchError
        Where the library or SLURM is absent, the jobs are refused, or end by themselves.
    """
    see_that_they_are_there("dask", "distributed", "dask_jobqueue")
    wanted = sbatch.read(options)
    if shutil.which("sbatch") is None:
        raise FasciwatchError("--slurm needs SLURM's commands, and sbatch is not here: run it where jobs are sent from")
    from distributed import Client

    warm(say)
    with contextlib.ExitStack() as stack:
        stack.enter_context(ended_in_order())
        for left in left_behind(results.absolute()):
            _cancel(_job_name(left))
        folder = stack.enter_context(run_folder(results))
        stack.callback(_cancel, _job_name(folder))
        stack.enter_context(set_up(dashboard=dashboard))
        cluster = stack.enter_context(_cluster(wanted, folder, interface, dashboard=dashboard))
        _see_that_jobs_are_taken(cluster, folder)
        if dashboard:
            say(f"The dashboard is at {cluster.dashboard_link}")
        client = stack.enter_context(Client(cluster, set_as_default=False))
        cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
        watch = _Watch(cluster, folder, say)
        plan = Plan(settings, results.absolute(), folder, ahead=lambda _: _AHEAD * jobs + 1, look=watch.look)
        for outcome in drive(client, tasks, plan):
            watch.computed()
            yield outcome


def _cluster(wanted: sbatch.Sbatch, folder: Path, interface: str | None, *, dashboard: bool) -> SLURMCluster:
    from dask_jobqueue import SLURMCluster

    # A worker that stops before its job's time is over hands its night back; one that is ended is counted as dead.
    lifetime = wanted.walltime_s - min(wanted.walltime_s // 4, 300)
    exports = {**worker_environment(), "PYTHONPATH": os.pathsep.join(_paths())}
    return SLURMCluster(
        queue=wanted.partition,
        account=wanted.account,
        walltime=wanted.walltime,
        cores=1,
        processes=1,
        memory=f"{wanted.memory}B",
        job_extra_directives=["--no-requeue", *wanted.more],  # one that is lost is sent anew, under a name of its own
        job_script_prologue=[f"export {name}={shlex.quote(value)}" for name, value in exports.items() if value],
        job_name=_job_name(folder),
        python=shlex.quote(sys.executable),
        worker_extra_args=["--lifetime", f"{lifetime}s", "--lifetime-stagger", "30s", "--no-dashboard"],
        death_timeout=_LOST_S,
        log_directory=str(folder),
        interface=interface,
        nanny=True,
        security=temporary_files(folder),
        scheduler_options={"dashboard_address": "127.0.0.1:0", "dashboard": dashboard},
        silence_logs="critical",
    )


class _Watch:
    """Sees that jobs are there, or wait, as long as there are nights.

    dask waits for ever for a job that ended before its worker came: such a one is given up, and another one is sent.
    """

    def __init__(self, cluster: SLURMCluster, folder: Path, say: Callable[[str], None]) -> None:
        self._cluster, self._folder, self._say = cluster, folder, say
        self._next = self._begun = time.monotonic()
        self._came = self._told = False
        self._missing: set[str] = set()
        self._rounds = 0

    def computed(self) -> None:
        """Take note that a job has computed a night, however soon it ended after that."""
        self._came, self._rounds = True, 0

    def look(self) -> None:
        """Look now and then.

        Raises
        ------
        FasciwatchError
            Where the jobs end before they compute anything.
        """
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (_LOOK_S if now - self._begun < _SOON_S else _LOOK_LATER_S)
        jobs = {name: job.job_id for name, job in list(self._cluster.workers.items())}
        there = _call("squeue", "--noheader", "--format=%i", f"--name={_job_name(self._folder)}")
        if there is None:
            return  # it is busy; the next look will tell
        waiting = set(there.split())
        at_work = set(self._cluster.observed)
        if at_work:
            self._came, self._rounds = True, 0
        elif waiting and not self._told and now - self._begun > _LOOK_S:
            self._told = True
            self._say("No job has begun yet: waiting for SLURM.")
        missing = {name for name, job in jobs.items() if job and job not in waiting and name not in at_work}
        given_up, self._missing = missing & self._missing, missing  # seen missing twice: it is not just being started
        if not given_up:
            return
        self._rounds += 1
        if not at_work and not waiting and self._rounds >= (_ROUNDS if self._came else 1):
            raise FasciwatchError(
                f"the jobs of SLURM end before they compute anything{_last_words(self._folder)}: see --slurm"
            )
        self._cluster.loop.add_callback(self._cluster.scale_down, list(given_up))


def _see_that_jobs_are_taken(cluster: SLURMCluster, folder: Path) -> None:
    script = folder / "job.sh"
    script.write_text(cluster.job_script(), encoding="utf-8")
    answer = subprocess.run(  # noqa: S603 - a script of ours
        ("sbatch", "--test-only", str(script)),  # noqa: S607 - SLURM's place differs
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise FasciwatchError(f"SLURM does not take such jobs: {' '.join(answer.stderr.split())}")


def _job_name(folder: Path) -> str:
    return f"fasciwatch{folder.name.replace('.run', '')}"


def _cancel(name: str) -> None:
    """End the jobs of a run that are left; those that wait too."""
    _call("scancel", f"--name={name}")


def _call(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_ANSWER_S)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _last_words(folder: Path) -> str:
    logs = sorted(folder.glob("*.err"), key=lambda path: path.stat().st_mtime)
    lines: list[Any] = logs[-1].read_text(encoding="utf-8", errors="replace").split("\n") if logs else []
    said = [line.strip() for line in lines[-_TELL:] if line.strip()]
    return f" (the last one's last words: {said[-1]})" if said else ""


def _paths() -> list[str]:
    """Where Python finds this very package, before what the job's own surroundings say."""
    import detector

    here = str(Path(detector.__file__).resolve().parent.parent)
    return [here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
