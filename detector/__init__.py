"""From samples to a reviewed night.

The names below are handed on when they are first asked for, so that nothing that only reads a night imports numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from detector.version import __version__ as __version__

if TYPE_CHECKING:
    from detector.events import Event
    from detector.signal import Detector, DetectorConfig, detect

__all__ = ["Detector", "DetectorConfig", "Event", "detect"]

_HOME = {
    "Detector": "detector.signal",
    "DetectorConfig": "detector.signal",
    "Event": "detector.events",
    "detect": "detector.signal",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
