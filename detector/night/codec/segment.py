"""One-second rows, and the minute of them that is stored as one.

A row is what `detector.timeline.Rows` cuts: about a second of samples, anchored in time by its first one. Sixty
one-second blobs are a fifth larger than one blob of a minute and cost sixty look-ups to read, so rows are folded;
their anchors are kept as they were, and unfolding gives back the same rows, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from detector.night.codec import arrays
from detector.night.codec.typed import EARLIEST_NS, LATEST_NS, MOST_SAMPLES, RATES_HZ
from detector.night.records import Row, Segment
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

_ANCHOR_COLUMNS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """Where rows lie in time.

    Parameters
    ----------
    start_ns
        UTC of each row's first sample, in ns, int64, shape ``(rows,)``.
    rate_hz
        True rate of each row, in Hz, float64.
    length
        Number of samples of each row, int64.
    """

    start_ns: npt.NDArray[np.int64]
    rate_hz: npt.NDArray[np.float64]
    length: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, float, int]]) -> Self:
        """Gather anchors given one row after the other."""
        columns = list(zip(*rows, strict=True)) or [()] * _ANCHOR_COLUMNS
        start_ns, rate_hz, length = columns
        return cls(np.array(start_ns, np.int64), np.array(rate_hz, np.float64), np.array(length, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Join consecutive ones."""
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("start_ns", "rate_hz", "length"))
        )

    def pack(self) -> bytes:
        """Pack them; `unpack_anchors` undoes it."""
        rate_bits = self.rate_hz.view(np.int64)
        return arrays.pack_integers(np.stack([self.start_ns, rate_bits, self.length], axis=1))

    @property
    def are_possible(self) -> bool:
        """Whether every time, rate and length is one that can be."""
        slowest, fastest = RATES_HZ
        return bool(
            ((self.start_ns >= EARLIEST_NS) & (self.start_ns <= LATEST_NS)).all()
            and ((self.rate_hz >= slowest) & (self.rate_hz <= fastest)).all()
            and ((self.length >= 1) & (self.length <= MOST_SAMPLES)).all()
        )

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """Length of each row in seconds."""
        return self.length / self.rate_hz

    @property
    def end_ns(self) -> npt.NDArray[np.int64]:
        """UTC at which the sample after the last one of each row is due, in ns."""
        return np.asarray(self.start_ns + np.rint(self.length * NS / self.rate_hz).astype(np.int64))

    @property
    def last_end_ns(self) -> int:
        """UTC at which the sample after the last one is due, in ns."""
        return int(self.start_ns[-1]) + round(int(self.length[-1]) * NS / float(self.rate_hz[-1]))


def fold(rows: Sequence[Row], lsb_g: float | None) -> Segment:
    """Store consecutive rows as one.

    Parameters
    ----------
    rows
        At least one; each begins with the sample after the last one of the row before.
    lsb_g
        The sensor's resolution in g, where known; see `arrays.encode`.

    Returns
    -------
    Segment
        All of them, and what is needed to restore each.
    """
    anchors = Anchors.of((row.start_ns, row.rate_hz, len(row.xyz)) for row in rows)
    xyz = np.concatenate([row.xyz for row in rows])
    codec_id, samples = arrays.encode(xyz, lsb_g)
    extremes_codec, extremes = arrays.encode(
        np.concatenate(extremes_of(xyz, [row.first_index - rows[0].first_index for row in rows])), lsb_g
    )
    unsigned = Segment(
        first_index=rows[0].first_index,
        end_index=rows[-1].end_index,
        start_ns=min(row.start_ns for row in rows),
        end_ns=max(row.end_ns for row in rows),
        row_count=len(rows),
        anchors=anchors.pack(),
        extremes_codec=extremes_codec,
        extremes=extremes,
        codec=codec_id,
        samples=samples,
        crc32=0,
    )
    return replace(unsigned, crc32=unsigned.checksum())


def unfold(segment: Segment) -> list[Row]:
    """Restore the rows of a segment, each as it was.

    Returns
    -------
    list of Row
        In the order of time.

    Raises
    ------
    ValueError
        Where the segment is damaged.
    """
    anchors, xyz = at_once(segment)
    rows = []
    at = 0
    for start_ns, rate_hz, length in zip(
        anchors.start_ns.tolist(), anchors.rate_hz.tolist(), anchors.length.tolist(), strict=True
    ):
        rows.append(Row(segment.first_index + at, start_ns, rate_hz, xyz[at : at + length]))
        at += length
    return rows


def at_once(segment: Segment) -> tuple[Anchors, npt.NDArray[np.float32]]:
    """Restore all samples of a segment as one array, which takes a third of the time of its rows.

    Returns
    -------
    anchors
        Of its rows.
    xyz
        Acceleration in g, float32, shape ``(n, 3)``: row after row.

    Raises
    ------
    ValueError
        Where the segment is damaged.
    """
    if segment.checksum() != segment.crc32:
        raise ValueError(f"the checksum of samples {segment.first_index} to {segment.end_index} is wrong")
    anchors = unpack_anchors(segment.anchors, segment.row_count)
    if anchors.length.sum() != segment.end_index - segment.first_index:
        raise ValueError(f"the rows of samples {segment.first_index} to {segment.end_index} are not all there")
    return anchors, arrays.decode(segment.codec, segment.samples, segment.end_index - segment.first_index)


def unpack_anchors(blob: bytes, row_count: int) -> Anchors:
    """Restore the anchors alone, for questions of time that need no samples.

    Returns
    -------
    Anchors
        One for each row.

    Raises
    ------
    ValueError
        Where the blob is damaged.
    """
    table = arrays.unpack_integers(blob, np.dtype("<i8"), row_count, _ANCHOR_COLUMNS).astype(np.int64, copy=False)
    start_ns, rate_bits, length = np.ascontiguousarray(table.T)
    anchors = Anchors(start_ns, rate_bits.view(np.float64), length)
    if not anchors.are_possible:
        raise ValueError("a second begins, lasts or is sampled as none can")
    return anchors


def extremes_of(
    xyz: npt.NDArray[np.float32], starts: Sequence[int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Smallest and largest value per row and axis.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``.
    starts
        Where each row begins in `xyz`, ascending, the first 0.

    Returns
    -------
    smallest, largest
        In g, float32, shape ``(len(starts), 3)``. NaN counts only where there is nothing else.
    """
    with np.errstate(invalid="ignore"):
        return np.fmin.reduceat(xyz, starts, axis=0), np.fmax.reduceat(xyz, starts, axis=0)
