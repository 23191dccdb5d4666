"""Parquet: a table of columns, read by batches through pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts.libraries import library
from detector.recordings.binary.tables import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_MAGIC = b"PAR1"
_ROWS = 65_536
_SPARING = {"pre_buffer": False, "buffer_size": 1 << 16}
"""Pages are read as they are needed, and not the columns of a million rows at once."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_MAGIC)


def open(path: Path, wish: Wish) -> Recording:
    """Open a table, and look at every row.

    Raises
    ------
    RecordingError
        Where pyarrow is not installed, the file is damaged, or holds no acceleration.
    """
    parquet = library("pyarrow.parquet", "parquet", path, "a Parquet file")
    types = library("pyarrow.types", "parquet", path, "a Parquet file")
    errors = (library("pyarrow", "parquet", path, "a Parquet file").ArrowException, OSError, ValueError, EOFError)
    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
    except errors:
        raise _damaged(path) from None
    plain = [
        field
        for field in schema
        if types.is_floating(field.type) or types.is_integer(field.type) or types.is_timestamp(field.type)
    ]
    names = [field.name for field in plain]
    zoned = any(types.is_timestamp(field.type) and field.type.tz for field in plain)

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        wanted = [names[i] for i in some]
        try:
            with parquet.ParquetFile(path, **_SPARING) as file:
                for batch in file.iter_batches(_ROWS, columns=wanted, use_threads=False):
                    yield [_array(batch.column(batch.schema.get_field_index(name))) for name in wanted]
        except errors:
            raise _damaged(path) from None

    return open_table(Table(path, "Parquet", names, read, is_utc=zoned), wish)


def _array(column: Any) -> npt.NDArray[Any]:
    """Return a column as an array of its own kind; values that are missing are NaN, or no time."""
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _damaged(path: Path) -> RecordingError:
    return RecordingError(f"{path.name} is a damaged Parquet file: it was cut off or changed; copy it again.")
