"""Whether a night can be recorded on this computer, and what to do where it cannot."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

import detector.signal
from detector.errors import FasciwatchError
from detector.night import library_folder
from detector.night.upkeep.space import forecast
from detector.recorder.awake import kept_awake
from detector.recorder.listener import Say, into_the_log
from detector.recorder.notices import Notices
from detector.recorder.warming import MAKING_READY
from firmware_bridge.clock import host as host_clock
from firmware_bridge.discovery.scan import scan
from firmware_bridge.errors import BluetoothUnavailableError, BridgeError, ProfileError
from firmware_bridge.wearables import WEARABLES, known_wearables

NIGHTS = 7
LEAST_SQLITE = (3, 51, 3)
"""Before it, a rare fault of the write-ahead log can damage a file."""

EARLIEST_S = 1_767_225_600
"""2026-01-01: a clock before it has not been set."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    check
        What was looked at.
    exit_code
        Number of the check, with which a command exits where this is the first that is wrong.
    words
        What was found.
    remedy
        What to do; empty where all is well.
    """

    check: str
    exit_code: int
    words: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy


def examine(library: Path | None, say: Say = into_the_log) -> list[Finding]:
    """Make every check; it runs loops of its own, so it is called where none runs.

    Parameters
    ----------
    library
        Folder of the nights, None for the user's data folder.
    say
        Tells why a check takes long.

    Returns
    -------
    list of Finding
        One for each check, in the order of their exit codes.
    """
    return [_bluetooth(), *_folder(library), _sleep(), _sqlite(), _cache(say), _clock(), _profiles(), _notifications()]


def _bluetooth() -> Finding:
    try:
        seen = asyncio.run(scan(2.0))
    except ProfileError:  # which has a check of its own
        return Finding("Bluetooth", 10, "was not tried, for want of sound profiles of wearables")
    except BluetoothUnavailableError as error:
        return Finding("Bluetooth", 10, "cannot be used", str(error))
    return Finding("Bluetooth", 10, f"works; {len(seen)} devices in reach")


def _folder(library: Path | None) -> list[Finding]:
    try:
        folder = library_folder(library)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except (FasciwatchError, OSError) as error:
        remedy = f"Name a folder that can be written to with --library ({error})."
        return [Finding("folder of nights", 11, "cannot be written to", remedy)]
    space = forecast(folder)
    if space is None:
        disk = Finding("disk", 12, "does not tell how full it is", "Name a folder on another disk with --library.")
        return [Finding("folder of nights", 11, str(folder)), disk]
    remedy = "" if space.nights >= NIGHTS else "Free some space, or name a folder on another disk with --library."
    return [Finding("folder of nights", 11, str(folder)), Finding("disk", 12, str(space), remedy)]


def _sleep() -> Finding:
    with kept_awake() as see_to:
        return Finding(
            "sleep", 13, "may come in the night" if see_to else "is held off while a night is recorded", see_to
        )


def _sqlite() -> Finding:
    version = dbapi2.sqlite_version
    known = tuple(int(part) for part in version.split("."))
    remedy = "" if known >= LEAST_SQLITE else "Update sqlcipher3: pip install --upgrade sqlcipher3"
    return Finding("SQLite", 14, version, remedy)


def _cache(say: Say) -> Finding:
    if not detector.signal.is_compiled():
        say(MAKING_READY)
    began_s = time.perf_counter()
    detector.signal.warm_up()
    took_s = time.perf_counter() - began_s
    folder = Path(detector.signal.__file__).parent
    if any(folder.glob("__pycache__/*.nbc")) or took_s < 5:  # noqa: PLR2004 - seconds that only a cache can reach
        return Finding("compiler's cache", 15, f"works; the detector was ready in {took_s:.1f} s")
    remedy = "Set NUMBA_CACHE_DIR to a folder that can be written to; else each start compiles anew."
    return Finding("compiler's cache", 15, f"is not kept; the detector was ready in {took_s:.0f} s", remedy)


def _clock() -> Finding:
    words = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    if host_clock.wall_clock_may_be_old():
        words += "; see that it is right: this computer has no clock of its own, and no time server has set it"
    remedy = "" if time.time() > EARLIEST_S else "Set the computer's clock: nights are dated by it."
    return Finding("clock", 16, words, remedy)


def _profiles() -> Finding:
    try:
        own = len(known_wearables()) - len(WEARABLES)
    except BridgeError as error:
        return Finding("wearables", 17, "a profile of your own is wrong", str(error))
    return Finding("wearables", 17, f"{len(WEARABLES)} families are known, and {own or 'none'} of your own")


def _notifications() -> Finding:
    """What is missing here is no reason to fail: only record --notify wants it."""

    async def ask(notices: Notices) -> str:
        async with notices:
            return await notices.why_not()

    try:
        why_not = asyncio.run(ask(Notices()))
    except FasciwatchError as error:  # the library is not there
        why_not = str(error)
    words = f"cannot be shown ({why_not}): do without record --notify" if why_not else "can be shown by record --notify"
    return Finding("desktop notifications", 18, words)
