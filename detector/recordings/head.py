"""The beginning of a file, by which its format is recognised."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from detector.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 1 << 18
"""So much is read of it: some thousand rows of text."""


def read_head(path: Path) -> bytes:
    """Read the first 256 KiB of a file.

    Returns
    -------
    bytes
        Never blank; shorter where the file is.

    Raises
    ------
    RecordingError
        Where the file is not there, cannot be opened, or is empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}; check the name and the folder.") from None
    except IsADirectoryError:
        raise RecordingError(f"{path} is a folder; name a recorded file in it.") from None
    except OSError as error:
        folder = os.path.isdir(path)  # noqa: PTH112 - Windows says "permission denied" of a folder; pathlib may raise
        why = "is a folder; name a recorded file in it" if folder else f"cannot be opened: {error.strerror}"
        raise RecordingError(f"{path} {why}.") from None
    if not head.strip():
        raise RecordingError(f"{path.name} is empty; record again or export it again.")
    return head
