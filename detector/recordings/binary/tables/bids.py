"""BIDS-motion: a table without a header; ``_channels.tsv`` tells its columns, and ``_motion.json`` its rate."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.tables.table import Table, open_table
from detector.recordings.timing.utc import to_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_ENDING = "_motion.tsv"
_PORTION = 1 << 20
_LARGEST = 1 << 20
_LEVELS, _MOST_BESIDE = 5, 10_000
"""Folders looked into, upwards, for what describes a table, and files in each."""

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: nothing in it says so, but its name and the files beside it."""
    del head
    return _ENDING in path.name and _stem(path) is not None and _described(path, "channels.tsv") is not None


def open(path: Path, wish: Wish) -> Recording:
    """Open a table and read what stands beside it.

    Raises
    ------
    RecordingError
        Where what describes it is missing or not understood, or the table is none.
    """
    channels = _needed(path, "channels.tsv")
    rows = [line.split("\t") for line in _text(channels).splitlines() if line.strip()]
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "name" not in head or any(len(row) < len(head) for row in rows):
        raise RecordingError(f"{channels.name} does not name the columns of {path.name}: mend it.")
    described = [dict(zip(head, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]
    names = [_name(row) for row in described]
    rate_hz, duration_s = _rate(path)
    notes: list[str] = []

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        for values in _values(path, [row["name"] for row in described]):
            yield [values[:, i] for i in some]

    start_ns = _start(path, wish, notes)
    said = [row.get("units", "") if row.get("type", "").upper() == "ACCEL" else "" for row in described]
    table = Table(path, "BIDS motion", names, read, rate_hz, start_ns, said=said, has_holes=True)
    recording = open_table(table, wish, notes)
    if duration_s is not None and recording.duration_s < duration_s - 1 / recording.rate_hz:
        notes.append(
            f"{duration_s:g} s were recorded, it is said, and {recording.duration_s:g} s are there: it was cut off."
        )
    return recording


def _stem(path: Path) -> str | None:
    """Return a table's name without its ending, None where it is named otherwise."""
    name = path.name.removesuffix(".gz")
    return name.removesuffix(_ENDING) if name.endswith(_ENDING) else None


def _described(path: Path, ending: str) -> Path | None:
    """Find what describes a table: beside it or in a folder above, of the same entities or fewer (BIDS inherits)."""
    mine = (_stem(path) or "").split("_")
    for folder in path.parents[:_LEVELS]:
        found = [
            (len(entities), other)
            for other in sorted(folder.glob(f"*{ending}"))[:_MOST_BESIDE]
            if set(entities := [part for part in other.name.removesuffix(ending).split("_") if part]) <= set(mine)
        ]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
        if (folder / "dataset_description.json").is_file():
            break
    return None


def _needed(path: Path, ending: str) -> Path:
    found = _described(path, ending)
    if found is None:
        missing = f"{_stem(path)}_{ending}"
        raise RecordingError(f"{missing} is not there, which describes the recording; put it beside {path.name}.")
    return found


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
    beside = _needed(path, "motion.json")
    try:
        about = json.loads(_text(beside))
        said = [_number(about.get(key)) for key in ("SamplingFrequencyEffective", "SamplingFrequency")]
        rate_hz = said[0] or said[1]
        if rate_hz is None:
            raise ValueError
    except (ValueError, AttributeError, RecursionError):
        raise RecordingError(f"{beside.name} does not tell the sampling frequency: mend it.") from None
    return rate_hz, _number(about.get("RecordingDuration"))


def _number(value: Any) -> float | None:
    """Return a number above 0, None for anything else, such as ``n/a``."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if np.isfinite(number) and number > 0 and not isinstance(value, bool) else None


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


def _values(path: Path, names: Sequence[str]) -> Iterator[npt.NDArray[np.float64]]:
    """Read the table some rows at a time; ``n/a`` is NaN, and so is an empty cell."""
    left, width, is_first = b"", len(names), True
    for data in chain(portions(path, _PORTION), [b"\n"]):
        text = left + data
        end = text.rfind(b"\n") + 1
        left = text[end:]
        lines = [line for line in text[:end].replace(b"n/a", b"nan").split(b"\n") if line.strip()]
        if lines and is_first:
            is_first = False
            if [cell.strip() for cell in lines[0].decode("utf-8-sig", "replace").split("\t")] == list(names):
                del lines[0]  # there should be none
        if any(line.count(b"\t") != width - 1 for line in lines):
            raise RecordingError(f"{path.name} has rows of other lengths than the {width} channels that are described.")
        cells = b"\n".join(lines).split()
        if len(cells) != width * len(lines):  # some are empty
            cells = [cell.strip() or b"nan" for line in lines for cell in line.split(b"\t")]
        try:
            yield np.array(cells, np.float64).reshape(-1, width) if cells else np.empty((0, width))
        except ValueError:
            raise RecordingError(
                f"{path.name} has cells that are no numbers, nor n/a: mend or export it again."
            ) from None
        if len(left) > _PORTION:
            raise RecordingError(f"{path.name} has no lines: it is no table.")
