"""A night in plain words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.common import NOT_MEDICAL, print_json
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.night import NightSummary, SensorSummary

_BAR = 40


def clock_time(utc_ns: int) -> str:
    """Time of day in this computer's time zone."""
    return datetime.fromtimestamp(utc_ns / NS, UTC).astimezone().strftime("%H:%M:%S")


def span(seconds: float) -> str:
    """Duration in words: ``7 h 58 min``, ``12 min 30 s``, ``1.4 s``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def describe_night(summary: NightSummary, path: Path) -> str:
    """Say what a night holds, what is missing and where it lies."""
    lines = []
    if summary.start_ns is None or summary.end_ns is None:
        lines.append("This night holds no samples.")
    else:
        begun = datetime.fromtimestamp(summary.start_ns / NS, UTC).astimezone()
        has_date = any(sensor.has_date for sensor in summary.sensors)
        when = begun.strftime("%Y-%m-%d %H:%M") if has_date else "no date"
        lines.append(f"Night of {when}, {span((summary.end_ns - summary.start_ns) / NS)}")
    for sensor in summary.sensors:
        lines += _describe_sensor(sensor)
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.kinds.items() if count) or "none"
    lines.append(f"  events: {kinds}")
    busiest = max((hour.twitch_count for hour in summary.hours), default=0)
    if busiest:
        lines.append("  twitches by the hour:")
        for hour in summary.hours:
            bar = "█" * round(_BAR * hour.twitch_count / busiest)
            short = f" ({span(hour.recorded_s)} recorded)" if hour.recorded_s < 3500 else ""  # noqa: PLR2004 - an hour
            lines.append(f"    {clock_time(hour.start_ns)[:5]} {hour.twitch_count:5d} {bar}{short}")
    lines += [f"  the night: {path}", NOT_MEDICAL]
    return "\n".join(lines)


def _describe_sensor(sensor: SensorSummary) -> list[str]:
    rate = "no samples" if sensor.rate_hz is None else f"{sensor.rate_hz:.2f} Hz"
    lines = [f"  {sensor.name} ({sensor.model}), {rate}: {span(sensor.recorded_s)} recorded"]
    if sensor.twitches_per_hour is not None:
        lines.append(f"    twitches: {sensor.twitch_count}, {sensor.twitches_per_hour:.1f} per recorded hour")
    if sensor.gap_count:
        lines.append(f"    missing: {span(sensor.gap_s)} in {sensor.gap_count} gap{'s'[: sensor.gap_count != 1]}")
        lines += [
            f"      {clock_time(gap.start_ns)} {span((gap.end_ns - gap.start_ns) / NS)}, {gap.cause}"
            for gap in sensor.longest_gaps
        ]
    else:
        lines.append("    missing: nothing")
    if sensor.battery_first is not None and sensor.battery_last is not None:
        first, last = round(sensor.battery_first), round(sensor.battery_last)
        lines.append(f"    battery: {first} %" + ("" if first == last else f", {last} % at the end"))
    return lines


def print_night(path: Path, *, as_json: bool) -> None:
    """Print the summary of a night, for a person or for a program."""
    from detector.night import Night

    with Night(path) as night:
        summary = night.summary()
    if as_json:
        print_json({"night": str(path), **asdict(summary)})
    else:
        click.echo(describe_night(summary, path))
