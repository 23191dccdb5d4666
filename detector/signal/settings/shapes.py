"""The shapes a twitch is expected to have: the bank of matched filters, and the coarse ones of the gate.

The tissue over a contracting motor unit moves by ``d(t) = (t/tp)^3 exp(3 (1 - t/tp))`` (contraction time tp, half
relaxation 0.84 tp, near the 0.89 of J Appl Physiol 1982;52:1636); what the sensor feels is its second derivative, of
which a share rings through a resonance of skin and strap. The parameters below were chosen by greedy search over a
grid so that the mean energy a random shape loses to its nearest filter is least (contraction times 30-160 ms,
resonances of 10-40 Hz and quality 1-4): 0.24 dB in the median, 0.7 dB in the worst tenth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from detector.signal.settings.design import FloatArray, highpass

KEPT_ENERGY = 0.985
"""Share of a shape's energy within its filter; the rest of the tail is noise, mostly."""
GATE_ENERGY = 0.96
"""The same for the gate's filters: every tap costs time at every sample."""
FINE_HZ = 2000.0
SPAN_S = 1.0
ENDS_TP = 3.5
"""Contraction times after which the acceleration stays below 1 % of its peak to peak."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A twitch: contraction time in s; resonance in Hz, its quality and the share that rings; the tissue's exponent."""

    tp_s: float
    resonance_hz: float = 20.0
    quality: float = 1.2
    ringing: float = 0.0
    exponent: float = 3.0

    @property
    def lasts_s(self) -> float:
        """From onset until the acceleration stays below 1 % of its peak to peak, in s."""
        ring_s = math.log(100.0) * self.quality / (math.pi * self.resonance_hz) * math.sqrt(self.ringing)
        return max(ENDS_TP * self.tp_s, 1.5 * self.tp_s + ring_s)


BANK = (
    Shape(0.085, 20.0, 2.0, 0.9),
    Shape(0.046, 28.0, 2.0, 0.5),
    Shape(0.130, 14.0, 1.2, 0.9),
    Shape(0.056, 14.0, 1.2, 0.9),
    Shape(0.037, 40.0, 1.2, 0.5),
    Shape(0.046, 20.0, 1.2, 0.5),
    Shape(0.085, 14.0, 1.2, 0.9),
    Shape(0.030, 20.0, 2.0, 0.9),
    Shape(0.046, 14.0, 2.0, 0.9),
    Shape(0.056, 40.0, 1.2, 0.5),
    Shape(0.037, 28.0, 2.0, 0.9),
    Shape(0.056, 10.0, 2.0, 0.9),
    Shape(0.085, 40.0, 1.2, 0.9),
    Shape(0.160, 20.0, 1.2, 0.9),
    Shape(0.069, 28.0, 1.2, 0.5),
    Shape(0.105, 28.0, 1.2, 0.5),
)

GATE = (Shape(0.056, 20.0, 1.2, 0.7), Shape(0.130, 14.0, 1.2, 0.9))


def waveform(shape: Shape, rate_hz: float) -> FloatArray:
    """Acceleration of a twitch from its onset on, sampled for `SPAN_S`, scaled to 1 peak to peak."""
    count = math.ceil(SPAN_S * FINE_HZ)
    t = np.arange(count) / FINE_HZ
    u = t / shape.tp_s
    n = shape.exponent
    acceleration = n * u ** (n - 2.0) * (n - 1.0 - 2.0 * n * u + n * u**2) * np.exp(-n * u)
    if shape.ringing:
        omega = 2.0 * math.pi * shape.resonance_hz
        decay = omega / (2.0 * shape.quality)
        damped = math.sqrt(omega**2 - decay**2)
        response = np.exp(-decay * t) * np.sin(damped * t) * omega**2 / damped / FINE_HZ
        size = 2 * count
        rung = np.fft.irfft(np.fft.rfft(acceleration, size) * np.fft.rfft(response, size), size)[:count]
        acceleration = (1.0 - shape.ringing) * acceleration + shape.ringing * rung
    sampled = np.interp(np.arange(0.0, SPAN_S, 1.0 / rate_hz), t, acceleration)
    return np.asarray(sampled / np.ptp(acceleration))


@dataclass(frozen=True, slots=True)
class MatchedFilter:
    """A filter of unit energy, and what its output says.

    Parameters
    ----------
    taps
        First tap at the onset of the movement.
    p2p
        Peak-to-peak acceleration over the filter's output.
    lasts_s
        Duration of the movement, in s.
    bandwidth_hz
        Root-mean-square frequency of noise that went through the filter.
    """

    taps: FloatArray
    p2p: float
    lasts_s: float
    bandwidth_hz: float


def matched_filter(
    shape: Shape, rate_hz: float, highpass_hz: float, factor: int = 1, kept: float = KEPT_ENERGY
) -> MatchedFilter:
    """Make the filter for high-passed samples, of which `factor` are added up to one.

    In white noise the best filter for a signal that went through a high-pass h is ``h * s`` itself but for what h takes
    away: 0.05 dB at 1.5 Hz.
    """
    moved = highpass(waveform(shape, rate_hz), highpass_hz, rate_hz)
    if factor > 1:
        moved = moved[: len(moved) // factor * factor].reshape(-1, factor).sum(axis=1)
    energy = np.cumsum(moved**2)
    taps = moved[: int(np.searchsorted(energy, kept * energy[-1])) + 1]
    size = float(np.sqrt(np.sum(taps**2)))
    power = np.abs(np.fft.rfft(taps, 2048)) ** 2
    hz = np.fft.rfftfreq(2048, factor / rate_hz)
    return MatchedFilter(taps / size, 1.0 / size, shape.lasts_s, float(np.sqrt(np.sum(power * hz**2) / np.sum(power))))
