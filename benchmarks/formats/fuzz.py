"""Spoilt files for every reader: nothing but a recording or a `RecordingError`, and no file that takes long."""

from __future__ import annotations

import faulthandler
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.formats.sealed import SEALED
from benchmarks.formats.small import small
from benchmarks.hostile import mutilated
from detector.errors import RecordingError
from detector.recordings import open_recording

if TYPE_CHECKING:
    from benchmarks.formats.small import Small

_SEED = 90_018
_SLOW_S = 5.0
_HANG_S = 60.0
_AT_ONCE = 200
"""Files that one watch looks after: setting it takes longer than most files."""


def fuzz_readers(files: int, only: str = "") -> bool:
    """Feed every reader so many spoilt files and print how it went; tells whether all went well.

    Where a format has checksums, every other file has them right again after it was spoilt; where other files belong
    to it, every other time one of those is spoilt instead.

    Parameters
    ----------
    files
        For each reader.
    only
        Only the readers whose name holds this.
    """
    print(f"seed {_SEED}")
    print(f"{'reader':22} {'files':>8} {'sealed':>8} {'refused':>8} {'samples':>10} {'1/s':>6} {'longest ms':>10}")
    logging.disable(logging.CRITICAL)
    well = True
    for name, one in small().items():
        if only in name:
            well &= _try(name, one, files)
    logging.disable(logging.NOTSET)
    return well


def spoilt(name: str, one: Small, rng: np.random.Generator, number: int) -> tuple[bytes, bool]:
    """Spoil a reader's small file; tells whether its checksums were put right.

    Parameters
    ----------
    name, one
        The reader's name, and its file.
    rng
        What decides how.
    number
        Which file of the row it is.
    """
    how, dice = int(rng.integers(4, 9)), rng.integers(0, 2**20, 6).tolist()
    seal = SEALED.get(name) if number % 2 else None
    if seal is None:
        return mutilated(one.data, one.data, how, dice), False
    return seal(one.data, lambda data: mutilated(data, data, how, dice), dice[5]), True


def _try(name: str, one: Small, files: int) -> bool:
    rng = np.random.default_rng([_SEED, len(name), *name.encode()])
    refused = samples = sealed = 0
    longest_s = 0.0
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=_memory()) as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = one.put(Path(folder))
        for number in range(files):
            data, is_sealed = spoilt(name, one, rng, number)
            sealed += is_sealed
            if one.beside:
                data = _beside(Path(folder), one, data, rng, number)
            path.write_bytes(data)
            if number % _AT_ONCE == 0:
                faulthandler.dump_traceback_later(_HANG_S, exit=True, file=sys.__stderr__)
            before_s = time.perf_counter()
            try:
                samples += sum(len(getattr(part, "xyz", ())) for part in open_recording(path).stream())
            except RecordingError:
                refused += 1
            except Exception as error:  # noqa: BLE001 -- what is looked for
                kept = Path(tempfile.gettempdir()) / f"fuzz-{name}-{number}"
                kept.write_bytes(data)
                for beside in one.beside:
                    (Path(f"{kept}-{beside}")).write_bytes((Path(folder) / beside).read_bytes())
                print(f"{name}: file {number}, kept as {kept}, raises {error!r}", flush=True)
                return False
            finally:
                longest_s = max(longest_s, time.perf_counter() - before_s)
        faulthandler.cancel_dump_traceback_later()
    took_s = time.perf_counter() - began_s
    counts = f"{files:8d} {sealed:8d} {refused:8d} {samples:10d} {files / took_s:6.0f}"
    print(f"{name:22} {counts} {1e3 * longest_s:10.2f}", flush=True)
    return longest_s < _SLOW_S


def _beside(folder: Path, one: Small, data: bytes, rng: np.random.Generator, number: int) -> bytes:
    """Write the files that belong to one, every other time with one of them spoilt; gives the file itself."""
    for name, other in one.beside.items():
        (folder / name).write_bytes(other)
    if number % 2 == 0:
        return data
    name = sorted(one.beside)[number // 2 % len(one.beside)]
    how, dice = int(rng.integers(4, 9)), rng.integers(0, 2**20, 6).tolist()
    (folder / name).write_bytes(mutilated(one.beside[name], one.beside[name], how, dice))
    return one.data


def _memory() -> str | None:
    """Return a folder that is kept in memory, where there is one: the files are many and small."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - only to be fast
