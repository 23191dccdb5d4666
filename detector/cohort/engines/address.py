"""Nights on the workers of anybody's scheduler: on Kubernetes, in a cloud, on a few computers of a laboratory."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from detector.cohort.engines.driver import Plan, drive
from detector.cohort.engines.ending import ended_in_order
from detector.cohort.engines.libraries import quiet, see_that_they_are_there
from detector.cohort.engines.run_folder import run_folder
from detector.cohort.engines.security import Keys, for_scheduler
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from detector.cohort.engines.outcome import Outcome
    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

_AHEAD, _AT_LEAST = 2, 64
"""Nights that the scheduler is given at a time: so many a worker, and enough to show that more workers are needed."""
_PATIENCE_S = 30.0


def run(
    tasks: Iterable[Task],
    settings: Settings,
    results: Path,
    *,
    address: str,
    keys: Keys | None = None,
    insecure: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Compute nights on the workers of a scheduler that is there.

    Its workers need the same version of fasciwatch, and the recordings and results under the same paths as here.

    Parameters
    ----------
    tasks, settings, results
        As of `detector.cohort.work.work`.
    address
        The scheduler's, such as ``tls://head:8786``.
    keys
        The user's own keys for it; None for those of dask's configuration.
    insecure
        Whether it may be reached without keys.
    say
        Tells that it waits for workers.

    Yields
    ------
    Outcome
        Of each night, as soon as it is known.

    Raises
    ------
    FasciwatchError
        Where the scheduler cannot be reached, has gone, or its workers may not compute for us.
    """
    see_that_they_are_there("dask", "distributed")
    from distributed import Client

    security = for_scheduler(address, keys or Keys(), insecure=insecure)
    address = address if "://" in address else f"tls://{address}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(ended_in_order())
        folder = stack.enter_context(run_folder(results))
        stack.enter_context(quiet())
        try:
            client = stack.enter_context(Client(address, security=security, timeout=_PATIENCE_S, set_as_default=False))
        except (OSError, ValueError) as error:
            raise FasciwatchError(
                f"the scheduler at {address} does not answer ({error}): is it running, and are these its keys?"
            ) from error
        if not client.nthreads():
            say(f"No worker has come to {address} yet: waiting for the first.")
        yield from drive(client, tasks, Plan(settings, results.absolute(), folder, ahead=_ahead))


def _ahead(workers: int) -> int:
    return max(_AT_LEAST, _AHEAD * workers)
