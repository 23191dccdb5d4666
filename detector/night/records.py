"""What a night says about itself, beside samples and events: sensors, recorder runs, battery, temperature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

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
