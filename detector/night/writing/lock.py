"""One writer to a night: a lock the system drops when its holder dies, however it dies.

Who holds it for a label alone marks it so: a recorder that begins just then waits for that, as other labels do. Where
it is held for a recording nobody waits.

It lies on a file of its own. SQLite's exclusive mode would shut readers out as well, and a lock on the night itself
would be lost, with SQLite's own ones, whenever any descriptor of it is closed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
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


_BRIEF = b"brief"
_BRIEF_AT = 1
"""Where in the lock's file that stands: on Windows the byte that is locked can be read by its holder alone."""
_MARKED_S = 0.25
"""So long it may take from a lock to its mark, on a busy computer."""
PATIENCE_S = 10.0
"""So long who holds it for a label alone is waited for: a disk may take that long to wake up."""
_PAUSE_S = 0.005


class WriterLock:
    """The right to write a night.

    Parameters
    ----------
    night
        The file it is for.
    brief
        Whether it is held for a label alone: others wait for that.
    patience_s
        For how long to wait for who holds it so.

    Raises
    ------
    Held
        Where another recorder, in this process or another, has it.
    OSError
        Where the file beside the night cannot be made or locked.
    """

    def __init__(self, night: Path, *, brief: bool = False, patience_s: float = PATIENCE_S) -> None:
        self._path = lock_of(night)
        self._brief = brief
        self._descriptor = self._take_in_time(patience_s)

    def _take_in_time(self, patience_s: float) -> int:
        began_s = marked_s = time.monotonic()
        while True:
            try:
                return self._take()
            except Held:
                now_s = time.monotonic()
                if self._is_held_briefly():
                    marked_s = now_s
                if now_s - began_s >= patience_s or now_s - marked_s >= _MARKED_S:
                    raise
            time.sleep(_PAUSE_S)

    def _is_held_briefly(self) -> bool:
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except OSError:  # its holder has just gone: the next attempt tells
            return True
        try:
            return _is_brief(descriptor)
        finally:
            os.close(descriptor)

    def _mark(self, descriptor: int) -> None:
        """Say whether it is held briefly; a holder who was killed may have left another word."""
        with contextlib.suppress(OSError):  # a full disk: others will not wait
            os.ftruncate(descriptor, 0)
            if self._brief:
                os.lseek(descriptor, _BRIEF_AT, os.SEEK_SET)
                os.write(descriptor, _BRIEF)
                os.lseek(descriptor, 0, os.SEEK_SET)

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
                self._mark(descriptor)
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


def is_held(night: Path) -> bool:
    """Whether somebody has the right to write a night at this moment, for more than a label.

    It is tried to lock the file for a moment, where there is one: who wants it just then tries again.
    """
    try:
        descriptor = os.open(lock_of(night), os.O_RDWR)
    except OSError:  # mostly: there is none
        return False
    try:
        if _is_brief(descriptor):
            return False
        _lock(descriptor)
    except OSError as error:
        return error.errno in _TAKEN
    finally:
        os.close(descriptor)
    return False


def lock_of(night: Path) -> Path:
    """Where the lock of a night lies."""
    return night.with_name(night.name + "-lock")


def _is_brief(descriptor: int) -> bool:
    try:
        os.lseek(descriptor, _BRIEF_AT, os.SEEK_SET)
        return os.read(descriptor, len(_BRIEF)) == _BRIEF
    except OSError:
        return False
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)


@contextlib.contextmanager
def writing(night: Path, *, brief: bool = False) -> Iterator[None]:
    """Hold the right to write a night for a while; `brief` is as of `WriterLock`.

    Raises
    ------
    NightError
        Where somebody else has it.
    OSError
        Where the file beside the night cannot be made.
    """
    try:
        lock = WriterLock(night, brief=brief)
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
