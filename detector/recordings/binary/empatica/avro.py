"""Empatica's EmbracePlus: avro files of half an hour, with counts, a rate and a start in microseconds of UTC."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.empatica import blocks
from detector.recordings.binary.parts.build import Device, build, refuse_columns
from detector.recordings.binary.parts.libraries import library
from detector.recordings.times import lay_at
from detector.recordings.wish import check_rate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

FORMAT = "Empatica avro"
_MAGIC = b"Obj\x01"
_CODECS = ("null", "deflate")
"""Those that need no other library, and whose blocks can be looked at before."""
_LARGEST = 1 << 28
"""Bytes: half an hour of all its sensors is a few MB."""
_LEAST_G, _MOST_G = 1e-7, 1.0
"""Between these lies a g per count."""
_LATEST_US = 4_102_444_800_000_000
"""The year 2100."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_MAGIC)


def open(path: Path, wish: Wish) -> Recording:
    """Open a file, and decode all of it at once: it holds half an hour, in one record.

    Raises
    ------
    RecordingError
        Where fastavro is not installed, the file is damaged, or it is no EmbracePlus'.
    """
    refuse_columns(path, wish, FORMAT)
    fastavro = library("fastavro", "avro", path, "an avro file")
    records = _records(path, fastavro)
    try:
        about = records[0]
        raw = about["rawData"]["accelerometer"]
        factor = _factor(raw["imuParams"])
        rate_hz, start_us = float(raw["samplingFrequency"]), int(raw["timestampStart"])
        rows = len(_counts(raw))
    except (KeyError, TypeError, IndexError):
        raise _of_others(path) from None
    except (ValueError, ZeroDivisionError, OverflowError):
        raise RecordingError(f"{path.name} does not say what its counts mean: it was changed; copy it again.") from None
    if not np.isfinite(rate_hz) or not _LEAST_G < abs(factor) < _MOST_G:
        raise RecordingError(f"{path.name} does not say what its counts mean: it was changed; copy it again.")
    if rows < 2 or not 0 < start_us < _LATEST_US:
        raise RecordingError(f"{path.name} holds no acceleration with a start: its accelerometer was off.")
    check_rate(rate_hz, f"The sampling rate of {path.name}")
    notes = [] if len(records) == 1 else [f"It holds {len(records)} records, of which the first was read."]
    pieces = lay_at(rate_hz, rows, start_us * 1000, [])

    def read() -> Iterator[npt.NDArray[np.float32]]:
        # Decoded anew, for a night is many of these files, and they would all be held.
        yield (_counts(_records(path, fastavro)[0]["rawData"]["accelerometer"]) * factor).astype(np.float32)

    device = Device(FORMAT, str(about.get("deviceSn", "")), rate_hz, factor)
    return build(path, wish, device, pieces, read, notes=notes)


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
