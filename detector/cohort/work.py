"""The one function that an engine runs: a recording and settings in, one result file out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from typing import TYPE_CHECKING

from detector.cohort.computing.compute import compute
from detector.cohort.result import Result, UnsoundError
from detector.cohort.source import Source, glance_at, is_settled, stamp_of
from detector.errors import FasciwatchError
from detector.night import SUFFIX as NIGHT
from detector.version import __version__
from firmware_bridge.foreign_text import file_name

if TYPE_CHECKING:
    from pathlib import Path

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

FOLDER, NIGHTS = "results", "nights"
"""Below the folder of a cohort: a result each, and the nights that are kept."""
SUFFIX = ".json.gz"
_DIGITS = 16
_LONGEST_NAME = 60


def result_path(task: Task, settings: Settings, results: Path) -> Path:
    """Say where the result of a task with these settings is, or would be.

    Its name tells subject and file to who looks, and is another one for another path in the table, another place,
    another version and other settings.
    """
    made_by = f"{task.key}\0{task.place}\0{__version__}\0{settings.hash}"
    key = hashlib.sha256(made_by.encode()).hexdigest()[:_DIGITS]
    name = file_name(f"{task.subject} {task.path.name.split('.')[0]}").replace(" ", "_")[:_LONGEST_NAME]
    return results / FOLDER / f"{name}-{key}{SUFFIX}"


def night_path(result: Path) -> Path:
    """Say where the night is that is kept beside a result."""
    return result.parent.parent / NIGHTS / f"{result.name.removesuffix(SUFFIX)}{NIGHT}"


def work(task: Task, settings: Settings, results: Path) -> Path:
    """Compute a recording, and write one file of what is needed of it.

    The same recording, settings and version give the same bytes, on any machine with the same libraries. A result that
    is there already, sound and of the recording as it is now is left alone; else it is made again.

    Parameters
    ----------
    task
        The recording.
    settings
        What all nights of the cohort are computed with.
    results
        Folder of the cohort.

    Returns
    -------
    Path
        The result.

    Raises
    ------
    FasciwatchError
        Where the recording cannot be read or the result cannot be written.
    """
    target = result_path(task, settings, results)
    before = stamp_of(task.path)
    known = _known(target)
    if known is not None and settings.keep_nights and not night_path(target).is_file():
        known = None
    if known is not None and before is not None and _looks_the_same(task.path, before, known, target):
        return target
    source = Source.of(task.path)
    stamp_ns = before[0] if before is not None and is_settled(before[0], time.time_ns()) else None
    if known is not None and known.source == source:
        if stamp_ns is not None:
            with contextlib.suppress(OSError):  # then it is read again next time
                os.utime(target, ns=(stamp_ns, stamp_ns))
        return target
    night = night_path(target)
    try:
        for folder in (target.parent, night.parent) if settings.keep_nights else (target.parent,):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FasciwatchError(f"{target.parent} cannot be made ({error.strerror})") from error
    result = compute(task, settings, source, night)
    if stamp_of(task.path) != before:
        raise FasciwatchError(f"{task.path.name} was changed while it was read: run this again")
    result.save(target, stamp_ns)
    return target


def _known(target: Path) -> Result | None:
    """Read the result that is there; None where there is none, or a damaged one."""
    try:
        return Result.read(target)
    except (OSError, UnsoundError):
        return None


def _looks_the_same(path: Path, stamp: tuple[int, int], known: Result, target: Path) -> bool:
    """Whether a recording's files have the size, the time and the ends that they had when the result was made."""
    try:
        return (
            known.source.size == stamp[1]
            and target.stat().st_mtime_ns == stamp[0]
            and known.source.name == path.name
            and known.source.glance == glance_at(path)
        )
    except OSError:
        return False
