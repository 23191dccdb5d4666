"""Parquet: a table of columns, read by batches through pyarrow."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.libraries import library
from detector.recordings.binary.tables.table import Table, open_table

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
_WITHIN = "\0"
"""Stands between the name of a column and that of what is within it."""


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
    plain = {path: kind for field in schema for path, kind in _leaves(field.name, field.type, types)}
    plain |= _written(schema, plain, wish, types)
    dates = {name: bool(kind.tz) for name, kind in plain.items() if types.is_timestamp(kind)}
    if wish.columns is None and any(dates.values()):  # those without a zone are the same times, or worse
        plain = {name: kind for name, kind in plain.items() if dates.get(name, True)}
    zoned = any(dates.values()) if wish.columns is None else dates.get(str(wish.columns[0]), False)
    names = list(plain)
    twice = [name for name, times in Counter(schema.names).items() if times > 1]
    if twice:
        raise RecordingError(f"{path.name} holds two columns named {twice[0]!r}: name them apart and save it again.")

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        wanted = [names[i] for i in some]
        outer = list(dict.fromkeys(name.partition(_WITHIN)[0] for name in wanted))
        try:
            with parquet.ParquetFile(path, **_SPARING) as file:
                for batch in file.iter_batches(_ROWS, columns=outer, use_threads=False):
                    yield [_array(_leaf(batch, name), plain[name], types) for name in wanted]
        except errors:
            raise _damaged(path) from None

    shown = [name.replace(_WITHIN, ".") for name in names]
    return open_table(Table(path, "Parquet", _with_time(shown, plain, types), read, is_utc=zoned), wish)


def _leaves(name: str, kind: Any, types: Any) -> list[tuple[str, Any]]:
    """Return the columns of numbers and times that a column has in it, by their names."""
    if types.is_struct(kind):
        return [
            leaf for i in range(kind.num_fields) for leaf in _leaves(name + _WITHIN + kind[i].name, kind[i].type, types)
        ]
    if types.is_fixed_size_list(kind) and kind.list_size == len("xyz"):
        return [leaf for axis in "xyz" for leaf in _leaves(name + _WITHIN + axis, kind.value_type, types)]
    asked = (
        types.is_floating,
        types.is_integer,
        types.is_timestamp,
        types.is_decimal,
        types.is_duration,
        types.is_time,
    )
    inner = kind.value_type if types.is_dictionary(kind) else kind
    return [(name, inner)] if any(is_it(inner) for is_it in asked) else []


def _written(schema: Any, plain: dict[str, Any], wish: Wish, types: Any) -> dict[str, Any]:
    """Return the columns of texts that are times: the one the user names, else those named so where no other is."""
    texts = {field.name: field.type for field in schema if _is_text(field.type, types)}
    if wish.columns is not None:
        return {name: kind for name, kind in texts.items() if name == str(wish.columns[0])}
    if channels.time_of(list(plain), []) is not None or any(types.is_timestamp(kind) for kind in plain.values()):
        return {}
    return {name: kind for name, kind in texts.items() if channels.time_of([name], []) is not None}


def _is_text(kind: Any, types: Any) -> bool:
    inner = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner))


def _leaf(batch: Any, name: str) -> Any:
    """Take a column, or what is within one, out of a batch."""
    first, *inner = name.split(_WITHIN)
    column = batch.column(batch.schema.get_field_index(first))
    for part in inner:
        if hasattr(column, "field"):
            column = column.flatten()[column.type.get_field_index(part)]
        else:
            column = column.flatten()["xyz".index(part) :: len("xyz")]
    return column


def _with_time(names: list[str], plain: dict[str, Any], types: Any) -> list[str]:
    """Call the only column of dates a time, whatever its name: pandas saves its index so."""
    dates = [i for i, kind in enumerate(plain.values()) if types.is_timestamp(kind)]
    if len(dates) == 1 and channels.time_of(names, []) is None:
        names[dates[0]] += " time"
    return names


def _array(column: Any, kind: Any, types: Any) -> npt.NDArray[Any]:
    """Return a column as an array of its own kind; values that are missing are NaN, or no time."""
    if _is_text(kind, types):
        return np.array([(text or "").encode() for text in column.to_pylist()], np.bytes_)
    if types.is_decimal(kind):
        column = column.cast("float64")
    elif types.is_time(kind):
        column = column.cast("int32" if types.is_time32(kind) else "int64")
    elif types.is_duration(kind):
        column = column.cast("int64")
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _damaged(path: Path) -> RecordingError:
    return RecordingError(f"{path.name} is a damaged Parquet file: it was cut off or changed; copy it again.")
