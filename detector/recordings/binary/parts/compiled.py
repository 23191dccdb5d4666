"""Compilation of the decoders' kernels. Only what opens a file imports them: numba takes a while to load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
_njit: Any = numba.njit  # its types do not know all of its settings


def entry(function: F) -> F:
    """Compile a kernel without the GIL and with a cache on disk, where there is a folder for it."""
    try:
        return cast(F, _njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function))
    except RuntimeError:  # numba: "no locator available", on read-only or zipped installations
        return cast(F, _njit(nogil=True, no_cfunc_wrapper=True)(function))
