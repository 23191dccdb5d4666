"""``fasciwatch nights``: all nights of the library, as the page lists them."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, say, show
from detector.cli.terminal.words.numbers import numerals
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.summary.line import LineOfSensor, NightLine

_NAME = 17
_HEAD = (
    f" {'from':<16} {'length':>12}  {'recorded':>8} {'measurable':>10} {'judged':>6} {'MB':>6}  "
    "twitches an hour (95 %), wearable"
)
_MB = 1e6
_OF_A_SAMPLE = 0.005


@click.command()
@json_option
@library_option
def nights(as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """List your nights, the latest last: how long, how much of it could be measured, how often you twitched.

    Nobody is asked for a passphrase: of an encrypted night little is told, unless your keyring has it.
    """
    from detector.cli.terminal.words.waiting import one_by_one
    from detector.night import library_folder
    from detector.night.keys import RING
    from detector.summary.many.cache import Summaries

    RING.ask = None
    folder = library_folder(library, make=False)
    with Summaries(folder) as summaries:
        paths = summaries.nights()
        if as_json:
            print_json([asdict(summaries.line(path)) for path in one_by_one(paths)])
            return
        if not paths:
            say(f"There is no night in {folder} yet: record one, or let fasciwatch demo make one up.")
            return
        wide = max(_NAME, *(len(path.stem) for path in paths))
        show(f"{'night':<{wide}}{_HEAD}")
        for path in paths:  # one by one: those of a year take a while the first time
            show(*_row(summaries.line(path), wide))


def _row(line: NightLine, wide: int) -> list[str]:
    if line.state in {"locked", "damaged"}:
        how = "encrypted" if line.state == "locked" else f"cannot be read: {line.words}"
        return [f"{line.name:<{wide}} {how} ({line.size_bytes / _MB:.1f} MB)"]
    from detector.time_words import span

    when = "no date" if line.start_ns is None or not line.has_date else _begun(line.start_ns, line.timezone)
    length = "no samples" if line.length_s is None else span(line.length_s)
    first = (
        f"{line.name:<{wide}} {when:<16} {length:>12}  {_percent(line.recorded_share):>8} "
        f"{_percent(line.measurable_share):>10} {_percent(line.reviewed_share):>6} {line.size_bytes / _MB:6.1f}  "
    )
    told = [_of_sensor(sensor) for sensor in line.sensors] or ["-"]
    rows = [first + told[0], *(" " * len(first) + each for each in told[1:])]
    if line.state == "recording":
        rows[0] += ", being recorded"
    return rows


def _begun(start_ns: int, timezone: str | None) -> str:
    zone = None if timezone is None else ZoneInfo(timezone)
    return datetime.fromtimestamp(start_ns / NS, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _percent(share: float | None) -> str:
    # Cut off, not rounded: 100 % is all of it, but for what a clock's rate makes of a sample.
    return "-" if share is None else f"{math.floor(100 * share + _OF_A_SAMPLE)} %"


def _of_sensor(sensor: LineOfSensor) -> str:
    who = f"{sensor.name}, {sensor.place}" if sensor.place else sensor.name
    per_hour, low, high = sensor.per_hour, sensor.low_per_hour, sensor.high_per_hour
    if per_hour is None or low is None or high is None:
        return f"- ({sensor.twitch_count} in too short a time), {who}"
    true, low_true, high_true = sensor.true_per_hour, sensor.low_true_per_hour, sensor.high_true_per_hour
    real = ""
    if true is not None and low_true is not None and high_true is not None:
        real = f"; real, by the labels: {_rate(true, low_true, high_true)}"
    return f"{_rate(per_hour, low, high)}, {who}{real}"


def _rate(per_hour: float, low: float, high: float) -> str:
    rate, least, most = numerals(per_hour, low, high)
    return f"{rate} ({least} to {most})"
