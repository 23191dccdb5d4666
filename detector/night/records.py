"""What the rows of a night's tables stand for: runs, wearables, samples, rates, battery, temperature.

Events, gaps and minutes are no night's own: see `detector.events`, `firmware_bridge.samples` and `detector.minutes`.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from firmware_bridge.samples import NS, Samples

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Source = Literal["record", "replay", "demo"]
"""Where samples come from: a wearable, a recorded file, a virtual wearable."""

SOURCES: tuple[str, ...] = get_args(Source)


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What makes a night: one run of the recorder.

    Parameters
    ----------
    started_utc_ns
        UTC at which the run began, in ns.
    version
        Version of fasciwatch.
    settings
        Settings of the detector; anything JSON knows.
    python, numba
        Versions, the latter None where nothing was compiled.
    source
        One of `Source`.
    source_name, source_sha256
        Name and SHA-256 of the replayed file.
    timezone
        IANA name of the wearer's time zone, where known. All times are UTC regardless.
    """

    started_utc_ns: int
    version: str
    settings: Mapping[str, Any]
    python: str
    numba: str | None = None
    source: Source = "record"
    source_name: str | None = None
    source_sha256: str | None = None
    timezone: str | None = None

    @property
    def settings_json(self) -> str:
        """The settings as JSON, the same text for the same settings."""
        return json.dumps(self.settings, sort_keys=True, separators=(",", ":"))

    @property
    def settings_sha256(self) -> str:
        """SHA-256 of `settings_json`, in hexadecimal."""
        return hashlib.sha256(self.settings_json.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the recorder as the night remembers it.

    Parameters
    ----------
    number
        Counts from 1.
    made_by
        What made it.
    settings_sha256
        As stored, whatever JSON this Python would write.
    ended_utc_ns
        UTC at which the night was closed, in ns; None while recording and after a crash.
    """

    number: int
    made_by: MadeBy
    settings_sha256: str
    ended_utc_ns: int | None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A wearable in a night.

    Parameters
    ----------
    name
        As in `Samples.sensor`.
    model
        What it is, for people.
    nominal_hz
        Rate asked for, in Hz; rows of the night hold ``ceil(nominal_hz)`` samples, or as many of another rate from
        where that is adopted on.
    range_g, lsb_g
        Largest acceleration and resolution, in g, where known.
    firmware, serial
        Where known.
    place
        Where on the body it was worn, where known.
    has_date
        Whether its times are dates; False where they count from a boot or from the file's start.
    """

    name: str
    model: str
    nominal_hz: float
    range_g: float | None = None
    lsb_g: float | None = None
    firmware: str | None = None
    serial: str | None = None
    place: str | None = None
    has_date: bool = True


SENSOR_FIELDS = tuple(field.name for field in fields(Sensor))
"""The columns of the table of sensors, but for the number."""


@dataclass(frozen=True, slots=True)
class Battery:
    """A wearable's battery at one time.

    Parameters
    ----------
    sensor
        Name of the wearable.
    utc_ns
        UTC, in ns.
    percent
        0 to 100.
    """

    sensor: str
    utc_ns: int
    percent: float


@dataclass(frozen=True, slots=True)
class Temperature:
    """The temperature of the skin under a wearable at one time.

    Parameters
    ----------
    sensor
        Name of the wearable.
    utc_ns
        UTC, in ns.
    celsius
        In °C.
    """

    sensor: str
    utc_ns: int
    celsius: float


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """About a second of samples of one sensor.

    Parameters
    ----------
    first_index
        Number of the first sample, counted over the whole night.
    start_ns
        UTC of the first sample, in ns.
    rate_hz
        True rate, in Hz.
    xyz
        Acceleration in g, float32, shape ``(n, 3)``.
    """

    first_index: int
    start_ns: int
    rate_hz: float
    xyz: npt.NDArray[np.float32]

    @property
    def end_index(self) -> int:
        """Number of the sample after the last one."""
        return self.first_index + len(self.xyz)

    @property
    def end_ns(self) -> int:
        """UTC at which the sample after the last one is due, in ns."""
        return self.start_ns + round(len(self.xyz) * NS / self.rate_hz)

    def samples(self, sensor: str, nominal_hz: float | None = None) -> Samples:
        """Return the row as it came from the bridge."""
        return Samples(self.start_ns, self.rate_hz, self.xyz, sensor, nominal_hz)


def row_checksum(place: tuple[int, int, float, int], codec_id: int, blob: bytes) -> int:
    """Tie a blob of samples to its place in the night: CRC-32 over both.

    Parameters
    ----------
    place
        Number of the first sample, its UTC in ns, rate in Hz, number of samples.
    codec_id, blob
        As of `arrays.encode`.

    Returns
    -------
    int
        From 0 to 2^32 - 1.
    """
    return zlib.crc32(blob, zlib.crc32(struct.pack("<qqdqq", *place, codec_id)))


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of one minute as they are stored; the fields are the columns of the table.

    Parameters
    ----------
    first_index, end_index
        Numbers of the first sample and of the one after the last.
    start_ns, end_ns
        UTC between which all rows lie, in ns.
    row_count
        Number of rows.
    anchors
        Per row: start, rate and length, packed.
    extremes_codec, extremes
        The smallest value per row and axis, then the largest, float32 of shape ``(2 * row_count, 3)``, packed.
    codec, samples
        All samples, packed.
    crc32
        CRC-32 over everything else.
    """

    first_index: int
    end_index: int
    start_ns: int
    end_ns: int
    row_count: int
    anchors: bytes
    extremes_codec: int
    extremes: bytes
    codec: int
    samples: bytes
    crc32: int

    def checksum(self) -> int:
        """CRC-32 over everything but the stored checksum."""
        crc = zlib.crc32(
            struct.pack(
                "<qqqqqqq",
                self.first_index,
                self.end_index,
                self.start_ns,
                self.end_ns,
                self.row_count,
                self.extremes_codec,
                self.codec,
            )
        )
        for blob in (self.anchors, self.extremes, self.samples):
            crc = zlib.crc32(blob, crc)
        return crc


class Rates:
    """The rates of one sensor.

    Parameters
    ----------
    found
        Number of a sample, and the rate from there on, in Hz; in the order of samples.
    """

    def __init__(self, found: list[tuple[int, float]]) -> None:
        self._first = [first_index for first_index, _ in found]
        self._nominal_hz = [nominal_hz for _, nominal_hz in found]

    @property
    def latest_hz(self) -> float | None:
        """The rate at the end, in Hz; None where nothing is stored."""
        return self._nominal_hz[-1] if self._nominal_hz else None

    def at(self, index: int) -> float | None:
        """Return the rate at a sample, in Hz; None where nothing is stored of it."""
        place = bisect.bisect_right(self._first, index)
        return self._nominal_hz[place - 1] if place else None
