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
from detector.recordings.utc import to_utc

if TYPE_CHECKING:
    from detector.recordings.recording import Recording
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.text.source.content import Content
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
    phone = _PhoneClock()

    def place(sensor_ns: Ns, notes: list[str]) -> Ns:
        notes.append(f"The phone's times have no time zone and were taken as {wish.timezone}.")
        late = to_utc(phone.times(), wish.timezone) - sensor_ns
        return sensor_ns + int(late.min())

    sensor = NumberStamps(unit_ns=1, is_date=False)
    found = scan(table, sensor, wish.block_rows, phone)
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


class _PhoneClock:
    """Collects the phone's stamps while the file is scanned."""

    def __init__(self) -> None:
        self._blocks: list[Ns] = []
        self._written = DateStamps(Reading(), is_local=True)

    def see(self, block: Block) -> None:
        """Take note of a block's second column of times."""
        self._blocks.append(self._written.to_ns(block.stamps[1]))

    def times(self) -> Ns:
        """Return the phone's stamps, those missing replaced."""
        return repair.mend(np.concatenate(self._blocks), [])


def _names(sheet: Sheet) -> list[str]:
    return [name.lower() for name in sheet.names or ()]
