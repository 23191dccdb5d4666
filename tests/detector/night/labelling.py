"""Labels for tests: made by hand, and by another program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from detector.night import Night
from detector.night.judging.judgements import Action, Judgement, Place
from firmware_bridge.samples import NS

ROOT = Path(__file__).parents[3]
PASSPHRASE = "correct horse battery"  # noqa: S105 - of nights that are made here


def at(second, kind="twitch", sensor="Sense"):
    return Place(sensor, second * NS, second * NS + NS // 10, kind)


def yes(*seconds, reviewer="me"):
    return Action(reviewer, "page", tuple(Judgement(at(second), "yes") for second in seconds))


def actions(path):
    with Night(path) as night:
        return night.actions()


def started(code, *words):
    """Run a program that writes labels."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


LABELLER = """
import sys
from pathlib import Path
from detector.night.judging.judgements import Action, Judgement, Place
from detector.night.writing.labels import append
from detector.errors import BeingRecordedError
path, reviewer, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for second in range(count):
    place = Place("Sense", second * 10**9, second * 10**9 + 10**8, "twitch")
    try:
        print(append(path, Action(reviewer, "single", (Judgement(place, "yes"),))), flush=True)
    except BeingRecordedError:
        print("recorded", flush=True)
"""
