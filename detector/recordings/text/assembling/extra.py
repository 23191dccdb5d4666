"""Rows of a table that are none of the accelerometer's: another sensor's, or what a report adds at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.timing.rate import estimate_period
from detector.recordings.timing.utc import MISSING

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.scan import Scan
    from detector.recordings.text.table import Table

_NEAR = 1.5
"""Samples so many periods apart have lost none between them."""


def extra_rows(found: Scan, written: Stamps | None) -> npt.NDArray[np.int64]:
    """List the rows that are no samples of the accelerometer.

    A row without values is a sample that is lost where time has gone on for it, and else another sensor's. Rows
    without times at the end of a file are what a report adds.

    Parameters
    ----------
    found
        What a pass over the file found.
    written
        How its times are written.
    """
    if found.stamps is None or written is None or not (len(found.empty) or found.stamps.missing):
        return np.zeros(0, np.int64)
    kept = found.stamps.read()
    if not len(found.empty) and kept[-1] != MISSING:
        return np.zeros(0, np.int64)
    empty = np.zeros(found.rows, np.bool_)
    empty[found.empty] = True
    timed = kept != MISSING
    extra = empty & ~timed
    known = np.flatnonzero(timed)
    if not len(known):
        return np.zeros(0, np.int64)
    if found.last_unreadable <= known[-1]:
        extra[known[-1] + 1 :] = True
    full = np.flatnonzero(timed & ~empty)
    if empty.any() and len(full) > 1:
        stamps = written.settle(kept, [])
        apart = np.diff(stamps[full])
        usual = estimate_period((stamps[full] - stamps[full[0]]).astype(np.float64))
        at = np.flatnonzero(timed & empty)
        after = np.searchsorted(full, at)
        inside = (after > 0) & (after < len(full))
        if usual > 0:
            extra[at[inside]] |= apart[after[inside] - 1] <= _NEAR * usual
            # Before the first value and after the last one nothing is lost where other sensors' rows stand between.
            if np.count_nonzero(extra[at]) * 2 > len(at):
                extra[at[~inside]] = True
    return np.flatnonzero(extra)


def complain_of_empty(table: Table, found: Scan) -> None:
    """Refuse a table that mostly says that its values are missing.

    Raises
    ------
    RecordingError
        Where more than half of the rows have no acceleration.
    """
    if len(found.empty) > found.rows // 2:
        raise RecordingError(
            f"{table.name} has no acceleration in {len(found.empty)} of {found.rows} rows, more than half; check the "
            "columns, or export the file again."
        )
