"""The mark "I felt one": its moment is taken at once, and kept in the diary by a thread of its own.

So a disk that is slow, full or away holds up no recording. What could not be kept is tried again until the night ends.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Self

from detector.errors import NightError
from detector.time_words import clock_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.diary import Diary
    from detector.recorder.listener import Say

_ONE_S = 1.0
"""Presses no further apart are one: a key that is held down repeats itself."""
_AGAIN_S = 5.0
"""So long until what could not be kept is tried again."""
_MOST_WAITING = 10_000


class Marks:
    """Takes marks while a night is recorded; a context.

    Parameters
    ----------
    diary
        Where they are kept. It must have been prepared: nobody can be asked for a passphrase meanwhile.
    say
        Tells the person; it is called from another thread.
    """

    def __init__(self, diary: Diary, say: Say) -> None:
        self._diary = diary
        self._say = say
        self._utc_ns: Callable[[], int] = time.time_ns
        self._pressed_s = -_ONE_S
        self._queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._keep, name="marks", daemon=True)
        self._waiting: list[int] = []
        self._has_failed = False
        self.kept = 0

    def follow(self, utc_ns: Callable[[], int]) -> None:
        """Go by the night's clock from now on, as its samples do."""
        self._utc_ns = utc_ns

    def press(self) -> None:
        """Mark this moment. It takes no time, and may be called from any thread."""
        now_s = time.monotonic()
        before_s, self._pressed_s = self._pressed_s, now_s
        if now_s - before_s >= _ONE_S:
            self._queue.put(self._utc_ns())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until all is kept, or cannot be."""
        self._queue.put(None)
        self._thread.join()
        if self._waiting:
            moments = ", ".join(clock_time(utc_ns, None) for utc_ns in self._waiting[:10])
            self._say(f"{len(self._waiting)} of the twitches you felt could not be kept: {moments}")

    def _keep(self) -> None:
        is_over = False
        while not is_over:
            try:
                moment = self._queue.get(timeout=_AGAIN_S if self._waiting else None)
            except queue.Empty:
                moment = None
            else:
                is_over = moment is None
                if moment is not None and len(self._waiting) < _MOST_WAITING:
                    self._waiting.append(moment)
            self._try()

    def _try(self) -> None:
        while self._waiting:
            try:
                self._diary.mark(self._waiting[0])
            except NightError as error:
                if not self._has_failed:
                    self._say(f"What you felt cannot be kept yet, and is tried again: {error}")
                self._has_failed = True
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the recording goes on, and this is tried again
                if not self._has_failed:
                    self._say(f"What you felt cannot be kept yet, and is tried again: {type(error).__name__}")
                self._has_failed = True
                return
            self._has_failed = False
            self.kept += 1
            self._say(f"Felt at {clock_time(self._waiting.pop(0), None)}: kept.")
