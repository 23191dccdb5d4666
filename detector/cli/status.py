"""How a recording stands: a line for a person, lines of JSON for a program."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

import click

from detector.cli.common import say

if TYPE_CHECKING:
    from detector.recorder import Progress
    from firmware_bridge.link_info import LinkState

EVERY_S = 60.0
"""How often a log is told, in seconds."""

ALARM_S = 60.0
"""So long samples may stay away before the bell rings, where it is wanted, in seconds."""


class Status:
    """Live on a terminal, once a minute in a log, or once a minute as a line of JSON.

    Parameters
    ----------
    as_json
        Whether a program reads: each line on stdout is then an object whose ``what`` is ``state`` or ``progress``.
    bell
        Whether to ring the terminal's bell while samples stay away.
    """

    def __init__(self, *, as_json: bool = False, bell: bool = False) -> None:
        from rich import status
        from rich.console import Console

        self._as_json = as_json
        self._bell = bell
        self._console = Console(stderr=True)
        self._line = status.Status("starting", console=self._console)
        self._said_s = -EVERY_S
        self._latest_s: float | None = None

    @property
    def _is_live(self) -> bool:
        return self._console.is_terminal and not self._as_json

    def __enter__(self) -> Self:
        if self._is_live:
            self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()

    def state(self, which: str, state: LinkState, words: str) -> None:
        """Show what a link is doing; `which` says whose it is where there are several."""
        now_s = asyncio.get_running_loop().time()
        if self._bell and self._latest_s is not None and now_s - self._latest_s > ALARM_S:
            self._console.bell()
        shown = " ".join(word for word in (which, state.value, words) if word)
        self._show(shown, {"what": "state", "wearable": which, "state": state.value, "words": words}, always=True)

    def progress(self, progress: Progress) -> None:
        """Show how the recording stands."""
        self._latest_s = asyncio.get_running_loop().time()
        self._show(describe(progress), {"what": "progress", **asdict(progress)}, always=False)

    def _show(self, words: str, facts: dict[str, Any], *, always: bool) -> None:
        if self._is_live:
            self._line.update(words)
            return
        now_s = asyncio.get_running_loop().time()
        if not always and now_s - self._said_s < EVERY_S:
            return
        self._said_s = now_s
        if self._as_json:
            click.echo(json.dumps(facts))
        else:
            say(words)


def describe(progress: Progress) -> str:
    """Say in a line how a recording stands."""
    words = [
        f"{progress.recorded_s / 60:.1f} min recorded",
        f"{progress.rate_hz:.1f} samples/s",
        f"{progress.twitches} twitches, {progress.twitches_this_hour} this hour",
    ]
    if progress.battery is not None:
        words.append(f"battery {progress.battery} %")
    if progress.last_gap is not None:
        words.append(f"{progress.missing_s:.0f} s missing (last: {progress.last_gap.cause})")
    if progress.trouble is not None:
        words.append(progress.trouble)
    return ", ".join(words)
