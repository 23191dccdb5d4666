"""One small file for every reader: to be cut, spoilt and read in portions of any size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.formats import made

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Small:
    """A small file.

    Parameters
    ----------
    name
        Name of the file; the reader goes by what is in it.
    data
        What is in it.
    beside
        Files that belong to it, by their names.
    checked
        Whether every sample is under a checksum, so that none may come out wrong.
    """

    name: str
    data: bytes
    beside: dict[str, bytes] = field(default_factory=dict)
    checked: bool = False

    def put(self, folder: Path, data: bytes | None = None) -> Path:
        """Write it into a folder, or other data in its place."""
        for name, other in self.beside.items():
            (folder / name).write_bytes(other)
        path = folder / self.name
        path.write_bytes(self.data if data is None else data)
        return path


def small() -> dict[str, Small]:
    """Return one file for every reader, by the reader's name."""
    counts = made.night(600, 256)
    rows = "\n".join(f"{i / 50:.3f},{x / 256},{y / 256},{z / 256}" for i, (x, y, z) in enumerate(counts.tolist()))
    return {
        "csv": Small("small.csv", f"time,x,y,z\n{rows}\n".encode()),
        "cwa_ax3": Small("ax3.cwa", made.cwa(12, packed=True), checked=True),
        "cwa_ax6": Small("ax6.cwa", made.cwa(14, packed=False), checked=True),
        "gt3x": Small("small.gt3x", made.gt3x(40, asleep=range(10, 20)), checked=True),
        "gt3x_wide": Small("wide.gt3x", made.gt3x(20, wide=True), checked=True),
        "gt3x_old": Small("old.gt3x", made.gt3x_old(40)),
        "geneactiv": Small("small.bin", made.geneactiv(4)),
    }
