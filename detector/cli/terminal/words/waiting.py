"""Words for who waits while nights are summed up for the first time."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from detector.cli.terminal.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PATIENCE_S = 1.0
"""So long nobody wonders what is being done."""

_WORDS = "Looking at your nights. This takes a while the first time only."


def one_by_one(nights: Iterable[Path], *, clock: Callable[[], float] = time.monotonic) -> Iterator[Path]:
    """Give nights one by one, and say what is being done where that takes longer than a moment.

    All goes to stderr: at a terminal how many are done, in a line that is taken back in the end; else a sentence.
    """
    from detector.night.keys import RING

    every = list(nights)
    is_terminal = sys.stderr.isatty()
    begun = clock()
    has_said = False
    ask = RING.ask

    def ask_on_a_clean_line() -> str:
        _write("")
        return "" if ask is None else ask()

    if ask is not None and is_terminal:
        RING.ask = ask_on_a_clean_line
    try:
        for done, night in enumerate(every):
            if done and clock() - begun >= PATIENCE_S:
                if is_terminal:
                    _write(f"{_WORDS} {done} of {len(every)}")
                elif not has_said:
                    say(_WORDS)
                has_said = True
            yield night
    finally:
        if RING.ask is ask_on_a_clean_line:
            RING.ask = ask
        if has_said and is_terminal:
            _write("")


def _write(words: str) -> None:
    """Write over the line that the cursor is in."""
    with suppress(OSError):  # the terminal was closed
        sys.stderr.write(f"\r\033[K{words}")
        sys.stderr.flush()
