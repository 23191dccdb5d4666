"""The one function that an engine runs: a recording and settings in, one result file out."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING

from detector import replaying

if TYPE_CHECKING:
    from pathlib import Path

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

SUFFIX = ".json.gz"


def result_path(task: Task, settings: Settings, results: Path) -> Path:
    """Say where the result of a task with these settings is, or would be."""
    made_by = f"{task.key} {metadata.version('fasciwatch')} {settings.hash}"
    return results / "nights" / f"{hashlib.sha256(made_by.encode()).hexdigest()[:24]}{SUFFIX}"


def work(task: Task, settings: Settings, results: Path) -> Path:
    """Compute a recording, and write one file of what is needed of it; what is there already is not computed again.

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
    if target.exists():
        return target
    source = replaying.open_input(task.path, settings.config, settings.wishes, as_made=False)
    events, _ = replaying.replay(source, None)
    target.parent.mkdir(parents=True, exist_ok=True)
    content = gzip.compress(json.dumps([asdict(event) for event in events]).encode(), mtime=0)
    number, partial = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".partial")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, target)  # noqa: PTH105
    return target
