"""What a worker does with a task, wherever it runs."""

from __future__ import annotations

import platform
import socket
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from detector.cohort.failing import sentence_of
from detector.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

Made = tuple[tuple[str, str], ...]
Answer = tuple[Literal["done", "failed", "refused"], str]

_DECIDE = ("numba", "numpy", "scipy")
"""What a result depends on beside our own code: it could differ in its last bits with another version of any."""


def versions() -> Made:
    """Say what results are made with here: pairs of a library and its version."""
    python = ".".join(platform.python_version_tuple()[:2])
    return ("fasciwatch", __version__), *((name, _version(name)) for name in _DECIDE), ("Python", python)


def one(task: Task, settings: Settings, results: Path, made_with: Made, run: Path) -> Answer:
    """Compute a night on a worker.

    Parameters
    ----------
    task, settings, results
        As of `detector.cohort.work.work`.
    made_with
        The `versions` where the run was begun: those here must be the same.
    run
        A folder within the results' that is there as long as the run is.

    Returns
    -------
    tuple
        "done" and the path of the result, "failed" and why, or "refused" and why no night can be computed here.
    """
    here = socket.gethostname()
    differ = [
        f"{name} {mine} and not {theirs}"
        for (name, mine), (_, theirs) in zip(versions(), made_with, strict=True)
        if mine != theirs
    ]
    if differ:
        return "refused", (
            f"a worker on {here} has {', '.join(differ)}: results of two versions must not mix, install the same there"
        )
    if not run.is_dir():
        return "refused", (
            f"a worker on {here} does not see {run.parent}: results have to lie on a disk that all computers share, "
            "under the same path"
        )
    from detector.cohort.work import work

    try:
        return "done", str(work(task, settings, results))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a night, the others go on
        return "failed", sentence_of(error)


def _version(name: str) -> str:
    if name == "fasciwatch":  # what runs, which what is installed may be older than
        return __version__
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
