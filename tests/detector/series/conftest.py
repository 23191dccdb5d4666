"""What the tests of series share: events that differ only in what a rule asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detector.events import Event


def make_event(
    onset_s: float,
    kind: str = "twitch",
    duration_s: float = 0.12,
    *,
    dominant_hz: float = 9.0,
    sensor: str = "Sense",
    flags: str = "",
    onset_utc: str = "",
) -> Event:
    return Event(
        onset_s, onset_utc, duration_s, kind, 5.0, 9.0, 14.0, 1.7, dominant_hz, 1.0, 0.0, 0.0, -1, sensor, flags
    )


@pytest.fixture
def event() -> Callable[..., Event]:
    return make_event
