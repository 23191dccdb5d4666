"""Packed files: what is in them, and which file of an archive is the recording of the accelerometer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.head import ARCHIVE, PACKED
from detector.recordings.text.source.content import members_of, whole_of
from detector.recordings.text.words import ACCELEROMETER, OTHER_SENSORS, sensor_words, without_gravity

if TYPE_CHECKING:
    from pathlib import Path

    from detector.recordings.text.source.content import Content

_NO_RECORDING = re.compile(
    r"(^|/)(__MACOSX/|\.(?!\.?/)|meta(data)?\b|annotations?\b|readme|licen[cs]e|device|tags?\b|info)", re.IGNORECASE
)
_TABLES = (".csv", ".txt", ".tsv", ".dat", ".log", "")


def is_packed(head: bytes) -> bool:
    """Tell whether a file is packed by gzip or zip."""
    return head.startswith((PACKED, ARCHIVE))


def contents(path: Path, head: bytes) -> list[Content]:
    """List what of a file may be a recording, the likeliest first.

    Raises
    ------
    RecordingError
        Where it is packed and holds no table.
    """
    if not head.startswith(ARCHIVE):
        return [whole_of(path, "gzip" if head.startswith(PACKED) else "none")]
    tables = [
        each for each in members_of(path) if _ending(each.member) in _TABLES and not _NO_RECORDING.search(each.member)
    ]
    if not tables:
        raise RecordingError(f"{path.name} holds no table of numbers; pack the recording as CSV or unpack it first.")
    return sorted(tables, key=lambda each: _likeliness(each.member))  # stable: of equals the first


def _ending(name: str) -> str:
    last = name.rsplit("/", 1)[-1]
    return f".{last.rsplit('.', 1)[1].lower()}" if "." in last else ""


def _likeliness(name: str) -> int:
    words = set(sensor_words(name.rsplit("/", 1)[-1].rsplit(".", 1)[0]))
    if words & ACCELEROMETER:
        return 2 if without_gravity(words) else 0 if "total" in words else 1
    return 4 if words & OTHER_SENSORS else 3
