"""Parts that the tests of many nights share: small nights, quickly written, and a library of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from detector.events import Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, NightLog, keys
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

START_NS = 1_795_557_600 * NS
"""23 November 2026, 23:00 in Berlin."""
DAY_NS = 86_400 * NS


def write_night(
    path: Path,
    *,
    day: int = 0,
    minutes: int = 20,
    twitches: int = 10,
    place: str | None = "left calf",
    passphrase: str | None = None,
    close: bool = True,
) -> NightLog:
    """Write a short night of one wearable."""
    start_ns = START_NS + day * DAY_NS
    log = NightLog(path, MadeBy(start_ns, "0.1.0", {}, "3.13", timezone="Europe/Berlin"), passphrase=passphrase)
    log.sensor("Sense", model="Verity Sense", nominal_hz=26.0, lsb_g=0.001, place=place)
    rows = Rows(26.0)
    mg = np.rint(np.random.default_rng(day).normal([300.0, -500.0, 800.0], 1.0, (minutes * 60 * 26, 3)))
    for piece, begins in rows.cut(Samples(start_ns, 26.0, (mg * 1e-3).astype(np.float32), "Sense")):
        log.samples(piece, begins)
    for minute in range(minutes):
        log.wear("Sense", Minute(start_ns + minute * MINUTE_NS, Sign.PULSE))
        log.measured("Sense", MeasuredMinute(start_ns + minute * MINUTE_NS, 60.0, 60.0, "", 1.0, 6.0, 61.5))
    for number in range(twitches):
        log.event(twitch(start_ns, 10.0 + number * (minutes * 60 - 20) / twitches))
    log.raw("Sense", start_ns, bytes(20_000))
    log.flush()
    if close:
        log.close()
    return log


def twitch(start_ns: int, onset_s: float) -> Event:
    at = datetime.fromtimestamp(start_ns / NS + round(onset_s, 3), UTC)
    stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return Event(
        at.timestamp() - start_ns / NS, stamp, 0.2, "twitch", 12.5, 20.0, 14.0, 2.5, 8.0, 0.6, 0.0, -0.8, 0, "Sense", ""
    )  # fmt: skip


@pytest.fixture(scope="session")
def write() -> Callable[..., NightLog]:
    return write_night


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "nights"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> keys.KeyRing:
    """No passphrase of another test, or of this computer."""
    fresh = keys.KeyRing()
    for module in ("night.unlocking", "night.reader", "night.writing.file", "summary.many.cache"):
        monkeypatch.setattr(f"detector.{module}.RING", fresh)
    monkeypatch.setattr("detector.night.keys.from_keyring", lambda: None)
    return fresh
