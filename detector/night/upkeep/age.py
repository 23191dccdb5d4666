"""When a night was recorded, as the night itself tells: the file's own time changes with each copy."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night.connection import open_without_passphrase
from detector.night.files import wal_of
from detector.night.seals import fetch
from detector.night.stored import run_of
from detector.night.writing.lock import is_held
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

_DATE_LENGTH = len("2026-11-23")


def recorded_ns(path: Path) -> int:
    """UTC at which a night was recorded or replayed last, in ns.

    Parameters
    ----------
    path
        The file. Nobody is asked for a passphrase, and no error is raised: there may be hundreds of nights.

    Returns
    -------
    int
        The end of its latest run, or the start where it has not ended. Of a night that cannot be read as it stands, the
        file's time, but within the evening that its name tells; 0 where there is no such file.
    """
    unreadable = contextlib.suppress(NightError, sqlite.Error, OSError, ValueError)
    with unreadable, open_without_passphrase(path) as connection:
        for run in map(run_of, fetch(connection, "made_by", "ORDER BY id DESC LIMIT 1")):
            return run.made_by.started_utc_ns if run.ended_utc_ns is None else run.ended_utc_ns
    written = written_ns(path)
    with contextlib.suppress(ValueError, OverflowError):
        noon = datetime.combine(date.fromisoformat(path.name[:_DATE_LENGTH]), time(12))
        noon_ns = round(noon.timestamp()) * NS
        # To noon of the next day by the wall clock, and a little: a night is closed after its last sample.
        after_ns = round((noon + timedelta(days=1)).timestamp()) * NS
        return min(max(written, noon_ns), after_ns) if written else 0
    return written


def written_ns(path: Path) -> int:
    """When a night was written to, in ns; while it is recorded, the file beside it grows. 0 where there is none."""
    latest_ns = 0
    for file in (path, wal_of(path)):
        with contextlib.suppress(OSError):  # its recorder may just be closing it; a link may lead nowhere
            latest_ns = max(latest_ns, file.stat().st_mtime_ns)
    return latest_ns


def is_being_recorded(path: Path) -> bool:
    """Whether somebody writes a night at this moment; who writes a label does not count.

    A recorder that begins in that very moment is not in its way: it tries again.
    """
    return is_held(path)
