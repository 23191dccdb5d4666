"""Labels as the page gives them: into the night's own file, on the disk when a call returns, nothing held after it.

The words are those of `detector.night.judging.judgements`: an `Action` is what one key press does. A night is unlocked
by the passphrases that this process knows (`detector.night.keys.RING`).
"""

from __future__ import annotations

import getpass

from detector.night.judging.judgements import (
    LABELS,
    Action,
    Estimate,
    Judged,
    Judgement,
    Place,
    Regrouping,
    Said,
    fold,
    place_of,
)
from detector.night.writing.labels import append, redo, set_place, undo

__all__ = [
    "LABELS",
    "Action",
    "Estimate",
    "Judged",
    "Judgement",
    "Place",
    "Regrouping",
    "Said",
    "append",
    "fold",
    "place_of",
    "redo",
    "set_place",
    "this_reviewer",
    "undo",
]


def this_reviewer() -> str:
    """Return the name of who uses this computer, as its system knows it; ``reviewer`` where it does not."""
    try:
        return getpass.getuser() or "reviewer"
    except (ImportError, KeyError, OSError):
        return "reviewer"
