"""Where a sheet is kept: whole or not at all, for its owner alone, and over nothing but an older sheet."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError
from detector.night.files import partial_of, private_file, settle
from detector.report.html import MARK

if TYPE_CHECKING:
    from pathlib import Path

_HEAD_BYTES = 2000
_PDF = b"%PDF-"
_OURS = b"\n%fasciwatch sheet\n"
"""A comment at the end of a PDF, which no reader minds."""


class TakenError(FasciwatchError):
    """There is a file of this name that is no sheet."""


def save(target: Path, content: bytes) -> None:
    """Write a sheet: all of it or nothing, readable for its owner alone.

    Parameters
    ----------
    target
        The file. An older sheet of this name is replaced.
    content
        HTML or PDF.

    Raises
    ------
    TakenError
        Where the name is that of another file.
    FasciwatchError
        Where it cannot be written.
    """
    try:
        if os.path.lexists(target) and not is_sheet(target):
            raise TakenError(f"{target} is there already, and is no sheet: name another file with -o")
        partial = partial_of(target)
        partial.unlink(missing_ok=True)
        try:
            private_file(partial)
            partial.write_bytes(content + _OURS if content.startswith(_PDF) else content)
            settle(partial, target)
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise FasciwatchError(f"cannot write {target} ({error.strerror}): name another file with -o") from error


def is_sheet(path: Path) -> bool:
    """Whether a file is a sheet that fasciwatch has written; a link or a folder is none."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.startswith(_PDF):
            return _OURS in head + file.read()
    return f'name="generator" content="{MARK}"'.encode() in head
