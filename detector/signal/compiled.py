"""Compilation settings of every kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile without the GIL and cache on disk; where no cache folder can be written, compile in each process.

    No fastmath: any split of the samples into calls, and the same source run as plain Python, give the same bits.
    """
    try:
        kernel: Any = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # numba: "no locator available", on read-only or zipped installations
        kernel = numba.njit(nogil=True, error_model="numpy")(function)
    return cast(F, kernel)


def is_cached(kernel: Callable[..., Any]) -> bool:
    """Whether a kernel lies compiled on the disk, from the source as it is now, so that it is only loaded.

    numba has no public word for it; where a later one keeps its cache otherwise, the answer is no.
    """
    try:
        return bool(cast(Any, kernel)._cache._cache_file._load_index())  # noqa: SLF001 - see above
    except (AttributeError, OSError):
        return False


def recordarray(array: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """Let plain Python reach a record's fields as attributes, as compiled code does."""
    # Only where the compiler is off: numba takes ten times as long to recognise the subclass at every call.
    off = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]  # numba sets it from the environment
    return array.view(np.recarray) if off else array
