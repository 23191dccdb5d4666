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

from benchmarks.formats.small import small
from benchmarks.hostile import mutilated
from detector.errors import RecordingError
from detector.recordings import open_recording

if TYPE_CHECKING:
    from benchmarks.formats.small import Small

_SEED = 90_018
_SLOW_S = 5.0
_HANG_S = 60.0


def fuzz_readers(files: int, only: str = "") -> bool:
    """Feed every reader so many spoilt files and print how it went; tells whether all went well.

    Parameters
    ----------
    files
        For each reader.
    only
        Only the readers whose name holds this.
    """
    print(f"{'reader':22} {'files':>8} {'refused':>8} {'samples':>9} {'1/s':>8} {'longest ms':>10}", flush=True)
    logging.disable(logging.CRITICAL)
    well = True
    for name, one in small().items():
        if only in name:
            well &= _try(name, one, files)
    logging.disable(logging.NOTSET)
    return well


def _try(name: str, one: Small, files: int) -> bool:
    rng = np.random.default_rng([_SEED, len(name), *name.encode()])
    refused = samples = 0
    longest_s = 0.0
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            data = mutilated(one.data, one.data, int(rng.integers(4, 9)), rng.integers(0, 2**20, 6).tolist())
            path = one.put(Path(folder), data)
            before_s = time.perf_counter()
            faulthandler.dump_traceback_later(_HANG_S, exit=True, file=sys.__stderr__)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    samples += sum(len(getattr(part, "xyz", ())) for part in open_recording(path).stream())
            except RecordingError:
                refused += 1
            except Exception as error:  # noqa: BLE001 -- what is looked for
                kept = Path(tempfile.gettempdir()) / f"fuzz-{name}-{number}"
                kept.write_bytes(data)
                print(f"{name}: file {number}, kept as {kept}, raises {error!r}")
                return False
            finally:
                faulthandler.cancel_dump_traceback_later()
            longest_s = max(longest_s, time.perf_counter() - before_s)
    took_s = time.perf_counter() - began_s
    print(f"{name:22} {files:8d} {refused:8d} {samples:9d} {files / took_s:8.0f} {1e3 * longest_s:10.2f}", flush=True)
    return longest_s < _SLOW_S
