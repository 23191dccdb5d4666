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
from detector.recordings.text import repair
from detector.recordings.text.assemble import assemble
from detector.recordings.text.iso import IsoStamps
from detector.recordings.text.scan import scan
from detector.recordings.text.stamps import NumberStamps
from detector.recordings.text.table import Table
from detector.recordings.utc import to_utc

if TYPE_CHECKING:
    from pathlib import Path

    from detector.recordings.recording import Recording
    from detector.recordings.text.dialect import Dialect
    from detector.recordings.text.table import Block
    from detector.recordings.utc import Ns
    from detector.recordings.wish import Wish

FORMAT = "Polar Sensor Logger"

NOMINAL_HZ = (25, 26, 50, 52, 100, 104, 200, 208, 400, 416)
"""Rates at which Polar's wearables can be asked for acceleration."""
_TOLERANCE = 0.02
"""Their oscillators run within two per cent of them."""

_PHONE, _SENSOR = "phone timestamp", "sensor timestamp [ns]"
_AXES = ("x [mg]", "y [mg]", "z [mg]")


def nominal_hz(rate_hz: float) -> float:
    """Return the rate the wearable was asked for, or the true one where none is near."""
    nearest = min(NOMINAL_HZ, key=lambda nominal: abs(rate_hz / nominal - 1))
    return float(nearest) if abs(rate_hz / nearest - 1) <= _TOLERANCE else rate_hz


def recognises(dialect: Dialect) -> bool:
    """Tell whether a table is an export of the app."""
    names = _names(dialect)
    return _PHONE in names and _SENSOR in names


def open_table(path: Path, dialect: Dialect, wish: Wish) -> Recording:
    """Open an export.

    Raises
    ------
    RecordingError
        Where it holds no acceleration, or for the reasons any table is refused.
    """
    names = _names(dialect)
    if not set(_AXES) <= set(names):
        raise RecordingError(
            f"{path.name} is a Polar Sensor Logger export without acceleration; choose the one named ACC."
        )
    x, y, z = (names.index(axis) for axis in _AXES)
    table = Table(path, dialect, ((names.index(_SENSOR), "whole"), (names.index(_PHONE), "text")), (x, y, z))
    phone = _PhoneClock()

    def place(sensor_ns: Ns, notes: list[str]) -> Ns:
        notes.append(f"The phone's times have no time zone and were taken as {wish.timezone}.")
        late = to_utc(phone.times(), wish.timezone) - sensor_ns
        return sensor_ns + int(late.min())

    sensor = NumberStamps(unit_ns=1, is_date=False)
    found = scan(table, sensor, wish.block_rows, phone)
    return assemble(
        table,
        found,
        wish,
        format_name=FORMAT,
        stated="mg",
        in_utc=place,
        has_date=True,
        nominal=nominal_hz,
        notes=[],
    )


class _PhoneClock:
    """Collects the phone's stamps while the file is scanned."""

    def __init__(self) -> None:
        self._blocks: list[Ns] = []
        self._written = IsoStamps(is_local=True)

    def see(self, block: Block) -> None:
        """Take note of a block's second column of times."""
        self._blocks.append(self._written.to_ns(block.stamps[1]))

    def times(self) -> Ns:
        """Return the phone's stamps, those missing replaced."""
        return repair.mend(np.concatenate(self._blocks), [])


def _names(dialect: Dialect) -> list[str]:
    return [name.lower() for name in dialect.header or ()]
