"""What a device notes beside its samples, once a minute: kept as arrays, for a month has forty thousand minutes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from detector.recordings.recording import Reading
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUTE_NS = 60 * NS


class Told(Sequence[Reading]):
    """Temperatures and voltages by a device's clock, a `Reading` each where one is asked for."""

    def __init__(self) -> None:
        self._ns, self._celsius, self._volts = array("q"), array("d"), array("d")
        self._shift_ns = 0

    @property
    def last_ns(self) -> int | None:
        """Time of the last ones by the device's clock, None before the first."""
        return self._ns[-1] if self._ns else None

    def add(self, ns: Iterable[int], celsius: Iterable[float], volts: Iterable[float]) -> None:
        """Take in those that come next."""
        self._ns.extend(ns)
        self._celsius.extend(celsius)
        self._volts.extend(volts)

    def shifted(self, shift_ns: int) -> Told:
        """Return the same with their times brought to UTC, in the order of time wherever they stood in the file."""
        self._shift_ns = shift_ns
        order = sorted(range(len(self._ns)), key=self._ns.__getitem__)
        self._ns = array("q", [self._ns[i] for i in order])
        self._celsius = array("d", [self._celsius[i] for i in order])
        self._volts = array("d", [self._volts[i] for i in order])
        return self

    def __len__(self) -> int:
        return 2 * len(self._ns)

    @overload
    def __getitem__(self, at: int) -> Reading: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reading]: ...
    def __getitem__(self, at: int | slice) -> Reading | Sequence[Reading]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        minute, is_volts = divmod(range(len(self))[at], 2)
        utc_ns = self._ns[minute] + self._shift_ns
        if is_volts:
            return Reading("volts", utc_ns, self._volts[minute])
        return Reading("celsius", utc_ns, self._celsius[minute])
