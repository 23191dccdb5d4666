"""Disks with troubles: full, slow to sync, full for longer than the queue holds, or gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.durability.kills import ROOT
from benchmarks.durability.victim import RATE_HZ

_SOURCE = Path(__file__).parent / "slow_sync.c"
_SYNC_MS = 500
_OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")
_MOUNTED = ("full", "queue")
TROUBLES = ("slow", "full", "queue", "gone")

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
    """

    handed: int
    kept: int
    wrong: int
    gaps: list[tuple[float, str]]
    longest_s: float
    told: list[str]
    over: bool

    @property
    def accounted(self) -> int:
        """Samples that are in the night or in a recorded gap."""
        return self.kept + round(sum(seconds for seconds, _ in self.gaps) * RATE_HZ)


def unavailable(trouble: str) -> str:
    """Why a trouble cannot be made here; empty where it can."""
    if sys.platform != "linux":
        return "made on Linux only"
    if trouble == "slow" and not shutil.which("cc"):
        return "no C compiler (cc)"
    if trouble in _MOUNTED and subprocess.run([*_OWN_MOUNTS, "true"], check=False, capture_output=True).returncode:
        return "this system allows no mounts of one's own"
    return ""


def record(trouble: str, seconds: float) -> Outcome:
    """Record for so many seconds, with a trouble in the middle third."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "nights"
        folder.mkdir()
        environment = dict(os.environ)
        if trouble == "slow":
            library = Path(place) / "slow.so"
            compiler = ("cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl")
            subprocess.run(compiler, check=True)
            environment |= {"LD_PRELOAD": str(library), "SYNC_MS": str(_SYNC_MS)}
        command = [sys.executable, "-m", "benchmarks.durability.troubled", str(folder), trouble, str(seconds)]
        if trouble in _MOUNTED:
            command = [*_OWN_MOUNTS, *command]
        done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment, check=True)
        return Outcome(**json.loads(done.stdout))


def is_well(trouble: str, outcome: Outcome) -> bool:
    """Whether nothing was lost unsaid, and all was as it must be under this trouble."""
    calm = outcome.longest_s < HELD_UP_S
    if outcome.wrong or not calm:
        return False
    match trouble:
        case "slow":
            return outcome.kept == outcome.handed and not outcome.told
        case "full":
            return outcome.kept == outcome.handed and bool(outcome.told) and outcome.over
        case "queue":
            lost = [cause for _, cause in outcome.gaps]
            return outcome.over and lost == ["log queue full"] and outcome.accounted == outcome.handed
        case _:  # gone: what had been handed over two seconds before is there, and the rest is told of
            third = outcome.handed // 3
            return outcome.kept >= third - 2 * RATE_HZ and bool(outcome.told)
