"""The key "I felt one" of a recording at the terminal, and what became of it at the end."""

from __future__ import annotations

import contextlib
import sys
from datetime import date
from typing import TYPE_CHECKING

from detector.cli.terminal.diary_beside import encrypt_diary
from detector.cli.terminal.output import print_json, say, show
from detector.errors import NightError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from detector.recorder.marks import Marks

KEYS = "fF "


def marks_in(folder: Path | None, passphrase: str | None, tell: Callable[[str], None]) -> Marks | None:
    """Make what takes marks, and have the diary encrypted where the night is.

    Parameters
    ----------
    folder
        Of the nights; None where none is kept.
    passphrase
        That of tonight's night; None where it is not encrypted.
    tell
        Says that one is kept, from another thread.

    Returns
    -------
    Marks or None
        None where there is no terminal, or the diary cannot be written: nothing of that ends a recording.
    """
    from detector.diary import Diary

    if folder is None:
        return None
    encrypt_diary(folder, passphrase, make=True)
    if not sys.stdin.isatty():
        return None
    book = Diary(folder)
    try:
        book.prepare()
    except NightError as error:
        say(f"What you feel tonight cannot be marked: {error}")
        return None
    from detector.recorder.marks import Marks

    return Marks(book, tell)


@contextlib.contextmanager
def taken(marks: Marks | None) -> Iterator[None]:
    """Take marks by a key as long as the context lasts; nobody is asked for anything meanwhile."""
    from detector.cli.terminal.keypress import pressed
    from detector.night.keys import RING

    if marks is None:
        yield
        return
    asked, RING.ask = RING.ask, None
    try:
        with marks, pressed(lambda key: marks.press() if key in KEYS else None) as can_be:
            if can_be:
                say("Press f, or the space bar, when you feel a twitch: it is marked.")
            yield
    finally:
        RING.ask = asked


def show_felt(marks: Marks | None, night: Path, *, as_json: bool) -> None:
    """Tell how many of the night's marks have an event near, and how many would by chance; nothing without marks."""
    from detector.diary import Diary
    from detector.diary.felt import felt_on

    if marks is None or not marks.kept:
        return
    try:
        evening = date.fromisoformat(night.stem)
        moments = [utc_ns for utc_ns, _ in Diary(night.parent).marks(evening, evening)]
    except (NightError, ValueError) as error:
        say(f"What you felt is kept, and cannot be held against the night: {error}")
        return
    felt = felt_on(night.parent, evening, moments)
    if felt is None:
        return
    if as_json:
        print_json({"what": "felt", **felt.facts}, in_a_line=True)
    else:
        show(f"{felt.words}.")
