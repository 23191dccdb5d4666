"""Lines without a header: label tracks of Audacity, and Luna's .annot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.scoring.marks import Annotations, Mark
from detector.scoring.reading.numbers import AnnotationError, duration_s, mark, number, seconds_ns

if TYPE_CHECKING:
    from pathlib import Path

_LUNA_CELLS = 5
_AUDACITY_CELLS = 2


def is_luna(words: str) -> bool:
    """Whether this is an .annot: it begins with a line that names its columns, or describes a class."""
    head = words.lstrip("\ufeff")[:200]
    return head.startswith(("class\tinstance", "# "))


def read_luna(words: str, path: Path) -> Annotations:
    """Read Luna's .annot, whose times are seconds from the beginning of the EDF (clock times need that EDF)."""
    marks: list[Mark] = []
    for row, line in enumerate(words.lstrip("\ufeff").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or line.startswith("#") or cells[0] == "class":
            continue
        if len(cells) < _LUNA_CELLS:
            raise AnnotationError(
                f"{path.name} has too few columns in line {row}: class, instance, channel, start, stop"
            )
        name, instance, _channel, start, stop = cells[:_LUNA_CELLS]
        if ":" in start:
            raise AnnotationError(f"{path.name} gives times of day in line {row}: write seconds from the start instead")
        begin_ns = seconds_ns(start, "a start")
        length_s = 0.0 if stop.strip() in {"", ".", "..."} else max(number(stop.removeprefix("+"), "a stop"), 0.0)
        if length_s and not stop.startswith("+"):
            length_s = max(length_s - begin_ns / 1e9, 0.0)
        plain = instance.strip() in {"", ".", name}
        marks.append(mark(begin_ns, duration_s(repr(length_s)), name if plain else f"{name}/{instance}"))
    return Annotations("Luna .annot", tuple(marks))


def read_audacity(words: str, path: Path) -> Annotations:
    """Read a label track: start, end and label, parted by tabs; a line with a backslash first tells frequencies."""
    marks: list[Mark] = []
    for row, line in enumerate(words.lstrip("\ufeff").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or line.startswith("\\"):
            continue
        if len(cells) < _AUDACITY_CELLS:
            raise AnnotationError(
                f"{path.name} has too few columns in line {row}: start, end and label, parted by tabs"
            )
        begin_ns, end_ns = (seconds_ns(cell, "a time") for cell in cells[:_AUDACITY_CELLS])
        label = cells[_AUDACITY_CELLS] if len(cells) > _AUDACITY_CELLS else ""
        marks.append(mark(begin_ns, max(end_ns - begin_ns, 0) / 1e9, label))
    return Annotations("labels of Audacity", tuple(marks))
