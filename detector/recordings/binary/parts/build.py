"""From the pieces that a decoder lays to a `Recording`, alike for every device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.recording import Recording
from detector.recordings.timing import times
from detector.recordings.timing.utc import to_utc
from detector.recordings.wish import check_rate
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Reading
    from detector.recordings.timing.times import Piece
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

_AGREES = 0.02
_YEARS = (1900, 2200)
_EARLIEST_NS = int(np.datetime64("2004", "ns").astype(np.int64))
_LATEST_NS = int(np.datetime64("2080", "ns").astype(np.int64))
"""No wearable recorded before; clocks that were never set begin in 1970, 1980 or 2000."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a decoded file."""

    first: int
    xyz: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a decoder gives out, as a `Source`.

    Parameters
    ----------
    name
        Name of the file.
    read
        Reads the file from the start: arrays of acceleration in g, of whatever lengths.
    """

    name: str
    read: Callable[[], Iterator[npt.NDArray[np.float32]]]

    def blocks(self, rows: int) -> Iterator[Rows]:
        """Hand out what was decoded, at most so many rows at a time."""
        first = 0
        for xyz in self.read():
            for at in range(0, len(xyz), rows):
                part = xyz[at : at + rows]
                yield Rows(first, part)
                first += len(part)


@dataclass(frozen=True, slots=True)
class Device:
    """What a file says of the device that made it.

    Parameters
    ----------
    format
        Name of the file format.
    serial
        The device's number, "" where it is not told.
    nominal_hz
        Rate it was set to.
    lsb_g
        Its step in g, None where it has none.
    units
        In which the file has its values.
    """

    format: str
    serial: str
    nominal_hz: float
    lsb_g: float | None
    units: Unit = "g"


def zone_shift(local_ns: int, wish: Wish, offset_s: int | None, said_by: str, notes: list[str]) -> int:
    """Find out what brings a device's clock to UTC: its zone is what the user says, else its file, else UTC.

    A device's clock is set once and follows no summer time: the offset is the one at the start.

    Parameters
    ----------
    local_ns
        The first stamp by the device's clock, in ns.
    wish
        What the user says.
    offset_s
        What the file says its clock is ahead of UTC, in s; None where it says nothing.
    said_by
        What of the file says so.
    notes
        What was assumed is added here.

    Returns
    -------
    int
        What is to be added to stamps, in ns.
    """
    if wish.zone_said or offset_s is None:
        shift = int(to_utc(np.array([local_ns], np.int64), wish.timezone)[0]) - local_ns
        assumed = "" if wish.zone_said else "; name it with --timezone if that is wrong"
        note = f"The file names no time zone, and its clock was taken as {wish.timezone}{assumed}."
        if offset_s is not None:
            note = f"Its clock was taken as {wish.timezone}, as given."
            if shift != -offset_s * NS:
                note += f" ({said_by} says {offset_words(offset_s)}.)"
        notes.append(note)
        return shift
    notes.append(f"Its clock was taken as {offset_words(offset_s)}, as {said_by} says.")
    return -offset_s * NS


def check_year(year: int) -> None:
    """Refuse a year that no clock says and no 64-bit number of ns holds; raises `ValueError`."""
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise ValueError(year)


def offset_words(offset_s: int) -> str:
    """Return an offset from UTC in words, such as ``UTC-05:00``."""
    minutes = abs(offset_s) // 60
    return f"UTC{'-' if offset_s < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def refuse_columns(path: Path, wish: Wish, format_name: str) -> None:
    """Refuse wishes that make no sense for a device's own file.

    Raises
    ------
    RecordingError
        Where columns, a delimiter or another unit than g is wished for.
    """
    said = [
        ("--columns", wish.columns is not None),
        ("--delimiter", wish.delimiter is not None),
        ("--units", wish.units not in (None, "g")),
        ("--sensor", wish.sensor is not None),
    ]
    for option, is_said in said:
        if is_said:
            raise RecordingError(
                f"{path.name} is a file of the format {format_name}, which needs no {option}: leave it out."
            )


def build(
    path: Path,
    wish: Wish,
    device: Device,
    pieces: list[Piece],
    read: Callable[[], Iterator[npt.NDArray[np.float32]]],
    *,
    notes: list[str],
    has_date: bool = True,
    units_from: str = "by the format",
    readings: Sequence[Reading] = (),
) -> Recording:
    """Make a recording of what a decoder found.

    Raises
    ------
    RecordingError
        Where there is too little of it, or it is too slow or too fast.
    """
    rows = sum(piece.count for piece in pieces)
    if rows < 2:
        raise RecordingError(f"{path.name} holds no acceleration that can be read; export it from the device again.")
    true_hz = rows / sum(piece.count / piece.rate_hz for piece in pieces)
    rate_hz = true_hz
    nominal_hz = device.nominal_hz
    if wish.rate_hz is not None:
        rate_hz = nominal_hz = wish.rate_hz
        if abs(true_hz / rate_hz - 1) > _AGREES:
            notes.append(f"By its times the file has {true_hz:.4g} Hz; the given {rate_hz:.4g} Hz was used.")
        pieces = times.lay_at(rate_hz, rows, pieces[0].start_ns, pieces)
    check_rate(rate_hz, f"The sampling rate of {path.name}")
    if has_date and not _EARLIEST_NS <= pieces[0].start_ns <= _LATEST_NS:
        year = np.datetime64(pieces[0].start_ns, "ns").astype("datetime64[Y]")
        notes.append(f"Its dates begin in {year}: the device's clock was not set.")
    return Recording(
        format=device.format,
        sensor=clean(path.with_suffix("").stem if path.suffix == ".gz" else path.stem) or "unnamed",
        rate_hz=rate_hz,
        nominal_hz=nominal_hz,
        units=device.units,
        units_from=units_from,
        lsb_g=device.lsb_g,
        n=rows,
        start_ns=pieces[0].start_ns,
        duration_s=(pieces[-1].end_ns - pieces[0].start_ns) / NS,
        has_date=has_date,
        notes=notes,
        source=Decoded(path.name, read),
        pieces=tuple(pieces),
        skipped_rows=0,
        block_rows=wish.block_rows,
        readings=readings,
        serial=device.serial,
    )
