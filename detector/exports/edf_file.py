"""EDF+C as bytes: header, data records, annotations (edfplus.info/specs), written record by record.

What one data record lasts is a decimal of eight characters, and holds a whole number of samples: the rate is their
quotient, exactly, for whoever reads the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import numpy.typing as npt

MISSING = -(2**15)
"""The digital minimum stands for what is not there, and for nothing else."""

_DIGITS = 2**16 - 1
_AXES = "XYZ"
_RECORDS_AT_ONCE = 512
_WIDTH = 8
_MOST_ANNOTATION_BYTES = 60_000
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, slots=True)
class Text:
    """An annotation.

    Parameters
    ----------
    onset_s, duration_s
        Seconds from the beginning of the file, and of time.
    words
        What it is.
    """

    onset_s: float
    duration_s: float
    words: str

    @property
    def packed(self) -> bytes:
        """As a time-stamped annotations list."""
        onset = f"{self.onset_s:+.6f}"
        return f"{onset}\x15{self.duration_s:.6f}\x14{self.words}\x14\0".encode()


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a data record lasts.

    Parameters
    ----------
    samples
        In a record, of each axis.
    seconds
        A decimal of eight characters at the most.
    """

    samples: int
    seconds: str

    @classmethod
    def of(cls, rate_hz: float) -> Clock:
        """Find records of about a second whose rate is this one, or the least bit faster."""
        samples = max(round(rate_hz), 1)
        exact = samples / rate_hz
        places = _WIDTH - 2  # one digit and the point come before them
        seconds = math.floor(exact * 10**places * (1 + 1e-12)) / 10**places
        return cls(samples, f"{seconds:.{places}f}".rstrip("0").rstrip("."))

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return self.samples / float(self.seconds)


@dataclass(frozen=True, slots=True)
class Scale:
    """What the digits of a file stand for.

    Parameters
    ----------
    least, most
        In mg, of the smallest and the largest digit: decimals of eight characters at the most.
    """

    least: str
    most: str

    @classmethod
    def of(cls, lsb_g: float | None, largest_g: float) -> Scale:
        """Find the steps of the sensor itself, or the finest in which its largest value has room."""
        step = 1e3 * lsb_g if lsb_g and largest_g <= lsb_g * (_DIGITS // 2) else 1e3 * max(largest_g, 1e-3) / 32_000
        return cls(_in_width(MISSING * step), _in_width((_DIGITS + MISSING) * step))

    @property
    def step_mg(self) -> float:
        """What one digit is, in mg."""
        return (float(self.most) - float(self.least)) / _DIGITS

    def digits(self, xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
        """Return acceleration in g as digits; what is no number as `MISSING`."""
        values = xyz.astype(np.float64)
        values *= 1e3 / self.step_mg
        values -= float(self.least) / self.step_mg - MISSING
        np.rint(values, out=values)
        lost = ~np.isfinite(values)
        np.clip(values, MISSING + 1, _DIGITS + MISSING, out=values)
        if lost.any():
            values[lost.any(axis=1)] = MISSING
        return values.astype(np.int16)


def _in_width(value: float) -> str:
    for places in range(_WIDTH, -1, -1):
        words = f"{value:.{places}f}"
        if "." in words:
            words = words.rstrip("0").rstrip(".")
        if len(words) <= _WIDTH:
            return words
    raise ValueError(f"{value} has no room in a header of EDF")


@dataclass(frozen=True, slots=True)
class Head:
    """What the header says.

    Parameters
    ----------
    subject
        Code of the person.
    start
        On the wearer's clock, whole seconds; None without a date.
    equipment
        What recorded it.
    transducer
        What the sensor is and where.
    """

    subject: str
    start: datetime | None
    equipment: str
    transducer: str

    def packed(self, clock: Clock, scale: Scale, record_count: int, annotation_bytes: int) -> bytes:
        """Write it as bytes."""
        date, when, day = "01.01.85", "00.00.00", "X"
        more = ""
        if self.start is not None:
            start = self.start
            date, when = f"{start:%d.%m}.{start.year % 100:02d}", f"{start:%H.%M.%S}"
            day = f"{start.day:02d}-{_MONTHS[start.month - 1]}-{start.year}"
            more = f" TZ={start:%z}"
        signals = len(_AXES) + 1
        fixed = [
            ("0", 8),
            (f"{_word(self.subject)} X X X", 80),
            (f"Startdate {day} X X {_word(self.equipment)}{more}", 80),
            (date, 8),
            (when, 8),
            (str(256 * (signals + 1)), 8),
            ("EDF+C", 44),
            (str(record_count), 8),
            (clock.seconds, 8),
            (str(signals), 4),
        ]
        each: list[tuple[Sequence[str], str, int]] = [
            ([f"Acc {axis}" for axis in _AXES], "EDF Annotations", 16),
            ([self.transducer] * 3, "", 80),
            (["mg"] * 3, "", 8),
            ([scale.least] * 3, "-1", 8),
            ([scale.most] * 3, "1", 8),
            ([str(MISSING)] * 3, str(MISSING), 8),
            ([str(_DIGITS + MISSING)] * 3, str(_DIGITS + MISSING), 8),
            ([""] * 3, "", 80),
            ([str(clock.samples)] * 3, str(annotation_bytes // 2), 8),
            ([""] * 3, "", 32),
        ]
        words = [(word, width) for word, width in fixed]
        words += [(word, width) for axes, last, width in each for word in (*axes, last)]
        return b"".join(_field(word, width) for word, width in words)


def _word(words: str) -> str:
    """Return foreign words as one word: spaces separate what the header says."""
    return "_".join(words.encode("ascii", "replace").decode().split()) or "X"


def _field(words: str, width: int) -> bytes:
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in words)
    return plain.encode("ascii")[:width].ljust(width)


def annotation_records(texts: Sequence[Text], clock: Clock, record_count: int) -> npt.NDArray[np.uint8]:
    """Spread annotations over the records, each of which begins with its own time.

    Returns
    -------
    ndarray
        uint8, shape ``(record_count, bytes)``, an even number of bytes.
    """
    length = float(clock.seconds)
    decimals = len(clock.seconds.partition(".")[2])
    marks = [f"+{number * length:.{decimals}f}\x14\x14\0".encode() for number in range(record_count)]
    packed = [text.packed for text in sorted(texts, key=lambda each: each.onset_s)]
    longest = max(map(len, packed), default=0)
    room = max(2 * sum(map(len, packed)) // record_count, longest) + len(marks[-1])
    while True:
        room += room % 2
        if room > _MOST_ANNOTATION_BYTES:
            raise ValueError(f"{len(texts)} annotations have no room in {record_count} records")
        spread = _spread(marks, packed, room)
        if spread is not None:
            return spread
        room += max(longest, 2)


def _spread(marks: Sequence[bytes], packed: Sequence[bytes], room: int) -> npt.NDArray[np.uint8] | None:
    records = []
    at = 0
    for mark in marks:
        record = mark
        while at < len(packed) and len(record) + len(packed[at]) <= room:
            record += packed[at]
            at += 1
        records.append(record.ljust(room, b"\0"))
    if at < len(packed):
        return None
    return np.frombuffer(b"".join(records), np.uint8).reshape(len(marks), room)


def write(
    file: BinaryIO,
    head: Head,
    clock: Clock,
    scale: Scale,
    slot_count: int,
    texts: Sequence[Text],
    filled: Iterable[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]],
) -> list[tuple[int, int]]:
    """Write a file, some minutes in memory at a time.

    Parameters
    ----------
    file
        Open for writing in binary.
    head, clock, scale
        What the header says.
    slot_count
        Samples of each axis, before the last record is filled up.
    texts
        The annotations.
    filled
        As `detector.exports.grid.Grid.fill` yields them.

    Returns
    -------
    list of tuple
        First slot and the one after the last where values are no numbers: they are `MISSING` in the file.
    """
    record_count = max(math.ceil(slot_count / clock.samples), 1)
    notes = annotation_records(texts, clock, record_count)
    file.write(head.packed(clock, scale, record_count, notes.shape[1]))
    records = _Records(file, clock, notes)
    lost: list[tuple[int, int]] = []
    for slots, xyz in filled:
        digits = scale.digits(xyz)
        gone = slots[(digits == MISSING).any(axis=1)].tolist()
        for slot in gone:
            lost[-1:] = [(lost[-1][0], slot + 1)] if lost and lost[-1][1] == slot else [*lost[-1:], (slot, slot + 1)]
        records.put(slots, digits)
    records.finish()
    return lost


class _Records:
    """Data records in the making."""

    def __init__(self, file: BinaryIO, clock: Clock, notes: npt.NDArray[np.uint8]) -> None:
        self._file = file
        self._samples = clock.samples
        self._notes = notes
        self._written = 0
        self._buffer = np.empty((0, 3, 0), np.int16)
        self._begin()

    def _begin(self) -> None:
        count = min(_RECORDS_AT_ONCE, len(self._notes) - self._written)
        self._buffer = np.full((count * self._samples, 3), MISSING, np.int16)

    def put(self, slots: npt.NDArray[np.int64], digits: npt.NDArray[np.int16]) -> None:
        at = 0
        while at < len(slots):
            first = self._written * self._samples
            end = at + int(np.searchsorted(slots[at:], first + len(self._buffer)))
            self._buffer[slots[at:end] - first] = digits[at:end]
            at = end
            if at < len(slots):
                self._flush()

    def _flush(self) -> None:
        count = len(self._buffer) // self._samples
        signals = self._buffer.reshape(count, self._samples, 3).transpose(0, 2, 1).reshape(count, -1)
        notes = self._notes[self._written : self._written + count]
        whole = np.concatenate([signals.astype("<i2").view(np.uint8), notes], axis=1)
        self._file.write(whole.data)
        self._written += count
        self._begin()

    def finish(self) -> None:
        while self._written < len(self._notes):
            self._flush()
