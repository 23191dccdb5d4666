"""One recorder to a night: a lock the system drops when its holder dies, however it dies.

It lies on a file of its own. SQLite's exclusive mode would shut readers out as well, and a lock on the night itself
would be lost, with SQLite's own ones, whenever any descriptor of it is closed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from typing import TYPE_CHECKING

from detector.errors import NightError
from detector.night.files import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Held(Exception):  # noqa: N818 - says what is the case; it never reaches a user
    """Somebody else holds the lock."""


_TAKEN = frozenset({errno.EAGAIN, errno.EACCES})
"""What the systems say where somebody else has a lock: flock(2) the first, Windows the second, a share either."""

_IN_THE_MAKING = re.compile(r"\.(?P<night>.+?)(\.[0-9a-f]{8})?\.partial")
"""Name of the file a replay writes before it takes its place: the night's, and a part of what tells files apart."""


def held(night: Path) -> NightError:
    """Say that somebody else writes a night, by the name the user knows it by."""
    replayed = _IN_THE_MAKING.fullmatch(night.name)
    if replayed is not None:
        name = replayed["night"].removesuffix(SUFFIX)
        return NightError(f"{name} is being replayed by another fasciwatch; wait for it")
    name = night.name.removesuffix(SUFFIX)
    return NightError(f"the night {name} is already being recorded: end that recording first")


class WriterLock:
    """The right to write a night.

    Parameters
    ----------
    night
        The file it is for.

    Raises
    ------
    Held
        Where another recorder, in this process or another, has it.
    OSError
        Where the file beside the night cannot be made or locked.
    """

    def __init__(self, night: Path) -> None:
        self._path = night.with_name(night.name + "-lock")
        self._descriptor = self._take()

    def _take(self) -> int:
        while True:
            descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                _lock(descriptor)
            except OSError as error:
                os.close(descriptor)
                if error.errno not in _TAKEN:  # a share that does not answer just now, or knows no locks
                    raise
                raise Held from error
            # The last holder removes the file: what was locked may be its file, and the next one will lock another.
            if self._is_current(descriptor):
                return descriptor
            os.close(descriptor)

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def renew(self) -> None:
        """Take the lock where the night lies now, if its folder was away and another one is in its place.

        Raises
        ------
        Held, OSError
            As of the constructor; the old lock is kept then.
        """
        if self._is_current(self._descriptor):
            return
        descriptor = self._take()
        os.close(self._descriptor)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the next one in."""
        with contextlib.suppress(OSError):  # Windows removes no open file, and the folder may be gone
            if self._is_current(self._descriptor):  # else it is that of who records there now
                self._path.unlink()
        os.close(self._descriptor)
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                self._path.unlink()


@contextlib.contextmanager
def writing(night: Path) -> Iterator[None]:
    """Hold the right to write a night for a while.

    Raises
    ------
    NightError
        Where somebody else has it.
    OSError
        Where the file beside the night cannot be made.
    """
    try:
        lock = WriterLock(night)
    except Held:
        raise held(night) from None
    try:
        yield
    finally:
        lock.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
