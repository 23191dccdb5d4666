"""Several nights at a time on this computer, each in a process of its own."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from typing import TYPE_CHECKING

from detector.cohort.engines.driver import Plan, drive
from detector.cohort.engines.ending import ended_in_order
from detector.cohort.engines.libraries import see_that_they_are_there, set_up
from detector.cohort.engines.run_folder import run_folder
from detector.cohort.engines.security import temporary
from detector.cohort.engines.warming import warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from detector.cohort.engines.outcome import Outcome
    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

_SHARE = 0.9
"""Of the computer's memory, for all workers together."""


def run(
    tasks: Iterable[Task],
    settings: Settings,
    results: Path,
    *,
    jobs: int,
    memory: str | None = None,
    dashboard: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Compute nights in several processes of this computer.

    Parameters
    ----------
    tasks, settings, results
        As of `detector.cohort.work.work`.
    jobs
        How many at a time.
    memory
        What each may take, such as "2GB"; None for its share of what there is. One that takes more is ended.
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
        Where the library is absent, or the workers cannot be begun.
    """
    see_that_they_are_there("dask", "distributed")
    from distributed import Client, LocalCluster
    from distributed.system import MEMORY_LIMIT

    warm(say)
    with contextlib.ExitStack() as stack:
        stack.enter_context(ended_in_order())
        folder = stack.enter_context(run_folder(results))
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="fasciwatch-", ignore_cleanup_errors=True))
        stack.enter_context(set_up(dashboard=dashboard))
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=temporary(),
                memory_limit=memory or int(MEMORY_LIMIT * _SHARE / jobs),
                local_directory=scratch,
                dashboard_address="127.0.0.1:0" if dashboard else None,
                silence_logs=logging.CRITICAL,
            )
        )
        if dashboard:
            say(f"The dashboard is at {cluster.dashboard_link}")
        client = stack.enter_context(Client(cluster, set_as_default=False))
        yield from drive(client, tasks, Plan(settings, results.absolute(), folder, ahead=lambda _: jobs))
