"""How the server keeps small: the C library is made to return what an answer took, where it is GNU's."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_MALLOC = {-8: 1, -3: 65_536, -1: 65_536}
"""``M_ARENA_MAX``, ``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD`` of mallopt(3)."""


def keep_little() -> None:
    """Have one heap for all threads, and what is large outside it: it would keep a heap for each, and all it had."""
    for name, value in _MALLOC.items():
        _call("mallopt", name, value)


def give_back() -> None:
    """Return what is free amid the heap, too; after an answer that took much."""
    _call("malloc_trim", 0)


def _call(name: str, *values: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            getattr(ctypes.CDLL(None), name)(*values)
