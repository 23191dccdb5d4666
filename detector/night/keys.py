"""What unlocks encrypted nights: passphrases, from a file, the computer's keyring, or a person.

A passphrase never stands on a command line or in the environment, where other programs can read it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from detector.errors import NightError

FILE_VARIABLE = "FASCIWATCH_PASSPHRASE_FILE"
"""Environment variable that names a file whose first line is the passphrase: for a service."""

_SERVICE, _ENTRY = "fasciwatch", "nights"
SHORTEST = 12
"""Characters of a new passphrase at the least; it alone stands between a copied file and its reader."""


class KeyRing:
    """The passphrases this program knows while it runs.

    Parameters
    ----------
    ask
        Asks a person, the last resort; None where nobody can be asked.
    """

    def __init__(self, ask: Callable[[], str] | None = None) -> None:
        self.ask = ask
        self._known: list[str] = []
        self._keys: dict[tuple[int, int], tuple[str, str]] = {}

    def keep(self, file: tuple[int, int], passphrase: str, key: str) -> None:
        """Remember what a passphrase comes to for a file, named by its disk and its number there.

        Who opens the same night again and again, for a label each time, is spared the work that a passphrase takes.
        """
        self._keys[file] = passphrase, key

    def key_of(self, file: tuple[int, int]) -> tuple[str, str] | None:
        """Return the passphrase of a file and what it comes to; None where that is not known, or no longer."""
        found = self._keys.get(file)
        return found if found is not None and found[0] in self._known else None

    def add(self, passphrase: str) -> None:
        """Remember one that has fitted, or shall fit."""
        self._known = [passphrase, *(known for known in self._known if known != passphrase)]

    @property
    def known(self) -> tuple[str, ...]:
        """Those that have fitted, or shall fit, the last one first."""
        return tuple(self._known)

    @property
    def latest(self) -> str | None:
        """The one that has fitted last."""
        return self._known[0] if self._known else None

    def __iter__(self) -> Iterator[str]:
        """Yield those that are known, then those to be found, the ones that cost a person nothing first."""
        yield from list(self._known)
        for find in (from_file, from_keyring, self.ask):
            passphrase = find() if find is not None else None
            if passphrase and passphrase not in self._known:
                yield passphrase


RING = KeyRing()
"""That of this process: whatever opens a night looks here."""


def pragma(passphrase: str) -> str:
    """Give the statement that unlocks a connection; SQLite binds no values in it."""
    quoted = passphrase.replace("'", "''")
    return f"PRAGMA key = '{quoted}'"


def derived_key(connection: Any, passphrase: str) -> str:
    """Give what unlocks another connection to the same night without the work that a passphrase takes.

    SQLCipher makes the key of a passphrase in 256,000 rounds, which take a tenth of a second, and takes the key itself
    as well (https://www.zetetic.net/sqlcipher/sqlcipher-api/, "PRAGMA key" and "PRAGMA kdf_iter").

    Parameters
    ----------
    connection
        One that is unlocked.
    passphrase
        What has unlocked it.

    Returns
    -------
    str
        In SQLCipher's form of a raw key.
    """
    (salt,) = connection.execute("PRAGMA cipher_salt").fetchone()
    (rounds,) = connection.execute("PRAGMA kdf_iter").fetchone()
    key = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), bytes.fromhex(salt), int(rounds), 32)
    return f"x'{key.hex()}{salt}'"


def check_new(passphrase: str) -> str:
    """Refuse a passphrase that protects nothing, or that SQLCipher would take for something else.

    Returns
    -------
    str
        The passphrase itself.

    Raises
    ------
    NightError
        With what a better one is.
    """
    if len(passphrase) < SHORTEST:
        raise NightError(f"a passphrase must have {SHORTEST} characters or more: take four or five words")
    if "\0" in passphrase or passphrase.lower().startswith("x'"):
        raise NightError("a passphrase cannot begin with x' or hold a zero character: take another one")
    return passphrase


def from_file() -> str | None:
    """Read the passphrase from the file the environment names, if it names one.

    Returns
    -------
    str or None
        None where the environment names no file.

    Raises
    ------
    NightError
        Where it cannot be read, is empty, or others may read it.
    """
    name = os.environ.get(FILE_VARIABLE)
    if not name:
        return None
    path = Path(name)
    try:
        if path.is_dir():  # before its mode is looked at: nobody shall close a folder to all the world
            raise NightError(f"{path}, which {FILE_VARIABLE} names, is a folder: name a file that holds the passphrase")
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise NightError(f"others may read the passphrase in {path}: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise NightError(f"the passphrase in {path}, which {FILE_VARIABLE} names, cannot be read: {error}") from error
    if not lines or not lines[0]:
        raise NightError(f"{path}, which {FILE_VARIABLE} names, holds no passphrase in its first line")
    if "\0" in lines[0]:
        raise NightError(f"{path}, which {FILE_VARIABLE} names, holds a zero character, which no passphrase has")
    return lines[0]


def from_keyring() -> str | None:
    """Look into the computer's keyring; None where it has no passphrase, or there is no keyring."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError:
        return None
    try:
        return keyring.get_password(_SERVICE, _ENTRY)
    except (KeyringError, RuntimeError, OSError):  # locked, or its service does not answer
        return None


def into_keyring(passphrase: str) -> bool:
    """Keep a passphrase in the computer's keyring; gives whether that went well."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError:
        return False
    try:
        keyring.set_password(_SERVICE, _ENTRY, passphrase)
        return keyring.get_password(_SERVICE, _ENTRY) == passphrase
    except (KeyringError, RuntimeError, OSError):
        return False
