"""WFDB: a header in words, and counts in files beside it (PhysioNet, header(5), signal(5)).

Read are the formats whose counts are whole bytes (16, 61, 80 and 32); others are refused by their number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.build import Device, build, check_year, zone_shift
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.parts.look import Look
from detector.recordings.timing.times import lay_at
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_RECORD = re.compile(
    r"(?P<name>[\w.-]+)(?P<segments>/\d+)?\s+(?P<signals>\d{1,5})(?:\s+(?P<rate>[\d.eE+]+)(?:/\S*)?(?:\s+(?P<samples>\d{1,18})"
    r"(?:\s+(?P<clock>\d{1,2}(?::\d\d){0,2}(?:\.\d{1,9})?)(?:\s+(?P<date>\d{1,2}/\d{1,2}/\d{4}))?)?)?)?$"
)
_SIGNAL = re.compile(
    r"(?P<file>\S+)\s+(?P<format>\d{1,4})(?:x(?P<each>\d{1,5}))?(?::(?P<skew>\d+))?(?:\+(?P<skipped>\d{1,18}))?"
    r"(?:\s+(?P<gain>[\d.eE+-]+)(?:\((?P<baseline>-?\d+)\))?(?:/(?P<unit>\S+))?)?"
    r"(?:\s+\d+)?(?:\s+(?P<zero>-?\d+))?(?:\s+-?\d+)?(?:\s+(?P<sum>-?\d+))?(?:\s+\d+)?(?:\s+(?P<name>.+))?$"
)
_KINDS = {"16": "<i2", "61": ">i2", "80": "u1", "32": "<i4"}
"""Formats that can be read, and the type of a count in them."""
_USUAL_HZ, _USUAL_GAIN = 250.0, 200.0
"""What holds where the header is silent, by the format's definition."""
_LARGEST_FRAME = 1 << 16
_FRAMES = 1 << 14
"""Read at a time."""
_LARGEST_HEADER = 1 << 16

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is a header, or the samples of the header beside it."""
    if path.suffix == ".dat":
        return _is_header(_start_of(path.with_suffix(".hea")))
    return _is_header(head, named=path.suffix == ".hea")


def _is_header(head: bytes, *, named: bool = True) -> bool:
    """Tell whether text is a header: by its content alone only where a gain has its unit or baseline."""
    lines = _lines(head)
    found = _RECORD.match(lines[0]) if lines else None
    if found is None:
        return False
    if named and (found["segments"] or len(lines) == 1):
        return True
    signal = _SIGNAL.match(lines[1]) if len(lines) > 1 else None
    return signal is not None and (named or bool(signal["unit"] or signal["baseline"]))


def _lines(head: bytes) -> list[str]:
    """Return the lines of a header that say something."""
    lines = (line.strip() for line in head[:_LARGEST_HEADER].decode("latin-1").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_HEADER)
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class _File:
    """Counts of some axes in one file, frame by frame.

    Parameters
    ----------
    path
        The file.
    kind
        Type of a count.
    skipped
        Bytes before the first frame.
    width
        Counts in a frame.
    axes
        Which of x, y and z are in it.
    starts, each
        First count of each axis in a frame, and how many follow each other there.
    """

    path: Path
    kind: str
    skipped: int
    width: int
    axes: tuple[int, ...]
    starts: tuple[int, ...]
    each: int

    def counts(self) -> Iterator[npt.NDArray[np.int64]]:
        """Read the axes, shape ``(n, number of them)``."""
        if not self.path.is_file():
            raise RecordingError(f"{self.path.name} is not there, which the header names; put it beside it.")
        kind = np.dtype(self.kind)
        size = self.width * kind.itemsize
        left, skip = b"", self.skipped
        for data in portions(self.path, _FRAMES * size):
            left += data[skip:]
            skip = max(0, skip - len(data))
            if len(left) < _FRAMES * size and len(data) == _FRAMES * size:
                continue
            frames = min(len(left) // size, _FRAMES)
            yield self._taken(left[: frames * size])
            left = left[frames * size :]
        if len(left) >= size:
            yield self._taken(left[: len(left) // size * size])

    def _taken(self, data: bytes) -> npt.NDArray[np.int64]:
        frames = np.frombuffer(data, self.kind).reshape(-1, self.width)
        some = [frames[:, start : start + self.each].ravel() for start in self.starts]
        counts = np.stack(some, axis=1).astype(np.int64)
        return counts - 128 if self.kind == "u1" else counts


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the samples are, and what they mean.

    Parameters
    ----------
    files
        Those with an axis in them.
    each
        Samples of an axis in a frame.
    gains, baselines, nothing
        What makes counts physical, and the counts that stand for no value.
    sums
        The checksums the header states.
    """

    files: tuple[_File, ...]
    each: int
    gains: npt.NDArray[np.float64]
    baselines: npt.NDArray[np.float64]
    nothing: npt.NDArray[np.int64]
    sums: tuple[int | None, ...]


def open(path: Path, wish: Wish) -> Recording:
    """Open a record, by its header or its samples.

    Raises
    ------
    RecordingError
        Where the header is not understood, is of a format that is not read, or the samples are not there.
    """
    header = path.with_suffix(".hea") if path.suffix == ".dat" else path
    lines = _lines(_start_of(header)) or [""]
    notes: list[str] = []
    try:
        found = _RECORD.match(lines[0])
        if found is None:
            raise ValueError
        rate_hz = float(found["rate"] or _USUAL_HZ)
        layout, stated = _layout(header, lines[1:], 0 if found["segments"] else int(found["signals"]), wish, notes)
        promised = int(found["samples"] or 0) * layout.each
        begun = _begun(found["clock"], found["date"])
    except (ValueError, OverflowError):
        raise RecordingError(f"{header.name} is a damaged header of WFDB; copy it again.") from None
    if found["rate"] is None:
        notes.append(f"Its header states no rate: {_USUAL_HZ:g} Hz was taken, by the format; give it with --rate-hz.")
    rate_hz *= layout.each
    check_rate(rate_hz, f"The sampling rate of {header.name}")
    look, sums = Look(), np.zeros(3, np.int64)
    for counts in _counts(layout, promised):
        look.add(_physical(counts, layout))
        sums += counts.sum(axis=0)
    name = layout.files[0].path.name
    if look.rows < 2:
        raise RecordingError(f"{name} holds no samples: it was cut off; copy it again.")
    if look.rows < promised:
        notes.append(f"Its header tells of {promised} samples, and {look.rows} are there: it was cut off.")
    else:
        notes += _changed(layout, sums.tolist())
    unit, units_from = look.unit(path.name, stated, wish, notes)
    start_ns = 0 if begun is None else begun + zone_shift(begun, wish, None, "its header", notes)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for counts in _counts(layout, promised):
            out = units.to_g(_physical(counts, layout), unit)
            out[np.isnan(out).any(axis=1)] = np.nan
            yield out

    device = Device("WFDB", "", rate_hz, look.lsb_g(unit), unit)
    pieces = lay_at(rate_hz, look.rows, start_ns, [])
    return build(path, wish, device, pieces, read, notes=notes, has_date=begun is not None, units_from=units_from)


def _changed(layout: _Layout, sums: list[int]) -> list[str]:
    """Tell of the axes whose sum is not the one the header states."""
    wrong = [said is not None and (said - total) & 0xFFFF for said, total in zip(layout.sums, sums, strict=True)]
    return [
        f"The checksum of axis {axis} is not that of the header: values have been changed."
        for axis, is_wrong in zip("xyz", wrong, strict=True)
        if is_wrong
    ]


def _layout(
    header: Path, lines: list[str], count: int, wish: Wish, notes: list[str]
) -> tuple[_Layout, units.Unit | None]:
    """Understand the lines of the signals; raises `ValueError` where they are none."""
    if count == 0:
        raise RecordingError(f"{header.name} is a record of several segments: read its parts, and join them.")
    known = [signal for signal in map(_SIGNAL.match, lines[:count]) if signal is not None]
    if len(known) != count or count < 3:
        raise ValueError
    names = [signal["name"] or f"signal {i + 1}" for i, signal in enumerate(known)]
    xyz = (
        channels.given(header.name, names, wish.columns)[1]
        if wish.columns
        else channels.axes(header.name, names, notes, wish.sensor)
    )
    axes = [known[i] for i in xyz]
    each = {int(signal["each"] or 1) for signal in axes}
    if len(each) > 1:
        raise RecordingError(f"The axes of {header.name} have different rates: name three others with --columns.")
    files = tuple(_file(header, name, known, xyz) for name in dict.fromkeys(signal["file"] for signal in axes))
    gains = np.array([float(signal["gain"] or 0) or _USUAL_GAIN for signal in axes])
    baselines = np.array([float(signal["baseline"] or signal["zero"] or 0) for signal in axes])
    if not np.isfinite(gains).all():
        raise ValueError
    nothing = np.array([-1 << (8 * np.dtype(_KINDS[signal["format"]]).itemsize - 1) for signal in axes], np.int64)
    sums = tuple(int(signal["sum"]) if signal["sum"] else None for signal in axes)
    layout = _Layout(files, each.pop(), gains, baselines, nothing, sums)
    if not all(float(signal["gain"] or 0) for signal in axes):
        notes.append(f"Its header states no gain: {_USUAL_GAIN:g} counts a unit were taken, by the format.")
    return layout, units.common(header.name, [signal["unit"] or "" for signal in axes], wish.units)


def _file(header: Path, name: str, signals: list[re.Match[str]], xyz: tuple[int, int, int]) -> _File:
    """Find the axes that one of the files holds."""
    if re.search(r"[\\/:]|^[~.-]", name):
        raise RecordingError(f"{header.name} names a file in another folder, {name}; put it beside the header.")
    together = [signal for signal in signals if signal["file"] == name]
    formats = {signal["format"] for signal in together}
    if len(formats) > 1 or not formats <= _KINDS.keys() or any(signal["skew"] for signal in together):
        what = " and ".join(sorted(formats)) + (" with a skew" if any(signal["skew"] for signal in together) else "")
        raise RecordingError(
            f"{header.name} is a record of WFDB of the format {what}, which is not read (those of "
            f"{', '.join(_KINDS)} are): convert it to 16 with xform, or to CSV with rdsamp."
        )
    widths = [int(signal["each"] or 1) for signal in together]
    if not 0 < sum(widths) <= _LARGEST_FRAME or min(widths) < 1:
        raise ValueError
    begins = dict(zip(map(id, together), np.cumsum(widths).tolist(), strict=True))
    axes = tuple(axis for axis, i in enumerate(xyz) if signals[i]["file"] == name)
    each = int(signals[xyz[axes[0]]]["each"] or 1)
    starts = tuple(begins[id(signals[xyz[axis]])] - each for axis in axes)
    skipped = int(together[0]["skipped"] or 0)
    return _File(header.with_name(name), _KINDS[formats.pop()], skipped, sum(widths), axes, starts, each)


def _begun(clock: str | None, date: str | None) -> int | None:
    """Return the start in ns by the clock of the header, None where it has no date."""
    if clock is None or date is None:
        return None
    day = datetime.strptime(date, "%d/%m/%Y")  # noqa: DTZ007 - the zone follows
    check_year(day.year)
    parts = [float(part) for part in clock.split(":")]
    seconds: float = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    return int(np.datetime64(day, "ns").astype(np.int64)) + round(seconds * NS)


def _counts(layout: _Layout, promised: int) -> Iterator[npt.NDArray[np.int64]]:
    """Read the counts of the axes, shape ``(n, 3)``, no more than are promised where any are."""
    done = 0
    for parts in zip(*(file.counts() for file in layout.files), strict=False):
        rows = min(map(len, parts))
        if promised:
            rows = min(rows, promised - done)
        counts = np.empty((rows, 3), np.int64)
        for file, part in zip(layout.files, parts, strict=True):
            counts[:, list(file.axes)] = part[:rows]
        yield counts
        done += rows
        if rows == 0:
            return


def _physical(counts: npt.NDArray[np.int64], layout: _Layout) -> npt.NDArray[np.float64]:
    values = (counts - layout.baselines) / layout.gains
    values[counts == layout.nothing] = np.nan
    return values
