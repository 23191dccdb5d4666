"""A library of many nights of one person, for whatever looks at many: quick to write, and of known truth.

Rates go from night to night as those of real people do: log-normal, with a coefficient of variation of a half, each
night a little like the one before. What happens in a year happens here as well: a wearable is forgotten in a
drawer, its battery dies, another one is bought, another leg is tried, the detector gets another setting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import numpy as np

from benchmarks.page.simulated import LSB_G, Simulated, put, simulate, told
from detector.events import Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, NightLog
from detector.night.judging.judgements import Action, Estimate, Judgement, place_of
from detector.night.writing.labels import append
from detector.summary.judged.precision import drawn
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

ZONE = "Europe/Berlin"
_RATE_HZ = 52.0
_BLOCK_S = 60
_POOL = 7
"""Blocks of noise that are drawn once: what is noise in one night may be so in another."""
_LABELS = 20
_SPREAD = 0.45
"""Of a night's rate about its middle, in logarithms; with a lag-1 correlation of `_LIKE_LAST`."""
_LIKE_LAST = 0.3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night shall be like.

    Parameters
    ----------
    evening
        Its date.
    hours, per_hour
        How long it is, and how often true twitches come, whatever is found of them.
    noise_mg
        Floor of the sensor.
    sensors
        Name, model and place of each wearable.
    version, settings
        Of the detector.
    worn
        Whether it was.
    labelled
        Whether twenty random events are judged.
    """

    evening: date
    hours: float
    per_hour: float
    noise_mg: float
    sensors: tuple[tuple[str, str, str], ...]
    version: str = "0.1.0"
    settings: float = 1.0
    worn: bool = True
    labelled: bool = False


_OLD = ("Sense 0815", "Polar Verity Sense", "left calf")
_NEW = ("Sense 4711", "Polar Verity Sense", "left calf")
_OTHER_LEG = ("Sense 5920", "Polar Verity Sense", "right calf")
_WATCH = ("Bangle 77e3", "Bangle.js 2", "left wrist")


def plans(count: int, first: date, seed: int) -> list[Plan]:
    """Plan nights, one evening after the other."""
    random = np.random.default_rng(seed)
    level = 0.0
    found = []
    for number in range(count):
        level = _LIKE_LAST * level + _SPREAD * np.sqrt(1 - _LIKE_LAST**2) * random.standard_normal()
        part = number / count
        evening = first + timedelta(days=number)
        plan = Plan(
            evening,
            float(np.clip(random.normal(7.3, 0.7), 5.0, 9.0)),
            float(22 * np.exp(level)),
            float(0.8 * np.exp(random.normal(0, 0.2))),
            (_OLD if part < 0.2 else _NEW,),
            labelled=part > 0.45,
            settings=1.0 if part < 0.35 else 0.5,
        )
        odd = random.random()
        if part > 0.96:
            plan = replace(plan, labelled=False)
        if number != count - 1 and odd < 0.2:
            plan = _odd(plan, odd, random)
        if plan is not None:
            found.append(plan)
    return found


def _odd(plan: Plan, odd: float, random: np.random.Generator) -> Plan | None:
    if odd < 0.06:
        return None
    if odd < 0.09:
        return replace(plan, hours=float(random.uniform(0.3, 2.0)))
    if odd < 0.11:
        return replace(plan, worn=False, labelled=False)
    if odd < 0.14:
        return replace(plan, sensors=(_OTHER_LEG,), labelled=False)
    if odd < 0.18:
        return replace(plan, sensors=(*plan.sensors, _OTHER_LEG if plan.sensors == (_NEW,) else _WATCH))
    return replace(plan, sensors=(_WATCH,), labelled=False)


def write_night(path: Path, plan: Plan, seed: int, *, passphrase: str | None = None) -> None:
    """Write a night to a file that must not be there yet."""
    random = np.random.default_rng((seed, plan.evening.toordinal()))
    begin = datetime.combine(plan.evening, time(22, int(random.integers(0, 60))), ZoneInfo(ZONE))
    start_ns = round(begin.timestamp()) // 60 * 60 * NS
    settings = {"false_alarms_per_hour": plan.settings}
    made_by = MadeBy(start_ns, plan.version, settings, "3.13", source="record", timezone=ZONE)
    minutes = round(plan.hours * 60)
    truths: dict[int, bool] = {}
    with NightLog(path, made_by, wait=True, commit_s=60, passphrase=passphrase) as log:
        for name, model, place in plan.sensors:
            count = max(1, int(random.poisson(plan.per_hour * 1.4 * plan.hours)))
            night = simulate(count, 0.25, plan.hours, _RATE_HZ, int(random.integers(1 << 30)))
            kept = _found(night, plan, random)
            log.sensor(name, model=model, nominal_hz=_RATE_HZ, range_g=8.0, lsb_g=LSB_G, place=place)
            _samples(log, name, night, plan, start_ns, minutes, random)
            _minutes(log, name, plan, start_ns, minutes, random)
            for event in kept.tolist():
                one = told(night, event, name, _RATE_HZ, start_ns)
                truths[start_ns + round(one.onset_s * NS)] = bool(night.true[event])
                log.event(one)
            for event in _movements(plan, random):
                log.event(_moved(event, name, start_ns))
    if plan.labelled:
        _label(path, truths, random)


def _found(night: Simulated, plan: Plan, random: np.random.Generator) -> np.ndarray:
    """Return which events a detector finds: those of its threshold half of the time, and few that are smaller."""
    sizes = 1.6 * night.peak_mg
    chance = 1 / (1 + (_threshold(plan) / sizes) ** 6)
    return np.flatnonzero(random.random(len(sizes)) < chance) if plan.worn else np.flatnonzero(sizes > 1e9)


def _threshold(plan: Plan) -> float:
    return 6.0 * plan.noise_mg


def _samples(
    log: NightLog, name: str, night: Simulated, plan: Plan, start_ns: int, minutes: int, random: np.random.Generator
) -> None:
    rows = Rows(_RATE_HZ)
    size = round(_BLOCK_S * _RATE_HZ)
    pool = plan.noise_mg * random.standard_normal((_POOL, size, 3)) + (0, 0, 1000)
    for minute in range(minutes):
        begin_s = float(minute * _BLOCK_S)
        xyz = pool[random.integers(_POOL)].copy()
        for event in np.flatnonzero((night.onset_s > begin_s - 10) & (night.onset_s < begin_s + _BLOCK_S)):
            put(xyz, night.waves[event], round((night.onset_s[event] - begin_s) * _RATE_HZ))
        grid = (np.rint(xyz / 1000 / LSB_G) * LSB_G).astype(np.float32)
        for piece, begins in rows.cut(Samples(start_ns + round(begin_s * NS), _RATE_HZ, grid, name, _RATE_HZ)):
            log.samples(piece, begins)


def _minutes(log: NightLog, name: str, plan: Plan, start_ns: int, minutes: int, random: np.random.Generator) -> None:
    for minute in range(minutes):
        at_ns = start_ns + minute * MINUTE_NS
        sign = (
            (Sign.PULSE, Sign.BREATH, Sign.MOVEMENT)[min(int(random.exponential(0.6)), 2)] if plan.worn else Sign.NONE
        )
        log.wear(name, Minute(at_ns, sign))
        measurable_s, why = (float(round(random.uniform(10, 50), 1)), "moving") if random.random() < 0.1 else (60.0, "")
        noise = round(plan.noise_mg * float(np.exp(random.normal(0, 0.05))), 3)
        pulse = round(float(random.normal(58, 3)), 1) if plan.worn and random.random() < 0.6 else None
        log.measured(name, MeasuredMinute(at_ns, 60.0, measurable_s, why, noise, round(6.0 * noise, 2), pulse))


def _movements(plan: Plan, random: np.random.Generator) -> list[tuple[float, str]]:
    count = int(random.poisson(4 * plan.hours)) if plan.worn else 0
    at = np.sort(random.uniform(60, plan.hours * 3600 - 60, count))
    return [(float(each), "movement" if random.random() < 0.5 else "limb_movement") for each in at]


def _moved(event: tuple[float, str], sensor: str, start_ns: int) -> Event:
    onset_s, kind = event
    onset_ns = start_ns + round(onset_s * 1e6) * 1000
    stamp = datetime.fromtimestamp(onset_ns / NS, ZoneInfo("UTC")).isoformat(timespec="microseconds")
    lasts_s = 3.0 if kind == "limb_movement" else 12.0
    return Event(
        (onset_ns - start_ns) / NS, stamp.replace("+00:00", "Z"), lasts_s, kind, 150.0, 260.0, 40.0, 9.0, 1.5,
        0.6, 0.0, -0.8, -1, sensor, "",
    )  # fmt: skip


def _label(path: Path, truths: dict[int, bool], random: np.random.Generator) -> None:
    """Judge twenty random twitches, as the page's "20 labels a night" does."""
    from detector.night import Night

    with Night(path) as night:
        twitches = [(onset_ns, event) for onset_ns, event in night.placed_events() if event.kind == "twitch"]
    twitches.sort(key=lambda placed: placed[1].score)
    size = min(_LABELS, len(twitches))
    begin = random.random()
    chosen = [twitches[int((place + begin) * len(twitches) / size)] for place in range(size)]
    every = [place_of(*placed) for placed in twitches]
    what = drawn(every, (place_of(*placed) for placed in chosen))
    judgements = []
    for onset_ns, event in chosen:
        nearest = min(truths, key=lambda at: abs(at - onset_ns))
        label = "unsure" if random.random() < 0.03 else "yes" if truths[nearest] else "no"
        judgements.append(Judgement(place_of(onset_ns, event), label))
    append(path, Action("simulated", "estimate", tuple(judgements), estimate=Estimate(what, {})))


def write_library(
    folder: Path, count: int, *, first: date = date(2025, 11, 1), seed: int = 17, passphrase: str | None = None
) -> list[Path]:
    """Write nights into a folder, one evening after the other; those that are there stay."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = []
    for plan in plans(count, first, seed):
        path = folder / f"{plan.evening.isoformat()}.night"
        if not path.exists():
            write_night(path, plan, seed, passphrase=passphrase)
        paths.append(path)
    return paths


def write_diary(folder: Path, last: Path, days: int) -> None:
    """Write a diary of the evenings up to that of the last night, with marks where some of its twitches were felt."""
    from detector.diary import Diary, Treatment
    from detector.night import Night

    diary = Diary(folder)
    evening = date.fromisoformat(last.stem)
    for day in range(days):
        used = [Treatment("Magnesium", 300, "mg")] if day < days // 2 else []
        if day % 3 == 0:
            used.append(Treatment("Stretching", 15, "min"))
        answers = {
            "night": 4 + (3 * day) % 5, "twitching": 2 + day % 4, "pain": day % 3, "treatments": used,
            "note": "" if day else "Cramp in the left foot at two.",
        }  # fmt: skip
        diary.change(evening - timedelta(days=day), answers, ZONE)
    with Night(last) as night:
        onsets = [onset_ns for onset_ns, event in night.placed_events() if event.kind == "twitch"]
    for onset_ns in onsets[3:11:2]:
        diary.mark(onset_ns + 2 * NS)
    diary.mark(onsets[20] + 60 * NS)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--nights", "count", default=60, show_default=True)
@click.option("--first", default="2025-11-01", show_default=True)
@click.option("--passphrase", help="Encrypt them.")
def main(folder: Path, count: int, first: str, passphrase: str | None) -> None:
    """Write a library of made-up nights into FOLDER."""
    paths = write_library(folder, count, first=date.fromisoformat(first), passphrase=passphrase)
    print(f"{len(paths)} nights, {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
