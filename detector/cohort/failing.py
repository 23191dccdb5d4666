"""What went wrong with a night, in one sentence."""

from __future__ import annotations

from detector.errors import FasciwatchError
from firmware_bridge.foreign_text import line


def sentence_of(error: BaseException) -> str:
    """Say in one sentence what went wrong: that of an error of ours, else what kind of error it was."""
    words = line(str(error)).strip()
    if isinstance(error, FasciwatchError) and words:
        return words
    if isinstance(error, MemoryError):
        return "there is not enough memory for this night"
    return f"it failed with {type(error).__name__}{f': {words}' if words else ''}"
