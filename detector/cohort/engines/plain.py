"""One night after the other, in this process: no library is needed, and any batch system can run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.cohort.engines.outcome import Outcome
from detector.cohort.engines.warming import warm
from detector.cohort.failing import sentence_of
from detector.cohort.work import result_path, work
from detector.signal import is_compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task


def run(
    tasks: Iterable[Task], settings: Settings, results: Path, say: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Compute nights one after the other.

    The kernels are compiled at once where that is needed, and not with the first night: how long that one takes would
    say nothing of the others.

    Parameters
    ----------
    tasks, settings, results
        As of `detector.cohort.work.work`.
    say
        Tells where it takes a while.

    Returns
    -------
    iterator of Outcome
        Of each, as soon as it is known. A night that cannot be computed never ends the run.
    """
    all_of_them = list(tasks)
    if not is_compiled() and any(not result_path(task, settings, results).exists() for task in all_of_them):
        warm(say)
    return _each(all_of_them, settings, results)


def _each(tasks: Iterable[Task], settings: Settings, results: Path) -> Iterator[Outcome]:
    for task in tasks:
        try:
            result = work(task, settings, results)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a night, the others go on
            yield Outcome(task, None, sentence_of(error))
        else:
            yield Outcome(task, result)
