"""Pictures of every view for the README, of made-up nights as a sleeper's might be."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.page.opened import Opened, library, opened
from benchmarks.page.simulated import LSB_G, Simulated, put, simulate, told
from detector.events import Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

RATE_HZ, WRONG = 52.0, 0.2
_NIGHTS = (("2026-11-21", 190, 6.2, 21), ("2026-11-22", 320, 7.9, 22), ("2026-11-23", 440, 7.4, 23))
"""Evening, events, hours, seed."""
_FIRST_NS = 1_795_297_800 * NS
"""Of the first evening, 22:50 in Berlin; a day apart."""
_DAY_NS = 86_400 * NS
_ZONE = "Europe/Berlin"
_PLACES = {"Sense 8C2F1B29": "left calf", "Sense 91D04A22": "right calf"}
_NOISE_MG = 0.7
_COLOURS = 256


def pictures(folder: Path) -> list[Path]:
    """Draw them.

    Parameters
    ----------
    folder
        Where to put them.

    Returns
    -------
    list of Path
        PNG files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with library() as nights:
        for number, (evening, events, hours, seed) in enumerate(_NIGHTS):
            _write(nights / f"{evening}.night", _FIRST_NS + number * _DAY_NS, events, hours, seed)
        with opened(nights, width=1100, height=720) as shown:
            return [
                _taken(shown, view, folder / f"{view}.png") for view in ("nights", "night", "wave", "families", "grid")
            ]


def _taken(shown: Opened, view: str, path: Path) -> Path:
    from PIL import Image

    page, last = shown.page, _NIGHTS[-1][0]
    page.set_viewport_size({"width": 1100, "height": 1060 if view == "night" else 720})
    if view == "nights":
        page.goto(f"{shown.root}/")
        page.wait_for_function("n => document.body.innerText.split('twitches an hour').length > n", arg=len(_NIGHTS))
    elif view in {"night", "wave"}:
        page.goto(f"{shown.root}/night/{shown.keys[last]}")
        page.wait_for_selector("body[data-ready]", timeout=60_000)
        if view == "wave":
            _come_close(page)
    else:
        shown.judge(last, view)
        if view == "grid":
            for key in ("Enter", "ArrowRight", "ArrowRight", "Space", "ArrowDown", "u", "ArrowRight"):
                page.keyboard.press(key)
    page.wait_for_timeout(700)
    shot = page.locator(".card:has(#chart)").screenshot() if view == "wave" else page.screenshot()
    # Few colours are a third of the bytes, and nobody sees it.
    Image.open(BytesIO(shot)).convert("RGB").quantize(_COLOURS, kmeans=1).save(path, optimize=True)
    return path


def _come_close(page: Any) -> None:
    """Show six seconds around a clear twitch that has others near it."""
    page.evaluate("""() => {
      const {at, kind, sensor, family, p2p_mg} = chart.night.events;
      const twitch = chart.night.kinds.indexOf("twitch");
      let best = 0, most = -1;
      for (let i = 0; i < at.length; i += 1) {
        const isClear = kind[i] === twitch && family[i] >= 0 && family[i] < 8 && p2p_mg[i] < 30;
        if (isClear && sensor[i] === 0 && p2p_mg[i] > most) { best = i; most = p2p_mg[i]; }
      }
      chart.show(at[best] - 3, at[best] + 3);
      window.looked = [at[best] - 3, at[best] + 3];
    }""")
    page.wait_for_function("() => chart.tiles.has(0, ...looked)")


class _Sleep:
    """How a sleeper moves: turns in bed, a quarter of an hour of unrest at either end, and a heart that slows down.

    Parameters
    ----------
    hours, seed
        Of the night.
    """

    def __init__(self, hours: float, seed: int) -> None:
        random = np.random.default_rng((seed, 7))
        self.length_s = hours * 3600
        between = random.exponential(1500, 60) + 240
        turns = np.concatenate([np.sort(random.uniform(5, 700, 9)), 700 + np.cumsum(between)])
        self.turns_s = turns[turns < self.length_s - 60]
        self.lasts_s = random.uniform(2, 9, len(self.turns_s))
        self.size_mg = np.exp(random.normal(3.9, 0.5, len(self.turns_s)))
        lie = random.standard_normal((len(self.turns_s) + 1, 3))
        self._lie = 1000 * lie / np.linalg.norm(lie, axis=1, keepdims=True)

    def moves(self, at_s: npt.NDArray[np.float64], random: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return gravity and movement in mg at some times, shape ``(n, 3)``."""
        after = np.searchsorted(self.turns_s, at_s)
        xyz = self._lie[after].copy()
        for turn in np.flatnonzero((self.turns_s > at_s[0] - 10) & (self.turns_s < at_s[-1])):
            part = (at_s - self.turns_s[turn]) / self.lasts_s[turn]
            inside = (part >= 0) & (part < 1)
            way = (1 - np.cos(np.pi * part[inside, None])) / 2
            xyz[inside] = (1 - way) * self._lie[turn] + way * self._lie[turn + 1]
            steps = np.cumsum(random.standard_normal((int(inside.sum()), 3)), axis=0) / 6
            xyz[inside] += self.size_mg[turn] * np.sin(np.pi * part[inside, None]) * np.sin(steps)
        return xyz

    def minute(self, begin_s: float, random: np.random.Generator) -> tuple[Sign, float, float | None]:
        """Return what shows that it is worn, how much can be measured, and the heart rate."""
        stirred = [
            last for turn, last in zip(self.turns_s, self.lasts_s, strict=True) if begin_s <= turn < begin_s + 60
        ]
        rate = 54 + 9 * np.exp(-begin_s / 4000) + 1.5 * np.sin(begin_s / 2400) + random.normal(0, 0.8)
        return (
            Sign.MOVEMENT if stirred else Sign.PULSE,
            max(0.0, 60 - sum(stirred) - 12 * len(stirred)) - (random.random() < 0.04) * 9,
            None if stirred or random.random() < 0.12 else round(float(rate), 1),
        )


def _write(path: Path, start_ns: int, count: int, hours: float, seed: int) -> None:
    made_by = MadeBy(start_ns, "0.1.0", {}, "3.13", source="record", timezone=_ZONE)
    with NightLog(path, made_by, wait=True, commit_s=60) as log:
        for number, (name, place) in enumerate(_PLACES.items()):
            log.sensor(name, model="Verity Sense", nominal_hz=RATE_HZ, range_g=8.0, lsb_g=LSB_G, place=place)
            random = np.random.default_rng((seed, number, 1))
            night = simulate(count if not number else count // 4, WRONG, hours, RATE_HZ, seed + 50 * number)
            sleep = _Sleep(hours, seed)
            gap_s = hours * 3600 * (0.62 - 0.3 * number)
            lost = (gap_s // 60 * 60, gap_s // 60 * 60 + 150 * (1 + number))
            _samples(log, name, start_ns, (night, sleep, lost), random)
            _events(log, name, start_ns, (night, sleep, lost))


def _samples(
    log: NightLog, name: str, start_ns: int, what: tuple[Simulated, _Sleep, tuple[float, float]], random: Any
) -> None:
    night, sleep, lost = what
    rows = Rows(RATE_HZ)
    for begin_s in np.arange(0, sleep.length_s - 60, 60.0):
        at_ns = start_ns + round(begin_s * NS)
        if lost[0] <= begin_s < lost[1]:
            if begin_s == lost[0]:
                rows.close()
                log.gap(Gap(at_ns, start_ns + round(60 * np.ceil(lost[1] / 60) * NS), "connection lost", name))
            continue
        at_s = begin_s + np.arange(round(60 * RATE_HZ)) / RATE_HZ
        xyz = sleep.moves(at_s, random) + _NOISE_MG * random.standard_normal((len(at_s), 3))
        xyz[:, 1] += 1.2 * np.sin(2 * np.pi * at_s / 4.1)  # breath
        for event in np.flatnonzero((night.onset_s > begin_s - 10) & (night.onset_s < begin_s + 60)):
            put(xyz, night.waves[event], round((night.onset_s[event] - begin_s) * RATE_HZ))
        grid = (np.rint(xyz / 1000 / LSB_G) * LSB_G).astype(np.float32)
        for piece, begins_row in rows.cut(Samples(at_ns, RATE_HZ, grid, name, RATE_HZ)):
            log.samples(piece, begins_row)
        sign, measurable_s, rate = sleep.minute(begin_s, random)
        minute_ns = at_ns // MINUTE_NS * MINUTE_NS
        log.wear(name, Minute(minute_ns, sign))
        why = "" if measurable_s >= 60 else "moving" if sign is Sign.MOVEMENT else "pulse"
        log.measured(name, MeasuredMinute(minute_ns, 60.0, measurable_s, why, _NOISE_MG, 4.5, rate))


def _events(log: NightLog, name: str, start_ns: int, what: tuple[Simulated, _Sleep, tuple[float, float]]) -> None:
    night, sleep, lost = what
    every: list[Event] = []
    for event in range(len(night.waves)):
        onset_s = float(night.onset_s[event])
        stirs = np.abs(sleep.turns_s - onset_s).min() < 15
        if not stirs and not lost[0] - 1 <= onset_s < lost[1] + 60:
            every.append(told(night, event, name, RATE_HZ, start_ns))
    for turn, lasts_s, size in zip(sleep.turns_s, sleep.lasts_s, sleep.size_mg, strict=True):
        onset_s = round(float(turn), 3)
        utc = datetime.fromtimestamp(start_ns / NS + onset_s, UTC)
        stamp = utc.isoformat(timespec="microseconds").replace("+00:00", "Z")
        onset_s = utc.timestamp() - start_ns / NS
        measures = (round(float(size), 1), round(1.7 * float(size), 1), 40.0, 9.0, 1.4, 0.6, 0.0, -0.8)
        every.append(Event(onset_s, stamp, round(float(lasts_s), 2), "movement", *measures, -1, name, ""))
    for event in sorted(every, key=lambda each: each.onset_s):
        log.event(event)
