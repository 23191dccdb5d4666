"""Empatica's EmbracePlus: avro files of half an hour, with counts, a rate and a start in microseconds of UTC."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.empatica import blocks
from detector.recordings.binary.parts.build import Device, build, refuse_columns
from detector.recordings.binary.parts.libraries import library
from detector.recordings.timing.times import lay_at
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.timing.times import Piece
    from detector.recordings.wish import Wish

FORMAT = "Empatica avro"
_MAGIC = b"Obj\x01"
_CODECS = ("null", "deflate")
"""Those that need no other library, and whose blocks can be looked at before."""
_LARGEST = 1 << 28
"""Bytes: half an hour of all its sensors is a few MB."""
_LEAST_G, _MOST_G = 1e-7, 1.0
"""Between these lies a g per count."""
_SAME_RATE, _LOST = 0.001, 1.5
"""Records of rates that are nearer than that are of one; between two of them so many periods make a gap."""
_LATEST_US = 4_102_444_800_000_000
"""The year 2100."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_MAGIC)


class _Part(NamedTuple):
    """What one record holds: its place among the records, and how many samples from when on."""

    place: int
    rows: int
    start_ns: int
    rate_hz: float
    factor: float


def open(path: Path, wish: Wish) -> Recording:
    """Open a file, and decode all of it at once: it holds half an hour, as a rule in one record.

    Raises
    ------
    RecordingError
        Where fastavro is not installed, the file is damaged, or it is no EmbracePlus'.
    """
    refuse_columns(path, wish, FORMAT)
    fastavro = library("fastavro", "avro", path, "an avro file")
    records = _records(path, fastavro)
    if not records:
        raise _of_others(path)
    found = [part for place, record in enumerate(records) if (part := _part(path, place, record)).rows > 0]
    if sum(part.rows for part in found) < 2:
        raise RecordingError(f"{path.name} holds no acceleration with a start: its accelerometer was off.")
    notes: list[str] = []
    parts = _in_order(path, found, notes)
    serial = str(records[0].get("deviceSn", ""))
    del records

    def read() -> Iterator[npt.NDArray[np.float32]]:
        # Decoded anew, for a night is many of these files, and they would all be held.
        again = _records(path, fastavro)
        for part in parts:
            yield (_counts(again[part.place]["rawData"]["accelerometer"]) * part.factor).astype(np.float32)

    device = Device(FORMAT, serial, parts[0].rate_hz, parts[0].factor)
    return build(path, wish, device, _lay(parts, notes), read, notes=notes)


def _part(path: Path, place: int, record: Any) -> _Part:
    """Look at one record."""
    try:
        raw = record["rawData"]["accelerometer"]
        factor = _factor(raw["imuParams"])
        rate_hz, start_us = float(raw["samplingFrequency"]), int(raw["timestampStart"])
        rows = len(_counts(raw))
    except (KeyError, TypeError, IndexError):
        raise _of_others(path) from None
    except (ValueError, ZeroDivisionError, OverflowError):
        raise RecordingError(f"{path.name} does not say what its counts mean: it was changed; copy it again.") from None
    if rows == 0:
        return _Part(place, 0, 0, 0.0, 1.0)
    if not np.isfinite(rate_hz) or not _LEAST_G < abs(factor) < _MOST_G:
        raise RecordingError(f"{path.name} does not say what its counts mean: it was changed; copy it again.")
    if not 0 < start_us < _LATEST_US:
        raise RecordingError(f"{path.name} holds no acceleration with a start: its accelerometer was off.")
    check_rate(rate_hz, f"The sampling rate of {path.name}")
    return _Part(place, rows, start_us * 1000, rate_hz, factor)


def _in_order(path: Path, found: list[_Part], notes: list[str]) -> list[_Part]:
    """Sort the records by when they begin, each once."""
    if any(abs(part.rate_hz / found[0].rate_hz - 1) > _SAME_RATE for part in found):
        raise RecordingError(f"{path.name} changes its rate from one record to the next: read them apart.")
    parts = sorted(found, key=lambda part: part.start_ns)
    if parts != found:
        notes.append("Its records are not in the order of their times; they were sorted.")
    once = [parts[0], *(b for a, b in pairwise(parts) if (a.start_ns, a.rows) != (b.start_ns, b.rows))]
    if len(once) < len(parts):
        notes.append(f"{len(parts) - len(once)} record(s) are there twice; of each the first was read.")
    return once


def _lay(parts: list[_Part], notes: list[str]) -> list[Piece]:
    """Lay the records one after another, with gaps where time is missing between them."""
    pieces: list[Piece] = []
    late = 0
    for part in parts:
        start_ns, after_gap = part.start_ns, False
        if pieces:
            missing_ns = start_ns - pieces[-1].end_ns
            after_gap = missing_ns > _LOST * NS / part.rate_hz
            late += missing_ns < -_LOST * NS / part.rate_hz
            start_ns = start_ns if after_gap else pieces[-1].end_ns
        first = pieces[-1].first + pieces[-1].count if pieces else 0
        laid = lay_at(part.rate_hz, part.rows, start_ns, [])
        pieces += [replace(piece, first=first + piece.first, after_gap=after_gap and not piece.first) for piece in laid]
    if late:
        notes.append(f"{late} record(s) begin before the one before them ends; they were laid after it.")
    return pieces


def _counts(raw: dict[str, Any]) -> npt.NDArray[np.int32]:
    """Counts of the axes, shape ``(n, 3)``."""
    return np.array([raw["x"], raw["y"], raw["z"]], np.int32).T


def _records(path: Path, fastavro: Any) -> list[Any]:
    """Decode all records, after what they claim was looked at."""
    try:
        if path.stat().st_size > _LARGEST:
            raise blocks.DamagedError
        data = path.read_bytes()
        schema, codec = blocks.look(data, _LARGEST)
        if codec not in _CODECS:
            raise RecordingError(
                f"{path.name} is packed by {codec}, which is not read: write it with the codec deflate."
            )
        if b'"accelerometer"' not in schema:
            raise _of_others(path)
        return list(fastavro.reader(io.BytesIO(data)))
    except RecordingError:
        raise
    except Exception:  # noqa: BLE001 - fastavro raises whatever comes up
        raise RecordingError(f"{path.name} is a damaged avro file: it was cut off or changed; copy it again.") from None


def _of_others(path: Path) -> RecordingError:
    return RecordingError(
        f"{path.name} is an avro file without the accelerometer of an Empatica EmbracePlus: only that is read."
    )


def _factor(about: dict[str, Any]) -> float:
    """Return g per count: as stated, else from the ranges."""
    if about.get("conversionFactor"):
        return float(about["conversionFactor"])
    if not {"physicalMax", "physicalMin", "digitalMax", "digitalMin"} <= about.keys():
        raise ValueError
    return float((about["physicalMax"] - about["physicalMin"]) / (about["digitalMax"] - about["digitalMin"]))
