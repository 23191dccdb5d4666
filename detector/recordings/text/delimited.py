"""Delimited text: CSV and its relations, with or without names for its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.recordings.text import columns
from detector.recordings.text.assemble import assemble, local_to_utc
from detector.recordings.text.scan import scan
from detector.recordings.text.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from detector.recordings.recording import Recording
    from detector.recordings.text.dialect import Dialect
    from detector.recordings.utc import Ns
    from detector.recordings.wish import Wish

FORMAT = "CSV"


def open_table(path: Path, dialect: Dialect, wish: Wish) -> Recording:
    """Open a table of any make.

    Raises
    ------
    RecordingError
        Where the columns are not understood, or for the reasons any table is refused.
    """
    layout = columns.find(path.name, dialect, wish.columns, rate_known=wish.rate_hz is not None)
    times = () if layout.time is None or layout.stamps is None else ((layout.time, layout.stamps.kind),)
    table = Table(path, dialect, times, layout.xyz)
    return assemble(
        table,
        scan(table, layout.stamps, wish.block_rows),
        wish,
        format_name=FORMAT,
        stated=layout.unit,
        in_utc=local_to_utc(layout.stamps, wish.timezone) if layout.stamps is not None else _unchanged,
        has_date=layout.stamps is not None and layout.stamps.is_date,
        notes=list(layout.notes),
    )


def _unchanged(stamps: Ns, notes: list[str]) -> Ns:
    del notes
    return stamps
