"""The nights that the page may show, by keys that are no paths: no request can name a file."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import NightError
from detector.night import Night, nights
from detector.night.connection import open_for_reading
from detector.night.keys import RING
from detector.night.sentences import as_night_error
from detector.night.unlocking import is_encrypted, keep_key
from detector.night.upkeep.age import written_ns

if TYPE_CHECKING:
    from collections.abc import Hashable

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
        RING.ask = None  # at the terminal nobody waits for a question any more

    def paths(self) -> dict[str, Path]:
        """All nights by their keys, the one recorded last at the end."""
        found = nights(self.folder)
        if self._also is not None and self._also.resolve() not in {path.resolve() for path in found}:
            found.append(self._also)
        return {self.key(path): path for path in found}

    def key(self, path: Path) -> str:
        """Name a night in addresses: twelve digits that follow from its file's name."""
        inside = path.resolve().parent == self.folder.resolve()
        words = path.name if inside else str(path.resolve())
        return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:_KEY_DIGITS]

    def path(self, key: str) -> Path:
        """Return the file of a night.

        Raises
        ------
        NoSuchNightError
            Where no night has this key, or has it any more.
        """
        try:
            return self.paths()[key]
        except KeyError:
            raise NoSuchNightError("this night is not there any more") from None

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
        with self._unlocking:
            RING.ask = lambda: passphrase
            try:
                with open_for_reading(path) as connection:
                    if is_encrypted(connection) and RING.latest is not None:
                        keep_key(connection, path, RING.latest)  # else the first label would have to wait for it
            finally:
                RING.ask = None


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
    return written_ns(path), path.stat().st_size
