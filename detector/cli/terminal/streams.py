"""The streams and signals of this process: closed streams, names that are not to be written, and the end by Ctrl-C."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import asyncio

    from detector.recorder.unnamed import Names


def mend_streams() -> None:
    """Give a stand-in for streams that whoever started this has closed, and write "?" for what an encoding lacks.

    Files opened later would otherwise get the numbers of the closed streams, and Windows, where output goes into a
    file, has no letter for the bars of a summary.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until this process ends
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Hiding(io.TextIOBase):
    """A stream that hides names in what is written, line by line."""

    def __init__(self, stream: TextIO, names: Names) -> None:
        self._stream = stream
        self._names = names
        self._begun = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property here as there
        """Of the stream itself."""
        return self._stream.encoding

    def writable(self) -> bool:
        """Whether one may write to it."""
        return True

    def write(self, words: str) -> int:
        """Write the lines that are whole; the rest waits."""
        *lines, self._begun = (self._begun + words).split("\n")
        for line in lines:
            self._stream.write(f"{self._names.hide(line)}\n")
        return len(words)

    def flush(self) -> None:
        """Have what is written be seen; a line that has begun stays hidden."""
        self._stream.flush()


def hide_names() -> Names:
    """Hide names from now on in all that this process writes, errors too; gives where to tell which they are."""
    from detector.recorder.unnamed import Names

    names = Names()
    sys.stdout = _Hiding(sys.stdout, names)
    sys.stderr = _Hiding(sys.stderr, names)
    return names


@contextmanager
def ended_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the night as the clock would."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one is a closed terminal; Windows has none
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = {number: signal.getsignal(number) for number in signals}
    for number in signals:
        # Not loop.add_signal_handler: Windows has none.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
