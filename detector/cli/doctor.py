"""``fasciwatch doctor``: whether a night can be recorded on this computer, and what to do where it cannot."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from detector.cli.terminal.options import json_option, library_option
from detector.cli.terminal.output import print_json, show
from detector.errors import FasciwatchError

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
        Of the command, where this is the first that is wrong.
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


@click.command()
@json_option
@library_option
def doctor(as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """Check that a night can be recorded on this computer.

    Exits with 0 where all is well, else with the number of the first check that failed: 10 Bluetooth, 11 the folder
    of nights, 12 the disk, 13 sleep, 14 SQLite, 15 the compiler's cache, 16 the clock, 17 profiles of wearables.
    Whether desktop notifications can be shown is only told: a night needs none.
    """
    findings = examine(library)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            show(f"{'ok' if finding.is_well else 'NO':3} {finding.check}: {finding.words}")
            if finding.remedy:
                show(f"    {finding.remedy}")
    first = next((finding for finding in findings if not finding.is_well), None)
    if first is not None:
        sys.exit(first.exit_code)


def examine(library: Path | None) -> list[Finding]:
    """Make every check.

    Parameters
    ----------
    library
        Folder of the nights, None for the user's data folder.
    """
    return [_bluetooth(), *_folder(library), _sleep(), _sqlite(), _cache(), _clock(), _profiles(), _notifications()]


def _bluetooth() -> Finding:
    import asyncio

    from firmware_bridge.errors import BluetoothUnavailableError, ProfileError
    from firmware_bridge.link import scan

    try:
        seen = asyncio.run(scan(2.0))
    except ProfileError:  # which has a check of its own
        return Finding("Bluetooth", 10, "was not tried, for want of sound profiles of wearables")
    except BluetoothUnavailableError as error:
        return Finding("Bluetooth", 10, "cannot be used", str(error))
    return Finding("Bluetooth", 10, f"works; {len(seen)} devices in reach")


def _folder(library: Path | None) -> list[Finding]:
    from detector.night import library_folder
    from detector.night.space import forecast

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
    from detector.recorder.awake import kept_awake

    with kept_awake() as see_to:
        return Finding(
            "sleep", 13, "may come in the night" if see_to else "is held off while a night is recorded", see_to
        )


def _sqlite() -> Finding:
    from sqlcipher3 import dbapi2

    version = dbapi2.sqlite_version
    known = tuple(int(part) for part in version.split("."))
    remedy = "" if known >= LEAST_SQLITE else "Update sqlcipher3: pip install --upgrade sqlcipher3"
    return Finding("SQLite", 14, version, remedy)


def _cache() -> Finding:
    import detector.signal

    began_s = time.perf_counter()
    detector.signal.warm_up()
    took_s = time.perf_counter() - began_s
    folder = Path(detector.signal.__file__).parent
    if any(folder.glob("__pycache__/*.nbc")) or took_s < 5:  # noqa: PLR2004 - seconds that only a cache can reach
        return Finding("compiler's cache", 15, f"works; the detector was ready in {took_s:.1f} s")
    remedy = "Set NUMBA_CACHE_DIR to a folder that can be written to; else each start compiles anew."
    return Finding("compiler's cache", 15, f"is not kept; the detector was ready in {took_s:.0f} s", remedy)


def _clock() -> Finding:
    from firmware_bridge.host_clock import wall_clock_may_be_old

    words = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    if wall_clock_may_be_old():
        words += "; see that it is right: this computer has no clock of its own, and no time server has set it"
    remedy = "" if time.time() > EARLIEST_S else "Set the computer's clock: nights are dated by it."
    return Finding("clock", 16, words, remedy)


def _profiles() -> Finding:
    from firmware_bridge.errors import BridgeError
    from firmware_bridge.wearables import WEARABLES, known_wearables

    try:
        own = len(known_wearables()) - len(WEARABLES)
    except BridgeError as error:
        return Finding("wearables", 17, "a profile of one's own is wrong", str(error))
    return Finding("wearables", 17, f"{len(WEARABLES)} families are known, and {own} of one's own")


def _notifications() -> Finding:
    """What is missing here is no reason to fail: only record --notify wants it."""
    import asyncio

    from detector.recorder.notices import Notices

    async def ask(notices: Notices) -> str:
        async with notices:
            return await notices.why_not()

    try:
        why_not = asyncio.run(ask(Notices()))
    except FasciwatchError as error:  # the library is not there
        why_not = str(error)
    words = f"cannot be shown ({why_not}): do without record --notify" if why_not else "can be shown by record --notify"
    return Finding("desktop notifications", 18, words)
