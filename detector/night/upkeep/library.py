"""Where nights lie and what they are called."""

from __future__ import annotations

import contextlib
import errno
import glob
import itertools
import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import DamagedNightError, NightError
from detector.night.connection import begun_without_encryption, open_for_reading
from detector.night.files import FOLDER_MODE, SUFFIX, beside, journal_of, shm_of, usual_folder, wal_of
from detector.night.sentences import as_night_error, explain
from detector.night.unlocking import is_encrypted
from detector.night.upkeep.age import recorded_ns
from detector.night.writing.lock import writing

if TYPE_CHECKING:
    from datetime import tzinfo

LAST = "last"
"""Stands for the night that was recorded last."""

_HALF_DAY = timedelta(hours=12)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 5


def library_folder(override: Path | None = None, *, make: bool = True) -> Path:
    """Return the folder of nights.

    Parameters
    ----------
    override
        Another folder than the user's data folder.
    make
        Whether to make it where it is missing, for nobody else to look into; who only looks for a night does not.

    Returns
    -------
    Path
        Whether it is there or not; with `make` it is.

    Raises
    ------
    NightError
        Where it cannot be made, or is no folder.
    """
    folder = override or usual_folder()
    try:
        if not make:
            _check_folder(folder)
            return folder
        if override is None:
            folder.parent.parent.mkdir(parents=True, exist_ok=True)
            folder.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        how = "" if override else " with --library"
        raise NightError(
            f"{folder} cannot be the folder of nights ({error.strerror}): name another one{how}"
        ) from error
    return folder


def evening(utc_ns: int, tz: tzinfo | None = None) -> date:
    """Return the date of the evening a moment belongs to: from noon to noon, one night.

    Parameters
    ----------
    utc_ns
        UTC, in ns.
    tz
        The wearer's time zone; None for this computer's.

    Returns
    -------
    date
        Of the evening, also for what comes after midnight.
    """
    local = (_EPOCH + timedelta(microseconds=utc_ns // 1000)).astimezone(tz)
    # On the wall clock, whatever summer time does in between.
    return (local.replace(tzinfo=None) - _HALF_DAY).date()


def night_path(folder: Path, start_utc_ns: int, tz: tzinfo | None = None) -> Path:
    """Return the file of the night that a recording begins or goes on with.

    Parameters
    ----------
    folder
        As of `library_folder`.
    start_utc_ns
        When the recording starts, in ns.
    tz
        The wearer's time zone; None for this computer's.

    Returns
    -------
    Path
        Of a file that need not be there.
    """
    return folder / f"{evening(start_utc_ns, tz).isoformat()}{SUFFIX}"


def nights(folder: Path) -> list[Path]:
    """Return all nights in a folder, the one recorded or replayed last at the end; what cannot be read, too."""
    return sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (recorded_ns(path), path.name))


def find_night(name_or_path: str | Path, folder: Path) -> Path:
    """Find the night a user means.

    Parameters
    ----------
    name_or_path
        A path, a file's name with or without its ending, an evening's date, or ``last``.
    folder
        Where to look for names.

    Returns
    -------
    Path
        Of a file that is there.

    Raises
    ------
    NightError
        Where there is none; it lists those that are there. Where one may not look.
    """
    known = nights(folder)
    if str(name_or_path) == LAST:
        if known:
            return known[-1]
        wanted = "no night yet"
    else:
        for path in (Path(name_or_path), folder / name_or_path, folder / f"{name_or_path}{SUFFIX}"):
            if _is_file(path):
                return path
        wanted = f"no night {name_or_path}"
    if not known:
        raise NightError(f"there is {wanted} in {folder}: record one, or name a file")
    names = sorted(path.stem for path in known)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise NightError(f"there is {wanted} in {folder}: it holds {', '.join(names[-_SHOWN:])}{more}")


def see_that_it_can_be_recorded(path: Path, *, encrypt: bool) -> None:
    """Find out before the radio does its part whether a night can be begun, or gone on with.

    Parameters
    ----------
    path
        As of `night_path`.
    encrypt
        Whether it shall be encrypted.

    Raises
    ------
    NightError
        Where it is being recorded already, its folder cannot be written, or it is there and cannot be gone on with.
    """
    # A damaged one is put aside when the night begins.
    with as_night_error(path), writing(path), contextlib.suppress(DamagedNightError):
        if path.exists():
            with open_for_reading(path) as connection:
                if encrypt and not is_encrypted(connection):
                    raise begun_without_encryption(path)


def put_aside(path: Path) -> Path:
    """Give a night another name, so that one can begin under its own; gives that name.

    Returns
    -------
    Path
        The other name.

    Raises
    ------
    NightError
        Where it is being recorded, or cannot be renamed.
    """
    with as_night_error(path), writing(path):
        for number in itertools.count(1):
            aside = path.with_name(f"{path.stem}-damaged{'' if number == 1 else f'-{number}'}{SUFFIX}")
            if not aside.exists():
                break
        for part_of in (wal_of, journal_of):
            if part_of(path).exists():
                part_of(path).rename(part_of(aside))
        path.rename(aside)
        shm_of(path).unlink(missing_ok=True)
    return aside


def parts_aside(path: Path) -> list[Path]:
    """Nights that `put_aside` has made of earlier parts of this one."""
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}-damaged*{SUFFIX}"))


def remove_night(path: Path) -> None:
    """Delete a night with what is left of it, if it is there.

    Raises
    ------
    NightError
        Where it is being recorded, or cannot be deleted.
    """
    with as_night_error(path), writing(path):
        for file in files_of(path):
            file.unlink()


def files_of(path: Path) -> list[Path]:
    """Files that make up a night, and what is left beside it of replays that were broken off."""
    left = path.parent.glob(f".{glob.escape(path.name)}.*")
    return [file for file in (path, *beside(path), *sorted(left)) if file.is_symlink() or file.is_file()]


def _check_folder(folder: Path) -> None:
    """Raise what making it would raise, if what is there is no folder; that it is missing is no matter."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def _is_file(path: Path) -> bool:
    # Not by pathlib's question of this name: what that raises is another thing in each version of Python.
    try:
        # A link that leads nowhere is one that can be deleted, and told of.
        return (stat.S_ISLNK(path.lstat().st_mode) and not path.exists()) or stat.S_ISREG(path.stat().st_mode)
    except PermissionError as error:
        raise explain(error, path) from error
    except (OSError, ValueError):  # there is none, or none can have this name: it is too long, say
        return False
