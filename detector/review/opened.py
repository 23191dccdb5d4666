"""The nights that the page may show, by keys that are no paths: no request can name a file."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from detector.diary import Diary
from detector.errors import LockedDiaryError, LockedNightError, NightError
from detector.night import SUFFIX, Night
from detector.night.connection import open_for_reading
from detector.night.keys import RING
from detector.night.sentences import as_night_error
from detector.night.unlocking import is_encrypted, keep_key
from detector.night.upkeep.age import written_ns
from detector.review.serving.memory import give_back
from detector.summary.many.cache import Summaries

if TYPE_CHECKING:
    from collections.abc import Hashable

    from detector.summary.line import NightLine
    from detector.summary.many.cache import Summed

_KEY_DIGITS = 12


class NoSuchNightError(NightError):
    """No night of the library has this key."""


class Shelf:
    """The nights of one library, and one more that was named at the command line.

    No connection is held between two answers, so that a recording can begin, go on with, and delete a night meanwhile.

    Parameters
    ----------
    folder
        The library.
    also
        A night that lies elsewhere; None where there is none.
    """

    def __init__(self, folder: Path, also: Path | None = None) -> None:
        self.folder = folder
        self._also = also
        self._unlocking = threading.Lock()
        self._summaries = Summaries(folder)
        RING.ask = None  # at the terminal nobody waits for a question any more

    def paths(self) -> dict[str, Path]:
        """All nights by their keys, the one recorded last at the end."""
        found = {self.key(path): path for path in self._summaries.nights()}
        if self._also is not None and os.path.realpath(self._also) not in map(os.path.realpath, found.values()):
            found[self.key(self._also)] = self._also
        return found

    def key(self, path: Path) -> str:
        """Name a night in addresses: twelve digits that follow from its file's name."""
        # By the name that stands in the library, wherever a link of that name leads. Not by pathlib's resolve: it
        # raises RuntimeError where links lead to each other, before Python 3.13.
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100 - see above
        words = name if os.path.realpath(folder) == os.path.realpath(self.folder) else os.path.realpath(path)
        return _digits(words)

    def path(self, key: str) -> Path:
        """Return the file of a night.

        Raises
        ------
        NoSuchNightError
            Where no night has this key, or has it any more.
        """
        # Not out of `paths`, which opens every night to put them in order: there may be thousands, and this is asked
        # with each label.
        for path in self.folder.glob(f"*{SUFFIX}"):
            if _digits(path.name) == key:
                return path
        if self._also is not None and self.key(self._also) == key and self._also.exists():
            return self._also
        raise NoSuchNightError("this night is not there any more")

    def line(self, path: Path) -> NightLine:
        """Tell a night in a line."""
        return self._summaries.known_line(path) or self._summed(path).line

    def known_lines(self, paths: dict[str, Path]) -> dict[str, NightLine]:
        """Tell those nights in a line that have not changed since it was written down."""
        lines = {key: self._summaries.known_line(path) for key, path in paths.items()}
        return {key: line for key, line in lines.items() if line is not None}

    def not_known(self) -> list[str]:
        """Keys of the nights that are to be looked into before all of them can be told."""
        return [key for key, path in self.paths().items() if self._summaries.known_line(path) is None]

    def summed(self) -> list[Summed]:
        """Sum all nights up, the one recorded last at the end."""
        return [self._summed(path) for path in self.paths().values()]

    def forget(self, path: Path) -> None:
        """Delete what is kept of a night that is deleted."""
        self._summaries.forget([path])

    def _summed(self, path: Path) -> Summed:
        found = self._summaries.known(path)
        if found is None:
            with SUMMING_UP:
                found = self._summaries.of(path)
            give_back()
        return found

    def open(self, key: str) -> Night:
        """Open a night for one answer; to be closed by who asks.

        Raises
        ------
        NightError
            Where it is not there, damaged, or locked.
        """
        return open_whole(self.path(key))

    def unlock(self, key: str, passphrase: str) -> None:
        """Try a passphrase; one that fits is kept in this process's memory, and nowhere else.

        Raises
        ------
        NightError
            Where it does not fit.
        """
        path = self.path(key)
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in passphrase):
            # SQLCipher can take no such text, and the night would be blamed for it.
            raise LockedNightError("this is no passphrase")
        with self._unlocking:
            RING.ask = lambda: passphrase
            try:
                with open_for_reading(path) as connection:
                    if is_encrypted(connection) and RING.latest is not None:
                        keep_key(connection, path, RING.latest)  # else the first label would have to wait for it
            finally:
                RING.ask = None

    def unlock_diary(self, passphrase: str) -> None:
        """Try a passphrase on the diary; else as `unlock`."""
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in passphrase):
            raise LockedDiaryError("this is no passphrase")
        with self._unlocking:
            RING.ask = lambda: passphrase
            try:
                Diary(self.folder).unlock()
            finally:
                RING.ask = None


def _digits(words: str) -> str:
    return hashlib.sha256(os.fsencode(words)).hexdigest()[:_KEY_DIGITS]


def open_whole(path: Path) -> Night:
    """Open a night, and look whether it is whole unless that is known of it as it is now.

    Where a page of a table leads nowhere, its rows would be missing without a word.

    Raises
    ------
    NightError
        As of `Shelf.open`.
    """
    night = Night(path)
    try:
        with as_night_error(path):
            state = state_of(path)
        if _WHOLE.get(path) != state:
            night.see_that_it_is_whole()
            _WHOLE[path] = state
    except BaseException:
        night.close()
        raise
    return night


_WHOLE: dict[Path, Hashable] = {}
"""Nights that were found whole, and how they were then."""

SUMMING_UP = threading.Lock()
"""Held while a night is summed up: two at once would take as long, and twice the memory."""


def state_of(path: Path) -> Hashable:
    """Give what changes whenever a night does: what was worked out of it holds as long."""
    return written_ns(path), path.lstat().st_size
