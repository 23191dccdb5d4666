"""``python -m benchmarks.durability.troubled FOLDER TROUBLE SECONDS``: a recorder whose disk has a trouble, as JSON.

The trouble comes after a third of the time and goes after two. It runs in a mount namespace of its own where it mounts
anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.durability.victim import LIVE_BATCH, RATE_HZ, made
from detector.errors import NightError
from detector.events import Event
from detector.night import MadeBy, Night, NightLog
from detector.night.writing.writer import COMMIT_S
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

_SMALL_MB = 2
_COMMITS_S = 2.5 * COMMIT_S
_QUEUE = 24
"""Pieces the queue holds where it shall be too small for the trouble."""


class Recording:
    """Numbered samples, handed to a night in real time from an event loop."""

    def __init__(self, path: Path, queue_limit: int | None) -> None:
        made_by = MadeBy(0, "1", {}, "3")
        self.path = path
        self.log = NightLog(path, made_by) if queue_limit is None else NightLog(path, made_by, queue_limit=queue_limit)
        self.log.sensor("S", model="m", nominal_hz=RATE_HZ, lsb_g=0.001)
        self.handed = 0
        self.longest_s = 0.0
        self.told: list[str] = []
        self._rows = Rows(RATE_HZ)

    async def go_on(self, seconds: float) -> None:
        """Hand over what comes in this time; what the night says of a trouble is noted."""
        due_s = time.monotonic()
        for _ in range(round(seconds * RATE_HZ / LIVE_BATCH)):
            began_s = time.monotonic()
            with contextlib.suppress(NightError):  # it is told below, and what was handed over is kept
                for piece, begins_row in self._rows.cut(
                    Samples(self.handed * NS // RATE_HZ, RATE_HZ, made(self.handed, LIVE_BATCH), "S")
                ):
                    self.log.samples(piece, begins_row)
                self.log.event(_event(self.handed))
            self.handed += LIVE_BATCH
            self.longest_s = max(self.longest_s, time.monotonic() - began_s)
            if self.log.error is not None and str(self.log.error) not in self.told:
                self.told.append(str(self.log.error))
            due_s += LIVE_BATCH / RATE_HZ
            await asyncio.sleep(max(due_s - time.monotonic(), 0))
            self.longest_s = max(self.longest_s, time.monotonic() - due_s)


def _event(at: int) -> Event:
    """Make one for the sample of that number."""
    return Event(at / RATE_HZ, "", 0.1, "twitch", 1, 2, 3, 4, 5, 0, 0, 1, -1, "S", "")


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """No room on the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    ballast.unlink()


@contextlib.contextmanager
def away(folder: Path) -> Iterator[None]:
    """The folder has gone for a while."""
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    yield
    elsewhere.rename(folder)


@contextlib.contextmanager
def copied(folder: Path) -> Iterator[None]:
    """What comes back is another file that holds the same, as a stick that is plugged in again."""
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    yield
    shutil.copytree(elsewhere, folder)


@contextlib.contextmanager
def swapped(folder: Path) -> Iterator[None]:
    """Another disk takes its place; the copy on it has the number that the file has on the one that is still open."""
    elsewhere, copy = folder.with_name("elsewhere"), folder.with_name("copy")
    elsewhere.mkdir()
    copy.mkdir()
    _run("mount", "--bind", str(folder), str(elsewhere))
    _run("umount", "--lazy", str(folder))
    yield
    _mount(copy)
    for name in ("a.night-lock", "a.night", "a.night-wal"):  # as they were made: the numbers count up
        _run("cp", str(elsewhere / name), str(copy / name))
    if (copy / "a.night").stat().st_ino != (elsewhere / "a.night").stat().st_ino:
        raise RuntimeError("the copy has another number: nothing would be tried")
    _run("mount", "--move", str(copy), str(folder))


@contextlib.contextmanager
def replugged(folder: Path) -> Iterator[None]:
    """A stick comes back with the numbers it had, while what is open is on the one that went and fails."""
    with away(folder):
        yield
    with failing("w", folder):
        time.sleep(_COMMITS_S)


@contextlib.contextmanager
def pulled(folder: Path) -> Iterator[None]:
    """A stick is pulled in the middle of a commit: all of it has been written, but nobody knows."""
    with failing("s", folder):
        time.sleep(_COMMITS_S)
        elsewhere = folder.with_name("elsewhere")
        folder.rename(elsewhere)
    yield
    shutil.copytree(elsewhere, folder)


@contextlib.contextmanager
def failing(letter: str, _folder: Path) -> Iterator[None]:
    """The disk fails as `troubles.c` makes it."""
    file = Path(os.environ["TROUBLE"])
    file.write_text(letter)
    yield
    file.unlink()


MAKE: dict[str, Callable[[Path], contextlib.AbstractContextManager[None]]] = {
    "slow": contextlib.nullcontext,
    "full": full,
    "queue": full,
    "read-only": functools.partial(failing, "r"),
    "io-error": functools.partial(failing, "w"),
    "sync-error": functools.partial(failing, "s"),
    "gone": away,
    "copied": copied,
    "pulled": pulled,
    "replugged": replugged,
    "swapped": swapped,
}


MOUNTED = ("full", "queue", "swapped")
"""Those that come to a small disk, mounted in the folder's place."""


async def main() -> None:
    """Record through the trouble, and hold the night against what was handed over."""
    folder, trouble, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    if trouble in MOUNTED:
        _mount(folder)
    recording = Recording(folder / "a.night", _QUEUE if trouble == "queue" else None)
    await recording.go_on(seconds / 3)
    with MAKE[trouble](folder):
        await recording.go_on(seconds / 3)
    before = len(recording.told)
    await recording.go_on(seconds / 3)
    over = recording.log.error is None and len(recording.told) == before
    try:
        recording.log.close()
    except NightError as error:
        recording.told.append(str(error))
    kept, wrong, gaps, events = _held(recording.path)
    print(
        json.dumps(
            {
                "handed": recording.handed,
                "kept": kept,
                "wrong": wrong,
                "events_wrong": len(set(range(0, recording.handed, LIVE_BATCH)) ^ set(events)) + _twice(events),
                "gaps": gaps,
                "events_dropped": recording.log.dropped_events,
                "longest_s": recording.longest_s,
                "told": recording.told,
                "over": over,
            }
        )
    )


def _mount(folder: Path) -> None:
    """Put a small disk in the folder's place."""
    _run("mount", "-t", "tmpfs", "-o", f"size={_SMALL_MB}m", "none", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _twice(events: list[int]) -> int:
    return len(events) - len(set(events))


def _held(path: Path) -> tuple[int, int, list[tuple[float, str]], list[int]]:
    """Samples of the night, those of them that are wrong, its gaps in s with their causes, and its events' samples."""
    kept = wrong = 0
    with Night(path) as night:
        for row in night.samples("S"):
            first = round(row.start_ns * RATE_HZ / NS)
            wrong += int((row.xyz != made(first, len(row.xyz)).astype("f4")).any(axis=1).sum())
            kept += len(row.xyz)
        gaps = [((gap.end_ns - gap.start_ns) / NS, gap.cause) for gap in night.gaps()]
        events = [round(event.onset_s * RATE_HZ) for event in night.events()]
    return kept, wrong, gaps, events


if __name__ == "__main__":
    asyncio.run(main())
