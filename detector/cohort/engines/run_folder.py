"""A folder beside the results as long as a run takes: proof that a worker sees the same disk, and a place for keys."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = ".run-"
_OWNER = "owner"


@contextlib.contextmanager
def run_folder(results: Path) -> Iterator[Path]:
    """Make a folder that only its owner may look into, and delete it at the end.

    Those of runs that were killed on this computer are deleted too: keys lie in them.

    Yields
    ------
    Path
        The folder; its name is no other run's.

    Raises
    ------
    FasciwatchError
        Where it cannot be made.
    """
    results = results.absolute()
    try:
        results.mkdir(parents=True, exist_ok=True)
        for left in left_behind(results):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=results))  # of mode 0700
        (folder / _OWNER).write_text(f"{socket.gethostname()} {os.getpid()}\n", encoding="utf-8")
    except OSError as error:
        raise FasciwatchError(f"cannot write to {results} ({error.strerror}): name another folder with -o") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def left_behind(results: Path) -> list[Path]:
    """Find the folders of runs that were begun on this computer and have ended without a word."""
    found = []
    for folder in results.glob(f"{_PREFIX}*"):
        try:
            host, process = (folder / _OWNER).read_text(encoding="utf-8").split()
            if host == socket.gethostname() and not _runs(int(process)):
                found.append(folder)
        except (OSError, ValueError):
            continue  # being made, or somebody else's
    return found


def _runs(process: int) -> bool:
    if os.name != "posix":  # there os.kill ends the process
        import psutil

        return bool(psutil.pid_exists(process))
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
