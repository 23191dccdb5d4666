"""The container of XDF: chunks with a length and a kind, of streams whose samples may or may not have stamps.

XDF specification 1.0 (github.com/sccn/xdf/wiki/Specifications). After what cannot be understood the next boundary is
looked for, which a recorder writes every few seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.files import portions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

MAGIC = b"XDF:"
_HEADER, _SAMPLES, _OFFSET, _BOUNDARY, _FOOTER = 2, 3, 4, 5, 6
_KINDS = range(1, 7)
_MARK = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")
_PORTION = 1 << 20
_LARGEST = 1 << 26
"""Bytes of a chunk: a recorder writes one or more a second."""
_LONGEST_HEAD = 11
"""Bytes of a chunk's length and kind."""
_MOST_CHANNELS = 4096
_PROMISED = re.compile(rb"<sample_count>\s*(\d{1,15})\s*</sample_count>")
_FORMATS = {"float32": "<f4", "double64": "<f8", "int8": "i1", "int16": "<i2", "int32": "<i4", "int64": "<i8"}
_JUMP_S = 1.0
"""A clock whose offset jumps by more was set."""
_MOST_GROWTH = 0.01
"""No two clocks drift apart by so much."""
_ROUNDS, _ORDINARY = 20, 2.0


@dataclass(slots=True)
class Stream:
    """What a file says of one of its streams.

    Parameters
    ----------
    name, kind
        Its name, and what it measures.
    names, stated
        Names and units of its channels.
    dtype
        Of its values; None of texts.
    rate_hz
        Its nominal rate, 0 where it has none.
    samples
        Number of samples in the chunks that were looked at.
    promised
        Number of samples that its footer tells of, 0 where it tells of none.
    offsets
        When the recorder compared the clocks, and by how much its own is ahead, in s.
    """

    name: str
    kind: str
    names: list[str]
    stated: list[str]
    dtype: str | None
    rate_hz: float
    samples: int = 0
    promised: int = 0
    offsets: list[tuple[float, float]] = field(default_factory=list)

    @property
    def line(self) -> tuple[float, float] | None:
        """Offset at 0 s and growth in s/s: a line in which stray offsets have no say; None where a clock was set."""
        if not self.offsets:
            return 0.0, 0.0
        at, ahead = _agreeing(np.array(self.offsets)).T
        if (np.diff(at) < 0).any() or np.abs(np.diff(ahead)).max(initial=0) > _JUMP_S:
            return None
        if not len(at):
            return 0.0, 0.0
        middle = float(np.mean(at))
        weights = np.ones(len(at))
        slope, offset = 0.0, float(np.median(ahead))
        for _ in range(_ROUNDS if np.ptp(at) > 0 else 0):
            x0, y0 = np.average(at, weights=weights), np.average(ahead, weights=weights)
            slope = float(np.sum(weights * (at - x0) * (ahead - y0)) / np.sum(weights * (at - x0) ** 2))
            offset = float(y0 + slope * (middle - x0))
            off = np.abs(ahead - offset - slope * (at - middle))
            near = _ORDINARY * max(float(np.median(off)), 1e-9)
            weights = near / np.maximum(off, near)
        return (offset - slope * middle, slope) if abs(slope) < _MOST_GROWTH else None


def _agreeing(offsets: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Leave out what is no number, and one that is far off while those before and after it agree."""
    offsets = offsets[np.isfinite(offsets).all(axis=1)]
    stray = np.zeros(len(offsets), np.bool_)
    before, here, after = offsets[:-2, 1], offsets[1:-1, 1], offsets[2:, 1]
    stray[1:-1] = (np.abs(after - before) <= _JUMP_S) & (np.abs(here - (before + after) / 2) > _JUMP_S)
    return offsets[~stray]


@dataclass(slots=True)
class Damage:
    """What was wrong with a file.

    Parameters
    ----------
    broken
        Parts that are no chunks.
    is_cut
        Whether it ends within a chunk.
    short
        Chunks of a stream from which not all samples could be read.
    """

    broken: int = 0
    short: int = 0
    is_cut: bool = False


def survey(path: Path, notes: list[str]) -> dict[int, Stream]:
    """Look at all chunks: what streams there are.

    Parameters
    ----------
    path
        The file.
    notes
        Told of damage.
    """
    streams: dict[int, Stream] = {}
    damage = Damage()
    for kind, content in _chunks(path, damage, notes):
        number = int.from_bytes(content[:4], "little")
        if kind == _HEADER and number not in streams:
            stream = _described(content[4:])
            if stream is None:
                damage.broken += 1
            else:
                streams[number] = stream
        elif number not in streams:
            continue
        elif kind == _SAMPLES:
            streams[number].samples += max(_count(content, 4)[0], 0)
        elif kind == _FOOTER:
            said = _PROMISED.search(content)
            streams[number].promised = int(said[1]) if said else 0
        elif kind == _OFFSET and len(content) == 20:
            at, ahead = np.frombuffer(content, "<f8", 2, 4).tolist()
            streams[number].offsets.append((at, ahead))
    if damage.broken:
        notes.append(f"{damage.broken} part(s) of the file are damaged and left out.")
    if damage.is_cut:
        notes.append("It ends within a chunk: it was cut off.")
    return streams


def samples(
    path: Path, number: int, stream: Stream, damage: Damage
) -> Iterator[tuple[npt.NDArray[np.float64], npt.NDArray[np.generic]]]:
    """Read a stream's samples from the start: their times by its own clock in s, and their values, shape ``(n, k)``.

    Chunks of which not all can be read are counted in `damage`.
    """
    from detector.recordings.binary.xdf.kernels import walk

    if stream.dtype is None:
        return
    width = np.dtype(stream.dtype).itemsize * len(stream.names)
    period_s = 1 / stream.rate_hz if stream.rate_hz > 0 else 0.0
    last_s = 0.0
    for kind, content in _chunks(path, damage, None):
        if kind != _SAMPLES or int.from_bytes(content[:4], "little") != number:
            continue
        said, at = _count(content, 4)
        count = min(said, (len(content) - at) // (width + 1))
        if count < 1:
            damage.short += said != 0
            continue
        raw_stamps, has = np.zeros((count, 8), np.uint8), np.zeros(count, np.bool_)
        raw_values = np.empty((count, width), np.uint8)
        count, end = walk(np.frombuffer(content, np.uint8)[at:], width, raw_stamps, has, raw_values)
        damage.short += count != said or at + end != len(content)
        if not count:
            continue
        stamps = np.where(has, raw_stamps.view("<f8")[:, 0], last_s + period_s)[:count]
        # Those without a stamp follow on from the last one that has one.
        rows = np.arange(count)
        known = np.maximum.accumulate(np.where(has[:count], rows, 0))
        stamps = stamps[known] + (rows - known) * period_s
        last_s = float(stamps[-1])
        yield stamps, raw_values[:count].view(stream.dtype)


class _Reader:
    """Reads a file from the start, as much of it at a time as is asked for."""

    def __init__(self, path: Path, notes: list[str] | None) -> None:
        self._source = portions(path, _PORTION, notes)
        self._ended = False
        self.data = b""

    def has(self, size: int) -> bool:
        """Read on until so many bytes are there, and tell whether they are."""
        while len(self.data) < size and not self._ended:
            more = next(self._source, b"")
            self._ended = not more
            self.data += more
        return len(self.data) >= size

    def leave(self, size: int) -> None:
        """Be done with so many bytes."""
        self.data = self.data[size:]

    def find(self, mark: bytes) -> bool:
        """Go on behind a mark, and tell whether there is one."""
        while self.has(len(mark)):
            found = self.data.find(mark)
            self.leave(found + len(mark) if found >= 0 else len(self.data) - len(mark) + 1)
            if found >= 0:
                return True
        return False


def _chunks(path: Path, damage: Damage, notes: list[str] | None) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of every chunk, of the last one what is there."""
    reader = _Reader(path, notes)
    reader.has(_PORTION)
    reader.leave(len(MAGIC))
    at = 0
    while True:
        if at >= _PORTION or len(reader.data) - at < _LONGEST_HEAD:
            reader.leave(at)
            at = 0
            reader.has(_PORTION)
            if not reader.data:
                return
        length, begins = _count(reader.data, at)
        kind = int.from_bytes(reader.data[begins : begins + 2], "little")
        if begins + 2 > len(reader.data):
            damage.is_cut = True
            return
        is_sound = 2 <= length <= _LARGEST and kind in _KINDS
        if is_sound and not reader.has(begins + length):
            is_sound = reader.data.find(_MARK, begins) < 0  # else a length that cannot be
            damage.is_cut |= is_sound
        if is_sound:
            yield kind, reader.data[begins + 2 : begins + length]
            at = begins + length
            continue
        damage.broken += 1
        reader.leave(at + 1)
        at = 0
        if not reader.find(_MARK):
            return


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of one, four or eight bytes, before which stands how many; gives where it ends. -1 is none."""
    size = data[at] if at < len(data) else 0
    if size not in (1, 4, 8) or at + 1 + size > len(data):
        return -1, at + 1
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def _described(xml: bytes) -> Stream | None:
    """Understand the header of a stream; None where it is damaged."""
    if b"<!" in xml:  # entities may be made to grow without end
        return None
    try:
        info = ET.fromstring(xml.decode("utf-8", "replace"))  # noqa: S314 - see above
        count = int(info.findtext("channel_count", ""))
        rate_hz = float(info.findtext("nominal_srate", "") or 0)
    except (ET.ParseError, ValueError):
        return None
    if not 0 < count <= _MOST_CHANNELS or not 0 <= rate_hz < 1e6:
        return None
    kind = (info.findtext("type") or "").strip()
    each = info.findall("desc/channels/channel")
    names = [(channel.findtext("label") or "").strip() for channel in each]
    stated = [(channel.findtext("unit") or "").strip() for channel in each]
    is_acc = kind.lower().startswith("acc")
    if len(names) != count:
        names = [f"acc {axis}" for axis in "xyz"] if is_acc and count == 3 else []
        names = names or [f"{kind} {i + 1}" for i in range(count)]
        stated = [""] * count
    elif is_acc and all(map(channels.is_bare, names)):
        names = [f"acc {name}" for name in names]
    return Stream(
        (info.findtext("name") or "").strip(),
        kind,
        names,
        stated,
        _FORMATS.get((info.findtext("channel_format") or "").strip()),
        rate_hz,
    )
