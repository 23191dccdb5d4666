"""The times of a file, one a row, kept so that the memory they take does not grow with the file.

Some million of them are held; more go to a temporary file that has no name and goes with the process. They are read
back in parts, for all that is asked of a whole night are parts of it: every so many rows, or a minute, or the
neighbours of some rows. Where the disk is full they are held after all, as those of a shorter file are.
"""

from __future__ import annotations

import tempfile
import weakref
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from detector.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.recordings.timing.utc import Ns

    Floats = npt.NDArray[np.float64]

_PART = 1 << 18
"""Rows written and read at once."""
_HELD = 1 << 22
"""Rows held in memory: eleven hours at 100 Hz."""
_ARRAY = 1 << 19
"""So many rows in a row are an array; more are `Since` again."""
_NEAR = 1 << 21
"""Rows that lie so near each other are read together."""


class Rows(Protocol):
    """Times of rows, of which some are asked for at a time."""

    def __len__(self) -> int:
        """Number of rows."""

    def read(self, first: int = 0, end: int | None = None) -> Ns:
        """Return those of some rows, by default of all; they are not to be changed."""


def parts(rows: Rows) -> Iterator[Ns]:
    """Read times from the first to the last, some at a time."""
    for first in range(0, len(rows), _PART):
        yield rows.read(first, min(first + _PART, len(rows)))


class Kept:
    """Times in ns, in the order of the file.

    Parameters
    ----------
    held
        So many rows are held in memory.
    """

    def __init__(self, held: int = _HELD) -> None:
        self._held = held
        self._parts: list[Ns] = []
        self._rows = 0
        self._file: IO[bytes] | None = None
        self._written = 0

    def __len__(self) -> int:
        """Rows so far."""
        return self._rows

    def add(self, stamps: Ns) -> None:
        """Take in the next times."""
        while len(stamps):
            at = self._rows % _PART
            if at == 0:
                self._spill()
                self._parts.append(np.empty(_PART, np.int64))
            some = stamps[: _PART - at]
            self._parts[-1][at : at + len(some)] = some
            self._rows += len(some)
            stamps = stamps[len(some) :]

    def _spill(self) -> None:
        """Write full parts to the file once there are too many; where there is no room for it they stay in memory."""
        if self._rows < self._held:
            return
        try:
            if self._file is None:
                self._file = cast("IO[bytes]", tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - as long as this
                weakref.finalize(self, self._file.close)
            for part in self._parts:
                if self._file.write(part.data) != part.nbytes:
                    raise OSError  # noqa: TRY301 - no room
                self._written += _PART
            self._parts.clear()
        except OSError:
            left = self._written - (self._rows - len(self._parts) * _PART)
            del self._parts[: left // _PART]
            self._held = np.iinfo(np.int64).max

    def read(self, first: int = 0, end: int | None = None) -> Ns:
        """Return those of some rows, by default of all; they are not to be changed."""
        end = self._rows if end is None else min(end, self._rows)
        if self._written <= first < end and first // _PART == (end - 1) // _PART:
            return self._parts[(first - self._written) // _PART][first % _PART :][: end - first]
        stamps = np.empty(max(end - first, 0), np.int64)
        at = first
        if self._file is not None and at < min(end, self._written):
            until = min(end, self._written)
            self._read_file(at, stamps[: until - first])
            at = until
        while at < end:
            begin = at % _PART
            some = self._parts[(at - self._written) // _PART][begin : begin + end - at]
            stamps[at - first : at - first + len(some)] = some
            at += len(some)
        return stamps

    def _read_file(self, first: int, stamps: Ns) -> None:
        left = cast("Any", memoryview)(stamps).cast("B")
        try:
            file = cast("Any", self._file)
            file.seek(first * stamps.itemsize)
            while left:
                count = file.readinto(left)
                if not count:
                    raise OSError("it has become shorter")  # noqa: TRY301 - as if it could not be read
                left = left[count:]
        except OSError as error:
            raise RecordingError(
                f"The times of a long file cannot be read back from {tempfile.gettempdir()} ({error}); set TMPDIR to "
                "another folder."
            ) from error

    def take(self) -> Ns:
        """Return all of them, and keep none."""
        stamps = self.read().copy() if len(self._parts) == 1 else self.read()
        self._parts, self._file, self._rows, self._written = [], None, 0, 0
        return stamps


class Since:
    """Stamps in ns since one of them, as a float64 array that is not held: it is asked for parts.

    A slice is an array where it is short or skips rows; a long run of rows is of this class again. Rows may be asked
    for by an array of their numbers. Where an array is needed of all, `numpy.asarray` makes one.

    Parameters
    ----------
    rows
        The stamps.
    first, end
        Rows that are meant.
    origin
        What is taken off the stamps.
    shift
        What is taken off after that.
    """

    def __init__(self, rows: Rows, first: int, end: int, origin: int, shift: float = 0.0) -> None:
        self._rows = rows
        self._first, self._end = first, end
        self._origin, self._shift = origin, shift

    def __len__(self) -> int:
        """Rows that are meant."""
        return self._end - self._first

    def __getitem__(self, key: Any) -> Any:
        """Return one, those of a slice, or those of an array of rows."""
        if isinstance(key, slice):
            first, end, step = key.indices(len(self))
            if step == 1 and end - first > _ARRAY:
                return Since(self._rows, self._first + first, self._first + end, self._origin, self._shift)
            return self._sparse(first, end, step) if step > 1 else self._read(first, end)
        if isinstance(key, np.ndarray):
            return self._gather(key)
        at = range(len(self))[key]
        return self._read(at, at + 1)[0]

    def __sub__(self, other: Any) -> Any:
        """Take a number off all."""
        if np.ndim(other):
            return np.asarray(self) - other
        return Since(self._rows, self._first, self._end, self._origin, self._shift + float(other))

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> Any:
        """Make an array of all."""
        del copy
        return self._read(0, len(self)).astype(dtype or np.float64, copy=False)

    def _read(self, first: int, end: int, step: int = 1) -> Floats:
        stamps = self._rows.read(self._first + first, self._first + end)[::step]
        some = (stamps - self._origin).astype(np.float64)
        return some - self._shift if self._shift else some

    def _sparse(self, first: int, end: int, step: int) -> Floats:
        """Every so many rows."""
        result = np.empty(len(range(first, end, step)))
        each = max(_PART // step, 1) * step
        for at in range(first, end, each):
            some = self._read(at, min(at + each, end), step)
            begin = (at - first) // step
            result[begin : begin + len(some)] = some
        return result

    def _gather(self, rows: npt.NDArray[np.intp]) -> Floats:
        """Those of some rows, in any order."""
        if not rows.size:
            return np.empty(rows.shape)
        first, last = int(rows.min()), int(rows.max())
        if last - first < _NEAR:
            found: Floats = self._read(first, last + 1)[rows - first]
            return found
        flat = rows.ravel()
        order = np.argsort(flat, kind="stable")
        ordered = flat[order]
        result = np.empty(len(flat))
        at = 0
        while at < len(flat):
            begin = int(ordered[at])
            until = int(np.searchsorted(ordered, begin + _PART))
            result[order[at:until]] = self._read(begin, int(ordered[until - 1]) + 1)[ordered[at:until] - begin]
            at = until
        return result.reshape(rows.shape)
