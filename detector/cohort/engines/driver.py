"""Nights through a scheduler: so many at a time, none lost when a worker dies, and one that kills workers put aside."""

from __future__ import annotations

import contextlib
import itertools
import queue
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detector.cohort.engines.libraries import DEATHS
from detector.cohort.engines.outcome import Outcome
from detector.cohort.engines.remote import Made, one, versions
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from distributed import Client, Future

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

_LOOK_S = 1.0
"""How often it is looked whether workers can still come."""


class Deaths:
    """Listens to a scheduler for workers that died, and for what they were at.

    Parameters
    ----------
    client
        Of the scheduler.
    prefix
        That our nights' keys begin with.
    """

    def __init__(self, client: Client, prefix: str) -> None:
        self._prefix = prefix
        self._lock = threading.Lock()
        self._seen: deque[frozenset[object]] = deque()
        client.subscribe_topic("all", self._hear)

    def are_ambiguous(self, suspects: Iterable[object]) -> bool:
        """Whether workers died otherwise than alone with one of some nights: then it may not have been the night.

        Parameters
        ----------
        suspects
            Keys of the nights.
        """
        blamed = frozenset(suspects)
        with self._lock:
            return any(len(nights) > 1 or not nights <= blamed for nights in self._seen if nights)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()

    def _hear(self, event: tuple[float, Any]) -> None:
        _, told = event
        if isinstance(told, dict) and told.get("action") == "remove-worker" and not told.get("expected", False):
            nights = frozenset(
                key for key in told.get("processing-tasks", ()) if isinstance(key, tuple) and key[0] == self._prefix
            )
            with self._lock:
                self._seen.append(nights)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine asks of the driver.

    Parameters
    ----------
    settings, results
        As of `detector.cohort.work.work`.
    run
        A folder within the results' that is there as long as the run is.
    ahead
        Turns the number of workers there are into how many nights the scheduler is given at a time.
    look
        Called some once a second; raises where no worker will ever come.
    """

    settings: Settings
    results: Path
    run: Path
    ahead: Callable[[int], int]
    look: Callable[[], None] = lambda: None


def drive(client: Client, tasks: Iterable[Task], plan: Plan) -> Iterator[Outcome]:
    """Have nights computed by the workers of a scheduler.

    A worker that dies is no matter: its night is done by another. A night with which four workers have died is put
    aside. Where workers also died otherwise, such nights are tried once more at the end, each alone, before that is
    said of them.

    Parameters
    ----------
    client
        Of the scheduler.
    tasks
        The nights, taken as there is room for them.
    plan
        How.

    Yields
    ------
    Outcome
        Of each night, as soon as it is known.

    Raises
    ------
    FasciwatchError
        Where the scheduler has gone, or a worker may not compute for us.
    """
    driver = _Driver(client, plan)
    try:
        yield from driver.run(tasks)
    finally:
        driver.cancel()


class _Driver:
    def __init__(self, client: Client, plan: Plan) -> None:
        self._client, self._plan = client, plan
        self._made: Made = versions()
        self._prefix = f"night-{secrets.token_hex(4)}"
        self._numbers = itertools.count()
        self._pending: dict[object, tuple[Task, Future[Any]]] = {}
        self._done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._deaths = Deaths(client, self._prefix)
        self._suspects: dict[object, Task] = {}

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        yield from self._through(iter(tasks), self._room)
        if self._suspects and self._deaths.are_ambiguous(self._suspects):
            again = list(self._suspects.values())
            self._suspects.clear()
            yield from self._through(iter(again), lambda: 1)
        for task in self._suspects.values():
            yield Outcome(
                task,
                None,
                f"{DEATHS} workers ended while they computed it, as those do that run out of memory or crash: it was "
                "put aside",
            )

    def cancel(self) -> None:
        """Take back what is still to be done."""
        futures = [future for _, future in self._pending.values()]
        self._pending.clear()
        if futures and self._client.status == "running":
            with contextlib.suppress(Exception):  # it is going down as it is
                self._client.cancel(futures, asynchronous=False, force=True)

    def _room(self) -> int:
        return self._plan.ahead(len(self._client.nthreads()))

    def _through(self, tasks: Iterator[Task], room: Callable[[], int]) -> Iterator[Outcome]:
        allowed, more = room(), True
        next_look = time.monotonic() + _LOOK_S
        while True:
            while more and len(self._pending) < allowed:
                task = next(tasks, None)
                if task is None:
                    more = False
                else:
                    self._submit(task)
            if not self._pending:
                return
            if time.monotonic() > next_look:
                next_look = time.monotonic() + _LOOK_S
                self._see_that_the_scheduler_is_there()
                self._plan.look()
                allowed = room()
            try:
                future = self._done.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            known = self._pending.pop(future.key, None)
            if known is not None:
                outcome = self._outcome(future, known[0])
                if outcome is not None:
                    yield outcome

    def _submit(self, task: Task) -> None:
        plan = self._plan
        future = self._client.submit(
            one,
            task,
            plan.settings,
            plan.results,
            self._made,
            plan.run,
            key=(self._prefix, next(self._numbers)),
            pure=False,
        )
        self._pending[future.key] = task, future
        future.add_done_callback(self._done.put)

    def _outcome(self, future: Future[Any], task: Task) -> Outcome | None:
        from distributed import KilledWorker

        try:
            if future.status not in ("finished", "error"):
                self._see_that_the_scheduler_is_there(gone=True)
            kind, words = future.result()
        except KilledWorker:
            self._suspects[future.key] = task
            return None
        except (ImportError, AttributeError) as error:
            raise FasciwatchError(
                f"a worker cannot compute nights ({error}): install the same version of fasciwatch there"
            ) from error
        except FasciwatchError:
            raise
        except Exception as error:
            self._see_that_the_scheduler_is_there()
            raise FasciwatchError(f"the cluster failed with {type(error).__name__} ({error})") from error
        if kind == "refused":
            raise FasciwatchError(words)
        if kind == "failed":
            return Outcome(task, None, words)
        from pathlib import Path

        return Outcome(task, Path(words))

    def _see_that_the_scheduler_is_there(self, *, gone: bool = False) -> None:
        if gone or self._client.status != "running":
            raise FasciwatchError(
                "the scheduler has gone; the same command goes on from here: what is done is not computed again"
            )
