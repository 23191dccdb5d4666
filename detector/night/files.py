"""The files of a night: what they are called, who may look into them, and when the disk has them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".night"
"""By custom, the ending of a night's file."""

_FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""A night shows how a person slept: nobody else on the machine may look."""


def usual_folder() -> Path:
    """Return where nights lie if nothing else is said: in the user's data folder."""
    return platformdirs.user_data_path("fasciwatch", appauthor=False) / "nights"


def leads_nowhere(path: Path) -> bool:
    """Whether a path is a link to a file that is not there, or to itself."""
    return path.is_symlink() and not path.exists()


def private_file(path: Path) -> None:
    """Make an empty file that nobody else may read; SQLite gives its -wal and -shm files the mode of the file itself.

    Raises
    ------
    FileExistsError
        Where it is there.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _FILE_MODE))


def sync(path: Path) -> None:
    """Have the disk keep a file that SQLite has not open, or a folder's names.

    Raises
    ------
    OSError
        Where it is missing, or the disk does not do it.
    """
    if path.is_dir() and os.name == "nt":  # Windows opens no folder
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def wal_of(path: Path) -> Path:
    """Where SQLite keeps what is not in a night's file yet."""
    return path.with_name(path.name + "-wal")


def shm_of(path: Path) -> Path:
    """Where SQLite keeps its index of that; it is made anew where it is missing."""
    return path.with_name(path.name + "-shm")


def journal_of(path: Path) -> Path:
    """Where SQLite keeps a night's first page while it changes from one kind of log to another; a crash leaves it."""
    return path.with_name(path.name + "-journal")


def beside(path: Path) -> tuple[Path, ...]:
    """All that SQLite may keep beside a night."""
    return wal_of(path), shm_of(path), journal_of(path)


def remove_files(path: Path) -> None:
    """Delete a night and what SQLite keeps beside it: what is left would be read into the next night of its name."""
    for file in (*beside(path), path):
        file.unlink(missing_ok=True)


def partial_of(target: Path) -> Path:
    """Name the file that a copy is written to until it is whole."""
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def settle(partial: Path, target: Path) -> None:
    """Give a copy that is whole its name, once the disk has it.

    Raises
    ------
    OSError
        Where that cannot be done.
    """
    sync(partial)
    partial.replace(target)
    sync(target.parent)
