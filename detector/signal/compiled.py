"""Compilation settings of every kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])
_njit: Any = numba.njit  # its types do not know all of its settings
_unliteral: Any = numba.types.unliteral
_SETTINGS: Any = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""No fastmath: any split of the samples into calls, and the same source run as plain Python, give the same bits."""


def entry(function: F) -> F:
    """Compile a kernel that Python calls: without the GIL, and cached on disk together with all that it calls.

    Where no cache folder can be written, it is compiled in each process.
    """
    try:
        kernel: Any = _njit(cache=True, **_SETTINGS)(function)
    except RuntimeError:  # numba: "no locator available", on read-only or zipped installations
        kernel = _njit(**_SETTINGS)(function)
    return cast(F, kernel)


def compiled(function: F) -> F:
    """Compile what kernels call: with no way in from Python and no cache of its own, which take long to make."""
    return cast(F, _once_for_all_constants(_njit(no_cpython_wrapper=True, **_SETTINGS)(function)))


def _once_for_all_constants(kernel: Any) -> Any:
    """Let a kernel that is called with a constant be the one that is called with a variable.

    numba takes a constant argument for a type of its own, and compiles the kernel and all it calls once more for it:
    half as long again for the same code. Where a later numba goes about it otherwise, it does so again.
    """
    choose = getattr(kernel, "get_call_template", None)
    if choose is not None:

        def choose_for_variables(args: Any, kws: Any) -> Any:
            plain = tuple(_unliteral(kind) for kind in args)
            return choose(plain, {name: _unliteral(kind) for name, kind in kws.items()})

        kernel.get_call_template = choose_for_variables
    return kernel


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
