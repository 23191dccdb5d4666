"""``fasciwatch record``: a night from one or more wearables."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.awake import kept_awake
from detector.cli.choose import Ask, choose
from detector.cli.common import (
    Finite,
    encrypt_option,
    ended_by_signals,
    false_alarms_option,
    json_option,
    library_option,
    make_config,
    say,
)
from detector.cli.remembered import remember
from detector.cli.status import Status
from detector.cli.unlock import passphrase_to_encrypt
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from detector.night import NightLog
    from detector.recorder import Recorder
    from firmware_bridge.link import Known, Link

_NIGHT_S = 8 * 3600.0
"""Length of a night for which no end is given."""

_LOOK_AT_THE_CLOCK_S = 10.0


@click.command()
@click.option(
    "--device",
    "devices",
    multiple=True,
    help="Name of the wearable, part of it, or its address; once for each. If not given, that of last time.",
)
@click.option("--choose", "anew", is_flag=True, help="Offer the wearables in reach anew.")
@click.option("--until", help="When to stop, as 07:00; else Ctrl-C ends the night.")
@click.option("--rate-hz", type=Finite(1, 1000), help="Sampling rate to ask for; 52 Hz or the next above.")
@click.option("--no-log", is_flag=True, help="Keep no night.")
@click.option("--anyway", is_flag=True, help="Start even if the battery will not last the night.")
@click.option("--bell", is_flag=True, help="Ring the terminal's bell while samples stay away for a minute and more.")
@false_alarms_option
@encrypt_option
@json_option
@library_option
def record(
    devices: tuple[str, ...],
    anew: bool,  # noqa: FBT001 - click hands options on by position
    until: str | None,
    rate_hz: float | None,
    no_log: bool,  # noqa: FBT001 - as above
    anyway: bool,  # noqa: FBT001 - as above
    bell: bool,  # noqa: FBT001 - as above
    false_alarms_per_hour: float,
    encrypt: bool,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Record a night from a wearable, or from several into one night.

    The first time it offers the wearables in reach, and remembers which you take.

    Runs until --until or Ctrl-C. A lost connection is taken up again for as long as it takes; what is missing is
    recorded as a gap. Started again on the same evening it goes on with the same night.

    With --json each line is an object: how it stands once a minute, and the night at the end.
    """
    from detector.cli.words import print_night
    from detector.night import library_folder, night_path, see_that_it_can_be_recorded

    config = make_config(false_alarms_per_hour)
    stop_after_s = None if until is None else seconds_until(until, datetime.now())  # noqa: DTZ005 - this computer's own time of day
    folder = None if no_log else library_folder(library)
    night_h = None if anyway else (stop_after_s or _NIGHT_S) / 3600
    if devices and anew:
        raise click.UsageError("--device and --choose cannot both be: the one names what the other asks for")
    if len(set(devices)) < len(devices):
        raise click.UsageError("--device names a wearable twice")
    if encrypt and no_log:
        raise click.UsageError("--encrypt and --no-log cannot both be: there is no night to encrypt")
    passphrase = passphrase_to_encrypt() if encrypt else None
    if folder is not None:
        see_that_it_can_be_recorded(night_path(folder, time.time_ns()), encrypt=encrypt)
    with kept_awake() as see_to:
        if see_to:
            say(see_to)
        recorder = asyncio.run(
            _record(
                devices,
                rate_hz,
                config,
                folder,
                stop_after_s,
                night_h,
                anew=anew,
                passphrase=passphrase,
                status=Status(as_json=as_json, bell=bell),
            )
        )
    progress = recorder.progress
    if not progress.recorded_s:
        raise FasciwatchError("nothing was recorded: no samples came before the end")
    if recorder.log is not None:
        print_night(recorder.log.path, as_json=as_json, in_a_line=True)
    elif as_json:
        click.echo(json.dumps(asdict(progress)))
    else:
        click.echo(f"{progress.recorded_s:.0f} s recorded and not kept, {progress.twitches} twitches")


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
    devices: tuple[str, ...],
    rate_hz: float | None,
    config: Any,
    folder: Path | None,
    stop_after_s: float | None,
    night_h: float | None,
    *,
    anew: bool,
    passphrase: str | None,
    status: Status,
) -> Recorder:
    from detector.night import NightLog, night_path
    from detector.recorder import Recorder
    from detector.watch import made_by
    from firmware_bridge.errors import NoSuchWearableError
    from firmware_bridge.link import Link
    from firmware_bridge.wearables import Wish

    def open_log(start_ns: int) -> NightLog | None:
        if folder is None:
            return None
        return NightLog(night_path(folder, start_ns), made_by("record", config), passphrase=passphrase)

    recorder = Recorder(config, open_log, status.progress)
    wish = Wish() if rate_hz is None else Wish(rate_hz=rate_hz)
    wanted = devices or (await choose(_asker(), anew=anew),)

    def link_to(which: str | Known) -> Link:
        return Link(
            which,
            wish,
            on_raw=recorder.on_raw,
            on_battery=recorder.on_battery,
            on_state=lambda state, words: status.state(str(which) if len(wanted) > 1 else "", state, words),
            night_h=night_h,
        )

    links = [link_to(which) for which in wanted]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    clock = None if stop_after_s is None else asyncio.create_task(_stop_at(time.time() + stop_after_s, stop))
    warming = loop.run_in_executor(None, _warm_up)
    with ended_by_signals(loop, stop.set), status:
        try:
            await recorder.run(links, stop)
        except NoSuchWearableError as error:
            if devices:
                raise
            raise NoSuchWearableError(f"{error} To take another one: fasciwatch record --choose") from error
        finally:
            if clock is not None:
                clock.cancel()
    await warming
    info = links[0].info
    if not devices and info is not None:
        remember(info.known)  # with the serial number, which only a connection tells
    return recorder


async def _stop_at(utc_s: float, stop: asyncio.Event) -> None:
    """End the night at a time of the wall clock, which goes on while the computer sleeps, as other clocks may not."""
    while (left_s := utc_s - time.time()) > 0:  # noqa: ASYNC110 -- no event tells of the wall clock
        await asyncio.sleep(min(left_s, _LOOK_AT_THE_CLOCK_S))
    stop.set()


def _asker() -> Ask | None:
    """Give what asks a person for a number, where there is one at the terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda most: click.prompt("Which one", type=click.IntRange(1, most), default=1, err=True)


def _warm_up() -> None:
    """Load the compiled kernels while the radio connects."""
    from detector.signal import warm_up

    warm_up()
