"""How a night's file is at a moment: another state wherever anything in it may be another."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from detector.night.files import journal_of, wal_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

_SETTLED_NS = 2 * NS
"""So long a file must have been left alone before its state is relied upon: two writes within one tick of a file
system's clock leave the same time. FAT's ticks are of two seconds."""


def state_of(path: Path) -> str | None:
    """Name the state of a night's file.

    It tells the file itself (by its number on the disk), its size, when it was written to, and when anything of it was
    changed, its times among that: no program can set the latter back. The same of what SQLite keeps beside it.

    Parameters
    ----------
    path
        The file, or a link to it.

    Returns
    -------
    str or None
        None where there is none.
    """
    real = type(path)(os.path.realpath(path))
    try:
        told = [_told(real.stat())]
    except OSError:
        return None
    for file in (wal_of(real), journal_of(real)):
        try:
            stat = file.stat()
        except FileNotFoundError:
            continue
        except OSError:
            return None
        told.append(f"{file.name[len(real.name) :]}:{_told(stat)}")
    return " ".join(told)


def is_settled(path: Path) -> bool:
    """Whether a night's file has been left alone for long enough that its state says all.

    Not where its time lies in the future, either: a clock was set back, and may come to that time again.
    """
    try:
        stat = path.stat()
    except OSError:
        return False
    # On Windows that is when the file was made; the time of writing is as good as it gets there.
    changed_ns = stat.st_mtime_ns if os.name == "nt" else stat.st_ctime_ns
    return time.time_ns() - changed_ns > _SETTLED_NS


def _told(stat: os.stat_result) -> str:
    return f"{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ctime_ns}"
