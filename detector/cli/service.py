"""``fasciwatch service``: every night by itself, as a service of the user's systemd. Linux only."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from pathlib import Path

import click

from detector.cli.common import json_option, library_option, print_json, refuse_no_names, say, show
from detector.cli.time_of_day import time_of_day
from detector.cli.unit import NAME, SIGNATURE, command_of, quote, timer
from detector.cli.unit import service as service_text
from detector.errors import FasciwatchError

_PASSED_ON = ("FASCIWATCH_SETTINGS", "FASCIWATCH_PASSPHRASE_FILE", "XDG_DATA_HOME")


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
@click.option("--encrypt", is_flag=True, help="As of record; the passphrase from the keyring or a file.")
@library_option
def install(begin: time, end: time, devices: tuple[str, ...], encrypt: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """Record every night from now on."""
    from detector.cli.remembered import recall

    refuse_no_names(devices)
    if begin == end:
        raise click.UsageError("a night that ends when it begins is none")
    if not devices and recall() is None:
        raise FasciwatchError("no wearable has been chosen yet: run fasciwatch record once, or name one with --device")
    command = [sys.executable, "-m", "detector.cli", "record", "--wait", "--unnamed", "--low-battery"]
    command += ["--from", f"{begin:%H:%M}", "--until", f"{end:%H:%M}"]
    for device in devices:
        command += ["--device", device]
    if encrypt:
        command.append("--encrypt")
    if library is not None:
        command += ["--library", str(library.resolve())]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        units = {f"{NAME}.service": service_text(command, environment), f"{NAME}.timer": timer(begin)}
    except ValueError as error:
        raise FasciwatchError(f"systemd cannot be told of this: {error}") from error
    folder = _folder()
    _refuse_foreign(folder, units)
    _systemctl("show-environment")  # before anything is written
    try:
        _write(folder, {name: text.encode() for name, text in units.items()})
    except UnicodeEncodeError as error:
        raise FasciwatchError("systemd cannot be told of a name that is no text: name another folder") from error
    except OSError as error:
        raise FasciwatchError(f"cannot write the service into {folder} ({error.strerror})") from error
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", f"{NAME}.timer")
    say(
        f"Every night from {begin:%H:%M} to {end:%H:%M} is recorded from now on. "
        "See how it stands: fasciwatch service status"
    )
    if not _lingers():
        say(f"So that it runs while you are not logged in, too: loginctl enable-linger {quote(getpass.getuser())}")


@service.command()
@json_option
@library_option
def status(as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """Say whether nights are recorded, and how the last one went."""
    from detector.night import library_folder, nights
    from detector.night.upkeep.space import forecast

    installed = all(_is_ours(_folder() / f"{NAME}.{kind}") for kind in ("service", "timer"))
    folder = library_folder(library or (_its_library() if installed else None), make=False)
    space = forecast(folder)
    state = _answer("is-active", f"{NAME}.service") if installed else ""
    facts = {
        "installed": installed,
        "enabled": installed and _answer("is-enabled", f"{NAME}.timer") == "enabled",
        "recording": state == "active",
        "starting": state == "activating",
        "result": _property(f"{NAME}.service", "Result") if installed else "",
        "next": _property(f"{NAME}.timer", "NextElapseUSecRealtime") if installed else "",
        "nights_left": None if space is None else space.nights,
        "last_night": next((night.stem for night in reversed(nights(folder))), None),
    }
    if as_json:
        print_json(facts)
    elif not installed:
        show("No service is installed: fasciwatch service install")
    else:
        show(_standing(facts))
        if facts["result"] not in {"", "success"}:
            show(f"The last one ended with: {facts['result']}. See: journalctl --user -u {NAME}")
        if not facts["enabled"]:
            show("It is switched off: fasciwatch service install switches it on.")
        if facts["last_night"] is not None:
            show(f"The last night written: {facts['last_night']}")
        if space is not None:
            show(f"The disk: {space}.")


@service.command()
def remove() -> None:
    """Record no more nights by itself; nights that are there stay."""
    files = [_folder() / f"{NAME}.{kind}" for kind in ("timer", "service")]
    ours = [file for file in files if _is_ours(file)]
    if not ours:
        say("No service is installed: there is nothing to remove.")
        return
    _systemctl("disable", "--now", *(file.name for file in ours))
    for file in ours:
        file.unlink()
        say(f"removed {file}")
    _systemctl("daemon-reload")


def _write(folder: Path, units: Mapping[str, bytes]) -> None:
    """Write units; those that are there stay as they are until all are written.

    Raises
    ------
    OSError
        Where that fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = {name: folder / f".{name}.new" for name in units}
    try:
        for name, text in units.items():
            fresh[name].write_bytes(text)
        for name, file in fresh.items():
            file.replace(folder / name)
    finally:
        for file in fresh.values():
            file.unlink(missing_ok=True)


def _its_library() -> Path | None:
    """Folder of the nights that the installed service records; None for the user's data folder."""
    words = command_of((_folder() / f"{NAME}.service").read_text(encoding="utf-8"))[-2:]
    return Path(words[1]) if words[:-1] == ["--library"] else None


def _standing(facts: Mapping[str, object]) -> str:
    """Say in a sentence what the service is at."""
    if facts["recording"]:
        return "A night is being recorded, or the wearable is waited for."
    if facts["starting"]:
        return "A night is about to be recorded; where that fails it is tried again each minute."
    return f"The next night begins {facts['next']}."


def _refuse_foreign(folder: Path, names: Iterable[str]) -> None:
    """Leave alone what somebody else has written.

    Raises
    ------
    FasciwatchError
        Where there is such a unit.
    """
    for name in names:
        if (folder / name).exists() and not _is_ours(folder / name):
            raise FasciwatchError(f"{folder / name} was not written by fasciwatch: move it away first")


def _folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _is_ours(file: Path) -> bool:
    try:
        return file.read_text(encoding="utf-8").startswith(SIGNATURE)
    except (OSError, UnicodeDecodeError):
        return False


def _systemctl(*words: str) -> None:
    """Have systemd do something.

    Raises
    ------
    FasciwatchError
        Where it is not there, or does not do it.
    """
    done = _called(words)
    if done is None:
        raise FasciwatchError(
            "this computer has no systemd: let its own scheduler start fasciwatch record --wait --until 07:00"
        )
    if done.returncode:
        why = done.stderr.strip() or f"exit code {done.returncode}"
        raise FasciwatchError(f"systemd does not do it ({why}): log in on the computer itself, not by su or sudo")


def _answer(*words: str) -> str:
    """Ask what systemd answers by its exit code, too."""
    done = _called(words)
    return "" if done is None else done.stdout.strip()


def _called(words: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
    """Call systemd's own command; None where it is not there."""
    program = shutil.which("systemctl")
    if program is None:
        return None
    return subprocess.run([program, "--user", *words], capture_output=True, text=True, check=False)  # noqa: S603 - see above


def _property(unit: str, name: str) -> str:
    return _answer("show", "--value", f"--property={name}", unit)


def _lingers() -> bool:
    """Whether the user's services run while nobody is logged in."""
    return (Path("/var/lib/systemd/linger") / getpass.getuser()).exists()
