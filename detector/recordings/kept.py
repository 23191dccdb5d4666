"""Numbers of a whole file, one a row: in memory where they are few, else in a file of their own.

A week at 100 Hz has 60 million time stamps, of which an analysis looks at some here and some there. They are kept on
disk so that memory does not grow with the file; what is asked for is an ordinary array.
"""

from __future__ import annotations

import tempfile
import weakref
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from detector.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.intp]

IN_MEMORY = 1 << 21
"""Numbers kept in memory: 16 MB."""
_AT_ONCE = 1 << 16
_BYTES = 8


class Kept:
    """Takes in numbers, and gives out those that are asked for, as an array of one dimension does."""

    def __init__(self) -> None:
        self._parts: list[Floats] = []
        self._file: Any = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, numbers: Floats) -> None:
        """Take in the numbers that come next.

        Raises
        ------
        RecordingError
            Where there is no room for them on disk.
        """
        self._parts.append(numbers)
        self._count += len(numbers)
        if self._count <= IN_MEMORY:
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="fasciwatch-")  # noqa: SIM115 - see below
                weakref.finalize(self, self._file.close)
            self._file.seek(0, 2)
            for part in self._parts:
                self._file.write(np.ascontiguousarray(part, np.float64).tobytes())
            self._file.flush()
        except OSError as error:
            raise RecordingError(
                f"There is no room for the times of a long file in {tempfile.gettempdir()} ({error.strerror}); free "
                "some space, or set TMPDIR to another folder."
            ) from error
        self._parts.clear()

    def whole(self) -> Floats | Kept:
        """Return an array where the numbers are in memory, else itself."""
        if self._file is not None:
            return self
        return np.concatenate(self._parts) if self._parts else np.zeros(0)

    @overload
    def __getitem__(self, at: int) -> float: ...
    @overload
    def __getitem__(self, at: slice | Indices) -> Floats: ...
    def __getitem__(self, at: int | slice | Indices) -> float | Floats:
        if isinstance(at, slice):
            return self._range(range(*at.indices(self._count)))
        if isinstance(at, int | np.integer):
            return float(self._read(int(at) % self._count, 1)[0])
        return self._places(at)

    def _range(self, places: range) -> Floats:
        out = np.empty(len(places))
        step = places.step
        each = max(1, _AT_ONCE // step)
        for done in range(0, len(places), each):
            some = places[done : done + each]
            if step > _AT_ONCE:
                out[done] = self._read(some[0], 1)[0]
            else:
                out[done : done + each] = self._read(some[0], some[-1] - some[0] + 1)[::step]
        return out

    def _places(self, places: Indices) -> Floats:
        flat = places.ravel()
        out = np.empty(len(flat))
        order = np.argsort(flat, kind="stable")
        for first, some in _near(flat[order]):
            out[order[some]] = self._read(first, int(flat[order[some.stop - 1]]) - first + 1)[flat[order[some]] - first]
        return out.reshape(places.shape)

    def _read(self, first: int, count: int) -> Floats:
        self._file.seek(first * _BYTES)
        return np.frombuffer(self._file.read(count * _BYTES), np.float64)


def _near(rising: Indices) -> Iterator[tuple[int, slice]]:
    """Cut rising places into parts that lie near each other; gives the first place of each, too."""
    begin = 0
    while begin < len(rising):
        first = int(rising[begin])
        end = int(np.searchsorted(rising, first + _AT_ONCE))
        yield first, slice(begin, end)
        begin = end
