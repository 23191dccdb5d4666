"""The diary: what the person says of each night, in one file beside the nights.

Names are handed on when they are asked for, so that a command that needs an entry alone does not wait for the file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.diary.book import Diary, diary_path
    from detector.diary.entries import Entry, Treatment
    from detector.diary.felt import Felt, felt_in

__all__ = ["Diary", "Entry", "Felt", "Treatment", "diary_path", "felt_in"]

_HOME_OF = {
    "Diary": "book",
    "diary_path": "book",
    "Entry": "entries",
    "Treatment": "entries",
    "Felt": "felt",
    "felt_in": "felt",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
