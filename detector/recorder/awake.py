"""Keeping the computer awake while a night is recorded."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence

_WHO = ("--who=fasciwatch", "--why=a night is being recorded")
_WHAT = ("sleep:idle:handle-lid-switch", "sleep:idle", "idle")
"""What to hold off, the most first: who is not at the computer itself may be allowed less."""

_SETTLE_S = 0.5
"""A refusal comes within this time."""

_ES_CONTINUOUS, _ES_SYSTEM_REQUIRED = 0x80000000, 0x00000001
_REMEDY = "Set the computer not to sleep tonight, neither by itself nor when its lid is closed."


@contextlib.contextmanager
def kept_awake() -> Iterator[str]:
    """Keep the computer from going to sleep while the context lasts.

    Yields
    ------
    str
        What a person must see to, empty where sleep is held off.
    """
    if sys.platform == "linux":
        commands = [("systemd-inhibit", f"--what={what}", *_WHO, "--mode=block", "cat") for what in _WHAT]
        with _held_by(commands) as holding:
            yield "" if holding == 0 else _words(holding)
    elif sys.platform == "darwin":
        with _held_by([("caffeinate", "-ims", "-w", str(os.getpid()))]) as holding:
            yield "" if holding == 0 else _words(holding)
    elif sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        held = kernel.SetThreadExecutionState(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED)
        try:
            yield "" if held else _words(None)
        finally:
            kernel.SetThreadExecutionState(_ES_CONTINUOUS)
    else:
        yield _words(None)


@contextlib.contextmanager
def _held_by(commands: Sequence[tuple[str, ...]]) -> Iterator[int | None]:
    """Run the first of these that lasts; gives its place, None where none does.

    It ends with this process however that ends: the pipe it reads from closes then.
    """
    for place, command in enumerate(commands):
        if shutil.which(command[0]) is None:
            continue
        quiet = subprocess.DEVNULL
        # A session of its own: Ctrl-C is for this process, which has things to finish while the computer is awake.
        with subprocess.Popen(  # noqa: S603 -- the commands of this file
            command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process:
            if _lasts(process):
                try:
                    yield place
                finally:
                    process.terminate()
                return
    yield None


def _lasts(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_SETTLE_S)
    except subprocess.TimeoutExpired:
        return True
    return False


def _words(holding: int | None) -> str:
    if holding is None:
        return f"This computer cannot be kept from sleeping by this program. {_REMEDY}"
    if holding == 1:
        return "Do not close the lid of this computer tonight: it may sleep then."
    return f"This computer can be kept from falling asleep by itself only. {_REMEDY}"
