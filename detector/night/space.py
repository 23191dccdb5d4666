"""How many more nights the disk takes."""

from __future__ import annotations

import shutil
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.night.library import nights

if TYPE_CHECKING:
    from pathlib import Path

USUAL_BYTES = 100_000_000
"""Of a night with all that came over the radio, where there are none to go by."""
FEW = 3
"""So many nights or fewer are worth a word."""
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
        return f"{self.free_bytes / 1e9:.1f} GB free: room for some {self.nights} nights"


def forecast(folder: Path) -> Forecast:
    """Say how many more nights a folder takes.

    Parameters
    ----------
    folder
        Of the nights; it need not be there yet.

    Raises
    ------
    OSError
        Where the disk does not tell.
    """
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    sizes = [night.stat().st_size for night in nights(folder)[-_RECENT:]]
    whole = [size for size in sizes if size >= _SMALLEST_BYTES]
    return Forecast(shutil.disk_usage(there).free, round(statistics.median(whole)) if whole else USUAL_BYTES)
