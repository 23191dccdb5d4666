"""The night: one SQLite file that holds everything recorded, and says what is missing.

Names are handed on when they are asked for, so that a command that writes no night does not wait for the writer.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.night.files import SUFFIX
    from detector.night.gathered import MinMax, SensorArrays
    from detector.night.reader import Night
    from detector.night.records import Battery, MadeBy, Run, Sensor, Source, Temperature
    from detector.night.upkeep.library import (
        evening,
        find_night,
        library_folder,
        night_path,
        nights,
        put_aside,
        remove_night,
        see_that_it_can_be_recorded,
    )
    from detector.night.writing.log import NightLog

__all__ = [
    "SUFFIX",
    "Battery",
    "MadeBy",
    "MinMax",
    "Night",
    "NightLog",
    "Run",
    "Sensor",
    "SensorArrays",
    "Source",
    "Temperature",
    "evening",
    "find_night",
    "library_folder",
    "night_path",
    "nights",
    "put_aside",
    "remove_night",
    "see_that_it_can_be_recorded",
]

_HOMES = {
    "upkeep.library": (
        "evening",
        "find_night",
        "library_folder",
        "night_path",
        "nights",
        "put_aside",
        "remove_night",
        "see_that_it_can_be_recorded",
    ),
    "writing.log": ("NightLog",),
    "gathered": ("MinMax", "SensorArrays"),
    "reader": ("Night",),
    "records": ("Battery", "MadeBy", "Run", "Sensor", "Source", "Temperature"),
    "files": ("SUFFIX",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
