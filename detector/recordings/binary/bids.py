"""BIDS-motion: a table without a header; ``_channels.tsv`` tells its columns, and ``_motion.json`` its rate."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.tables import Table, open_table
from detector.recordings.utc import to_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_ENDING = "_motion.tsv"
_PORTION = 1 << 20
_LARGEST = 1 << 20

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: nothing in it says so, but its name and the files beside it."""
    del head
    return path.name.endswith(_ENDING) and _beside(path, "_channels.tsv").is_file()


def open(path: Path, wish: Wish) -> Recording:
    """Open a table and read what stands beside it.

    Raises
    ------
    RecordingError
        Where what describes it is missing or not understood, or the table is none.
    """
    rows = [line.split("\t") for line in _text(_beside(path, "_channels.tsv")).splitlines() if line.strip()]
    head = [cell.strip() for cell in rows[0]] if rows else []
    if "name" not in head or any(len(row) < len(head) for row in rows):
        raise RecordingError(
            f"{_beside(path, '_channels.tsv').name} does not name the columns of {path.name}: mend it."
        )
    described = [dict(zip(head, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]
    names = [_name(row) for row in described]
    unit = {units.parse(row.get("units", "")) for row in described if row.get("type", "").upper() == "ACCEL"}
    rate_hz, duration_s = _rate(path)
    notes: list[str] = []

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        for values in _values(path, len(names)):
            yield [values[:, i] for i in some]

    start_ns = _start(path, wish, notes)
    table = Table(path, "BIDS motion", names, read, rate_hz, start_ns, unit.pop() if len(unit) == 1 else None)
    recording = open_table(table, wish, notes)
    if duration_s is not None and recording.duration_s < duration_s - 1 / recording.rate_hz:
        notes.append(
            f"{duration_s:g} s were recorded, it is said, and {recording.duration_s:g} s are there: it was cut off."
        )
    return recording


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name.removesuffix(_ENDING) + ending)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig", "replace")
    except OSError:
        raise RecordingError(f"{path.name} is not there, which describes the recording; put it beside it.") from None


def _name(row: dict[str, str]) -> str:
    """Name a channel such that its sensor and axis are in it."""
    kind, component = row.get("type", "").upper(), row.get("component", "").lower()
    if kind == "LATENCY":
        return "time"
    if component not in ("x", "y", "z"):
        return row["name"]
    sensor = {"ACCEL": "acc", "GYRO": "gyro", "MAGN": "magn", "POS": "pos", "VEL": "vel"}.get(kind, kind.lower())
    return f"{row.get('tracked_point', '')} {sensor} {component}".strip()


def _rate(path: Path) -> tuple[float | None, float | None]:
    """Return the sampling frequency and the duration in s, None where they are not told."""
    try:
        about = json.loads(_text(_beside(path, "_motion.json")))
        rate_hz = float(about.get("SamplingFrequencyEffective") or about["SamplingFrequency"])
        duration_s = float(about.get("RecordingDuration") or "nan")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecordingError(
            f"{_beside(path, '_motion.json').name} does not tell the sampling frequency: mend it."
        ) from None
    return (
        rate_hz if np.isfinite(rate_hz) and rate_hz > 0 else None,
        duration_s if np.isfinite(duration_s) and duration_s > 0 else None,
    )


def _start(path: Path, wish: Wish, notes: list[str]) -> int | None:
    """Return when it begins, by ``acq_time`` in the table of scans above it, None where nothing says so."""
    for folder in (path.parent, path.parent.parent):
        for scans in sorted(folder.glob("*_scans.tsv")):
            for row in _text(scans).splitlines():
                cells = row.split("\t")
                if cells[0].strip().endswith(path.name):
                    for cell in cells[1:]:
                        try:
                            when = datetime.fromisoformat(cell.strip())
                            ns = int(np.datetime64(when.replace(tzinfo=None), "ns").astype(np.int64))
                        except ValueError:
                            continue
                        offset = when.utcoffset()
                        if offset is not None:
                            return ns - round(offset.total_seconds()) * 1_000_000_000
                        notes.append(f"Its start has no time zone and was taken as {wish.timezone}.")
                        return int(to_utc(np.array([ns], np.int64), wish.timezone)[0])
    return None


def _values(path: Path, width: int) -> Iterator[npt.NDArray[np.float64]]:
    """Read the table some rows at a time; ``n/a`` is NaN."""
    left = b""
    for data in chain(portions(path, _PORTION), [b"\n"]):
        text = left + data
        end = text.rfind(b"\n") + 1
        left = text[end:]
        cells = text[:end].replace(b"n/a", b"nan").split()
        try:
            values = np.array(cells, dtype=np.float64) if cells else np.empty(0)
            yield values.reshape(-1, width)
        except ValueError:
            raise RecordingError(
                f"{path.name} has rows of other lengths than the {width} channels told, or cells that are no numbers."
            ) from None
        if len(left) > _PORTION:
            raise RecordingError(f"{path.name} has no lines: it is no table.")
