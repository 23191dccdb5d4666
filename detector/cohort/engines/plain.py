"""One night after the other, in this process: no library is needed, and any batch system can run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.cohort.engines.outcome import Outcome
from detector.cohort.failing import sentence_of
from detector.cohort.work import work
from detector.signal import is_compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from detector.cohort.settings import Settings
    from detector.cohort.task import Task


def run(
    tasks: Iterable[Task], settings: Settings, results: Path, say: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Compute nights one after the other; says where it takes a while before the first.

    Yields
    ------
    Outcome
        Of each, as soon as it is known. A night that cannot be computed never ends the run.
    """
    if not is_compiled():
        say("Making the detector ready, once after an installation: this takes a minute or two.")
    for task in tasks:
        try:
            result = work(task, settings, results)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a night, the others go on
            yield Outcome(task, None, sentence_of(error))
        else:
            yield Outcome(task, result)
