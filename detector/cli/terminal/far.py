"""How far a long work is, and how long it will take: a bar where a person waits, and lines in a log."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

from detector.cli.terminal.output import progress_bar, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.progress import Progress

EVERY_S = 60.0
"""A log gets a line so often at the most, and one for each tenth that is done."""
_TENTHS = 10


class HowFar:
    """Tells how far a work is.

    Parameters
    ----------
    what
        The things that are done, as ``nights``.
    total
        How many there are.
    there
        How many of them need no work: they are done already, and say nothing of how long the others take.
    clock
        In s.
    """

    def __init__(self, what: str, total: int, there: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._total = total
        self._left = total - there
        self._clock = clock
        self._begun = clock()
        self._told = self._begun
        self._tenths = 0
        self._done = self._failed = self._worked = 0
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = progress_bar().__enter__()
            self._task = self._bar.add_task(self._words(), total=self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def done(self, *, was_there: bool = False, failed: bool = False) -> None:
        """Count one more."""
        self._done += 1
        self._failed += failed
        self._worked += not was_there
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, description=self._words())
            return
        now, tenths = self._clock(), _TENTHS * self._done // self._total
        if tenths > self._tenths or now - self._told >= EVERY_S:
            self._tenths, self._told = tenths, now
            say(self._words())

    @property
    def left_s(self) -> float | None:
        """How long the rest will take, in s; None where that is not known yet."""
        if not self._worked:
            return None
        return (self._clock() - self._begun) / self._worked * max(self._left - self._worked, 0)

    def _words(self) -> str:
        words = f"{self._done} of {self._total} {self._what}"
        if self._failed:
            words += f", {self._failed} failed"
        left_s = self.left_s
        if left_s and self._done < self._total:
            words += f", {in_words(left_s)} left"
        return words


def in_words(seconds: float) -> str:
    """Write a length of time as one estimates it."""
    minutes = seconds / 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:  # noqa: PLR2004 - readable
        return f"about {minutes:.0f} min"
    hours = minutes / 60
    return f"about {hours:.0f} h" if hours < 48 else f"about {hours / 24:.0f} days"  # noqa: PLR2004 - readable
