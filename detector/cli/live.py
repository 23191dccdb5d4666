"""``fasciwatch scan`` and ``fasciwatch record``: the radio."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from detector.cli.awake import kept_awake
from detector.cli.choose import Ask, choose, describe
from detector.cli.common import (
    Finite,
    ended_by_signals,
    false_alarms_option,
    json_option,
    library_option,
    make_config,
    print_json,
    say,
)
from detector.cli.remembered import remember
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from detector.night import NightLog
    from detector.watch import Progress, Recorder
    from firmware_bridge.link import LinkState

_STATUS_EVERY_S = 60.0
_NIGHT_S = 8 * 3600.0
"""Length of a night for which no end is given."""


@click.command()
@click.option("--seconds", type=Finite(0.5, 300), default=8.0, show_default=True, help="How long to listen.")
@click.option("--quick", is_flag=True, help="Do not connect to read batteries.")
@json_option
def scan(seconds: float, quick: bool, as_json: bool) -> None:  # noqa: FBT001 - click hands options on by position
    """List the wearables in reach: how good their signal and how full their battery is, and how to wear them."""
    from firmware_bridge.link import scan as listen
    from firmware_bridge.survey import survey

    sightings = asyncio.run(listen(seconds) if quick else survey(seconds))
    if as_json:
        print_json([asdict(sighting) for sighting in sightings])
        return
    usable = [sighting for sighting in sightings if sighting.is_usable]
    known = [sighting for sighting in sightings if sighting.model is not None and not sighting.is_usable]
    for sighting in usable:
        click.echo(f"{describe(sighting)}  {sighting.address}")
        for line in (sighting.wear, sighting.advice):
            if line:
                click.echo(f"    {line}")
    for sighting in known:
        click.echo(f"{sighting.name}  {sighting.model}  cannot show twitches: {sighting.why_not}")
    others = len(sightings) - len(usable) - len(known)
    if not usable:
        say(
            f"No wearable in reach that fasciwatch can read ({others} other Bluetooth devices). "
            "Put it on, wake it up, and close other apps that hold its connection.",
        )
    elif others:
        say(f"{others} other Bluetooth devices are no wearables that fasciwatch can read.")


@click.command()
@json_option
def wearables(as_json: bool) -> None:  # noqa: FBT001 - click hands options on by position
    """List the wearables that can be read, how to wear them, and where to describe one of your own."""
    from firmware_bridge.wearables import known_wearables, own_folder

    models = {
        model.name: model
        for wearable in known_wearables()
        for model in (*wearable.PROFILE.models.values(), wearable.PROFILE.only_model)
        if model is not None
    }
    if as_json:
        print_json({"models": [asdict(model) for model in models.values()], "own_profiles": str(own_folder())})
        return
    for model in models.values():
        battery = "" if model.battery_h is None else f"  (battery: {model.battery_h:g} h)"
        click.echo(f"{model.name}{battery}")
        for line in (model.wear, model.advice):
            if line:
                click.echo(f"    {line}")
    say(f"Profiles (TOML) of wearables of your own belong into {own_folder()}.")


@click.command()
@click.option("--device", help="Name of the wearable, part of it, or its address; if not given, that of last time.")
@click.option("--choose", "anew", is_flag=True, help="Offer the wearables in reach anew.")
@click.option("--until", help="When to stop, as 07:00; else Ctrl-C ends the night.")
@click.option("--rate-hz", type=Finite(1, 1000), help="Sampling rate to ask for; 52 Hz or the next above.")
@click.option("--no-log", is_flag=True, help="Keep no night.")
@click.option("--anyway", is_flag=True, help="Start even if the battery will not last the night.")
@false_alarms_option
@json_option
@library_option
def record(
    device: str | None,
    anew: bool,  # noqa: FBT001 - click hands options on by position
    until: str | None,
    rate_hz: float | None,
    no_log: bool,  # noqa: FBT001 - as above
    anyway: bool,  # noqa: FBT001 - as above
    false_alarms_per_hour: float,
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Record a night from a wearable.

    The first time it offers the wearables in reach, and remembers which you take.

    Runs until --until or Ctrl-C. A lost connection is taken up again for as long as it takes; what is missing is
    recorded as a gap. Started again on the same evening it goes on with the same night.
    """
    from detector.cli.words import print_night
    from detector.night import library_folder

    config = make_config(false_alarms_per_hour)
    stop_after_s = None if until is None else seconds_until(until, datetime.now())  # noqa: DTZ005 - this computer's own time of day
    folder = None if no_log else library_folder(library)
    night_h = None if anyway else (stop_after_s or _NIGHT_S) / 3600
    if device is not None and anew:
        raise click.UsageError("--device and --choose cannot both be: the one names what the other asks for")
    with kept_awake() as see_to:
        if see_to:
            say(see_to)
        recorder = asyncio.run(_record(device, rate_hz, config, folder, stop_after_s, night_h, anew=anew))
    progress = recorder.progress
    if not progress.recorded_s:
        raise FasciwatchError("nothing was recorded: no samples came before the end")
    if recorder.log is None:
        counts = {"recorded_s": progress.recorded_s, "missing_s": progress.missing_s, "twitches": progress.twitches}
        if as_json:
            print_json(counts)
        else:
            click.echo(f"{progress.recorded_s:.0f} s recorded and not kept, {progress.twitches} twitches")
        return
    print_night(recorder.log.path, as_json=as_json)


def seconds_until(until: str, now: datetime) -> float:
    """Seconds until the next time the clock shows `until`.

    Parameters
    ----------
    until
        Time of day, as ``07:00``.
    now
        The wearer's time; without a zone, this computer's.

    Raises
    ------
    click.BadParameter
        Where that is no time of day.
    """
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", until.strip())
    if match is None:
        raise click.BadParameter(f"{until!r} is no time of day such as 07:00", param_hint="--until")
    wanted = now.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    if wanted <= now:
        # A day on the wall clock: the night of a change of summer time ends at the time that was asked for.
        wanted += timedelta(days=1)
    return wanted.timestamp() - now.timestamp()


async def _record(
    device: str | None,
    rate_hz: float | None,
    config: Any,
    folder: Path | None,
    stop_after_s: float | None,
    night_h: float | None,
    *,
    anew: bool,
) -> Recorder:
    from detector.night import NightLog, night_path
    from detector.watch import Recorder, made_by
    from firmware_bridge.errors import NoSuchWearableError
    from firmware_bridge.link import Link
    from firmware_bridge.wearables import Wish

    def open_log(start_ns: int) -> NightLog | None:
        return None if folder is None else NightLog(night_path(folder, start_ns), made_by("record", config))

    status = _Status()
    recorder = Recorder(config, open_log, status.progress)
    wish = Wish() if rate_hz is None else Wish(rate_hz=rate_hz)
    link = Link(
        device or await choose(_asker(), anew=anew),
        wish,
        on_raw=recorder.on_raw,
        on_battery=recorder.on_battery,
        on_state=status.state,
        night_h=night_h,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if stop_after_s is not None:
        loop.call_later(stop_after_s, stop.set)
    warming = loop.run_in_executor(None, _warm_up)
    with ended_by_signals(loop, stop.set), status:
        try:
            await recorder.run(link, stop)
        except NoSuchWearableError as error:
            if device is not None:
                raise
            raise NoSuchWearableError(f"{error} To take another one: fasciwatch record --choose") from error
    await warming
    if device is None and link.info is not None:
        remember(link.info.known)  # with the serial number, which only a connection tells
    return recorder


def _asker() -> Ask | None:
    """Give what asks a person for a number, where there is one at the terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda most: click.prompt("Which one", type=click.IntRange(1, most), default=1, err=True)


def _warm_up() -> None:
    """Load the compiled kernels while the radio connects."""
    from detector.signal import warm_up

    warm_up()


class _Status:
    """One line that says how the recording stands: live on a terminal, once a minute in a log."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.status import Status

        self._console = Console(stderr=True)
        self._line = Status("starting", console=self._console)
        self._said_s = -_STATUS_EVERY_S

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()

    def state(self, state: LinkState, words: str) -> None:
        self._show(f"{state.value} {words}".strip(), always=True)

    def progress(self, progress: Progress) -> None:
        words = f"{progress.recorded_s / 60:.1f} min recorded, {progress.twitches} twitches"
        if progress.last_gap is not None:
            words += f", {progress.missing_s:.0f} s missing (last: {progress.last_gap.cause})"
        if progress.trouble is not None:
            words += f"; {progress.trouble}"
        self._show(words, always=False)

    def _show(self, words: str, *, always: bool) -> None:
        if self._console.is_terminal:
            self._line.update(words)
            return
        now_s = asyncio.get_running_loop().time()
        if always or now_s - self._said_s >= _STATUS_EVERY_S:
            self._said_s = now_s
            say(words)
