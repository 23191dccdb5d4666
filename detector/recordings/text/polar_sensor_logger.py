"""The text export of the app Polar Sensor Logger.

Five columns: ``Phone timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg]``. The sensor stamps each sample in ns since
2000-01-01 by a clock of its own, which is the even one; the phone adds the local time, rounded to a millisecond, at
which it wrote the row. A row can only be written late, so the least difference of the two clocks places the sensor's in
UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.assembling import repair
from detector.recordings.text.assembling.assemble import Origin, assemble
from detector.recordings.text.clocks.numbers import NumberStamps
from detector.recordings.text.dates.cells import Reading
from detector.recordings.text.dates.stamps import DateStamps
from detector.recordings.text.scan import scan
from detector.recordings.text.table import Counts, Table, Time
from detector.recordings.timing.utc import MISSING, LocalClock

if TYPE_CHECKING:
    from detector.recordings.recording import Recording
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.text.source.content import Content
    from detector.recordings.text.table import Block
    from detector.recordings.timing.utc import Ns
    from detector.recordings.wish import Wish

FORMAT = "Polar Sensor Logger"

NOMINAL_HZ = (25, 26, 50, 52, 100, 104, 200, 208, 400, 416)
"""Rates at which Polar's wearables can be asked for acceleration."""
_TOLERANCE = 0.02
"""Their oscillators run within two per cent of them."""

_AROUND = 2
"""Rows before one that tell whether its time is wild."""
_PHONE, _SENSOR = "phone timestamp", "sensor timestamp [ns]"
_AXES = ("x [mg]", "y [mg]", "z [mg]")


def nominal_hz(rate_hz: float) -> float:
    """Return the rate the wearable was asked for, or the true one where none is near."""
    nearest = min(NOMINAL_HZ, key=lambda nominal: abs(rate_hz / nominal - 1))
    return float(nearest) if abs(rate_hz / nearest - 1) <= _TOLERANCE else rate_hz


def recognises(sheet: Sheet) -> bool:
    """Tell whether a table is an export of the app."""
    names = _names(sheet)
    return _PHONE in names and _SENSOR in names


def open_sheet(content: Content, sheet: Sheet, wish: Wish, notes: list[str]) -> Recording:
    """Open an export.

    Raises
    ------
    RecordingError
        Where it holds no acceleration, or for the reasons any table is refused.
    """
    names = _names(sheet)
    if not set(_AXES) <= set(names):
        raise RecordingError(
            f"{content.name} is a Polar Sensor Logger export without acceleration; choose the one named ACC."
        )
    x, y, z = (names.index(axis) for axis in _AXES)
    times = (Time((names.index(_SENSOR),), "whole"), Time((names.index(_PHONE),), "text"))
    counts = None if wish.counts_per_g is None else Counts(wish.counts_per_g, wish.zero_count)
    table = Table(content, sheet.dialect, times, (x, y, z), None, counts)
    sensor = NumberStamps(unit_ns=1, is_date=False)
    lag = _Lag(sensor, wish.timezone)
    found = scan(table, sensor, wish.block_rows, lag)
    least_ns = lag.least_ns(content.name)

    def place(sensor_ns: Ns, notes: list[str]) -> Ns:
        notes.append(f"The phone's times have no time zone and were taken as {wish.timezone}.")
        return sensor_ns + least_ns

    origin = Origin(sensor, 0, None, has_date=True, in_utc=place)
    return assemble(
        table,
        found,
        wish,
        origin,
        format_name=FORMAT,
        stated="mg",
        nominal=nominal_hz,
        notes=notes,
    )


class _Lag:
    """Finds the least difference of the phone's clock and the sensor's while the file is scanned.

    A row counts once the next ones are known, for a time of the phone that contradicts those around it has no say.
    """

    def __init__(self, sensor: NumberStamps, timezone: str) -> None:
        self._sensor = sensor
        self._phone = DateStamps(Reading(), is_local=True)
        self._zone = LocalClock(timezone)
        self._rows = np.zeros((2, 0), np.int64)
        self._done = 0
        self._least: int | None = None

    def see(self, block: Block) -> None:
        """Take note of a block's two columns of times."""
        both = np.stack((self._phone.to_ns(block.stamps[1]), self._sensor.to_ns(block.stamps[0])))
        self._rows = np.concatenate((self._rows, both[:, (both != MISSING).all(axis=0)]), axis=1)
        self._take(self._rows.shape[1] - 1)

    def least_ns(self, name: str) -> int:
        """Return what is to be added to the sensor's times.

        Raises
        ------
        RecordingError
            Where no row has both times.
        """
        self._take(self._rows.shape[1])
        if self._least is None:
            raise RecordingError(f"None of the phone's times in {name} can be read: export the recording again.")
        return self._least

    def _take(self, end: int) -> None:
        """Look at the rows up to one, of which those before it and the next are at hand."""
        if end <= self._done:
            return
        phone, sensor = self._rows
        good = ~repair.wild(phone)
        some = slice(self._done, end)
        at = np.flatnonzero(good[some]) + self._done
        if len(at):
            least = int((self._zone.to_utc(phone[at]) - sensor[at]).min())
            self._least = least if self._least is None else min(self._least, least)
        left = max(end - _AROUND, 0)
        self._rows, self._done = self._rows[:, left:].copy(), end - left


def _names(sheet: Sheet) -> list[str]:
    return [name.lower() for name in sheet.names or ()]
