"""Copying a night while it may be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.errors import NightError
from detector.night.connection import open_for_reading
from detector.night.files import partial_of, private_file, remove_files, settle
from detector.night.sentences import as_night_error
from detector.night.upkeep.age import written_ns
from detector.night.whole import see_that_it_is_whole

if TYPE_CHECKING:
    from pathlib import Path


def backup(night: Path, target: Path, *, replace: bool = False) -> None:
    """Copy a night, as it is at this moment; a recorder that writes it meanwhile is not held up.

    SQLite's ``VACUUM INTO`` reads one state of the night and writes it anew, without what was deleted in it. The copy
    of an encrypted night is encrypted with the same passphrase. It gets its name once it is whole and on the disk.

    Parameters
    ----------
    night
        The file.
    target
        The copy.
    replace
        Whether it takes the place of one that is there; else there must be none.

    Raises
    ------
    NightError
        Where the night cannot be read, is not put together as one should be, or the copy not be written.
    """
    if target.exists() and not replace:
        raise NightError(f"{target} is there already: name another file, or delete it")
    partial = partial_of(target)
    with as_night_error(target):  # also what is raised in clearing up, as where the name is too long
        try:
            with open_for_reading(night) as connection, as_night_error(target):
                with as_night_error(night):  # of a damaged page's rows the copy would tell nothing any more
                    see_that_it_is_whole(connection, night)
                private_file(partial)
                connection.execute("VACUUM INTO ?", (str(partial),))
                settle(partial, target)
        finally:
            remove_files(partial)


def is_newer(night: Path, copy: Path) -> bool:
    """Whether a night has been written to since it was copied."""
    return written_ns(night) > copy.stat().st_mtime_ns
