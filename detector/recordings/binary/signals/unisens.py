"""Unisens, as movisens' devices write it: ``unisens.xml``, and counts in a file beside it (Unisens 2.0).

The header states what count means nothing; files of movisens state 2048 there, though their counts lie around 0. So
gravity decides where the two disagree, and the notes say so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

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

_HEADER = "unisens.xml"
_LARGEST_HEADER = 1 << 20
_ROWS, _MOST_CHANNELS = 1 << 14, 64
_KINDS = {"int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "float": "f4", "double": "f8"}
"""Types of a count, by their names."""


READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is a header, or one that the header beside it names."""
    if _is_header(head):
        return True
    beside = path.with_name(_HEADER)
    return path.suffix == ".bin" and beside.is_file() and _is_header(_start_of(beside))


def _is_header(head: bytes) -> bool:
    begin = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin.startswith(b"<") and b"<unisens" in begin


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_HEADER)
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the samples are, and what they mean."""

    data: Path
    kind: np.dtype[np.generic]
    width: int
    xyz: tuple[int, int, int]
    scale: float
    zero: float

    def values(self, notes: list[str] | None = None) -> Iterator[npt.NDArray[np.float64]]:
        """Read the counts of the axes, shape ``(n, 3)``."""
        size = self.width * self.kind.itemsize
        for data in portions(self.data, _ROWS * size, notes):
            whole = np.frombuffer(data, self.kind, len(data) // size * self.width).reshape(-1, self.width)
            if len(data) % size and notes is not None:
                notes.append("It ends within a sample: it was cut off.")
            yield whole[:, list(self.xyz)].astype(np.float64)


def open(path: Path, wish: Wish) -> Recording:
    """Open a recording, by its header or its samples.

    Raises
    ------
    RecordingError
        Where the header is damaged, names no accelerometer, or one whose samples are not there.
    """
    header = path if path.suffix == ".xml" else path.with_name(_HEADER)
    about = _parsed(header)
    notes: list[str] = []
    try:
        entry = _entry(header, about, None if header == path else path.name)
        layout = _layout(header, entry, wish, notes)
        rate_hz = float(entry.get("sampleRate", ""))
        if not math.isfinite(rate_hz):
            raise ValueError
    except (ValueError, OverflowError):
        raise RecordingError(f"{header.name} does not say what the samples mean: mend or copy it again.") from None
    check_rate(rate_hz, f"The sampling rate of {layout.data.name}")
    look, plain = Look(), Look()
    with np.errstate(invalid="ignore", over="ignore"):  # of the numbers that are none, some say so loudly
        for counts in layout.values(notes):
            look.add((counts - layout.zero) * layout.scale)
            plain.add(counts * layout.scale)
    if look.rows < 2:
        raise RecordingError(f"{layout.data.name} holds no samples: it was cut off; copy it again.")
    promised = _number(about.get("duration", "")) * rate_hz
    if look.rows < promised - 0.5:
        notes.append(f"Its header tells of {promised / rate_hz:g} s, and {look.rows / rate_hz:g} s are there.")
    zero = layout.zero
    if zero and units.recognise(look.median_length) is None and units.recognise(plain.median_length) is not None:
        notes.append(f"Its header says that a count of {zero:g} means none, but gravity says 0, which was taken.")
        look, zero = plain, 0.0
    unit, units_from = look.unit(path.name, units.parse(entry.get("unit", "")), wish, notes)
    begun = _begun(about.get("timestampStart", ""))
    start_ns = 0 if begun is None else begun[0] + zone_shift(begun[0], wish, begun[1], "its header", notes)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for counts in layout.values():
            with np.errstate(invalid="ignore", over="ignore"):
                out = units.to_g((counts - zero) * layout.scale, unit)
            out[np.isnan(out).any(axis=1)] = np.nan
            yield out

    serial = {each.get("key"): each.get("value", "") for each in about.iter() if _tag(each) == "customAttribute"}
    device = Device("Unisens", serial.get("sensorSerialNumber", ""), rate_hz, look.lsb_g(unit), unit)
    pieces = lay_at(rate_hz, look.rows, start_ns, [])
    return build(path, wish, device, pieces, read, notes=notes, has_date=begun is not None, units_from=units_from)


def _parsed(header: Path) -> ET.Element:
    text = _start_of(header)
    try:
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or len(text) >= _LARGEST_HEADER:  # made to grow without end
            raise ValueError
        return ET.fromstring(text)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, LookupError):
        raise RecordingError(f"{header.name} is damaged: it was cut off or changed; copy it again.") from None


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _entry(header: Path, about: ET.Element, wanted: str | None) -> ET.Element:
    """Choose the accelerometer among the signals, or the one whose file was named."""
    signals = [element for element in about if _tag(element) == "signalEntry"]
    if wanted is not None:
        chosen = [signal for signal in signals if signal.get("id") == wanted]
    else:
        chosen = [s for s in signals if s.get("contentClass", "").lower().startswith("acc")] or [
            s for s in signals if s.get("id", "").lower().startswith("acc")
        ]
    if not chosen:
        there = ", ".join(signal.get("id", "") for signal in signals[:10]) or "none"
        what = "no accelerometer" if wanted is None else f"nothing of {wanted}"
        raise RecordingError(f"{header.name} tells {what}; it has {there}.")
    return chosen[0]


def _layout(header: Path, entry: ET.Element, wish: Wish, notes: list[str]) -> _Layout:
    """Understand a signal; raises `ValueError` where it says too little."""
    name = entry.get("id", "")
    if not name or re.search(r"[\\/:]|^[~.]", name):
        raise RecordingError(f"{header.name} names a file in another folder, {name}; put it beside the header.")
    inside = {_tag(element): element for element in entry}
    kind = entry.get("dataType", "").lower()
    if "binFileFormat" not in inside or kind not in _KINDS:
        raise RecordingError(
            f"{name} is not of the kind that is read (binary, of {', '.join(_KINDS)}): export it as CSV and read that."
        )
    data = header.with_name(name)
    if not data.is_file():
        raise RecordingError(f"{name} is not there, which {header.name} names; put it beside it.")
    names = [element.get("name", "") for element in entry if _tag(element) == "channel"]
    if not len("xyz") <= len(names) <= _MOST_CHANNELS:
        raise ValueError
    xyz = channels.given(name, names, wish.columns)[1] if wish.columns else channels.axes(name, names, notes)
    order = ">" if inside["binFileFormat"].get("endianess", "LITTLE").upper() == "BIG" else "<"
    scale, zero = float(entry.get("lsbValue", "1")), float(entry.get("baseline") or 0)
    if not (math.isfinite(zero) and 0 < abs(scale) < math.inf):
        raise ValueError
    return _Layout(data, np.dtype(order + _KINDS[kind]), len(names), xyz, scale, zero)


def _number(words: str) -> float:
    """Return a number, 0 where there is none."""
    try:
        number = float(words)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _begun(words: str) -> tuple[int, int | None] | None:
    """Return the start in ns by the device's clock, and its offset from UTC in s where that is said."""
    try:
        when = datetime.fromisoformat(words.strip())
        check_year(when.year)
    except ValueError:
        return None
    offset = when.utcoffset()
    ns = int(np.datetime64(when.replace(tzinfo=None, microsecond=0), "s").astype(np.int64)) * NS
    return ns + when.microsecond * 1000, None if offset is None else round(offset.total_seconds())
