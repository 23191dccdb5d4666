"""The one line that says how a recording stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from detector.cli.common import say

if TYPE_CHECKING:
    from detector.recorder import Progress
    from firmware_bridge.link_info import LinkState

_EVERY_S = 60.0


class Status:
    """Live on a terminal, once a minute in a log."""

    def __init__(self) -> None:
        from rich import status
        from rich.console import Console

        self._console = Console(stderr=True)
        self._line = status.Status("starting", console=self._console)
        self._said_s = -_EVERY_S

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()

    def state(self, which: str, state: LinkState, words: str) -> None:
        """Show what a link is doing; `which` says whose it is where there are several."""
        self._show(" ".join(word for word in (which, state.value, words) if word), always=True)

    def progress(self, progress: Progress) -> None:
        """Show how the recording stands."""
        words = f"{progress.recorded_s / 60:.1f} min recorded, {progress.twitches} twitches"
        if progress.last_gap is not None:
            words += f", {progress.missing_s:.0f} s missing (last: {progress.last_gap.cause})"
        if progress.trouble is not None:
            words += f"; {progress.trouble}"
        self._show(words, always=False)

    def _show(self, words: str, *, always: bool) -> None:
        if self._console.is_terminal:
            self._line.update(words)
            return
        now_s = asyncio.get_running_loop().time()
        if always or now_s - self._said_s >= _EVERY_S:
            self._said_s = now_s
            say(words)
