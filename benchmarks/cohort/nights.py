"""Any number of nights, made of one while they are asked for: a thousand files of 37 MB would fill the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.formats import made
from detector.cohort.task import Task

SEED = 19
HOURS = 8.0
_HEADER, _BLOCK, _ROWS = 1024, 512, 40
_RATE_HZ = 99.5
_PER_G = 4096
_TWITCHES_AN_HOUR = 25
_PEOPLE = 50


class Nights:
    """Recordings of an AX6, 100 Hz: one of them, with twitches at other places in each.

    Parameters
    ----------
    folder
        Where those lie that are being computed.
    hours
        Length of each.
    """

    def __init__(self, folder: Path, hours: float = HOURS) -> None:
        self._folder = folder
        self._hours = hours
        blocks = int(hours * 3600 * _RATE_HZ / _ROWS)
        self._whole = np.frombuffer(made.cwa(blocks, packed=False, rate_hz=_RATE_HZ), np.uint8).copy()

    def tasks(self, count: int) -> Iterator[Task]:
        """Make nights as they are taken; whoever has computed one gives it to `forget`."""
        for number in range(count):
            yield Task(self.make(number), f"person-{number % _PEOPLE:03}", f"night-{number:06}")

    def make(self, number: int) -> Path:
        """Write a night: the same bytes and the same time of the file for the same number."""
        path = self._folder / f"night-{number:06}.cwa"
        whole = self._whole.copy()
        blocks = whole[_HEADER:].reshape(-1, _BLOCK)
        rng = np.random.default_rng((SEED, number))
        at = np.arange(_ROWS) / _RATE_HZ
        shape = np.exp(-at / 0.06) * np.sin(2 * np.pi * 9 * at)
        places = rng.choice(len(blocks), round(_TWITCHES_AN_HOUR * self._hours), replace=False)
        for place, size_g, axis in zip(
            places, rng.uniform(0.01, 0.2, len(places)), rng.integers(0, 3, len(places)), strict=True
        ):
            counts: npt.NDArray[np.int16] = blocks[place, 30:510].view("<i2").reshape(_ROWS, 6)
            counts[:, 3 + axis] += np.rint(shape * size_g * _PER_G).astype(np.int16)
            words = blocks[place].view("<u2")
            words[-1] = 0
            words[-1] = -int(words.sum(dtype=np.int64)) & 0xFFFF
        whole.tofile(path)
        os.utime(path, (made.EPOCH_S + number, made.EPOCH_S + number))
        return path

    @staticmethod
    def forget(task: Task) -> None:
        """Delete a night that has been computed."""
        task.path.unlink(missing_ok=True)
