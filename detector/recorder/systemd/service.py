"""The service that records every night by itself: installed, asked how it stands, removed. Linux only."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from detector.errors import FasciwatchError
from detector.night import library_folder, nights
from detector.night.upkeep.space import Forecast, forecast
from detector.recorder.systemd import unit
from detector.recorder.systemd.unit import NAME, SIGNATURE

_PASSED_ON = ("FASCIWATCH_SETTINGS", "FASCIWATCH_PASSPHRASE_FILE", "XDG_DATA_HOME")


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How the service stands.

    Parameters
    ----------
    installed, enabled
        Whether there is one, and whether its timer is switched on.
    recording, starting
        Whether a night is being recorded, and whether one is about to be.
    result
        How the last night ended, in systemd's word; empty where none did.
    next
        When the next one begins, as systemd says it; empty where none does.
    nights_left
        How many more nights find room; None where that cannot be told.
    last_night
        Name of the night written last; None where there is none.
    """

    installed: bool
    enabled: bool
    recording: bool
    starting: bool
    result: str
    next: str
    nights_left: int | None
    last_night: str | None


def install(command: Sequence[str], begin: time) -> None:
    """Have a command run every night from now on.

    Parameters
    ----------
    command
        Program and arguments; the program by its whole path.
    begin
        When the night begins.

    Raises
    ------
    FasciwatchError
        Where systemd is not there or does not take it, or a unit of somebody else is in the way; the units that were
        there stay as they were.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        units = {f"{NAME}.service": unit.service(command, environment), f"{NAME}.timer": unit.timer(begin)}
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


def status(library: Path | None) -> tuple[ServiceStatus, Forecast | None]:
    """Ask how the service stands, and for how many nights the disk has room.

    Parameters
    ----------
    library
        Folder of the nights; None for the service's own.

    Returns
    -------
    ServiceStatus
        How it stands.
    Forecast or None
        How much room the disk has; None where it does not tell.
    """
    installed = all(_is_ours(_folder() / f"{NAME}.{kind}") for kind in ("service", "timer"))
    folder = library_folder(library or (_its_library() if installed else None), make=False)
    space = forecast(folder)
    state = _answer("is-active", f"{NAME}.service") if installed else ""
    found = ServiceStatus(
        installed=installed,
        enabled=installed and _answer("is-enabled", f"{NAME}.timer") == "enabled",
        recording=state == "active",
        starting=state == "activating",
        result=_property(f"{NAME}.service", "Result") if installed else "",
        next=_property(f"{NAME}.timer", "NextElapseUSecRealtime") if installed else "",
        nights_left=None if space is None else space.nights,
        last_night=next((night.stem for night in reversed(nights(folder))), None),
    )
    return found, space


def remove() -> list[Path]:
    """Record no more nights by itself.

    Returns
    -------
    list of Path
        The units that were there and are removed; empty where there were none.

    Raises
    ------
    FasciwatchError
        Where systemd is not there, or does not do it.
    """
    files = [_folder() / f"{NAME}.{kind}" for kind in ("timer", "service")]
    ours = [file for file in files if _is_ours(file)]
    if ours:
        _systemctl("disable", "--now", *(file.name for file in ours))
        for file in ours:
            file.unlink()
        _systemctl("daemon-reload")
    return ours


def lingers() -> bool:
    """Whether the user's services run while nobody is logged in."""
    return (Path("/var/lib/systemd/linger") / getpass.getuser()).exists()


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
    words = unit.command_of((_folder() / f"{NAME}.service").read_text(encoding="utf-8"))[-2:]
    return Path(words[1]) if words[:-1] == ["--library"] else None


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


def _property(whose: str, name: str) -> str:
    return _answer("show", "--value", f"--property={name}", whose)
