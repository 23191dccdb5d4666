"""What the writer holds of one sensor: the minute of rows, and of notifications, that is not yet folded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from detector.night.codec import arrays, notifications
from detector.night.codec.segment import fold
from detector.night.records import Row, row_checksum
from detector.night.statements import drop_raw, drop_rows, put_rate, put_raw, put_row, put_segment
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from detector.night.statements import Statement
    from firmware_bridge.samples import Samples

_MINUTE_NS = 60 * NS


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Part of a row, as it comes.

    Parameters
    ----------
    start_ns, rate_hz, xyz
        As in `Row`.
    begins_row
        Whether a row begins with it.
    nominal_hz
        As in `Samples`.
    """

    start_ns: int
    rate_hz: float
    xyz: npt.NDArray[np.float32]
    begins_row: bool
    nominal_hz: float | None = None

    @classmethod
    def of(cls, samples: Samples, *, begins_row: bool) -> Self:
        """Take a copy of samples: the caller may use its array again.

        Raises
        ------
        ValueError
            Where they are not float32 of shape ``(n, 3)`` at a positive rate.
        """
        xyz = samples.xyz
        if xyz.dtype != np.float32 or xyz.ndim != 2 or xyz.shape[1] != 3:  # noqa: PLR2004 - n by three axes
            raise ValueError(f"samples must be float32 of shape (n, 3), not {xyz.dtype} {xyz.shape}")
        if not (math.isfinite(samples.rate_hz) and samples.rate_hz > 0):
            raise ValueError(f"a rate must be positive, not {samples.rate_hz}")
        nominal_hz = None if samples.nominal_hz is None else float(samples.nominal_hz)
        return cls(int(samples.start_ns), float(samples.rate_hz), xyz.copy(), begins_row, nominal_hz)


class Track:
    """One sensor's samples and notifications on their way into the file.

    Nothing here is dropped before `committed` says that it is safe, so a failed commit is simply tried again.

    Parameters
    ----------
    number
        The sensor's number in the file.
    lsb_g
        Its resolution in g, where known.
    end_index
        Number its next sample gets.
    notification_count
        Number its next raw notification gets.
    leftovers
        Rows a crash left unfolded.
    nominal_hz
        Rate that is stored of its last sample, in Hz; None where none is.
    """

    def __init__(
        self,
        number: int,
        lsb_g: float | None,
        end_index: int = 0,
        notification_count: int = 0,
        leftovers: Sequence[Row] = (),
        nominal_hz: float | None = None,
    ) -> None:
        self.number = number
        self.lsb_g = lsb_g
        self._segments = [fold(leftovers, lsb_g)] if leftovers else []
        self._minute: list[Row] = []
        self._stored_rows = 0
        self._open: list[Piece] = []
        self._open_stored = 0
        self._end_index = end_index
        self._nominal_hz = nominal_hz
        self._rates: list[Statement] = []
        self._heard: list[tuple[int, bytes]] = []
        self._heard_first = notification_count
        self._heard_stored = 0
        self._heard_minutes: list[tuple[int, list[tuple[int, bytes]]]] = []

    @property
    def end_index(self) -> int:
        """Number the next sample gets, if no row is open."""
        return self._end_index

    def add(self, piece: Piece) -> None:
        """Take the next samples."""
        if piece.begins_row:
            self.end_row()
            if piece.nominal_hz not in (None, self._nominal_hz):
                self._nominal_hz = piece.nominal_hz
                self._rates.append(put_rate(self.number, self._end_index, piece.nominal_hz))
        self._open.append(piece)

    def end_row(self) -> None:
        """Complete the row in progress: the next one begins, or a gap."""
        if not self._open:
            return
        row = self._open_row()
        stored = len(self._open) == self._open_stored
        self._open = []
        self._open_stored = 0
        self._end_index = row.end_index
        if self._minute and row.start_ns // _MINUTE_NS != self._minute[0].start_ns // _MINUTE_NS:
            self._fold_rows()
        if stored and self._stored_rows == len(self._minute):
            self._stored_rows += 1
        self._minute.append(row)

    def hear(self, arrival_ns: int, data: bytes) -> None:
        """Take a raw notification."""
        if self._heard and arrival_ns // _MINUTE_NS != self._heard[0][0] // _MINUTE_NS:
            self._fold_heard()
        self._heard.append((arrival_ns, data))

    def end(self) -> None:
        """Fold what there is: the night is closed."""
        self.end_row()
        if self._minute:
            self._fold_rows()
        if self._heard:
            self._fold_heard()

    def _open_row(self) -> Row:
        first = self._open[0]
        xyz = first.xyz if len(self._open) == 1 else np.concatenate([piece.xyz for piece in self._open])
        return Row(self._end_index, first.start_ns, first.rate_hz, xyz)

    def _fold_rows(self) -> None:
        self._segments.append(fold(self._minute, self.lsb_g))
        self._minute = []
        self._stored_rows = 0

    def _fold_heard(self) -> None:
        self._heard_minutes.append((self._heard_first, self._heard))
        self._heard_first += len(self._heard)
        self._heard = []
        self._heard_stored = 0

    def statements(self, *, urgent: bool) -> Iterator[Statement]:
        """Yield what a commit must write: all samples, the row in progress as far as it has come, and whole minutes.

        Parameters
        ----------
        urgent
            Whether it must write the notifications of the minute in progress, too.
        """
        yield from self._rates
        for segment in self._segments:
            yield put_segment(self.number, segment)
        if self._segments:
            yield drop_rows(self.number, self._segments[-1].end_index)
        for row in self._minute[self._stored_rows :]:
            yield self._put_row(row)
        if len(self._open) > self._open_stored:
            yield self._put_row(self._open_row())
        for first, minute in self._heard_minutes:
            yield drop_raw(self.number, first, first + len(minute))
            yield self._put_raw(first, minute, notifications.MINUTE_LEVEL)
        if urgent and len(self._heard) > self._heard_stored:
            fresh = self._heard[self._heard_stored :]
            yield self._put_raw(self._heard_first + self._heard_stored, fresh, notifications.PART_LEVEL)

    def _put_row(self, row: Row) -> Statement:
        codec_id, blob = arrays.encode(row.xyz, self.lsb_g)
        place = (row.first_index, row.start_ns, row.rate_hz, len(row.xyz))
        crc32 = row_checksum(place, codec_id, blob)
        return put_row(self.number, place, codec_id, crc32, blob)

    def _put_raw(self, first: int, heard: list[tuple[int, bytes]], level: int) -> Statement:
        blob = notifications.pack(heard, level)
        crc32 = notifications.raw_checksum(first, len(heard), blob)
        return put_raw(self.number, first, len(heard), crc32, blob)

    def committed(self, *, urgent: bool) -> None:
        """State that what `statements` yielded for the same `urgent` is durable."""
        self._rates = []
        self._segments = []
        self._stored_rows = len(self._minute)
        self._open_stored = len(self._open)
        self._heard_minutes = []
        if urgent:
            self._heard_stored = len(self._heard)
