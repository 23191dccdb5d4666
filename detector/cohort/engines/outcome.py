"""What became of one night."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.cohort.task import Task


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one night.

    Parameters
    ----------
    task
        The night.
    result
        Its result; None where there is none.
    failure
        Why not, in one sentence; None where there is a result.
    """

    task: Task
    result: Path | None
    failure: str | None = None
