"""Nights summed up once: what is worked out of a night holds as long as its file stays as it is.

What is kept lies beside the nights in a file that may be thrown away at any time. Of encrypted nights it lies in
another one, encrypted with their passphrase: it is unlocked once, in a tenth of a second, where each of the nights
would take as long; a night that has not changed is not opened at all.

A night is known again by the state of its file (`detector.summary.many.state`): the file's number, its size, the times
at which it was written to and changed. A night that is renamed, copied, put in the place of another, judged, thinned or
told another place has another state, and is summed up anew. One that is being recorded is never kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import zlib
from dataclasses import asdict, astuple, dataclass, fields, replace
from typing import TYPE_CHECKING, Self

from detector.errors import NightError
from detector.night import SUFFIX, Night
from detector.night.keys import RING
from detector.night.schema import SCHEMA_VERSION
from detector.night.upkeep.age import is_being_recorded, recorded_ns
from detector.series import Rate
from detector.summary.digest import DIGEST_VERSION, NightDigest, SensorDigest, digest
from detector.summary.levels import Level
from detector.summary.line import LineOfSensor, NightLine, line_of_open, line_of_unreadable
from detector.summary.many.state import is_settled, state_of
from detector.summary.many.store import LockedStoreError, Row, Store
from detector.summary.night import summarise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLAIN, ENCRYPTED = "summaries.cache", "summaries-encrypted.cache"
"""Names of the files beside the nights."""

_FORMAT = 1

Rates = tuple[Rate | None, ...]
"""Of one wearable, one for each of `LEVELS_MG`."""


@dataclass(frozen=True, slots=True)
class Summed:
    """What is worked out of a night.

    Parameters
    ----------
    line
        In a line of a list.
    digest
        For those that look at many; None where it cannot be read.
    rates
        Of each wearable of the digest the rate at each of its levels, which takes longer to work out than all that is
        done with it; None where there is none.
    """

    line: NightLine
    digest: NightDigest | None
    rates: tuple[Rates, ...] = ()


class Summaries:
    """The nights of a library, each summed up once.

    May be used by several threads, and by several programs at once. Nothing that is kept ever raises an error: what
    cannot be read is worked out anew, and what cannot be written is not kept.

    Parameters
    ----------
    folder
        The library.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opening = threading.Lock()
        self._plain_store: Store | None = None
        self._encrypted_store: Store | None = None
        self._passphrase = ""
        self._tried: tuple[str, ...] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        with self._opening:
            for store in (self._plain_store, self._encrypted_store):
                if store is not None:
                    store.close()
            self._plain_store = self._encrypted_store = self._tried = None

    def nights(self) -> list[Path]:
        """Return all nights of the library, the one recorded last at the end; see `detector.night.nights`."""
        paths = {os.fsencode(path.name): path for path in self.folder.glob(f"*{SUFFIX}")}
        if not paths:
            return []
        gone = self._plain.names() - paths.keys()
        if gone:
            self._tidy(gone)
        return sorted(paths.values(), key=lambda path: (self._recorded_ns(path), path.name))

    def line(self, path: Path) -> NightLine:
        """Tell a night in a line; see `line_of`."""
        return self.known_line(path) or self._anew(path).line

    def known_line(self, path: Path) -> NightLine | None:
        """Tell a night in a line without looking into it; None where nothing is known of it."""
        row = self._kept(path)
        return None if row is None else _line_in(row, path)

    def of(self, path: Path) -> Summed:
        """Sum a night up, or tell what is known of it.

        Parameters
        ----------
        path
            Of the night. One that lies in another folder is summed up each time.
        """
        return self.known(path) or self._anew(path)

    def known(self, path: Path) -> Summed | None:
        """Tell what is known of a night, without looking into it; None where that is nothing."""
        row = self._kept(path)
        if row is not None:
            line, found, rates = _line_in(row, path), _digest_in(row, path), _rates_in(row)
            if line is not None and found is not None and rates is not None:
                return Summed(line, found, rates)
        return None

    def _kept(self, path: Path) -> Row | None:
        """Return what is kept of a night as it is now."""
        if not self._is_ours(path):
            return None
        row = self._plain.get(path)
        if row is not None and not row.line:
            store = self._encrypted
            row = None if store is None else store.get(path)
        # Its file is looked at last: what was kept of it holds if it is the same still.
        return row if row is not None and row.state == state_of(path) and not is_being_recorded(path) else None

    def _anew(self, path: Path) -> Summed:
        state = state_of(path) if self._is_ours(path) else None
        summed, passphrase = _worked_out(path)
        if summed.digest is not None and state is not None and self._may_keep(path, state):
            self._keep(path, state, summed, summed.digest, passphrase)
        return summed

    def forget(self, paths: Iterable[Path]) -> None:
        """Delete what is kept of nights that are deleted.

        Where the file of encrypted nights may hold something of them and cannot be unlocked, it is deleted as a whole.
        """
        ours = [path for path in paths if self._is_ours(path)]
        if ours and any((self.folder / name).exists() for name in (PLAIN, ENCRYPTED)):
            self._forget({os.fsencode(path.name) for path in ours})

    def _forget(self, names: set[bytes]) -> None:
        plain = {name for name in names if self._is_plain(name)}
        if not self._plain.forget(names):
            self._throw_away(PLAIN)
        if names - plain and (self.folder / ENCRYPTED).exists():
            ask, RING.ask = RING.ask, None  # who deletes a night is asked for no passphrase
            try:
                store = self._encrypted
            finally:
                RING.ask = ask
            if store is None or not store.forget(names):
                self._throw_away(ENCRYPTED)

    def _tidy(self, gone: set[bytes]) -> None:
        """Forget nights that are not there any more; of encrypted ones only where they are unlocked anyhow."""
        store = self._encrypted_store
        if store is not None:
            store.forget(gone)
        self._plain.forget({name for name in gone if store is not None or self._is_plain(name)})

    def _is_plain(self, name: bytes) -> bool:
        row = self._plain.get(self.folder / os.fsdecode(name))
        return row is not None and bool(row.line)

    def _throw_away(self, name: str) -> None:
        self.close()
        with contextlib.suppress(OSError):
            (self.folder / name).unlink(missing_ok=True)

    def _is_ours(self, path: Path) -> bool:
        return path.parent == self.folder or os.path.realpath(path.parent) == os.path.realpath(self.folder)

    def _recorded_ns(self, path: Path) -> int:
        row = self._plain.get(path)
        if row is not None and row.state == state_of(path):
            return row.recorded_ns
        return recorded_ns(path)

    def _may_keep(self, path: Path, state: str) -> bool:
        return is_settled(path) and not is_being_recorded(path) and state_of(path) == state

    def _keep(self, path: Path, state: str, summed: Summed, found: NightDigest, passphrase: str | None) -> None:
        rates = json.dumps([[rate and astuple(rate) for rate in each] for each in summed.rates])
        row = Row(state, recorded_ns(path), json.dumps(asdict(summed.line)), found.to_json(), rates)
        if passphrase is None:
            self._plain.put(path, row)
            return
        self._plain.put(path, Row(row.state, row.recorded_ns))  # where it lies is no secret, and spares a look
        store = self._encrypted_with(passphrase)
        if store is not None:
            store.put(path, row)

    @property
    def _plain(self) -> Store:
        with self._opening:
            if self._plain_store is None:
                self._plain_store = Store(self.folder / PLAIN, _version())
            return self._plain_store

    @property
    def _encrypted(self) -> Store | None:
        """What is kept of encrypted nights; None where nothing is, or no passphrase that is known fits."""
        with self._opening:
            if self._encrypted_store is not None or self._tried == RING.known:
                return self._encrypted_store
            if not (self.folder / ENCRYPTED).exists():
                return None
            with contextlib.suppress(NightError):  # the passphrase's own file cannot be read: the night will say so
                for passphrase in RING if self._tried is None else RING.known:
                    if self._unlock(passphrase):
                        RING.add(passphrase)
                        break
            self._tried = RING.known
            return self._encrypted_store

    def _unlock(self, passphrase: str) -> bool:
        try:
            self._encrypted_store = Store(self.folder / ENCRYPTED, _version(), passphrase)
        except LockedStoreError:
            return False
        self._passphrase = passphrase
        return True

    def _encrypted_with(self, passphrase: str) -> Store | None:
        """The same to write to, for nights of this passphrase; a file of another one makes room for it."""
        store = self._encrypted
        if store is not None:
            return store if self._passphrase == passphrase else None
        with self._opening:
            with contextlib.suppress(OSError):
                (self.folder / ENCRYPTED).unlink(missing_ok=True)
                self._unlock(passphrase)
            return self._encrypted_store


def _version() -> str:
    """Name how nights are summed up, and what that is written as; and this computer's zone, for nights of no zone."""
    shapes = [
        [field.name for field in fields(one)]
        for one in (NightLine, LineOfSensor, NightDigest, SensorDigest, Level, Rate)
    ]
    return repr((_FORMAT, DIGEST_VERSION, SCHEMA_VERSION, zlib.crc32(repr(shapes).encode()), time.tzname))


def _worked_out(path: Path) -> tuple[Summed, str | None]:
    """Sum a night up; gives the passphrase that unlocks it, too."""
    try:
        with Night(path) as night:
            summary = summarise(night)
            line = line_of_open(night, summary)
            last_label = max((action.number for action in night.actions()), default=0)
            found = digest(summary, path.stem, last_label)
            return Summed(line, found, tuple(map(rates_of, found.sensors))), night.passphrase
    except NightError as error:
        return Summed(line_of_unreadable(path, error), None), None


def rates_of(sensor: SensorDigest) -> Rates:
    """Work out the rate of a wearable at each of its levels."""
    found: dict[tuple[int, float], Rate | None] = {}
    for level in sensor.levels:
        if (level.found, level.seconds) not in found:  # the same twitches in the same time
            found[level.found, level.seconds] = level.rate()
    return tuple(found[level.found, level.seconds] for level in sensor.levels)


def _line_in(row: Row, path: Path) -> NightLine | None:
    try:
        told = json.loads(row.line)
        sensors = tuple(LineOfSensor(**sensor) for sensor in told.pop("sensors"))
        return replace(NightLine(**told, sensors=sensors), name=path.stem, path=str(path))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _digest_in(row: Row, path: Path) -> NightDigest | None:
    try:
        return replace(NightDigest.from_json(row.digest), name=path.stem)
    except ValueError:
        return None


def _rates_in(row: Row) -> tuple[Rates, ...] | None:
    try:
        return tuple(tuple(rate and Rate(*rate) for rate in each) for each in json.loads(row.rates))
    except (ValueError, TypeError):
        return None


def forget(path: Path) -> None:
    """Delete what is kept of a night that is deleted, beside which it lay."""
    with Summaries(path.parent) as summaries:
        summaries.forget([path])
