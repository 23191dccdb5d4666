"""The formats that can be read, and which of them a file has: that is told by its content, not by its name.

A format is a module with the two functions of `Format`, and a place in `FORMATS`; ``READS_GZIP = True`` in it says that
it unpacks what is packed by gzip on the way; for others it is unpacked before. What it opens is a `Recording`, which
reads blocks of samples from a `Source` of the format's own.

Another distribution adds a format by an entry point of the group ``fasciwatch.recordings`` that names such a module, or
any object with the two functions. It is asked after our own binary formats and before text.
"""

from __future__ import annotations

import functools
import logging
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from detector.errors import FasciwatchError, RecordingError
from detector.recordings.binary.actigraph import gt3x
from detector.recordings.binary.axivity import cwa
from detector.recordings.binary.empatica import avro
from detector.recordings.binary.geneactiv import bin as geneactiv
from detector.recordings.binary.signals import edf, unisens, wfdb
from detector.recordings.binary.tables import bids, hdf5, numpy_files, parquet
from detector.recordings.binary.xdf import xdf
from detector.recordings.head import ARCHIVE, is_packed, read_head
from detector.recordings.text import formats as text
from detector.recordings.text.source.content import whole_of
from detector.recordings.unpacking import of_archive, open_unpacked
from detector.recordings.wish import BLOCK_ROWS, Wish

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from detector.recordings.recording import Recording


class Format(Protocol):
    """A format of recorded files."""

    def recognises(self, head: bytes, path: Path) -> bool:
        """Tell whether a file has this format: by its first 256 KiB, by its name where those leave it open."""

    def open(self, path: Path, wish: Wish) -> Recording:
        """Open a file and check all of it; raises `RecordingError` with a sentence that says what to do."""


FORMATS: tuple[Format, ...] = (
    cwa,
    gt3x,
    geneactiv,
    edf,
    numpy_files,
    parquet,
    avro,
    xdf,
    hdf5,
    wfdb,
    unisens,
    bids,
)
"""Tried in this order. Those of others follow, and text comes last: anything without control characters is text."""

PACKERS = (
    (4, b"1AY&SY", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"(\xb5/\xfd", "zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (257, b"ustar", "tar"),
)
"""Byte, and what stands there in files that are packed otherwise than by gzip and zip."""

GROUP = "fasciwatch.recordings"
"""Entry points of this group are formats of others."""

_log = logging.getLogger(__name__)


@functools.cache
def others() -> tuple[Format, ...]:
    """Formats that other distributions bring.

    Returns
    -------
    tuple of Format
        Those that can be loaded, in the order of their names; one that cannot is told of in the log.
    """
    found = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            found.append(cast("Format", entry.load()))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, our own formats are read
            _log.warning("The format %s (%s) cannot be loaded: %r", entry.name, entry.value, error)
    return tuple(found)


def open_recording(
    path: str | os.PathLike[str],
    *,
    rate_hz: float | None = None,
    units: str | None = None,
    columns: Sequence[str | int] | None = None,
    delimiter: str | None = None,
    timezone: str | None = None,
    block_rows: int = BLOCK_ROWS,
    dates: str | None = None,
    sensor: str | None = None,
    counts_per_g: float | None = None,
    zero_count: float = 0.0,
) -> Recording:
    """Open a recorded file and check every row of it.

    The format is recognised by the content, not the name. Memory grows with the time stamps of a table alone, and only
    where they need mending (a coarse clock, missing ones, a zone that changes its clocks): by eight bytes a row and a
    few times that while they are worked out. Streaming takes the same memory however long the file.

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
        IANA name of the zone that dates without one are in; it holds against what a device's file says of its clock.
        None for what the file says, else UTC.
    block_rows
        Rows read at a time; it changes no result.
    dates
        Which number comes first in dates such as 12/11/2024: ``day-first``, ``month-first`` or ``year-first``, where
        it cannot be told.
    sensor
        Which sensor is read, where a file holds several: by its name, or part of it.
    counts_per_g, zero_count
        Counts in a g, and the count that means none, where the values are raw counts.

    Returns
    -------
    Recording
        What the file is; its samples are read when they are asked for.

    Raises
    ------
    RecordingError
        With one sentence that says what is wrong with the file and what to do.
    """
    path = Path(path)
    wish = Wish.of(
        rate_hz=rate_hz,
        units=units,
        columns=columns,
        delimiter=delimiter,
        timezone=timezone,
        block_rows=block_rows,
        dates=dates,
        sensor=sensor,
        counts_per_g=counts_per_g,
        zero_count=zero_count,
    )
    head = read_head(path)
    with path.open("rb") as file:
        is_gzip = is_packed(file)
    binary = (*FORMATS, *others())
    for each in binary:
        if each.recognises(head, path):
            if is_gzip and not getattr(each, "READS_GZIP", False):
                packed = [whole_of(path, "gzip")]
                return open_unpacked(packed, lambda inside: _opened(each, inside, wish))  # noqa: B023 - called now
            return _opened(each, path, wish)
    if head.startswith(ARCHIVE):
        found = of_archive(path, lambda head, name: any(each.recognises(head, name) for each in binary))
        if found:
            return open_unpacked(found, lambda inside: _open(binary, inside, wish))
    for at, mark, packer in PACKERS:
        if head.startswith(mark, at):
            raise RecordingError(f"{path.name} is packed by {packer}, which is not unpacked here: unpack it first.")
    if text.recognises(head, path):
        return text.open(path, wish)
    raise RecordingError(
        f"{path.name} is not a text file, nor any other format that can be read; export the recording as CSV and read "
        "that."
    )


def _open(formats: Sequence[Format], path: Path, wish: Wish) -> Recording:
    head = read_head(path)
    return _opened(next(each for each in formats if each.recognises(head, path)), path, wish)


def _opened(form: Format, path: Path, wish: Wish) -> Recording:
    """Open a file; what a format of others stumbles over is told in a sentence, too, with the name of that format."""
    try:
        return form.open(path, wish)
    except (FasciwatchError, OSError):
        raise
    except Exception as error:
        if form in FORMATS:
            raise
        name = getattr(form, "__name__", type(form).__name__)
        raise RecordingError(
            f"{path.name} cannot be read by {name}, a format that another package brings: {error!r}. Tell whoever made "
            "that package."
        ) from error
