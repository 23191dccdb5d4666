"""A recorded file, opened: what it is, and its samples as a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, cast

import numpy as np

from detector.errors import RecordingError
from detector.recordings.units import to_g
from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from detector.recordings.timing.times import Piece
    from detector.recordings.units import Unit


class Block(Protocol):
    """Some rows of a file."""

    @property
    def first(self) -> int:
        """Number of the first row, from 0."""

    @property
    def xyz(self) -> npt.NDArray[np.float64] | npt.NDArray[np.float32]:
        """Acceleration, shape ``(n, 3)``; NaN where a value is missing or no number.

        As float64 in the file's unit; as float32 in g, with whole rows of NaN only, where a decoder has done the rest.
        """


class Source(Protocol):
    """What the samples of a recording are read from, as often as wanted."""

    @property
    def name(self) -> str:
        """Name of the file."""

    def blocks(self, rows: int) -> Iterator[Block]:
        """Read the file from the start, about so many rows at a time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device notes beside the acceleration.

    Parameters
    ----------
    what
        ``celsius``, the temperature of the device, or ``volts``, that of its battery.
    utc_ns
        When, in ns since 1970-01-01 UTC.
    value
        How much.
    """

    what: Literal["celsius", "volts"]
    utc_ns: int
    value: float


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Recording:
    """A recorded file whose every row has been checked.

    Parameters
    ----------
    format
        Name of the file format, such as ``CSV``.
    sensor
        Name of the wearable, else the file's name without its ending.
    rate_hz
        True sampling rate: given, or estimated from the time stamps.
    nominal_hz
        Rate the detector is designed with: the wearable's nominal rate where it is known, for then the computation is
        the one made live; else `rate_hz`.
    units
        Unit of acceleration in the file.
    units_from
        How the unit is known, in words.
    lsb_g
        Quantisation step of the sensor in g, None where there is none. Whole multiples of it are nearly all differences
        between samples; where a file is rounded to decimals that are finer, or was resampled, the values are not.
    n
        Number of samples.
    start_ns
        Time of the first sample in ns since 1970-01-01 UTC, or since the clock's own start where not `has_date`.
    duration_s
        From the first sample to the end of the last, gaps included, in seconds.
    has_date
        Whether times are dates; False where they count from the recording's start or the sensor's power-on.
    notes
        Sentences worth telling the user.
    readings
        What else the file tells: temperature and battery, once a minute or as often as it has them.
    serial
        Number of the device, "" where the file does not tell it.
    """

    format: str
    sensor: str
    rate_hz: float
    nominal_hz: float
    units: Unit
    units_from: str
    lsb_g: float | None
    n: int
    start_ns: int
    duration_s: float
    has_date: bool
    notes: list[str]
    source: Source = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    skipped_rows: int = field(repr=False)
    block_rows: int = field(repr=False)
    readings: Sequence[Reading] = field(default=(), repr=False)
    serial: str = ""

    @property
    def gaps(self) -> list[Gap]:
        """The times in which samples are missing."""
        pairs = zip(self.pieces[:-1], self.pieces[1:], strict=True)
        return [Gap(a.end_ns, b.start_ns, b.cause, self.sensor) for a, b in pairs if b.after_gap]

    @property
    def end_ns(self) -> int:
        """Time at which the sample after the last one is due."""
        return self.pieces[-1].end_ns

    @property
    def missing_s(self) -> float:
        """Length of all gaps together, in seconds."""
        return sum(gap.end_ns - gap.start_ns for gap in self.gaps) / NS

    def stream(self) -> Iterator[Samples | Gap]:
        """Read the samples from the start, about a minute at a time, each joined to the ones before or after a gap.

        Rows with missing or unreadable values are NaN. The stream may be taken as often as wanted; how the file is read
        makes no difference to it.

        Raises
        ------
        RecordingError
            Where the file has become shorter or unreadable since it was opened.
        """
        rows = _Rows(self.values(), self.source.name)
        end_ns = self.start_ns
        for piece in self.pieces:
            if piece.after_gap:
                yield Gap(end_ns, piece.start_ns, piece.cause, self.sensor)
            yield Samples(
                piece.start_ns, piece.rate_hz, rows.take(piece.count), self.sensor, nominal_hz=piece.nominal_hz
            )
            end_ns = piece.end_ns

    def values(self) -> Iterator[npt.NDArray[np.float32]]:
        """Read the samples alone from the start, in g and in arrays of any length."""
        for block in self.source.blocks(self.block_rows):
            values = block.xyz[max(0, self.skipped_rows - block.first) :]
            if values.dtype == np.float32:
                yield cast("npt.NDArray[np.float32]", values)
                continue
            xyz = to_g(cast("npt.NDArray[np.float64]", values), self.units)
            lost = np.isnan(xyz)
            if lost.any():
                xyz[lost.any(axis=1)] = np.nan  # two axes of a vector are no vector
            yield xyz


class _Rows:
    """Takes any number of rows at a time out of blocks."""

    def __init__(self, blocks: Iterator[npt.NDArray[np.float32]], name: str) -> None:
        self._blocks = blocks
        self._name = name
        self._left = np.empty((0, 3), np.float32)

    def take(self, count: int) -> npt.NDArray[np.float32]:
        """Return the next `count` rows as an array of their own."""
        parts = []
        while count > len(self._left):
            parts.append(self._left)
            count -= len(self._left)
            block = next(self._blocks, None)
            if block is None:
                raise RecordingError(f"{self._name} has become shorter while it was read; read it again.")
            self._left = block
        parts.append(self._left[:count])
        self._left = self._left[count:]
        return np.concatenate(parts)
