"""Promise: a label that was acknowledged is there after a power cut, whatever the medium has of what was not synced;
and a night that trusted the medium too much would be found out."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.durability.power import _parse, acknowledged, cut
from benchmarks.durability.preload import preload, unavailable
from detector.errors import NightError
from detector.night import Night
from detector.night.integrity.check import check

ROOT = Path(__file__).parents[3]
CUTS = 60
LABELLER = """
import os, sys
from pathlib import Path
from detector.night import MadeBy, NightLog, connection
from detector.night.judging.judgements import Action, Judgement, Place
from detector.night.writing import labels
path, syncs = Path(sys.argv[1]), sys.argv[2]
log = NightLog(path, MadeBy(0, "1", {}, "3"), wait=True)
log.sensor("S", model="m", nominal_hz=100.0)
log.close()
def opened(path, really=labels.open_to_add):
    connection = really(path)
    connection.execute(f"PRAGMA synchronous = {syncs}")
    return connection
labels.open_to_add = opened
os.write(1, b"ready\\n")
while True:
    number = labels.append(path, Action("me", "page", tuple(
        Judgement(Place("S", at * 10**9, at * 10**9 + 5, "twitch"), "yes") for at in range(40)
    )))
    os.write(1, b"a %d\\n" % number)
"""


def journal(place, syncs):
    """All that was written and said, from the first label on."""
    kept, folder = place / "journal", place / "nights"
    folder.mkdir()
    environment = os.environ | preload("journal.c", place, FOLDER=folder, JOURNAL=kept, FAIL_EVERY=0)
    command = [sys.executable, "-c", LABELLER, str(folder / "a.night"), syncs]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        process.stdout.readline()
        timer = threading.Timer(1.0, process.kill)
        timer.start()
        process.stdout.read()
        timer.join()
    return [one for one in _parse(kept.read_bytes()) if not one.name.endswith("-lock")]


def life(operations, until, rng):
    """What was done until a moment, but for the name of a file that went and whose folder was not synced since."""
    done = operations[:until]
    folder = max((at for at, one in enumerate(done) if one.kind == "S" and one.name == "nights"), default=-1)
    loose = [at for at, one in enumerate(done) if one.kind == "U" and one.name.endswith("-journal") and at > folder]
    back = loose[-1:] if rng.random() < 0.5 else []
    return [one for at, one in enumerate(done) if at not in back]


def lost(operations, folder):
    """How many of so many cuts lose a label that was acknowledged, or damage the night."""
    first = next(at for at, one in enumerate(operations) if one.kind == "A") + 1
    count = 0
    for seed in range(CUTS):
        rng = random.Random(seed)  # noqa: S311 - moments, not secrets
        done = life(operations, rng.randrange(first, len(operations) + 1), rng)
        there = folder / str(seed)
        there.mkdir(parents=True)
        for name, content in cut(done, rng, in_order=bool(seed % 2)).items():
            (there / name).write_bytes(content)
        try:
            with Night(there / "a.night") as night:
                is_lost = len(night.actions()) < acknowledged(done)
            count += is_lost or not check(there / "a.night").is_sound
        except NightError:
            count += 1
    return count


@pytest.mark.skipif(unavailable() != "", reason=unavailable())
def test_labels_outlive_power_cuts(tmp_path):
    (tmp_path / "kept").mkdir()
    operations = journal(tmp_path / "kept", "EXTRA")
    assert acknowledged(operations) > 10
    assert lost(operations, tmp_path / "cut") == 0


@pytest.mark.skipif(unavailable() != "", reason=unavailable())
def test_labels_whose_folder_is_not_synced_do_not(tmp_path):
    (tmp_path / "kept").mkdir()
    assert lost(journal(tmp_path / "kept", "FULL"), tmp_path / "cut") > 0
