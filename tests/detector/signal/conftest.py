"""Signals with known events for the tests of the numerics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from firmware_bridge.virtual.twitch import acceleration

FloatArray = npt.NDArray[np.float32]


def twitch(rate_hz: float, contraction_s: float) -> npt.NDArray[np.float64]:
    """Acceleration of a twitch, its samples peak to peak 1."""
    a = acceleration(np.arange(0, 8 * contraction_s, 1 / rate_hz), contraction_s)
    return a / np.ptp(a)


@pytest.fixture
def make_signal() -> Callable[..., tuple[FloatArray, npt.NDArray[np.float64]]]:
    """Make noise, gravity and evenly spaced twitches; gives the samples and the twitches' onsets in s."""

    def make(
        seconds: float = 120,
        rate_hz: float = 100.0,
        noise_mg: float = 1.0,
        p2p_mg: float = 20.0,
        every_s: float = 5.0,
        contraction_s: float = 0.06,
        seed: int = 3,
    ) -> tuple[FloatArray, npt.NDArray[np.float64]]:
        rng = np.random.default_rng(seed)
        n = round(seconds * rate_hz)
        xyz = 1e-3 * noise_mg * rng.standard_normal((n, 3)) + [0.6, 0.0, 0.8]
        onsets = np.arange(5.0, seconds - 3, every_s)
        shape = twitch(rate_hz, contraction_s)
        for onset in onsets:
            direction = rng.standard_normal(3)
            direction /= np.linalg.norm(direction)
            i = round(onset * rate_hz)
            xyz[i : i + len(shape)] += 1e-3 * p2p_mg * shape[:, None] * direction
        return xyz.astype(np.float32), onsets

    return make


@pytest.fixture
def matched() -> Callable[..., int]:
    """Count onsets that have an event of the kind within 0.15 s."""

    def count(events: list, onsets: npt.NDArray[np.float64], kind: str = "twitch") -> int:
        found = np.array([e.onset_s for e in events if e.kind == kind])
        return sum(bool(len(found)) and np.abs(found - t).min() < 0.15 for t in onsets)

    return count
