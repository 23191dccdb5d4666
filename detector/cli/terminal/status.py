"""How a recording stands: a line for a person, lines of JSON for a program."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from detector.cli.terminal.output import print_json, say
from detector.recorder.listener import Listener
from detector.time_words import clock_time, span
from firmware_bridge.foreign_text import line
from firmware_bridge.samples import NS, Gap

if TYPE_CHECKING:
    from detector.recorder.recorder import Progress
    from firmware_bridge.link.info import LinkState

EVERY_S = 60.0
"""How often a log is told, in seconds."""

_SPINNER = 2
"""Columns of a live line that are not its words."""

_MINUTES_FROM_S = 100.0
"""From here on a short line tells a gap's length in minutes."""


class Status(Listener):
    """Live on a terminal, once a minute in a log, or once a minute as a line of JSON.

    Where nobody can read it any more the recording goes on all the same.

    Parameters
    ----------
    as_json
        Whether a program reads: each line on stdout is then an object whose ``what`` is ``state`` or ``progress``.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        from rich import status
        from rich.console import Console

        self._as_json = as_json
        self._console = Console(stderr=True)
        self._line = status.Status("starting", console=self._console)
        self._said_s = -EVERY_S

    @property
    def _is_live(self) -> bool:
        return self._console.is_terminal and not self._console.is_dumb_terminal and not self._as_json

    def __enter__(self) -> Self:
        if self._is_live:
            with suppress(OSError):
                self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._line.stop()

    def say(self, words: str) -> None:
        """Say something above that, where it is live; it may come from another thread."""
        if not self._is_live:
            say(words)
            return
        # Not by `say`: it would be written behind the live line, and not wiped out with it.
        with suppress(OSError):
            self._console.out(line(words), highlight=False)

    def state(self, which: str, state: LinkState, words: str) -> None:
        """Show what a link is doing; `which` says whose it is where there are several."""
        shown = " ".join(word for word in (which, state.value, words) if word)
        self._show(shown, {"what": "state", "wearable": which, "state": state.value, "words": words}, always=True)

    def progress(self, progress: Progress) -> None:
        """Show how the recording stands."""
        width = self._console.width - _SPINNER if self._is_live else None
        self._show(describe(progress, width), {"what": "progress", **asdict(progress)}, always=False)

    def _show(self, words: str, facts: dict[str, Any], *, always: bool) -> None:
        from rich.text import Text

        if self._is_live:
            with suppress(OSError):
                self._line.update(Text(line(words)))
            return
        if not always:
            now_s = asyncio.get_running_loop().time()
            if now_s - self._said_s < EVERY_S:
                return
            self._said_s = now_s
        if self._as_json:
            with suppress(OSError):
                print_json(facts, in_a_line=True)
        else:
            say(words)


def describe(progress: Progress, width: int | None = None) -> str:
    """Say in a line how a recording stands, trouble first.

    Parameters
    ----------
    progress
        How it stands.
    width
        Columns there are; where the line would be longer, it is said in fewer words.
    """
    words = ", ".join(_words(progress, brief=False))
    return words if width is None or len(words) <= width else ", ".join(_words(progress, brief=True))


def _words(progress: Progress, *, brief: bool) -> Iterator[str]:
    if progress.trouble is not None:
        yield progress.trouble
    minutes = progress.recorded_s / 60
    yield f"{minutes:.0f} min" if brief else f"{minutes:.1f} min recorded"
    yield f"{progress.rate_hz:.1f}" + ("/s" if brief else " samples/s")
    if progress.signal_dbm is not None:
        dbm = f"{progress.signal_dbm} dBm"
        yield dbm if brief else f"signal {dbm} at the last connection"
    if progress.battery is not None:
        yield f"battery {progress.battery} %"
    this_hour = progress.twitches_this_hour
    yield f"{this_hour} twitches/h" if brief else f"{progress.twitches} twitches, {this_hour} this hour"
    if progress.last_gap is not None:
        yield from _gap_words(progress, progress.last_gap, brief=brief)


def _gap_words(progress: Progress, gap: Gap, *, brief: bool) -> Iterator[str]:
    began, length_s = clock_time(gap.start_ns, None)[:5], (gap.end_ns - gap.start_ns) / NS
    if brief:
        length = f"{length_s:.0f} s" if length_s < _MINUTES_FROM_S else f"{length_s / 60:.0f} min"
        yield f"gap {length} at {began}"
    else:
        yield f"{span(progress.missing_s)} missing"
        yield f"last gap at {began}, {span(length_s)} ({gap.cause})"
