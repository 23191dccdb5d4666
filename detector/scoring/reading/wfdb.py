"""WFDB's annotation files (physionet.org/physiotools/wag, annot(5)): pairs of bytes, a time step and a code each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.marks import Annotations, Mark
from detector.scoring.reading.numbers import AnnotationError, mark
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_SKIP, _NUM, _SUB, _CHN, _AUX = 59, 60, 61, 62, 63
_NOTE = 22
_RESOLUTION = re.compile(r"## time resolution: ([0-9.]+)")
_NAMES = {1: "N", 5: "V", 8: "A", 14: "~", 16: "|", 18: "s", 22: '"', 28: "+", 32: "^"}
_HEADER_WORDS = 3
_MOST_HZ = 1e6


def read(data: bytes, path: Path, rate_hz: float | None) -> Annotations:
    """Read a file of annotations.

    Parameters
    ----------
    data
        Its bytes.
    path
        Its name; the header of the record, which tells the rate, lies beside it.
    rate_hz
        Ticks a second, where the user says so; None for what the file or its header says.
    """
    found, resolution = _decoded(np.frombuffer(data[: len(data) // 2 * 2], "<u2").astype(int), path)
    rate = rate_hz or resolution or _header_hz(path)
    if rate is None or not 0 < rate <= _MOST_HZ:
        raise AnnotationError(f"{path.name} counts samples, and no header beside it tells their rate: say --rate-hz")
    marks: list[Mark] = [mark(round(tick / rate * NS), 0.0, name) for tick, name in found if not name.startswith("## ")]
    return Annotations("WFDB", tuple(marks))


def _decoded(words: npt.NDArray[np.int64], path: Path) -> tuple[list[tuple[int, str]], float | None]:
    """Return ticks and names, and the ticks a second where the file tells them."""
    found: list[tuple[int, str]] = []
    at = ticks = 0
    resolution: float | None = None
    while at < len(words):
        code, value = words[at] >> 10, int(words[at]) & 1023
        at += 1
        if code == 0 and value == 0:
            break
        if code == _SKIP:
            if at + 2 > len(words):
                raise _cut(path)
            step = (int(words[at]) << 16) | int(words[at + 1])
            ticks += step - (1 << 32) if step >= 1 << 31 else step
            at += 2
        elif code == _AUX:
            text = bytes(words[at : at + (value + 1) // 2].astype("<u2").tobytes())[:value].decode("utf-8", "replace")
            at += (value + 1) // 2
            if at > len(words):
                raise _cut(path)
            if (said := _RESOLUTION.match(text)) is not None:
                resolution = float(said[1].rstrip(".") or 0)
            elif found:
                found[-1] = (found[-1][0], text.rstrip("\0").strip() or found[-1][1])
        elif code not in {_NUM, _SUB, _CHN}:
            ticks += value
            found.append((ticks, _NAMES.get(int(code), str(code))))
    return found, resolution


def _cut(path: Path) -> AnnotationError:
    return AnnotationError(f"{path.name} is cut off: copy it again")


def _header_hz(path: Path) -> float | None:
    """Read the rate of the record from the header beside the file."""
    try:
        words = path.with_suffix(".hea").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    line = next((line for line in words.splitlines() if line.strip() and not line.startswith("#")), "").split()
    if len(line) < _HEADER_WORDS:
        return None
    try:
        return float(re.split(r"[/(]", line[2])[0])
    except ValueError:
        return None
