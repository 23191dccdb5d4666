"""The wearer's time zone: that of the evening's night, or of this computer."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from tzlocal import get_localzone_name

from detector.diary.clock import zone_named
from detector.errors import NightError
from detector.night import SUFFIX, Night
from detector.night.keys import RING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def zone_on(folder: Path, evening: date) -> str:
    """Return the name of the time zone in which the night of an evening was recorded; else this computer's.

    Nobody is asked for a passphrase for it.
    """
    night = folder / f"{evening.isoformat()}{SUFFIX}"
    asked, RING.ask = RING.ask, None
    try:
        with suppress(NightError), Night(night) as opened:
            for run in reversed(opened.runs):
                name = run.made_by.timezone
                if name and zone_named(name) is not None:
                    return name
    finally:
        RING.ask = asked
    return this_zone()


def this_zone() -> str:
    """Return the name of this computer's time zone; one of whole hours where the system does not tell it."""
    with suppress(Exception):  # what it raises is another thing on each system
        name = get_localzone_name()
        if name and zone_named(name) is not None:
            return str(name)
    offset = datetime.now().astimezone().utcoffset()
    hours = 0 if offset is None else round(offset.total_seconds() / 3600)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
