"""The diary of one library: what has been said of its evenings, one's own list of treatments, and marks."""

from __future__ import annotations

import contextlib
import os
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.diary.entries import USUAL, Entry, Usual, changed, key_of, usual_named
from detector.diary.file import as_diary_error, encrypt, is_locked_file, reading, remove, writing
from detector.diary.rows import (
    MOST_MARKS,
    MOST_ROWS,
    entry_of,
    entry_row,
    fetch,
    insert,
    mark_of,
    own_of,
    versions,
)
from detector.errors import AnswerError, DiaryError, LockedDiaryError, LockedNightError, NightError
from detector.night.connection import open_for_reading
from detector.night.keys import RING
from detector.night.sentences import primary_code
from detector.night.unlocking import connect, is_encrypted, uri_of
from detector.night.upkeep.library import evening as evening_at
from detector.night.upkeep.library import nights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo

NAME = "diary.sqlite"
"""Of the file, in the folder of the nights; no night's, whose names end in ``.night``."""


def diary_path(folder: Path) -> Path:
    """Return where the diary of a library lies, or would lie."""
    return folder / NAME


class Diary:
    """The diary beside the nights of a library. Nothing is open between two calls.

    It is made when something is said for the first time: encrypted where the library has an encrypted night, with that
    night's passphrase.

    Parameters
    ----------
    folder
        The library's.

    Attributes
    ----------
    path
        The file; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = Path(os.path.realpath(diary_path(folder)))
        self._is_prepared = False
        self._passphrase: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether anything has been said yet."""
        return os.path.lexists(self.path)

    def is_locked(self) -> bool:
        """Whether it is encrypted, and no passphrase that costs nobody anything fits."""
        if not self.is_there or not is_locked_file(self.path):
            return False
        asked, RING.ask = RING.ask, None
        try:
            with reading(self.path):
                return False
        except LockedDiaryError:
            return True
        finally:
            RING.ask = asked

    def unlock(self) -> None:
        """Find what unlocks it, where it is there and encrypted, and remember that.

        Raises
        ------
        LockedDiaryError
            Where no passphrase fits.
        DiaryError
            Where it cannot be read.
        """
        if self.is_there:
            with reading(self.path):
                pass

    def prepare(self) -> None:
        """Find all that is needed to write it, or make it, later on without asking anybody. Raises as `unlock`."""
        self.unlock()
        self._passphrase = self._passphrase_for_new()
        self._is_prepared = True

    # What has been said

    def entries(self, first: date | None = None, last: date | None = None) -> list[Entry]:
        """Return what holds of each evening, in their order: the last that was said of it, if that says anything.

        Parameters
        ----------
        first, last
            The first and the last evening; None for all.

        Returns
        -------
        list of Entry
            None where there is no diary yet.

        Raises
        ------
        DiaryError
            Where it is locked, damaged, newer than this program, or cannot be read.
        """
        if not self.is_there:
            return []
        where, bounds = _between(first, last)
        latest = f"SELECT max(id) FROM entry {where} GROUP BY evening"  # noqa: S608 - our words
        counted = f"SELECT max(id), count(*) FROM entry {where} GROUP BY evening"  # noqa: S608 - as above
        with reading(self.path) as connection:
            counts = dict(connection.execute(counted, bounds).fetchall())
            rows = fetch(connection, "entry", f"WHERE id IN ({latest})", bounds)
            found = [entry_of(values, counts[values[0]]) for values in rows]
        return sorted((entry for entry in found if not entry.is_empty), key=lambda entry: entry.evening)

    def entry(self, evening: date) -> Entry | None:
        """Return what holds of an evening; None where nothing is said of it. Raises as `entries`."""
        history = self.history(evening)
        return history[-1] if history and not history[-1].is_empty else None

    def history(self, evening: date) -> list[Entry]:
        """Return all that was ever said of an evening, in the order in which it was said. Raises as `entries`."""
        return self._versions("WHERE evening = ?", (evening.isoformat(),))

    def treatments(self) -> dict[str, list[date]]:
        """Return the evenings of each treatment's use, in their order, by its name as it was written last.

        Raises as `entries`.
        """
        names: dict[str, str] = {}
        used: defaultdict[str, list[date]] = defaultdict(list)
        for entry in self.entries():
            for key in dict.fromkeys(each.key for each in entry.treatments or ()):
                used[key].append(entry.evening)
            names.update((each.key, each.name) for each in entry.treatments or ())
        return {names[key]: used[key] for key in sorted(used)}

    def told(self) -> set[date]:
        """Return the evenings of which is said what was used, if anything. Raises as `entries`."""
        return {entry.evening for entry in self.entries() if entry.treatments is not None}

    def uses(self, treatment: str) -> list[date]:
        """Return the evenings on which a treatment was used, however it is spelt. Raises as `entries`."""
        wanted = key_of(treatment)
        return next((evenings for name, evenings in self.treatments().items() if key_of(name) == wanted), [])

    # Saying something

    def change(self, evening: date, answers: Mapping[str, Any], timezone: str) -> Entry:
        """Say something of an evening, or correct it; it is on the disk when this returns.

        What was said before stays, and can be shown. What says the same as before is not written again.

        Parameters
        ----------
        evening
            Of which it is said.
        answers
            By the names of `Entry`'s fields: those that are not named stay as they were, None takes one back.
        timezone
            The wearer's, for an evening of which nothing is said yet.

        Returns
        -------
        Entry
            What holds now.

        Raises
        ------
        AnswerError
            Where an answer cannot be; nothing is written then.
        DiaryError
            Where the diary cannot be written.
        """
        return self.change_many([(evening, answers, timezone)])[0]

    def change_many(self, said: Iterable[tuple[date, Mapping[str, Any], str]]) -> list[Entry]:
        """Say something of several evenings, all or nothing; else as `change`."""
        done: list[Entry] = []
        with writing(self.path, self._passphrase_for_new()) as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
            for place, (evening, answers, timezone) in enumerate(said):
                rows = fetch(connection, "entry", "WHERE evening = ? ORDER BY id", (evening.isoformat(),))
                before = next(reversed(list(versions(rows))), None)
                try:
                    entry = changed(before or Entry(evening, timezone), dict(answers))
                except ValueError as error:
                    raise AnswerError(str(error), place) from error
                if entry.says_the_same(before):
                    done.append(before or entry)
                    continue
                last += 1
                if last >= MOST_ROWS:
                    raise DiaryError(f"{self.path} holds as much as a diary may: no more can be said")
                # Later than what was said before, whatever became of the clock.
                said_ns = max(time.time_ns(), 1 if before is None else before.said_utc_ns + 1)
                entry = replace(entry, said_utc_ns=said_ns, version=1 if before is None else before.version + 1)
                connection.execute(*insert("entry", entry_row(last, entry)))
                done.append(entry)
        return done

    def delete(self, evening: date) -> bool:
        """Delete all that was ever said of an evening, and its marks, for good; gives whether there was anything.

        Raises
        ------
        DiaryError
            Where the diary cannot be written.
        """
        if not self.is_there:
            return False
        with writing(self.path) as connection:
            words = (evening.isoformat(),)
            gone = [
                connection.execute(f"DELETE FROM {table} WHERE evening = ?", words).rowcount  # noqa: S608 - our names
                for table in ("entry", "mark")
            ]
        return any(gone)

    def delete_all(self) -> None:
        """Delete the whole diary for good. Raises as `delete`."""
        remove(self.path)

    def encrypt(self, passphrase: str) -> bool:
        """Have it encrypted from now on, be it there yet or not; gives whether one that was there was not until now.

        Raises
        ------
        DiaryError
            Where that cannot be done; it is as it was then.
        """
        return encrypt(self.path, passphrase)

    # One's own list

    def offered(self) -> list[Usual]:
        """Return the treatments to offer: the usual ones, those that were used, and one's own list.

        What was taken out of the list is not offered until it is put there again. Raises as `entries`.
        """
        offered = {key_of(each.name): each for each in USUAL}
        for entry in self.entries():
            for each in entry.treatments or ():
                known = offered.get(each.key)
                unit = each.unit or (known.unit if known is not None else "")
                # With the amount that was taken last.
                offered[each.key] = Usual(each.name if known is None else known.name, unit, each.amount)
        for listed, is_listed in self._own():
            if is_listed:
                offered[key_of(listed.name)] = listed
            else:
                offered.pop(key_of(listed.name), None)
        return list(offered.values())

    def offer(self, name: str, unit: str = "", amount: float | None = None, *, listed: bool = True) -> None:
        """Put a treatment on one's own list, or take it out of it; raises as `change`."""
        each = usual_named(name, unit, amount)
        with writing(self.path, self._passphrase_for_new()) as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM own").fetchone()
            if last >= MOST_ROWS:
                raise DiaryError(f"{self.path} holds as much as a diary may: no more can be said")
            connection.execute(*insert("own", (last + 1, each.name, each.unit, each.amount, int(listed))))

    # "I felt one"

    def mark(self, utc_ns: int, zone: tzinfo | None = None) -> None:
        """Keep a moment at which a twitch was felt; it is on the disk when this returns.

        Parameters
        ----------
        utc_ns
            UTC, in ns.
        zone
            The wearer's time zone; None for this computer's.

        Raises
        ------
        DiaryError
            Where the diary cannot be written, or holds as many marks as it may.
        """
        with writing(self.path, self._passphrase_for_new()) as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM mark").fetchone()
            if last >= MOST_MARKS:
                raise DiaryError(f"{self.path} holds as many marks as a diary may")
            connection.execute(*insert("mark", (last + 1, utc_ns, evening_at(utc_ns, zone).isoformat())))

    def marks(self, first: date | None = None, last: date | None = None) -> list[tuple[int, date]]:
        """Return the moments of marks (UTC in ns), in order of time, and their evenings. Arguments as of `entries`."""
        if not self.is_there:
            return []
        where, bounds = _between(first, last)
        with reading(self.path) as connection:
            return sorted(map(mark_of, fetch(connection, "mark", where, bounds)))

    # Behind it

    def _own(self) -> list[tuple[Usual, bool]]:
        if not self.is_there:
            return []
        with reading(self.path) as connection:
            return list(map(own_of, fetch(connection, "own", "ORDER BY id")))

    def _versions(self, where: str, bounds: tuple[str, ...]) -> list[Entry]:
        if not self.is_there:
            return []
        with reading(self.path) as connection:
            return list(versions(fetch(connection, "entry", f"{where} ORDER BY id", bounds)))

    def _passphrase_for_new(self) -> str | None:
        """Return the passphrase that a diary which is made now must have: that of a night, where one is encrypted.

        Raises
        ------
        LockedDiaryError
            Where there is such a night, and nobody knows its passphrase.
        """
        if self.is_there:
            return None
        if self._is_prepared:
            return self._passphrase
        with as_diary_error(self.path):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for night in reversed(nights(self.folder)):
                if not _seems_encrypted(night):
                    continue
                try:
                    with open_for_reading(night) as connection:
                        if is_encrypted(connection):
                            return RING.latest
                except LockedNightError as error:
                    words = f"your nights are encrypted, and so shall your diary be: {error}"
                    raise LockedDiaryError(words) from error
                except NightError:
                    continue
        return None


def _seems_encrypted(night: Path) -> bool:
    # First by SQLite: this process may have the night open, and to close it otherwise would drop its locks.
    try:
        with contextlib.closing(connect(uri_of(night) + "?mode=ro", None)):
            return False
    except UnicodeDecodeError:  # what is wrong with its tables was read, and told in bytes that are no text
        return False
    except sqlite.DatabaseError as error:
        if primary_code(error) != sqlite.SQLITE_NOTADB:
            return False
    # One whose first bytes are damaged is not encrypted: others of them are as in any file of SQLite's
    # (sqlite.org/fileformat2.html, section 1.3), and of an encrypted file they are random.
    with night.open("rb") as file:
        head = file.read(24)
    return head[:16] != b"SQLite format 3\0" and head[21:24] != b"\x40\x20\x20"


def _between(first: date | None, last: date | None) -> tuple[str, tuple[str, ...]]:
    low = "0000" if first is None else first.isoformat()
    high = "9999" if last is None else last.isoformat()
    return "WHERE evening BETWEEN ? AND ?", (low, high)
