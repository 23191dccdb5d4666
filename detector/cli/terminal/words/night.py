"""A night in plain words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detector.cli.terminal.output import print_json, show
from detector.cli.terminal.words.numbers import describe_restlessness, describe_sides, describe_worth, numerals
from detector.summary.zone import wearers_zone
from detector.time_words import Clock, span
from detector.wear.states import State
from firmware_bridge.foreign_text import line
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.series import SensorSeries, Series, SeriesIndex
    from detector.summary import HourOfSensor, Measurable, NightSummary, SensorSummary

NOT_MEDICAL = "fasciwatch is not a medical device; a count of events is no diagnosis."

_BAR = 40
_LEAST_FOR_A_RATE_S = 600.0
"""In less, a single twitch would be told as many an hour."""

_REASONS = {
    "settling": "noise not known yet",
    "moving": "movement",
    "pulse": "heart beat not followed",
    "coarse": "too noisy",
}
"""In words, why twitches cannot be measured."""
_REASON_TOLD_S = 30.0
"""A reason of less is told only if it is the first."""

_OF_PAIRS = {
    "alternating_activation": "alternating",
    "periodic_limb_movements": "periodic limb movements of both legs (WASM 2016)",
}

_NOT_WORN = (
    (State.OFF_BODY, "not worn"),
    (State.CHARGING, "charging"),
    (State.UNCLEAR, "unclear whether worn, and not counted"),
)
"""In words, the times that count in no rate."""
_WHOLE_HOUR_S = 3500.0

_SERIES = {
    "periodic_limb_movements": "periodic limb movements, this limb alone",
    "high_frequency_movements": "movements in quick succession (0.3-4 Hz)",
}
"""In words, the series that need no more of them."""


def describe_night(summary: NightSummary, path: Path) -> str:
    """Say what a night holds, what is missing and where it lies."""
    lines = []
    zone = wearers_zone(summary)
    clock = Clock.over(zone, summary.start_ns, summary.end_ns)
    if summary.start_ns is None or summary.end_ns is None:
        lines.append("This night holds no samples.")
    else:
        begun = datetime.fromtimestamp(summary.start_ns / NS, UTC).astimezone(zone)
        has_date = any(sensor.has_date for sensor in summary.sensors)
        when = f"Night of {begun:%Y-%m-%d %H:%M}" if has_date else "Recording without a date"
        lines.append(f"{when}, {span((summary.end_ns - summary.start_ns) / NS)}")
    for sensor in summary.sensors:
        lines += _describe_sensor(sensor, clock)
    for pair in summary.pairs:
        what = _OF_PAIRS.get(pair.index.name, pair.index.name)
        lines.append(f"  {pair.one} and {pair.other}, {what}: {_in_series(pair.index)}")
    lines += [f"  {describe_sides(sides)}" for sides in summary.sides]
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.kinds.items() if count) or "none"
    lines.append(f"  events: {kinds}")
    lines += _describe_hours(summary, clock)
    lines += [f"  the night: {path}", NOT_MEDICAL]
    return "\n".join(map(line, lines))


def _describe_hours(summary: NightSummary, clock: Clock) -> Iterator[str]:
    """Say how many twitches each hour had, of each wearable by itself: of an hour, how much of it that is."""
    busiest = max((each.twitch_count for hour in summary.hours for each in hour.sensors), default=0)
    for place, sensor in enumerate(summary.sensors if busiest else ()):
        of = f" under {sensor.name}" if len(summary.sensors) > 1 else ""
        yield f"  twitches by the hour{of}:"
        for hour in summary.hours:
            each = hour.sensors[place]
            bar = "█" * round(_BAR * each.twitch_count / busiest)
            name = clock.minutes(hour.start_ns)
            if each.counted_s < 1:
                yield f"    {name}     - (nothing {_how(each)})"
            else:
                short = f" ({span(each.counted_s)} {_how(each)})" if each.counted_s < _WHOLE_HOUR_S else ""
                yield f"    {name} {each.twitch_count:5d} {bar}{short}"


def _how(hour: HourOfSensor) -> str:
    if hour.recorded_s < 1:
        return "recorded"
    if hour.worn_s < 1 or hour.measurable_s is None:
        return "known to be worn" if hour.worn_s < hour.recorded_s - 1 else "recorded"
    return "measurable"


def _describe_sensor(sensor: SensorSummary, clock: Clock) -> list[str]:
    rate = "no samples" if sensor.rate_hz is None else f"{sensor.rate_hz:.2f} Hz"
    model = f"{sensor.model}, {sensor.place}" if sensor.place else sensor.model
    lines = [f"  {sensor.name} ({model}), {rate}: {span(sensor.recorded_s)} recorded"]
    if sensor.series is not None:
        lines += [f"    {words}" for words in _describe_series(sensor, sensor.series, clock)]
        lines += [f"    {words}" for words in _describe_sudden(sensor)]
        lines[2:2] = [f"    {words}" for words in (_describe_measurable(sensor.measurable), *describe_worth(sensor))]
        lines += [f"    {words}" for words in describe_restlessness(sensor.restlessness)]
    if sensor.gap_count:
        lines.append(f"    missing: {span(sensor.gap_s)} in {sensor.gap_count} gap{'s'[: sensor.gap_count != 1]}")
        lines += [
            f"      {clock.seconds(gap.start_ns)} {span((gap.end_ns - gap.start_ns) / NS)}, {gap.cause}"
            for gap in sensor.longest_gaps
        ]
    else:
        lines.append("    missing: nothing")
    lines += [f"    {words}" for words in _describe_wear(sensor, clock)]
    if sensor.battery_first is not None and sensor.battery_last is not None:
        first, last = round(sensor.battery_first), round(sensor.battery_last)
        lines.append(f"    battery: {first} %" + ("" if first == last else f", {last} % at the end"))
    return lines


def _describe_measurable(measurable: Measurable | None) -> str:
    """Say in how much of the time twitches could be measured, and why not in the rest."""
    if measurable is None:
        return "in how much of that twitches could be measured is not known: the night is of an older fasciwatch"
    reasons = [
        f"{_REASONS.get(reason, reason)} {span(seconds)}"
        for place, (reason, seconds) in enumerate(measurable.rest_s.items())
        if place == 0 or seconds >= _REASON_TOLD_S
    ]
    lead = "the rest" if len(reasons) == len(measurable.rest_s) else "most of the rest"
    rest = f"; {lead}: {', '.join(reasons)}" if reasons else ""
    left_out = measurable.twitches_left_out
    more = f"; {left_out} twitch{'es'[: 2 * (left_out != 1)]} found in the rest not counted" if left_out else ""
    return f"twitches could be measured in {span(measurable.measurable_s)} of {span(measurable.worn_s)}{rest}{more}"


def _describe_sudden(sensor: SensorSummary) -> Iterator[str]:
    """Say how many movements began suddenly, and how many runs of dying beats there were.

    Not by the name of a clinical sign, which a person at home would look up: a program does not find one.
    """
    if sensor.sudden_count:
        yield f"sudden limb movements: {sensor.sudden_count}"
    if sensor.clonus_count:
        yield f"runs of 5 to 8 beats a second that die out: {sensor.clonus_count}"


def _describe_wear(sensor: SensorSummary, clock: Clock) -> Iterator[str]:
    """Say when it was not worn, and when that is not clear; those times count in no rate."""
    for state, words in _NOT_WORN:
        found = [stretch for stretch in sensor.wear if stretch.state == state]
        if found:
            times = ", ".join(f"{clock.minutes(each.start_ns)} to {clock.minutes(each.end_ns)}" for each in found)
            yield f"{words}: {span(sum(each.end_ns - each.start_ns for each in found) / NS)} ({times})"


def _describe_series(sensor: SensorSummary, series: SensorSeries, clock: Clock) -> Iterator[str]:
    """Say how often there were twitches, and which runs of events there were: forms of movement and nothing else."""
    twitches, trains = series.twitches, series.trains
    counted_s, hour = (
        (series.observed_s, "recorded hour")
        if sensor.measurable is None
        else (sensor.measurable.measurable_s, "measurable hour")
    )
    if twitches is None:
        yield "twitches: none could be measured"
    elif counted_s < _LEAST_FOR_A_RATE_S:
        yield f"twitches: {twitches.count}, in too short a time to tell how many an hour"
    else:
        rate, low, high = numerals(twitches.per_hour, twitches.low_per_hour, twitches.high_per_hour)
        yield f"twitches: {twitches.count}, {rate} per {hour} (95 %: {low} to {high})"
    if trains is not None and trains.count:
        yield f"trains of twitches: {trains.count}, {trains.per_hour:.1f} per {hour}"
    for index in series.indices:
        runs = [run for run in series.found if run.name == index.name]
        match index.name:
            case "frequent_twitches":
                yield "frequent twitches, 5 a minute and more:"
                yield from (
                    f"  {_when(sensor, run, clock)}, {60 * run.count / run.duration_s:.1f} a minute" for run in runs
                )
            case "tremor_episode":
                hz = sorted({f"{run.dominant_hz:.1f}" for run in runs if run.dominant_hz is not None}, key=float)
                told = ", " + " to ".join((hz[0], hz[-1])[: len(hz)]) + " Hz" if hz else ""
                yield f"tremor: {len(runs)} episode{'s'[: len(runs) != 1]}, {span(index.total_s)} in all{told}"
            case _:
                yield f"{_SERIES[index.name]}: {_in_series(index)}"
    pulse = series.pulse
    if pulse is not None and pulse.is_glimpse:
        yield "pulse: felt in less than 1 % of the recording"
    elif pulse is not None:
        yield (
            f"pulse: {pulse.beats_per_minute:.0f} beats/min "
            f"({pulse.lowest_per_minute:.0f} to {pulse.highest_per_minute:.0f}), "
            f"felt in {100 * pulse.share:.0f} % of the recording"
        )


def _in_series(index: SeriesIndex) -> str:
    return f"{index.events.count} in {index.series.count} series, {index.events.per_hour:.1f} per recorded hour"


def _when(sensor: SensorSummary, run: Series, clock: Clock) -> str:
    """Clock time and length of a run; without a date, how far into the recording."""
    if sensor.start_ns is None or not sensor.has_date:
        return f"{span(run.onset_s)} after the start, {span(run.duration_s)}"
    return f"{clock.minutes(sensor.start_ns + round(run.onset_s * NS))}, {span(run.duration_s)}"


def print_night(path: Path, *, as_json: bool, in_a_line: bool = False) -> None:
    """Print the summary of a night, for a person or for a program; for that in one line where it reads lines."""
    from detector.night import Night
    from detector.summary import summarise

    with Night(path) as night:
        summary = summarise(night)
    if as_json:
        print_json({"night": str(path), **asdict(summary)}, in_a_line=in_a_line)
    else:
        show(*describe_night(summary, path).splitlines())
