"""Handling and tremor for the tests of the numerics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def noise(rng: np.random.Generator, seconds: float, rate_hz: float) -> FloatArray:
    """Gravity, and 1 mg of white noise on each axis."""
    return 1e-3 * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.6, 0.0, 0.8]


def handling(rng: np.random.Generator, seconds: float, rate_hz: float, rms_mg: float) -> FloatArray:
    """Broadband movement that swells and falls, while gravity turns by half a g."""
    n = round(seconds * rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal((n, 3)), axis=0)
    spectrum /= np.hypot(1.0, np.fft.rfftfreq(n, 1 / rate_hz) / 4.0)[:, None]
    moved = np.fft.irfft(spectrum, n, axis=0)
    moved *= 1.0 + 0.6 * np.sin(2 * np.pi * 0.3 * np.arange(n) / rate_hz)[:, None]
    moved *= 1e-3 * rms_mg / np.sqrt(np.mean(moved**2))
    return moved + 0.5 * np.linspace(1, 0, n)[:, None] * rng.uniform(-1, 1, 3)


def tremor(rng: np.random.Generator, seconds: float, rate_hz: float, p2p_mg: float, hz: float) -> FloatArray:
    """Tremor whose frequency drifts by up to 0.8 Hz and whose amplitude by up to 35 %."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    drift = min(0.8, hz - 3.5, 13.0 - hz)
    phase = 2 * np.pi * np.cumsum(hz + drift * np.sin(2 * np.pi * t / 9.0)) / rate_hz
    size = 1.0 + 0.35 * np.sin(2 * np.pi * t / 3.7 + rng.uniform(0, 6))
    direction = rng.standard_normal(3)
    direction /= np.linalg.norm(direction)
    return 5e-4 * p2p_mg * (size * np.sin(phase))[:, None] * direction
