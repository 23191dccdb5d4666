"""A night of which it is known what is in it: events at fixed times, minutes that can be measured, reviewers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detector.events import Event
from detector.minutes import MeasuredMinute
from detector.night import MadeBy, Night, NightLog
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

START_NS = 1_795_500_000 * NS
MINUTES = 30
GAP_S = (600, 660)
ONSETS_S = tuple(float(onset) for onset in range(5, MINUTES * 60 - 5, 10) if not GAP_S[0] - 5 <= onset < GAP_S[1] + 5)
MG = {1: 3.0, 2: 6.0, 3: 14.0}


def event(onset_s: float, number: int, sensor: str) -> Event:
    utc = f"{str(np.datetime64(START_NS + round(onset_s * NS), 'ns'))[:26]}Z"
    kind = "movement" if number % 20 == 19 else "twitch"
    p2p = MG[1 + number % 3]
    return Event(onset_s, utc, 0.2, kind, p2p / 2, p2p, 14.0, 1.0 + number % 5, 9.0, 1.0, 0.0, 0.0, -1, sensor, "")


def make(path: Path, *, dated: bool = True, sensors: tuple[str, ...] = ("Sense",)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = MadeBy(START_NS, "0.1.0", {}, "3.11.2", None, "replay", timezone="Europe/Berlin")
    with NightLog(path, told, wait=True) as log:
        for sensor in sensors:
            log.sensor(sensor, model="a wearable", nominal_hz=50, lsb_g=1 / 4096, has_date=dated)
            xyz = np.random.default_rng(3).normal([0, 0, 1], 0.0005, (MINUTES * 60 * 50, 3))
            for number, onset_s in enumerate(ONSETS_S):
                at = round(onset_s * 50)
                xyz[at : at + 10, 0] += 1e-3 * MG[1 + number % 3] / 2 * np.sin(2 * np.pi * np.arange(10) / 10)
            rows = Rows(50)
            for begin, end in ((0, GAP_S[0]), (GAP_S[1], MINUTES * 60)):
                part = xyz[begin * 50 : end * 50].astype(np.float32)
                for piece, begins in rows.cut(Samples(START_NS + begin * NS, 50.0, part, sensor)):
                    log.samples(piece, begins)
                rows.close()
                if not begin:
                    log.gap(Gap(START_NS + GAP_S[0] * NS, START_NS + GAP_S[1] * NS, "connection lost", sensor))
            for number, onset_s in enumerate(ONSETS_S):
                log.event(event(onset_s, number, sensor))
            for minute in range(MINUTES):
                if minute != GAP_S[0] // 60:
                    measurable = 0.0 if minute == 5 else 60.0
                    why = "moving" if minute == 5 else ""
                    told_of = MeasuredMinute(START_NS + minute * 60 * NS, 60.0, measurable, why, 1.0, 5.0, None)
                    log.measured(sensor, told_of)
    return path


@pytest.fixture(scope="session")
def night(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("scored") / "2026-11-23.night")


@pytest.fixture(scope="session")
def judged(tmp_path_factory) -> Path:
    """Two reviewers: one has judged all but one, and says that every second is a twitch; the other the first ten."""
    path = make(tmp_path_factory.mktemp("judged") / "2026-11-23.night")
    with Night(path) as opened:
        places = opened.places()
    said = [Judgement(place, "yes" if at % 2 else "no") for at, place in enumerate(places[:-1])]
    append(path, Action("Ada", "page", tuple(said)))
    append(path, Action("Ben", "page", tuple(Judgement(place, "yes") for place in places[:10])))
    return path


@pytest.fixture
def annotations(tmp_path):
    """Write a file of annotations; gives its path."""

    def write(words, name: str = "marks.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(words) if isinstance(words, bytes) else path.write_text(words, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def onsets_s():
    return ONSETS_S


@pytest.fixture(scope="session")
def hard():
    return make


@pytest.fixture(scope="session")
def begin_ns():
    return START_NS
