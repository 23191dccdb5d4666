"""A table's column of times, as it is read: what its numbers mean is seen in the first hours of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts.starts import CENTURY_S
from detector.recordings.text.assembling import coarse
from detector.recordings.text.dates.stamps import recognise
from detector.recordings.timing import times
from detector.recordings.timing.kept import Kept, Since
from detector.recordings.timing.utc import MISSING, LocalClock
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.recordings.timing.times import Piece
    from detector.recordings.wish import Wish

    Stamps = npt.NDArray[Any]
    Floats = npt.NDArray[np.float64]
    Ns = npt.NDArray[np.int64]

_SCALES = (1, 10**3, 10**6, 10**9)
"""Units of time, in one second of each."""
_PERIODS_S = (0.0009, 0.06)
"""Periods that a column of times may have in its unit, in s."""
_BACK_NS = -NS
_CONTRADICTS = 0.2
_FIRST = 1 << 18
_CELLS = 300
"""So many texts among the first show how dates are written."""
_EXACT_NS = 500
"""Epochs as float64 are off by less."""


@dataclass(slots=True)
class Clock:
    """Takes in the times of all rows, and lays the rows.

    Parameters
    ----------
    name, column
        Of the file and the column, for messages.
    wish
        What the user says.
    notes
        Told what was assumed.
    is_utc
        Whether dates are UTC.
    is_date
        Whether numbers may be dates; False where they are of a clock that is known to count from some time of its own.
    """

    name: str
    column: str
    wish: Wish
    notes: list[str]
    is_utc: bool = False
    is_date: bool = True
    has_date: bool = field(default=False, init=False)
    _waiting: list[Stamps] = field(default_factory=list, init=False)
    _rows: int = field(default=0, init=False)
    _understand: Callable[[Stamps], Ns] | None = field(default=None, init=False)
    _counts_rows: bool = field(default=False, init=False)
    _first_ns: int | None = field(default=None, init=False)
    _last_ns: int = field(default=0, init=False)
    _times: Kept = field(default_factory=Kept, init=False)
    _turns: int = field(default=0, init=False)

    def add(self, stamps: Stamps) -> None:
        """Take in the times of the rows that come next, as they stand in the file.

        Raises
        ------
        RecordingError
            Where they are no times, or go back.
        """
        if not len(stamps):
            return
        self._check(stamps)
        if self._understand is None:
            self._waiting.append(stamps)
            self._rows += len(stamps)
            if self._rows >= _FIRST:
                self._begin()
            return
        self._take(stamps)

    def pieces(self) -> list[Piece] | None:
        """Lay all rows on a smooth line through their times; None where those only count rows.

        Raises
        ------
        RecordingError
            Where the times never rise, or tell a rate that cannot be.
        """
        if self._understand is None:
            self._begin()
        return None if self._counts_rows else self._lay()

    def _check(self, stamps: Stamps) -> None:
        if stamps.dtype.kind == "M":
            if np.isnat(stamps).any():
                raise RecordingError(
                    f"Some of the times of {self.name} are missing; drop those rows and read it again."
                )
        elif stamps.dtype.kind == "S":
            if (stamps == b"").any():
                raise RecordingError(
                    f"Some of the times of {self.name} are missing; drop those rows and read it again."
                )
        elif stamps.dtype.kind not in "iuf":
            raise self._not_understood()
        elif not np.isfinite(stamps).all() or float(np.abs(stamps.astype(np.float64)).max()) > 9e18:
            raise RecordingError(f"Some of the times of {self.name} are no numbers; drop those rows and read it again.")

    def _not_understood(self) -> RecordingError:
        return RecordingError(
            f"The times of {self.name} in {self.column!r} are not understood; write them as dates or numbers."
        )

    def _begin(self) -> None:
        """Find out what the times mean, and take in those that have waited for it."""
        waiting, self._waiting = self._waiting, []
        self._understand = self._meaning(np.concatenate(waiting))
        for stamps in waiting:
            self._take(stamps)

    def _meaning(self, stamps: Stamps) -> Callable[[Stamps], Ns]:
        if stamps.dtype.kind == "M":
            return self._dates()
        if stamps.dtype.kind == "S":
            return self._texts(stamps)
        exact = stamps.dtype.kind in "iu"
        first = float(stamps[0])
        for scale in _SCALES if self.is_date else ():
            if CENTURY_S[0] * scale < first < CENTURY_S[1] * scale:
                self.has_date = True
                return _whole(scale) if exact else _decimal(scale)
        steps = np.diff(stamps.astype(np.float64))
        uncounted = self.wish.rate_hz is None and "ms" not in self.column.lower()
        if len(steps) and np.all(steps == 1) and uncounted and self.is_date:
            self._counts_rows = True
            return _whole(1)
        usual = np.abs(steps - np.median(steps)) <= 10 * max(float(np.median(np.abs(steps))), 1e-12)
        middle = float(np.mean(steps[usual]))
        for scale in _SCALES:
            if _PERIODS_S[0] * scale <= middle <= _PERIODS_S[1] * scale or not self.is_date:
                return _decimal(scale)
        raise RecordingError(
            f"The times of {self.name} in {self.column!r} rise by {middle:.4g} a row, which is no sampling period in "
            "s, ms, us or ns; give the rate with --rate-hz and three --columns."
        )

    def _dates(self) -> Callable[[Stamps], Ns]:
        self.has_date = True
        local = LocalClock("UTC" if self.is_utc else self.wish.timezone)
        if not self.is_utc:
            self.notes.append(f"Its times have no time zone and were taken as {self.wish.timezone}.")
        return lambda stamps: local.to_utc(stamps.astype("datetime64[ns]").astype(np.int64))

    def _texts(self, stamps: Stamps) -> Callable[[Stamps], Ns]:
        """Read dates or numbers that are written as text, as those of a delimited file are."""
        some = stamps[np.linspace(0, len(stamps) - 1, min(_CELLS, len(stamps))).astype(np.intp)]
        cells = [cell.decode("latin-1") for cell in some.tolist()]
        found = recognise(
            self.name, cells, [self.column], self.notes, order=self.wish.dates, zone_said=self.wish.zone_said
        )
        if found is None:
            meant = self._meaning(self._numbers(stamps))
            return lambda stamps: meant(self._numbers(stamps))
        self.has_date = found.is_date
        local = LocalClock(found.zone or self.wish.timezone if found.is_local else "UTC")
        if found.is_local and not found.zone:
            self.notes.append(f"Its times have no time zone and were taken as {self.wish.timezone}.")

        def to_ns(stamps: Stamps) -> Ns:
            ns = found.to_ns(stamps)
            if (ns == MISSING).any():
                raise self._not_understood()
            return local.to_utc(ns)

        return to_ns

    def _numbers(self, stamps: Stamps) -> Stamps:
        try:
            whole = all(cell.strip().lstrip(b"-").isdigit() for cell in stamps[:_CELLS].tolist())
            numbers = stamps.astype(np.int64 if whole else np.float64)
        except (ValueError, OverflowError):
            raise self._not_understood() from None
        self._check(numbers)
        return numbers

    def _take(self, stamps: Stamps) -> None:
        if self._counts_rows:
            return
        assert self._understand is not None  # noqa: S101 - for the types
        ns = self._understand(stamps)
        if self._first_ns is None:
            self._first_ns = self._last_ns = int(ns[0])
        steps = np.diff(ns, prepend=self._last_ns)
        if (steps < _BACK_NS).any():
            row = len(self._times) + int(np.argmax(steps < _BACK_NS))
            raise RecordingError(
                f"The times of {self.name} go back at row {row + 1}; sort its rows by time, or read the parts apart."
            )
        self._last_ns = int(ns[-1])
        self._times.add(ns)
        self._turns += int(np.count_nonzero(steps))

    def _lay(self) -> list[Piece]:
        first_ns = self._first_ns or 0
        if self._last_ns <= first_ns:
            raise RecordingError(
                f"The times of {self.name} never rise, so its rate is unknown; give it with --rate-hz and three "
                "--columns."
            )
        first_ns, since = self._spread(first_ns)
        stretches = times.analyse(since)
        if stretches.period_ns <= 0:
            raise RecordingError(f"The times of {self.name} tell no rate; give it with --rate-hz and three --columns.")
        by_stamps, wished = NS / stretches.period_ns, self.wish.rate_hz
        if wished is None:
            check_rate(by_stamps, f"The sampling rate of {self.name} by its times")
        elif abs(by_stamps / wished - 1) > _CONTRADICTS:
            self.notes.append(
                f"By its times the file has {by_stamps:.4g} Hz: they contradict the given {wished:.4g} Hz and were not "
                "used."
            )
            return times.lay_at(wished, len(since), first_ns, [])
        return times.lay(since, first_ns, stretches)

    def _spread(self, first_ns: int) -> tuple[int, Floats | Since]:
        """Spread the samples of a clock that is read in whole seconds; gives the first time, and all since then."""
        if coarse.may_be(len(self._times), self._turns):
            ns = self._times.read()
            near = (ns + _EXACT_NS) // 1000 * 1000
            exact = near if np.abs(near - ns).max() < _EXACT_NS else ns
            spread = coarse.spread(exact, self.notes)
            if spread is not exact:
                return int(spread[0]), (spread - spread[0]).astype(np.float64)
        return first_ns, Since(self._times, 0, len(self._times), first_ns)[:]  # an array where they are few


def _whole(scale: int) -> Callable[[Stamps], Ns]:
    return lambda stamps: stamps.astype(np.int64) * (NS // scale)


def _decimal(scale: int) -> Callable[[Stamps], Ns]:
    def to_ns(stamps: Stamps) -> Ns:
        numbers = stamps.astype(np.float64)
        whole = np.floor(numbers)
        if np.abs(whole).max() * (NS // scale) > 9e18:
            raise RecordingError("The times are too large to be any; give the rate with --rate-hz and three --columns.")
        return whole.astype(np.int64) * (NS // scale) + np.rint((numbers - whole) * (NS // scale)).astype(np.int64)

    return to_ns
