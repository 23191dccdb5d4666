"""Nights that are hard to export: clocks that run fast and wander, gaps, two wearables, names that are private."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from detector.events import Event
from detector.night import MadeBy, Night, NightLog
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

START_NS = 1_795_500_000 * NS + 260_000_000
SECRETS = ("Annas Sense 98765432", "0042-7711", "mueller_anna.csv", "Dr Who")
LSB_G = 1 / 4096


@dataclass(frozen=True)
class Made:
    path: Path
    samples: dict[str, int]


def lsb(xyz):
    return (np.rint(xyz / LSB_G) * LSB_G).astype(np.float32)


def add_wearable(log: NightLog, name: str, rate_hz: float, seconds: float, gaps=((20.0, 24.5),), **facts) -> int:
    """Log a wearable whose clock wanders by 40 ms in a minute and back; gives how many samples."""
    log.sensor(name, model="a wearable", nominal_hz=rate_hz, lsb_g=LSB_G, range_g=8.0, **facts)
    rng = np.random.default_rng(int(rate_hz))
    true_hz = rate_hz * 1.0009
    rows = Rows(rate_hz)
    total = 0

    def clock_ns(index):
        at = index / true_hz
        return START_NS + round((at + 0.04 * np.sin(2 * np.pi * at / 60)) * NS)

    index = 0
    while index < seconds * true_hz:
        count = 36
        at = (clock_ns(index) - START_NS) / NS
        gap = next((each for each in gaps if each[0] <= at < each[1]), None)
        if gap is not None:
            skipped = round((gap[1] - at) * true_hz)
            log.gap(Gap(clock_ns(index), clock_ns(index + skipped), "connection lost", name))
            rows.close()
            index += skipped
            gaps = tuple(each for each in gaps if each is not gap)
            continue
        xyz = lsb(rng.normal([0.1, -0.3, 0.94], 0.004, (count, 3)))
        begin, end = clock_ns(index), clock_ns(index + count)
        for piece, begins in rows.cut(Samples(begin, count * NS / (end - begin), xyz, name, rate_hz)):
            log.samples(piece, begins)
        index += count
        total += count
    return total


def event(onset_s: float, sensor: str, kind: str = "twitch", *, dated: bool = True) -> Event:
    at = np.datetime64(START_NS + round(onset_s * NS), "ns")
    utc = f"{str(at)[:26]}Z" if dated else ""
    return Event(onset_s, utc, 0.12, kind, 31.5, 60.25, 14.2, 1.7, 9.5, 0.6, 0.0, -0.8, -1, sensor, "clipped|cut")


def made_by(**more) -> MadeBy:
    usual = {"source": "replay", "source_name": SECRETS[2], "source_sha256": "ab" * 32, "timezone": "Europe/Berlin"}
    return MadeBy(START_NS, "0.1.0", {"false_alarms_per_hour": 1.0}, "3.11.2", "0.61.0", **(usual | more))


def make(path: Path, *, wearables=2, seconds=90.0, passphrase=None, dated=True, place="left calf") -> Made:
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = {}
    with NightLog(path, made_by(), wait=True, passphrase=passphrase) as log:
        names = (SECRETS[0], "Wrist")[:wearables]
        for name, rate_hz in zip(names, (52.0, 100.0), strict=False):
            facts = {"serial": SECRETS[1], "place": place if name != "Wrist" else None, "has_date": dated}
            counts[name] = add_wearable(log, name, rate_hz, seconds, **facts)
            for onset_s, kind in ((3.123456, "twitch"), (31.5, "movement"), (60.000001, "twitch"), (70.25, "tap")):
                log.event(event(onset_s, name, kind, dated=dated))
    with Night(path) as night:
        places = [place for place in night.places() if place.sensor == names[0]]
    said = (Judgement(places[0], "yes"), Judgement(places[2], "no"), Judgement(places[3], "twitch"))
    append(path, Action(SECRETS[3], "single", said))
    return Made(path, counts)


@pytest.fixture(scope="session")
def two(tmp_path_factory) -> Made:
    """Two wearables of other rates."""
    return make(tmp_path_factory.mktemp("two") / "Anna Mueller.night")


@pytest.fixture(scope="session")
def one(tmp_path_factory) -> Made:
    """One wearable."""
    return make(tmp_path_factory.mktemp("one") / "2026-11-23.night", wearables=1)


@pytest.fixture(scope="session")
def hard():
    """Make such a night."""
    return make


@pytest.fixture(scope="session")
def secrets():
    """Names in it that are nobody's business."""
    return SECRETS
