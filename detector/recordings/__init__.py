"""Readers of recorded files: any of them becomes the `Samples` and `Gap`s that a wearable would have sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detector.recordings import delimited, dialect, polar_sensor_logger
from detector.recordings.assemble import Wish
from detector.recordings.recording import Recording
from detector.recordings.table import BLOCK_ROWS

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

__all__ = ["Recording", "open_recording"]


def open_recording(
    path: str | os.PathLike[str],
    *,
    rate_hz: float | None = None,
    units: str | None = None,
    columns: Sequence[str | int] | None = None,
    delimiter: str | None = None,
    timezone: str = "UTC",
    block_rows: int = BLOCK_ROWS,
) -> Recording:
    """Open a recorded file and check every row of it.

    The format is recognised by the content, not the name. Memory grows with the time stamps alone, by eight
    bytes a row and a few times that while they are worked out; streaming takes the same memory however long the file.

    Parameters
    ----------
    path
        The file.
    rate_hz
        Sampling rate in Hz; samples are then counted at it, and stamps only show where some are missing.
    units
        Unit of acceleration (``g``, ``mg`` or ``m/s2``) where the file does not state it and gravity does not show it.
    columns
        The columns of x, y and z, or of time, x, y and z, by name or by position counted from 1, where they are not
        to be found by themselves.
    delimiter
        What stands between cells, where it is not to be recognised: one character, or ``tab`` or ``space``.
    timezone
        IANA name of the zone that dates without one are in.
    block_rows
        Rows read at a time; it changes no result.

    Raises
    ------
    RecordingError
        With one sentence that says what is wrong with the file and what to do.
    """
    path = Path(path)
    wish = Wish.of(rate_hz, units, timezone, block_rows)
    found = dialect.recognise(path, delimiter)
    if columns is None and polar_sensor_logger.recognises(found):
        return polar_sensor_logger.open_table(path, found, wish)
    return delimited.open_table(path, found, wish, columns)
