"""How many more nights the disk takes."""

from __future__ import annotations

import contextlib
import shutil
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.night.files import SUFFIX
from detector.night.upkeep.age import written_ns

if TYPE_CHECKING:
    from pathlib import Path

USUAL_BYTES = 100_000_000
"""Of a night with all that came over the radio, where there are none to go by."""
FEW = 3
"""So many nights or fewer are worth a word."""
_MANY = 1000
"""Of more than so many nights nobody can tell the number, nor cares."""
_RECENT = 14
_SMALLEST_BYTES = 1_000_000
"""A smaller file is no whole night to go by."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long the disk lasts.

    Parameters
    ----------
    free_bytes
        Room on it.
    night_bytes
        What a night takes: the median of the latest.
    """

    free_bytes: int
    night_bytes: int

    @property
    def nights(self) -> int:
        """How many more it takes."""
        return self.free_bytes // self.night_bytes

    def __str__(self) -> str:
        """Say it to a person."""
        room = f"some {self.nights}" if self.nights <= _MANY else f"more than {_MANY}"
        return f"{self.free_bytes / 1e9:.1f} GB free: room for {room} nights"


def forecast(folder: Path) -> Forecast | None:
    """Say how many more nights a folder takes.

    Parameters
    ----------
    folder
        Of the nights; it need not be there yet.

    Returns
    -------
    Forecast or None
        None where the disk does not tell: no recording ends for that.
    """
    try:
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        free = shutil.disk_usage(there).free
        found = [seen for path in folder.glob(f"*{SUFFIX}") if (seen := _seen(path)) is not None]
    except OSError:
        return None
    whole = [size for _, size in sorted(found)[-_RECENT:] if size >= _SMALLEST_BYTES]
    return Forecast(free, round(statistics.median(whole)) if whole else USUAL_BYTES)


def _seen(path: Path) -> tuple[int, int] | None:
    """When a night was written to, in ns, and its size in bytes; None for a link that leads nowhere."""
    with contextlib.suppress(OSError):
        return written_ns(path), path.stat().st_size
    return None
