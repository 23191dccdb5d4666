"""What systemd is told of the nightly recording: a service and the timer that starts it. Linux only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

NAME = "fasciwatch"
SIGNATURE = "# Written by: fasciwatch service install"
"""First line of a unit that may be overwritten and removed."""

WATCHDOG_S = 120
"""A loop that hangs for so long is started anew; a slow disk does not hold it up."""
_AGAIN_S = 60
_STOP_S = 120
"""So long stopping it may take, as at a shutdown: less than it waits for a full disk where the night ends by itself."""


def service(command: Sequence[str], environment: dict[str, str]) -> str:
    """Give the text of the service.

    Parameters
    ----------
    command
        Program and arguments; the program by its whole path.
    environment
        Variables it needs.

    Returns
    -------
    str
        The text of the unit file.
    """
    variables = "".join(f"Environment={quote(f'{name}={value}')}\n" for name, value in environment.items())
    return f"""{SIGNATURE}
[Unit]
Description=fasciwatch: a night of muscle twitches

[Service]
Type=notify
ExecStart={" ".join(_command(*command))}
{variables}Restart=on-failure
RestartSec={_AGAIN_S}
WatchdogSec={WATCHDOG_S}
TimeoutStopSec={_STOP_S}
KillSignal=SIGTERM
UMask=0077
NoNewPrivileges=yes
"""


def _command(program: str, *arguments: str) -> list[str]:
    """Quote a command line: the program's own path is taken as it stands, its name and arguments name variables."""
    path = [quote(program)]
    if "$" in program:  # by "@" it is told apart from the name, from which Python looks for its libraries
        path = [quote(f"@{program}"), quote(program, command=True)]
    return [*path, *(quote(word, command=True) for word in arguments)]


def command_of(text: str) -> list[str]:
    """Give back the command line of a text that `service` has given; empty where it has none."""
    line = next((line for line in text.split("\n") if line.startswith("ExecStart=")), "")
    words: list[str] = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    # Backwards what `quote` does: each of these stands for its last character.
    return [re.sub(r"\\(.)|%(%)|\$(\$)", lambda found: found[0][-1], word, flags=re.DOTALL) for word in words]


def timer(begin: time) -> str:
    """Give the text of the timer: each evening, and after each start of the computer, where the night may be going on.

    Parameters
    ----------
    begin
        Time of day.

    Returns
    -------
    str
        The text of the unit file.
    """
    return f"""{SIGNATURE}
[Unit]
Description=fasciwatch: each evening

[Timer]
OnCalendar=*-*-* {begin:%H:%M}:00
OnStartupSec=60
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def quote(word: str, *, command: bool = False) -> str:
    r"""Quote a word for a unit file, by systemd.service(5) and systemd.syntax(7).

    Parameters
    ----------
    word
        Anything without line breaks and zero characters.
    command
        Whether it stands in a command line, where ``$`` would name a variable in all but the program's path.

    Returns
    -------
    str
        The word as systemd reads it back.

    Raises
    ------
    ValueError
        Where it cannot stand in a unit file.
    """
    if any(character in word for character in "\n\r\0"):
        raise ValueError(f"{word!r} holds a line break")
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{word.replace("$", "$$") if command else word}"'
