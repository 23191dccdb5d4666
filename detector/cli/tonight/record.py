"""``fasciwatch record``: a night from one or more wearables."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from detector.cli.terminal.marking import marks_in, show_felt, taken
from detector.cli.terminal.options.shared import (
    Finite,
    encrypt_option,
    false_alarms_option,
    json_option,
    library_option,
    make_config,
    place_option,
    refuse_no_names,
    time_of_day,
)
from detector.cli.terminal.output import bell, print_json, say, show
from detector.cli.terminal.streams import ended_by_signals, hide_names
from detector.cli.terminal.unlock import passphrase_to_encrypt
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.recorder.alarm import Alarm
    from detector.recorder.choose import Ask
    from detector.recorder.recorder import Recorder
    from detector.recorder.tonight import Tonight
    from detector.recorder.unnamed import Names
    from firmware_bridge.discovery.find import Known

_NIGHT_S = 8 * 3600.0
"""Length of a night for which no end is given."""


@click.command()
@click.option(
    "--device",
    "devices",
    multiple=True,
    help="Name of the wearable, part of it, or its address; once for each. If not given, that of last time.",
)
@click.option("--choose", "anew", is_flag=True, help="Offer the wearables in reach anew.")
@click.option("--until", callback=time_of_day, help="When to stop, as 07:00; else Ctrl-C ends the night.")
@click.option(
    "--from", "begin", callback=time_of_day, help="Do nothing outside of this time to --until, for a service."
)
@click.option("--wait", is_flag=True, help="Wait for the wearable, and for the right time.")
@click.option("--unnamed", is_flag=True, help="Write no names and addresses, for logs that others may read.")
@place_option
@click.option("--rate-hz", type=Finite(1, 1000), help="Sampling rate to ask for; 52 Hz or the next above.")
@click.option("--no-log", is_flag=True, help="Keep no night.")
@click.option("--anyway", is_flag=True, help="Start even if the battery will not last the night.")
@click.option(
    "--low-battery", is_flag=True, help="Where the battery will not last the night, say so and record what it lasts."
)
@click.option(
    "--bell",
    is_flag=True,
    help="Ring the terminal's bell where for a minute samples stay away or nothing can be saved, each minute.",
)
@click.option("--notify", is_flag=True, help="Show a desktop notification then, and another when all is well again.")
@false_alarms_option
@encrypt_option
@json_option
@library_option
def record(
    devices: tuple[str, ...],
    anew: bool,  # noqa: FBT001 - click hands options on by position
    until: dt.time | None,
    begin: dt.time | None,
    wait: bool,  # noqa: FBT001 - as above
    unnamed: bool,  # noqa: FBT001 - as above
    places: dict[str, str],
    rate_hz: float | None,
    no_log: bool,  # noqa: FBT001 - as above
    anyway: bool,  # noqa: FBT001 - as above
    low_battery: bool,  # noqa: FBT001 - as above
    bell: bool,  # noqa: FBT001 - as above
    notify: bool,  # noqa: FBT001 - as above
    false_alarms_per_hour: float,
    encrypt: bool,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Record a night from a wearable, or from several into one night.

    The first time it offers the wearables in reach, and remembers which you take.

    Runs until --until or Ctrl-C. A lost connection is taken up again for as long as it takes; what is missing is
    recorded as a gap. Started again on the same evening it goes on with the same night.

    Press f, or the space bar, when you feel a twitch: your diary keeps the moment, and tells how many of them were
    found.

    With --json each line is an object: how it stands once a minute, and the night at the end.
    """
    import asyncio

    from detector.cli.terminal.status import Status
    from detector.cli.terminal.words.night import print_night
    from detector.night import library_folder
    from detector.recorder import wall_clock
    from detector.recorder.awake import kept_awake
    from detector.recorder.systemd import heartbeat
    from detector.time_words import span

    terminal = sys.stderr
    names = hide_names() if unnamed else None  # before anything is said
    config = make_config(false_alarms_per_hour)
    _refuse_contradictions(devices, anew=anew, begin=begin, until=until, encrypt=encrypt, no_log=no_log)
    if wait:  # nobody is there to see that the date is wrong
        wall_clock.wait_for_the_time(say)
    now = dt.datetime.now()  # noqa: DTZ005 - this computer's own time of day
    stop_after_s = None if until is None else wall_clock.seconds_until(until, now)
    if begin is not None and stop_after_s is not None and wall_clock.seconds_until(begin, now) < stop_after_s:
        say(f"It is not time yet: the night begins at {begin:%H:%M}.")
        heartbeat.ready()
        return
    folder = None if no_log else library_folder(library)
    passphrase = passphrase_to_encrypt() if encrypt else None
    if folder is not None:
        _see_that_there_is_room(folder, encrypt=encrypt)
    if until is not None and stop_after_s is not None:
        say(f"The night ends at {until:%H:%M}, in {span(stop_after_s)}; Ctrl-C ends it sooner.")
    listener = Status(as_json=as_json)
    marks = marks_in(folder, passphrase, listener.say)
    alarm = _make_alarm(terminal if bell else None, names, notify=notify)
    with kept_awake() as see_to:
        if see_to:
            say(see_to)

        def tonight(wanted: tuple[str | Known, ...]) -> Tonight:
            from detector.recorder.tonight import Tonight

            return Tonight(
                wanted=wanted,
                rate_hz=rate_hz,
                config=config,
                folder=folder,
                passphrase=passphrase,
                stop_after_s=stop_after_s,
                lasts_h=None if anyway else (stop_after_s or _NIGHT_S) / 3600,
                low_battery=low_battery,
                wait=wait,
                names=names,
                places=places,
                listener=listener,
                alarm=alarm,
                marks=marks,
            )

        recorder = asyncio.run(_evening(devices, tonight, names, anew=anew))
    progress = recorder.progress
    if not progress.recorded_s:
        raise FasciwatchError("nothing was recorded: no samples came before the end")
    if recorder.log is not None:
        show_felt(marks, recorder.log.path, as_json=as_json)
        print_night(recorder.log.path, as_json=as_json, in_a_line=True)
        _offer_sheet(recorder.log.path, library, as_json=as_json)
    elif as_json:
        print_json(asdict(progress), in_a_line=True)
    else:
        show(f"{progress.recorded_s:.0f} s recorded and not kept, {progress.twitches} twitches")


def _offer_sheet(night: Path, library: Path | None, *, as_json: bool) -> None:
    """Say how the night gets on paper."""
    if not as_json:
        where = "" if library is None else f" --library {shlex.quote(str(library))}"
        say(f"On paper: fasciwatch report {shlex.quote(night.stem)}{where}")


def _see_that_there_is_room(folder: Path, *, encrypt: bool) -> None:
    """Refuse to begin where tonight's night cannot be written, and say so where the disk is nearly full."""
    from detector.night import night_path, see_that_it_can_be_recorded
    from detector.night.upkeep.space import FEW, forecast

    see_that_it_can_be_recorded(night_path(folder, time.time_ns()), encrypt=encrypt)
    space = forecast(folder)
    if space is not None and space.nights <= FEW:
        say(f"The disk is nearly full, {space}. See fasciwatch thin --help.")


async def _evening(
    devices: tuple[str, ...],
    tonight: Callable[[tuple[str | Known, ...]], Tonight],
    names: Names | None,
    *,
    anew: bool,
) -> Recorder:
    """Choose a wearable where none is named, then record until the end, or Ctrl-C, or a signal."""
    import asyncio

    from detector.recorder.choose import choose
    from firmware_bridge.errors import NoSuchWearableError

    wanted: tuple[str | Known, ...] = devices or (
        await choose(_asker(), say, anew=anew, on_names=None if names is None else names.add),
    )
    night = tonight(wanted)
    try:
        with ended_by_signals(asyncio.get_running_loop(), night.end), taken(night.marks):
            return await night.record()
    except NoSuchWearableError as error:
        if devices:
            raise
        raise NoSuchWearableError(f"{error} To take another one: fasciwatch record --choose") from error


def _asker() -> Ask | None:
    """Give what asks a person for a number, where there is one at the terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda most: click.prompt("Which one", type=click.IntRange(1, most), default=1, err=True)


def _make_alarm(terminal: TextIO | None, names: Names | None, *, notify: bool) -> Alarm | None:
    """Make the alarm that was asked for, to ring at this terminal; None where none was."""
    from detector.recorder.alarm import Alarm
    from detector.recorder.notices import Notices

    ring = None if terminal is None else bell(terminal)
    if terminal is not None and ring is None:
        say("No bell can ring: this is no terminal.")
    notices = Notices(say) if notify else None
    if ring is None and notices is None:
        return None
    return Alarm(ring, notices, None if names is None else names.hide)


def _refuse_contradictions(
    devices: tuple[str, ...], *, anew: bool, begin: dt.time | None, until: dt.time | None, encrypt: bool, no_log: bool
) -> None:
    if devices and anew:
        raise click.UsageError("--device and --choose cannot both be: the one names what the other asks for")
    refuse_no_names(devices)
    if len(set(devices)) < len(devices):
        raise click.UsageError("--device names a wearable twice")
    if begin is not None and until is None:
        raise click.UsageError("--from needs --until")
    if encrypt and no_log:
        raise click.UsageError("--encrypt and --no-log cannot both be: there is no night to encrypt")
