"""Hours of noise without a twitch, minute by minute, so that length costs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.signal

CHUNK_S = 60.0
GRAVITY_G = (0.3, -0.2, 0.93)
_LOWEST_HZ = 0.01


@dataclass(frozen=True, slots=True)
class Noise:
    """A kind of sensor noise.

    Parameters
    ----------
    name
        What it is called in tables.
    rate_hz
        Sampling rate in Hz.
    density_ug
        White density in micro-g per root hertz on x, y and z.
    corner_hz
        Below it the power rises as 1/f; 0 for none.
    memory
        Coefficient of a first-order autoregression that colours the whole band; 0 for none. The standard deviation
        stays that of the white noise.
    step_mg
        Step of the sensor in mg, 0 for none.
    """

    name: str
    rate_hz: float
    density_ug: tuple[float, float, float] = (100.0, 100.0, 100.0)
    corner_hz: float = 0.0
    memory: float = 0.0
    step_mg: float = 0.0

    def chunks(self, hours: float, seed: Any) -> Iterator[npt.NDArray[np.float32]]:
        """Yield so many hours of it in g, float32, shape ``(n, 3)`` each."""
        rng = np.random.default_rng(seed)
        scale = (1e-6 * np.sqrt(self.rate_hz / 2) * np.array(self.density_ug)).astype(np.float32)
        colour = self._colour()
        state = None if colour is None else np.zeros((len(colour), 2, 3))
        if colour is not None:  # let the slowest component settle
            settle = rng.standard_normal((round(2 / _LOWEST_HZ * self.rate_hz), 3))
            _, state = scipy.signal.sosfilt(colour, settle, axis=0, zi=state)
        left = round(hours * 3600 * self.rate_hz)
        while left > 0:
            size = min(left, round(CHUNK_S * self.rate_hz))
            left -= size
            noise = rng.standard_normal((size, 3), dtype=np.float32)
            if colour is not None:
                filtered, state = scipy.signal.sosfilt(colour, noise, axis=0, zi=state)
                noise = filtered.astype(np.float32)
            noise *= scale
            noise += np.array(GRAVITY_G, np.float32)
            if self.step_mg:
                step = np.float32(1e-3 * self.step_mg)
                noise = np.rint(noise / step) * step
            yield noise

    def _colour(self) -> npt.NDArray[np.float64] | None:
        """Filter that makes it of white noise, second-order sections."""
        zeros: list[float] = []
        poles: list[float] = []
        gain = 1.0
        if self.corner_hz:
            z, p = _flicker(self.corner_hz, self.rate_hz)
            zeros += z
            poles += p
        if self.memory:
            zeros.append(0.0)
            poles.append(self.memory)
            gain *= float(np.sqrt(1 - self.memory**2))
        if not poles:
            return None
        return np.asarray(scipy.signal.zpk2sos(zeros, poles, gain))


def _flicker(corner_hz: float, rate_hz: float) -> tuple[list[float], list[float]]:
    """Zeros and poles whose power gain rises as 1/f below a corner and is 1 above.

    A pole and a zero in turn, half an octave apart, make a slope of half of 6 dB per octave between them
    (M. S. Keshner, Proc. IEEE 70 (1982) 212-218).
    """
    pairs = max(1, round(np.log2(corner_hz / _LOWEST_HZ)))
    pole_hz = corner_hz * 2.0 ** -(np.arange(pairs) + 0.75)
    zero_hz = pole_hz * 2.0**0.5
    return [float(np.exp(-2 * np.pi * hz / rate_hz)) for hz in zero_hz], [
        float(np.exp(-2 * np.pi * hz / rate_hz)) for hz in pole_hz
    ]


WHITE = tuple(Noise(f"white, {rate_hz:g} Hz", rate_hz) for rate_hz in (25.0, 51.7, 100.0, 200.0, 500.0))
COLOURED = (
    Noise("1/f below 1 Hz", 100.0, corner_hz=1.0),
    Noise("1/f below 10 Hz", 100.0, corner_hz=10.0),
    Noise("axes of 70, 100, 180 ug/rtHz", 100.0, (70.0, 100.0, 180.0)),
    Noise("autoregressive, 0.6 a sample", 100.0, memory=0.6),
    Noise("autoregressive, -0.4 a sample", 100.0, memory=-0.4),
)
QUANTISED = (
    # 0.5 mg a sample in steps of 1 mg is what a chest strap in 1 mg steps sends of a good chip.
    Noise("0.5 mg in steps of 1 mg, 100 Hz", 100.0, (70.7, 70.7, 70.7), step_mg=1.0),
    Noise("0.5 mg in steps of 1 mg, 50 Hz", 50.0, (100.0, 100.0, 100.0), step_mg=1.0),
)
