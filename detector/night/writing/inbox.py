"""The bounded queue between who records and the thread that writes."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from detector.errors import NightError

T = TypeVar("T")

SPARE = 2
"""What is rare and dear may fill the queue this many times over."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing can be saved.

    Parameters
    ----------
    sentence
        For the user.
    final
        Whether trying again is of no use.
    """

    sentence: str
    final: bool


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """What the writer takes at once.

    Parameters
    ----------
    items
        In the order they were put.
    urgent
        Whether somebody waits for all of it to be durable.
    closing
        Whether nothing will follow.
    """

    items: list[T]
    urgent: bool
    closing: bool


class Inbox(Generic[T]):
    """Holds what is not yet written, and says how far writing has come.

    Parameters
    ----------
    limit
        Items a patient `put` fills it with before it waits.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.failure: Failure | None = None
        self.failing_since_ns: int | None = None
        self.writing_since_s: float | None = None
        # A live night wakes the writer by the clock alone; only a fast replay comes to this.
        self._enough = max(limit // 4, 1)
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._accepted = 0
        self._durable = 0
        self._attempts = 0
        self._urgent = False
        self._closing = False
        self._patient_until_s = 0.0
        self._hurried = False

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T, *, room: int) -> bool:
        """Add an item unless there are already `room` of them; return whether it was added."""
        with self._changed:
            return self._put(item, room)

    def put_dear(self, item: T) -> bool:
        """Add what is rare and dear unless it fills the queue `SPARE` times over; return whether it was added."""
        return self.put(item, room=SPARE * self.limit)

    def put_always(self, item: T) -> bool:
        """Add what comes once a minute at most or at the end alone, or what others refer to."""
        return self.put(item, room=sys.maxsize)

    def put_patiently(self, item: T) -> bool:
        """Add an item, and wait for room first; return False where the writer failed meanwhile."""
        with self._changed:
            while len(self._items) >= self.limit and self.failure is None:
                self._changed.wait()
            return self._put(item, self.limit)

    def _put(self, item: T, room: int) -> bool:
        if len(self._items) >= room:
            return False
        self._items.append(item)
        self._accepted += 1
        if len(self._items) == self._enough:
            self._changed.notify_all()
        return True

    def flush(self) -> None:
        """Wait until all that was put so far is durable.

        Raises
        ------
        NightError
            Where it cannot be written.
        """
        with self._changed:
            goal = self._accepted
            attempts = self._attempts
            self._urgent = True
            self._changed.notify_all()
            while self._durable < goal:
                if self.failure is not None and (self.failure.final or self._attempts > attempts):
                    raise NightError(self.failure.sentence)
                self._changed.wait()

    def close(self, patience_s: float = 0.0) -> None:
        """Tell the writer that nothing will follow, and for how long to try again what cannot be written just now."""
        with self._changed:
            self._closing = True
            self._patient_until_s = time.monotonic() + patience_s
            self._changed.notify_all()

    def hurry(self) -> None:
        """Tell the writer to lose its patience, if it has some at the end."""
        with self._changed:
            self._hurried = True
            self._changed.notify_all()

    # What follows is the writer's side.

    @property
    def is_out_of_patience(self) -> bool:
        """Whether an attempt to write that begins now is the last one."""
        return self._closing and (self._hurried or time.monotonic() >= self._patient_until_s)

    def take(self, until: float) -> Batch[T]:
        """Take all there is, at the monotonic time `until`, or sooner if it is much or somebody waits for it."""
        with self._changed:
            self.writing_since_s = None
            while not (self._urgent or self._closing or len(self._items) >= self._enough):
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            batch = Batch(list(self._items), self._urgent, self._closing)
            self._items.clear()
            self._urgent = False
            self._changed.notify_all()
            return batch

    def writing(self) -> None:
        """State that from now on, until more is taken, the writer is in the hands of the disk."""
        self.writing_since_s = time.monotonic()

    def written(self, count: int) -> None:
        """State that `count` more items are durable."""
        with self._changed:
            self._durable += count
            self.failure = self.failing_since_ns = None
            self._changed.notify_all()

    def failed(self, failure: Failure) -> None:
        """State that an attempt to write failed."""
        with self._changed:
            self.failure = failure
            if self.failing_since_ns is None:
                self.failing_since_ns = time.time_ns()
            self._attempts += 1
            self._urgent = False
            self._changed.notify_all()

    def pause(self, until: float) -> None:
        """Wait for the next attempt, until the monotonic time `until`, or until somebody cannot wait."""
        with self._changed:
            before = self._closing, self._hurried
            while not self._urgent and (self._closing, self._hurried) == before:
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
