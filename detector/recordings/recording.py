"""A recorded file, opened: what it is, and its samples as a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from detector.errors import RecordingError
from detector.recordings.units import to_g
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.recordings.times import Piece
    from detector.recordings.units import Unit


class Block(Protocol):
    """Some rows of a file."""

    @property
    def first(self) -> int:
        """Number of the first row, from 0."""

    @property
    def xyz(self) -> npt.NDArray[np.float64]:
        """Acceleration in the file's unit, shape ``(n, 3)``; NaN where a value is missing or no number."""


class Source(Protocol):
    """What the samples of a recording are read from, as often as wanted."""

    @property
    def name(self) -> str:
        """Name of the file."""

    def blocks(self, rows: int) -> Iterator[Block]:
        """Read the file from the start, about so many rows at a time."""


@dataclass(frozen=True, slots=True)
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

    @property
    def gaps(self) -> list[Gap]:
        """The times in which samples are missing."""
        pairs = zip(self.pieces[:-1], self.pieces[1:], strict=True)
        return [Gap(a.end_ns, b.start_ns, GapCause.MISSING_IN_FILE, self.sensor) for a, b in pairs if b.after_gap]

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
        rows = _Rows(self._blocks(), self.source.name)
        end_ns = self.start_ns
        for piece in self.pieces:
            if piece.after_gap:
                yield Gap(end_ns, piece.start_ns, GapCause.MISSING_IN_FILE, self.sensor)
            yield Samples(
                piece.start_ns, piece.rate_hz, rows.take(piece.count), self.sensor, nominal_hz=piece.nominal_hz
            )
            end_ns = piece.end_ns

    def _blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        for block in self.source.blocks(self.block_rows):
            xyz = to_g(block.xyz[max(0, self.skipped_rows - block.first) :], self.units)
            xyz[np.isnan(xyz).any(axis=1)] = np.nan  # two axes of a vector are no vector
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
