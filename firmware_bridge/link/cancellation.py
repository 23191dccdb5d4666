"""Cancellations that a library has swallowed.

Before Python 3.12 `asyncio.wait_for` swallows a cancellation that comes in the same moment as its result, and Bluetooth
libraries use it: a night would go on for ever after its end.
"""

from __future__ import annotations

import asyncio


class Cancellation:
    """Knows whether the task has been cancelled since this was made, even where the task itself does not know it."""

    def __init__(self) -> None:
        self._before = _count()

    def heed(self) -> None:
        """Raise `asyncio.CancelledError` where it has been."""
        if _count() > self._before:
            raise asyncio.CancelledError


def _count() -> int:
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()
