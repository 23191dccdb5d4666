"""Single keys of the terminal, while something else is done: they are read as they are pressed, without Enter.

The terminal is given back as it was found whatever ends this: an error, a signal, Ctrl-Z. (A process that is killed
outright gives nothing back; shells do it then.) A job in the background reads nothing: the system would stop it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

_LOOK_S = 0.3
"""So often it is looked whether this job is in the foreground."""
_MOST_IN_VAIN = 100
"""A terminal that is said to have something so often in a row, and has nothing, is closed."""


@contextlib.contextmanager
def pressed(on_key: Callable[[str], None]) -> Iterator[bool]:
    """Call something with each key that is pressed, from another thread, as long as the context lasts.

    Parameters
    ----------
    on_key
        Is called with a character.

    Yields
    ------
    bool
        Whether keys can be read: stdin is a terminal.
    """
    if not sys.stdin.isatty():
        yield False
        return
    keys = _Keys(on_key)
    try:
        keys.begin()
    except OSError:  # termios.error is one: a terminal that knows no modes
        yield False
        return
    try:
        yield True
    finally:
        keys.end()


if sys.platform == "win32":
    import msvcrt

    class _Keys:
        """Reads the keys of a console."""

        def __init__(self, on_key: Callable[[str], None]) -> None:
            self._on_key = on_key
            self._over = threading.Event()
            self._thread = threading.Thread(target=self._read, name="keys", daemon=True)

        def begin(self) -> None:
            self._thread.start()

        def end(self) -> None:
            self._over.set()
            self._thread.join()

        def _read(self) -> None:
            while not self._over.wait(0.05):
                while msvcrt.kbhit():
                    key = msvcrt.getwch()
                    if key in {"\0", "\xe0"}:  # of a key without a letter: its second half is none
                        msvcrt.getwch()
                        continue
                    self._on_key(key)

else:
    import select
    import termios

    class _Keys:
        """Reads the keys of a terminal in cbreak mode: without waiting for Enter, and without showing them."""

        def __init__(self, on_key: Callable[[str], None]) -> None:
            self._on_key = on_key
            self._fd = sys.stdin.fileno()
            self._mode: list[Any] | None = None
            self._lock = threading.RLock()
            self._is_ours = True
            self._wakes, self._wake = os.pipe()
            self._thread = threading.Thread(target=self._read, name="keys", daemon=True)
            self._before: dict[int, Any] = {}

        def begin(self) -> None:
            try:
                self._mode = termios.tcgetattr(self._fd)
            except termios.error as error:
                raise OSError(str(error)) from error
            atexit.register(self._give_back)
            if threading.current_thread() is threading.main_thread():
                for number in (signal.SIGTSTP, signal.SIGQUIT):
                    self._before[number] = signal.signal(number, self._on_signal)
                # Without this a read in the background would stop the whole recording.
                self._before[signal.SIGTTIN] = signal.signal(signal.SIGTTIN, signal.SIG_IGN)
            self._thread.start()

        def end(self) -> None:
            with self._lock:
                self._is_ours = False
                self._give_back()
            os.write(self._wake, b"\0")
            self._thread.join()
            for number, handler in self._before.items():
                signal.signal(number, handler)
            atexit.unregister(self._give_back)
            os.close(self._wakes)
            os.close(self._wake)

        def _on_signal(self, number: int, _frame: Any) -> None:
            """Give the terminal back, and let the signal do what it does."""
            with self._lock:
                self._is_ours = False
                self._give_back()
            signal.signal(number, self._before[number])
            os.kill(os.getpid(), number)
            signal.signal(number, self._on_signal)  # it goes on again
            self._is_ours = True

        def _give_back(self) -> None:
            if self._mode is not None and self._is_in_front():
                with contextlib.suppress(termios.error):  # the terminal is closed
                    termios.tcsetattr(self._fd, termios.TCSANOW, self._mode)

        def _is_in_front(self) -> bool:
            try:
                return os.tcgetpgrp(self._fd) == os.getpgrp()
            except OSError:
                return False

        def _take(self) -> bool:
            """Have the terminal give single keys, where this job is in the foreground; gives whether it does."""
            with self._lock:
                if not self._is_ours or not self._is_in_front():
                    return False
                try:
                    mode = termios.tcgetattr(self._fd)
                    if mode[3] & (termios.ICANON | termios.ECHO):
                        mode[3] &= ~(termios.ICANON | termios.ECHO)
                        # Ctrl-Z throws away what was typed before it: a read that waits would wait for ever then.
                        mode[6][termios.VMIN], mode[6][termios.VTIME] = 0, 0
                        termios.tcsetattr(self._fd, termios.TCSANOW, mode)
                except termios.error:
                    return False
                return True

        def _typed(self) -> bytes | None:
            """Read what there is; None where the terminal is not ours any more, and a read would wait for a line."""
            with self._lock:
                return os.read(self._fd, 64) if self._is_ours else None

        def _read(self) -> None:
            in_vain = 0
            while in_vain < _MOST_IN_VAIN:
                watched = [self._wakes, self._fd] if self._take() else [self._wakes]
                try:
                    ready, _, _ = select.select(watched, [], [], _LOOK_S)
                    if self._wakes in ready:
                        return
                    data = self._typed() if self._fd in ready else None
                except OSError:  # it was put into the background just then
                    continue
                in_vain = in_vain + 1 if data == b"" else 0
                if data and not data.startswith(b"\x1b"):  # arrows and the like are none
                    for letter in data.decode("utf-8", "ignore"):
                        self._on_key(letter)
