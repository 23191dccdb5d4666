"""Virtual time: an asyncio event loop that jumps to its next timer instead of waiting for it.

Eight hours of `asyncio.sleep` pass in as long as the work between the sleeps takes. Every time-out still happens, in
order, at its own (virtual) moment, so code that keeps to `loop.time()` cannot tell the difference.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from concurrent.futures import Executor

    from _typeshed import FileDescriptorLike

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")

_Ready = list[tuple[selectors.SelectorKey, int]]


class _Clock:
    """Virtual time, and how many threads are at work on behalf of the loop."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.threads = 0


class _JumpingSelector(selectors.BaseSelector):
    """A selector that passes the time it is asked to wait instead of waiting.

    The loop asks it to wait only when no callback is ready, and then exactly until its next timer.
    """

    def __init__(self, clock: _Clock) -> None:
        self._inner = selectors.DefaultSelector()
        self._clock = clock
        self._waited_s = 0.0

    def select(self, timeout: float | None = None) -> _Ready:
        if timeout is None:
            # No timer is set: only a thread, a signal or a socket can go on from here.
            return self._inner.select(None)
        if timeout <= 0:
            return self._inner.select(0)
        if self._clock.threads:
            # The clock stands still while a thread works. A timer is given the real time it asked for, though:
            # a thread that never ends must not stop the loop.
            began_s = time.monotonic()
            ready = self._inner.select(max(timeout - self._waited_s, 0.0))
            self._waited_s += time.monotonic() - began_s
            if ready or self._waited_s < timeout:
                return ready
        else:
            ready = self._inner.select(0)
            if ready:
                return ready
        self._waited_s = 0.0
        self._clock.now_s += timeout
        return []

    def register(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def close(self) -> None:
        self._inner.close()

    def get_map(self) -> Mapping[FileDescriptorLike, selectors.SelectorKey]:
        return self._inner.get_map()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose `time` starts at 0 s and jumps to the next timer whenever nothing is ready.

    While an executor job (`run_in_executor`, `asyncio.to_thread`) is outstanding, time does not jump: the loop waits
    for the job, and a timer due meanwhile fires only after its real time. The loop cannot know of threads that were
    started otherwise; it takes their `call_soon_threadsafe` at whatever virtual time it has reached by then.
    """

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(_JumpingSelector(self._clock))

    def time(self) -> float:
        """Seconds of virtual time since the loop was made."""
        return self._clock.now_s

    def run_in_executor(self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts) -> asyncio.Future[_T]:
        """Run `func` in a thread; time stands still until it is done or its future is cancelled."""
        future = super().run_in_executor(executor, func, *args)
        self._clock.threads += 1
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the executor's threads for real, so that the time-out on it does not come at once."""
        self._clock.threads += 1
        try:
            await super().shutdown_default_executor(*args, **kwargs)
        finally:
            self._clock.threads -= 1

    def _thread_done(self, _future: asyncio.Future[Any]) -> None:
        self._clock.threads -= 1


def wall_clock(start_ns: int) -> Callable[[], int]:
    """Make a UTC clock that goes with the running loop, for what would otherwise read the computer's.

    Parameters
    ----------
    start_ns
        UTC at the loop's time 0, in ns.

    Returns
    -------
    callable
        Gives UTC in ns.
    """
    return lambda: start_ns + round(asyncio.get_running_loop().time() * NS)


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine like `asyncio.run`, in virtual time.

    Parameters
    ----------
    main
        What to run.

    Returns
    -------
    object
        What `main` returns.
    """
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
