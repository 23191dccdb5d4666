"""What ``fasciwatch`` says where nothing else is said: how things stand, and what can be done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = {
    "tonight": ("doctor", "scan", "record", "service", "demo"),
    "look": ("nights", "review", "report", "diary", "trend", "compare", "events"),
    "research": ("replay", "export", "score", "cohort"),
    "keep": ("place", "check", "backup", "thin", "delete", "wearables"),
}
"""The commands by what they are for, in the order of their use."""

_QUIET_S = 120.0
"""A recorder writes each 1.5 s."""


def how_it_stands() -> list[str]:
    """Say in two lines what the library holds, and what comes next; no night is opened for it."""
    from detector.night.files import SUFFIX, usual_folder, wal_of

    folder = usual_folder()
    found = sorted(folder.glob(f"*{SUFFIX}"), key=_age)
    if not found:
        return [
            "You have no nights yet. See what one is like, without any hardware: fasciwatch demo",
            "Is this computer fit for a real one? fasciwatch doctor",
        ]
    latest = found[-1]
    count = "one night" if len(found) == 1 else f"{len(found)} nights"
    if latest.with_name(f"{latest.name}-lock").exists() and time.time() - _age(wal_of(latest)) < _QUIET_S:
        return [f"You have {count}; {latest.stem} is being recorded.", "Look at them: fasciwatch review"]
    return [
        f"You have {count}, the latest {latest.stem}. Look at it: fasciwatch review last",
        "Record another one tonight: fasciwatch record --until 07:00",
    ]


def _age(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:  # deleted meanwhile
        return 0.0


def write_groups(group: click.Group, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the commands, group by group."""
    for name, words in GROUPS.items():
        commands = [(word, command) for word in words if (command := group.get_command(ctx, word)) is not None]
        room = formatter.width - 6 - max(map(len, words))
        with formatter.section(name.capitalize()):
            formatter.write_dl([(word, command.get_short_help_str(room)) for word, command in commands])
