"""One small file for every reader: to be cut, spoilt and read in portions of any size."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.formats import made, made_by_libraries

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
    rows = "\n".join(f"{i / 50:.3f},{x / 256},{y / 256},{z / 256}" for i, (x, y, z) in enumerate(counts[:240].tolist()))
    return {
        "csv": Small("small.csv", f"time,x,y,z\n{rows}\n".encode()),
        "cwa_ax3": Small("ax3.cwa", made.cwa(12, packed=True), checked=True),
        "cwa_ax6": Small("ax6.cwa", made.cwa(14, packed=False), checked=True),
        "gt3x": Small("small.gt3x", made.gt3x(40, asleep=range(10, 20)), checked=True),
        "gt3x_wide": Small("wide.gt3x", made.gt3x(20, wide=True), checked=True),
        "gt3x_old": Small("old.gt3x", made.gt3x_old(40)),
        "geneactiv": Small("small.bin", made.geneactiv(4)),
        "npy": Small("small.npy", _saved(np.save, np.column_stack((np.arange(600) / 50, counts / 256)))),
        "edf": Small("small.edf", made_by_libraries.edf(counts)),
        "bdf": Small("small.bdf", made_by_libraries.edf(counts, wide=True)),
        "parquet": Small("small.parquet", made_by_libraries.parquet(counts)),
        "avro": Small("small.avro", made_by_libraries.avro(counts)),
        "xdf": Small("small.xdf", made_by_libraries.xdf(counts)),
        "hdf5": Small("small.h5", made_by_libraries.hdf5(counts)),
        "wfdb": Small("small.dat", made_by_libraries.wfdb(counts)[0], {"small.hea": made_by_libraries.wfdb(counts)[1]}),
        "unisens": Small(
            "acc.bin", made_by_libraries.unisens(counts)[0], {"unisens.xml": made_by_libraries.unisens(counts)[1]}
        ),
        "bids": made_bids(counts),
        "npz": Small("small.npz", _saved(np.savez_compressed, rate_hz=50.0, acc_g=counts / 256)),
    }


def _saved(save: Any, *values: Any, **named: Any) -> bytes:
    file = io.BytesIO()
    save(file, *values, **named)
    return file.getvalue()


def made_bids(counts: made.Counts) -> Small:
    """A table of BIDS-motion, and what stands beside it."""
    table, channels, about = made_by_libraries.bids(counts)
    stem = "sub-01_task-sleep_tracksys-calf"
    return Small(f"{stem}_motion.tsv", table, {f"{stem}_channels.tsv": channels, f"{stem}_motion.json": about})
