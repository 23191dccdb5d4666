"""Nights of all kinds for sheets, good and bad ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from detector.events import Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

START = 1_795_557_600
RATE_HZ = 52.0
ONE = (("Sense 8C4CAD2F", "Polar Verity Sense", "left calf"),)
TWO = (*ONE, ("Sense 1D2E3F4A", "Polar Verity Sense", "right calf"))
EVIL = '<script>alert(1)</script>" onload="x'
HOSTILE = (
    (EVIL, EVIL, "\u202eevil </svg><script>alert(2)</script>" * 3),
    ("😀" * 30, "مستشعر طويل " * 4, "ساق 😀 " * 6),
)


def make_night(
    path: Path,
    *,
    hours: float = 2.0,
    sensors: tuple[tuple[str, str, str | None], ...] = ONE,
    twitches: int = 60,
    start: int = START,
    zone: str = "Europe/Berlin",
    has_date: bool = True,
    is_worn: bool = True,
    knows_minutes: bool = True,
    others: bool = True,
    close: bool = True,
) -> Path:
    """Write a night: twitches of five forms and, if wanted, turns, a row of limb movements, tremor and a pulse."""
    made_by = MadeBy(start * NS, "0.1.0", {"false_alarms_per_hour": 1.0}, "3.13", timezone=zone)
    log = NightLog(path, made_by)
    for number, (name, model, place) in enumerate(sensors):
        random = np.random.default_rng(number)
        log.sensor(name, model=model, nominal_hz=RATE_HZ, lsb_g=0.001, place=place, has_date=has_date)
        onsets = np.sort(random.uniform(5, hours * 3600 - 5, twitches))
        forms = random.integers(0, 5, twitches)
        sizes = 12 * np.exp(random.normal(0, 0.5, twitches))
        _samples(log, name, start, hours, onsets, forms, sizes, random, is_worn=is_worn)
        for minute in range(int(hours * 60)):
            at_ns = start * NS + minute * MINUTE_NS
            log.wear(name, Minute(at_ns, Sign.PULSE if is_worn else Sign.NONE))
            if knows_minutes:
                heard_s = 0.0 if not is_worn else 20.0 if minute % 9 == 4 else 60.0
                why = "" if heard_s == 60 else "moving" if is_worn else "coarse"
                pulse = 58.0 if others and minute % 2 else None
                log.measured(name, MeasuredMinute(at_ns, 60.0, heard_s, why, 1.0, 5.0 + minute % 3, pulse))
        found = [
            _event(start, onset, "twitch", 0.2, 1.4 * size, 8.0, name, family, has_date=has_date)
            for onset, family, size in zip(onsets.tolist(), forms.tolist(), sizes.tolist(), strict=True)
        ]
        if others:
            rest = [(hours * 600 + 25 * place, "limb_movement", 2.0, "") for place in range(9)]
            rest += [
                (hours * 3600 * place / 9, "movement", 4.0, "sudden" if place % 4 == 1 else "") for place in range(1, 9)
            ]
            rest += [(hours * 2000, "tremor", 40.0, ""), (hours * 2200, "pulse", hours * 900, "")]
            found += [
                _event(
                    start, onset, kind, lasts, 40.0, 1.1 if kind == "pulse" else 5.2, name, -1, flags, has_date=has_date
                )
                for onset, kind, lasts, flags in rest
            ]
        for event in sorted(found, key=lambda each: each.onset_s):
            log.event(event)
    log.flush()
    if close:
        log.close()
    return path


def _samples(log, name, start, hours, onsets, forms, sizes, random, *, is_worn):
    count = round(hours * 3600 * RATE_HZ)
    mg = random.normal([300.0, -500.0, 800.0], 0.7 if is_worn else 0.1, (count, 3))
    times = np.arange(0, 0.5, 1 / RATE_HZ)
    for onset, form, size in zip(onsets, forms, sizes, strict=True):
        first = int(onset * RATE_HZ)
        shape = np.exp(-times / 0.05) * np.sin(2 * np.pi * (6 + 2 * form) * times)
        shape = shape[: max(0, count - first)]
        mg[first : first + len(shape)] += size * shape[:, None] * np.array([0.6, 0.0, -0.8])
    rows = Rows(RATE_HZ)
    middle = hours * 1800
    for begin_s, end_s in ((0.0, middle), (middle + 30, hours * 3600)):
        part = mg[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)]
        begin_ns = start * NS + round(begin_s * NS)
        for piece, begins in rows.cut(Samples(begin_ns, RATE_HZ, (part * 1e-3).astype(np.float32), name)):
            log.samples(piece, begins)
        rows.close()
        if not begin_s:
            gap = (start * NS + round(middle * NS), start * NS + round((middle + 30) * NS))
            log.gap(Gap(*gap, "connection lost", name))


def _event(start, onset_s, kind, lasts_s, p2p_mg, hz, sensor, family, flags="", *, has_date):
    at = datetime.fromtimestamp(start + round(onset_s, 3), UTC)
    stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z") if has_date else ""
    return Event(
        at.timestamp() - start, stamp, lasts_s, kind, p2p_mg / 2, p2p_mg, 14.0, p2p_mg / 6, hz, 0.6, 0.0, -0.8,
        family, sensor, flags,
    )  # fmt: skip


KINDS = {
    "good": {"hours": 5.0, "twitches": 120},
    "two": {"sensors": TWO, "twitches": 90},
    "none": {"twitches": 0, "others": False},
    "short": {"hours": 1 / 6, "twitches": 4, "others": False},
    "off": {"is_worn": False, "twitches": 0, "others": False},
    "no date": {"has_date": False, "start": 21_600},
    "hostile": {"sensors": HOSTILE},
    "old": {"knows_minutes": False},
    "many": {"twitches": 5000},
    "changed clocks": {"start": 1_792_882_800 - 1800, "hours": 4.0, "zone": "Europe/Berlin"},
    "half an hour beside UTC": {"zone": "Asia/Kolkata"},
}


@pytest.fixture
def make() -> Callable[..., Path]:
    return make_night


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A night of each kind, each in a library of its own."""
    folder = tmp_path_factory.mktemp("kinds")
    found = {}
    for name, facts in KINDS.items():
        library = folder / name
        library.mkdir(mode=0o700)
        found[name] = make_night(library / "2026-11-24.night", **facts)
    return found
