"""A program at a terminal of its own, as a shell would start it: in a session, in the foreground."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[4]


def _begin(fcntl: ModuleType, termios: ModuleType) -> None:
    """Be what a shell begins in the foreground, even where the tests themselves run in the background of a script."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class AtATerminal:
    """Runs Python with these words; keys can be pressed, and what is shown is kept."""

    def __init__(self, *words: str, **environment: str) -> None:
        import fcntl
        import pty
        import termios

        self._ours, self._theirs = pty.openpty()
        self.before = termios.tcgetattr(self._theirs)
        self.shown = b""
        self.process = subprocess.Popen(
            [sys.executable, *words],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "150"} | environment,
            start_new_session=True,
            preexec_fn=lambda: _begin(fcntl, termios),  # noqa: PLW1509 - no thread of ours holds a lock
        )

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def mode(self) -> list[object]:
        import termios

        return termios.tcgetattr(self._theirs)

    def is_given_back(self) -> bool:
        return self.mode() == self.before

    def wait_for(self, words: str, seconds: float = 100, count: int = 1) -> None:
        """Wait until something has been shown so many times; numba may have to compile first."""
        self.wait_until(lambda: self.shown.count(words.encode()) >= count, words, seconds)

    def wait_until(self, holds, what: str, seconds: float = 30) -> None:
        until_s = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until_s, f"{what}: {self.shown[-2000:]!r}"
            self._read(0.05)

    def end(self, seconds: float = 60) -> int:
        until_s = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < until_s, self.shown[-2000:]
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self._ours, self._theirs):
            os.close(descriptor)

    def _read(self, seconds: float) -> bool:
        with contextlib.suppress(OSError):
            if select.select([self._ours], [], [], seconds)[0]:
                piece = os.read(self._ours, 4096)
                self.shown += piece
                return bool(piece)
        return False
