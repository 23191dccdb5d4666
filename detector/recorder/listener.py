"""Who is told how an evening goes: a terminal, a page, a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from detector.recorder.recorder import Progress
    from firmware_bridge.link.info import LinkState

Say = Callable[[str], None]
"""Tells a person something, in a sentence or two."""

_log = logging.getLogger(__name__)


def into_the_log(words: str) -> None:
    """Tell the log, where nobody else listens."""
    _log.info("%s", words)


class Listener:
    """Is told how an evening goes; this one keeps what is said in the log, and is a base for those who show it.

    It is entered when the recording begins and left when it ends: what comes meanwhile may be shown as it changes.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is shown here that would have to be taken away."""

    def say(self, words: str) -> None:
        """Take what a person should know; it may come from another thread."""
        into_the_log(words)

    def state(self, which: str, state: LinkState, words: str) -> None:
        """Take what a link is doing.

        Parameters
        ----------
        which
            Whose it is, where there are several; else empty.
        state
            What it is doing.
        words
            More of that, in words.
        """

    def progress(self, progress: Progress) -> None:
        """Take how the recording stands, some times a second."""
