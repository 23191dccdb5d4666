"""Moments and lengths of time in words, as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from datetime import tzinfo


def clock_time(utc_ns: int, zone: tzinfo | None) -> str:
    """Time of day in a time zone; None for this computer's."""
    return datetime.fromtimestamp(utc_ns / NS, UTC).astimezone(zone).strftime("%H:%M:%S")


def span(seconds: float) -> str:
    """Duration in words: ``7 h 58 min``, ``12 min 30 s``, ``1.4 s``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
