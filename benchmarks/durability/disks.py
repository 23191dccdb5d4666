"""Disks with troubles: full, slow to sync, full for longer than the queue holds, failing, or gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.durability import mounts, preload
from benchmarks.durability.kills import ROOT
from benchmarks.durability.troubled import MAKE, MOUNTED
from benchmarks.durability.victim import RATE_HZ

_SYNC_MS = 500
_PRELOADED = ("slow", "read-only", "io-error", "sync-error", "pulled", "replugged")
TROUBLES = tuple(MAKE)

HELD_UP_S = 0.25
"""The loop may be held up by other programs; a disk of 500 ms a sync must not show in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording through a trouble; see `benchmarks.durability.troubled`.

    Parameters
    ----------
    handed, kept, wrong
        Samples given to the night, found in it, and not as they were.
    gaps
        Seconds and causes.
    longest_s
        Longest time the event loop was held up, in s.
    told
        What the night said of its trouble.
    over
        Whether it wrote again once the trouble had gone.
    events_wrong
        Events that are not there, or twice.
    events_dropped
        Events that the night says to have dropped.
    """

    handed: int
    kept: int
    wrong: int
    gaps: list[tuple[float, str]]
    longest_s: float
    told: list[str]
    over: bool
    events_wrong: int = 0
    events_dropped: int = 0

    @property
    def accounted(self) -> int:
        """Samples that are in the night or in a recorded gap."""
        return self.kept + round(sum(seconds for seconds, _ in self.gaps) * RATE_HZ)


def unavailable(trouble: str) -> str:
    """Why a trouble cannot be made here; empty where it can."""
    if sys.platform != "linux":
        return "made on Linux only"
    if trouble in _PRELOADED and (missing := preload.unavailable()):
        return missing
    return mounts.unavailable() if trouble in MOUNTED else ""


def record(trouble: str, seconds: float) -> Outcome:
    """Record for so many seconds, with a trouble in the middle third."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "nights"
        folder.mkdir()
        environment = os.environ | {"TROUBLE": str(Path(place) / "trouble")}
        if trouble in _PRELOADED:
            sync_ms = _SYNC_MS if trouble == "slow" else 0
            environment |= preload.preload("troubles.c", Path(place), FOLDER=folder, SYNC_MS=sync_ms)
        command = [sys.executable, "-m", "benchmarks.durability.troubled", str(folder), trouble, str(seconds)]
        if trouble in MOUNTED:
            command = [*mounts.OWN_MOUNTS, *command]
        done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment, check=True)
        return Outcome(**json.loads(done.stdout))


def is_well(trouble: str, outcome: Outcome) -> bool:
    """Whether nothing was lost unsaid, and all was as it must be under this trouble."""
    calm = outcome.longest_s < HELD_UP_S
    if outcome.wrong or outcome.events_wrong != outcome.events_dropped or not calm:
        return False
    match trouble:
        case "slow":
            return outcome.kept == outcome.handed and not outcome.told
        case "queue":  # it is too small for this one
            lost = [cause for _, cause in outcome.gaps]
            return outcome.over and lost == ["log queue full"] and outcome.accounted == outcome.handed
        case _:
            return outcome.kept == outcome.handed and bool(outcome.told) and outcome.over
