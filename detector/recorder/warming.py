"""The detector, made ready while the radio connects.

A compiler that has run leaves several hundred MB behind in its process: too much for a whole night on a small computer.
So the kernels are compiled by a process of their own, once after an installation, and only loaded here.

Numba loads SciPy's linear algebra with the first kernel, to see whether it could be called from one. No kernel of ours
does, and it takes 13 MB: so it is out of reach for that moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from detector.recorder.listener import Say, into_the_log
from detector.signal import is_compiled
from detector.signal import warm_up as load

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKING_READY = "Making the detector ready, once after an installation: this takes a minute or two."

_LOOK_S = 0.1
"""How often the compiler is looked after."""


class Warming:
    """Compiles and loads the detector in a thread, from its making on.

    Parameters
    ----------
    say
        Tells, from that thread, why it takes a while.
    """

    def __init__(self, say: Say = into_the_log) -> None:
        self._say = say
        self._ready = threading.Event()
        self._given_up = threading.Event()
        self._task = asyncio.get_running_loop().run_in_executor(None, self._run)

    def wait(self) -> None:
        """Wait until it is ready; for other threads than the loop's."""
        self._ready.wait()

    async def done(self) -> None:
        """Wait until it is ready; raises what went wrong with it."""
        await self._task

    def give_up(self) -> None:
        """Compile no more: nothing will be recorded, and whoever is told why must not wait for it."""
        self._given_up.set()

    def _run(self) -> None:
        try:
            warm_up(self._given_up, self._say)
        finally:
            self._ready.set()


def warm_up(given_up: threading.Event | None = None, say: Say = into_the_log) -> None:
    """Compile the detector where that has not been done, and load it; unless it is given up meanwhile."""
    given_up = given_up or threading.Event()
    if not is_compiled():
        say(MAKING_READY)
        _compile(given_up)
    if not given_up.is_set():
        with _out_of_reach("scipy.linalg"):
            load()


@contextlib.contextmanager
def _out_of_reach(module: str) -> Iterator[None]:
    """Let an import of a module fail meanwhile, unless it is loaded already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # so the import system knows it
    try:
        yield
    finally:
        del sys.modules[module]


def _compile(given_up: threading.Event) -> None:
    """Have another process compile; where that does not work out, to load it does the same, at the cost of memory."""
    command = (sys.executable, "-c", "from detector.signal import warm_up; warm_up()")
    quiet = subprocess.DEVNULL
    try:
        # A session of its own: Ctrl-C at the terminal is for this process, which would have to compile all again.
        compiler = subprocess.Popen(  # noqa: S603 - the command of this file
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:  # no memory is left for another process, say
        return
    with compiler:
        while compiler.poll() is None:
            if given_up.wait(_LOOK_S):
                compiler.terminate()
                return
