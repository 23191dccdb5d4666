"""Libraries that only some formats need: asked for when such a file is opened, and named where they are absent."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from detector.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path


def library(module: str, extra: str, path: Path, what: str) -> Any:
    """Import a library.

    Parameters
    ----------
    module
        Its name.
    extra
        The extra of this package that installs it.
    path, what
        The file that needs it, and what kind of file that is.

    Raises
    ------
    RecordingError
        Where it is not installed, or not in a state to be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise RecordingError(
            f"{path.name} is {what}, for which a library is missing: install it with pip install 'fasciwatch[{extra}]'."
        ) from None
