"""The library that computes on several computers, and how it is set up: quiet, closed, one thread a night."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
from typing import TYPE_CHECKING, Any

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""A worker has one processor: libraries that start a thread for each there is would get in each other's way."""
DEATHS = 4
"""So many workers die with a night before it is put aside."""


def see_that_they_are_there(*names: str) -> None:
    """Refuse where a library is absent, and say how to get it.

    Raises
    ------
    FasciwatchError
        Where one is absent.
    """
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise FasciwatchError(
                f"several processes or computers need a library that is not here ({error.name}): "
                "pip install '.[cluster]', or compute one night after the other with --jobs 1"
            ) from error


def worker_environment() -> dict[str, str]:
    """Say which environment variables a worker has: one thread, and our folder of compiled kernels where one is set."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return ONE_THREAD | ({} if folder is None else {"NUMBA_CACHE_DIR": os.path.abspath(folder)})  # noqa: PTH100


@contextlib.contextmanager
def set_up(*, dashboard: bool) -> Iterator[None]:
    """Set dask up for schedulers and workers that are begun within, whatever the user's own settings are."""
    import dask

    settings: dict[str, Any] = {
        "distributed.scheduler.allowed-failures": DEATHS - 1,
        # A worker has one night and no second one waiting: a night that waited would be blamed for its death too.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.scheduler.work-stealing": False,
        # Nights keep nothing in a worker's memory: there is nothing to spill, and a pause would never end.
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        "distributed.worker.memory.terminate": 0.95,
        "distributed.worker.profile.enabled": False,
        "distributed.worker.http.routes": [],
        "distributed.nanny.pre-spawn-environ": {"MALLOC_TRIM_THRESHOLD_": "65536"} | worker_environment(),
    }
    if not dashboard:
        settings["distributed.scheduler.http.routes"] = []  # what is left of the server answers nothing
    with dask.config.set(settings), quiet():
        yield


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let the library keep to itself that workers come and go: what became of each night is told by us."""
    loggers = [logging.getLogger(name) for name in ("distributed", "dask_jobqueue", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
