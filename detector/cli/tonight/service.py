"""``fasciwatch service``: every night by itself, as a service of the user's systemd. Linux only."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal.options.shared import json_option, library_option, place_option, refuse_no_names, time_of_day
from detector.cli.terminal.output import print_json, say, show
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from detector.recorder.systemd.service import ServiceStatus


@click.group()
def service() -> None:
    """Record every night by itself: on a Raspberry Pi by the bed, say.

    The night begins and ends at the times you give, goes on after a crash or a power cut, and waits for the wearable
    where it is not there yet. Linux with systemd only; elsewhere let your system's own scheduler start "fasciwatch
    record --wait --until 07:00".
    """


@service.command()
@click.option("--at", "begin", callback=time_of_day, default="22:00", show_default=True, help="When to begin.")
@click.option("--until", "end", callback=time_of_day, default="07:00", show_default=True, help="When to stop.")
@click.option("--device", "devices", multiple=True, help="As of record; else the wearable you chose there.")
@place_option
@click.option("--encrypt", is_flag=True, help="As of record; the passphrase from the keyring or a file.")
@library_option
def install(
    begin: time,
    end: time,
    devices: tuple[str, ...],
    places: dict[str, str],
    encrypt: bool,  # noqa: FBT001 - click hands options on by position
    library: Path | None,
) -> None:
    """Record every night from now on."""
    import getpass

    from detector.recorder.remembered import recall
    from detector.recorder.systemd import service as systemd
    from detector.recorder.systemd.unit import quote

    refuse_no_names(devices)
    if begin == end:
        raise click.UsageError("a night that ends when it begins is none")
    if not devices and recall() is None:
        raise FasciwatchError("no wearable has been chosen yet: run fasciwatch record once, or name one with --device")
    command = [sys.executable, "-m", "detector.cli", "record", "--wait", "--unnamed", "--low-battery"]
    command += ["--from", f"{begin:%H:%M}", "--until", f"{end:%H:%M}"]
    for device in devices:
        command += ["--device", device]
    for name, place in places.items():
        command += ["--place", f"{name}={place}" if name else place]
    if encrypt:
        command.append("--encrypt")
    if library is not None:
        command += ["--library", str(library.resolve())]
    systemd.install(command, begin)
    say(
        f"Every night from {begin:%H:%M} to {end:%H:%M} is recorded from now on. "
        "See how it stands: fasciwatch service status"
    )
    if not systemd.lingers():
        say(f"So that it runs while you are not logged in, too: loginctl enable-linger {quote(getpass.getuser())}")


@service.command()
@json_option
@library_option
def status(as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """Say whether nights are recorded, and how the last one went."""
    from detector.recorder.systemd import service as systemd
    from detector.recorder.systemd.unit import NAME

    found, space = systemd.status(library)
    if as_json:
        print_json(asdict(found))
    elif not found.installed:
        show("No service is installed: fasciwatch service install")
    else:
        show(_words(found))
        if found.result not in {"", "success"}:
            show(f"The last one ended with: {found.result}. See: journalctl --user -u {NAME}")
        if not found.enabled:
            show("It is switched off: fasciwatch service install switches it on.")
        if found.last_night is not None:
            show(f"The last night written: {found.last_night}")
        if space is not None:
            show(f"The disk: {space}.")


@service.command()
def remove() -> None:
    """Record no more nights by itself; nights that are there stay."""
    from detector.recorder.systemd import service as systemd

    removed = systemd.remove()
    if not removed:
        say("No service is installed: there is nothing to remove.")
    for file in removed:
        say(f"removed {file}")


def _words(found: ServiceStatus) -> str:
    """Say in a sentence what the service is at."""
    if found.recording:
        return "A night is being recorded, or the wearable is waited for."
    if found.starting:
        return "A night is about to be recorded; where that fails it is tried again each minute."
    return f"The next night begins {found.next}."
