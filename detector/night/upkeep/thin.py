"""Leaving out of a night what serves to mend it only: the notifications as the wearable sent them."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from detector.night.connection import open_for_reading, open_for_writing, tidy
from detector.night.sentences import as_night_error
from detector.night.statements import drop_all_raw, has_raw
from detector.night.upkeep.age import written_ns
from detector.night.writing.lock import writing

if TYPE_CHECKING:
    from pathlib import Path


def thin(night: Path) -> int:
    """Delete the raw notifications of a night; samples, events and everything else stay as they are.

    Parameters
    ----------
    night
        The file.

    Returns
    -------
    freed
        Bytes by which the file has become smaller.

    Raises
    ------
    NightError
        Where it is being recorded, is no night, or the disk has no room for the work: about the night's own size.
    """
    with as_night_error(night), writing(night):
        # By a reader: to write into an empty file would make a night of it.
        with open_for_reading(night) as connection:
            if not has_raw(connection):
                return 0
        before, written = night.stat().st_size, written_ns(night)
        with contextlib.closing(open_for_writing(night)) as connection:
            drop_all_raw(connection)
            # Anew, so that nothing of it is left in the file.
            connection.execute("VACUUM")
            tidy(connection)
        os.utime(night, ns=(written, written))  # it is no later night for that: "last" stays another one
    return before - night.stat().st_size
