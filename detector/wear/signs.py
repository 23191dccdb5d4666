"""Signs that a wearable is on a living body: movement, breath, pulse.

A wearable on a table measures its own noise. A sleeping person tilts it with each breath, rocks it with each heart beat
and moves it now and then. All three tests hold a minute against its own noise, so they need no knowledge of the chip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.minutes import Sign

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

SHORTEST_S = 30.0
"""Less than this tells nothing: seven slow breaths."""

BREATH_HZ = (0.12, 0.6)
"""7 to 36 breaths a minute."""
_FAR_HZ = 2.0
"""Above it a breath has nothing."""
BREATH_OVER_NOISE = 30.0
"""A breath's line in the spectrum, over the density of the noise.

White noise reaches 14 once in some hundred minutes, and so does noise that grows towards low frequencies.
"""

PULSE_S = (0.55, 1.5)
"""40 to 110 beats a minute."""
PULSE_LIKENESS = 0.22
"""Correlation of the strength of vibration with itself one beat later; white noise reaches 0.12 now and then."""
_PULSE_BAND_HZ = (2.0, 20.0)
_ENVELOPE_HZ = 20.0
_ENVELOPE_MOST = 3.0

MOVEMENT_OVER_NOISE = 4.0
"""Energy of the loudest second over that of the middle one; white noise reaches 2 in hundreds of minutes."""

_LEAST_G = 5e-5
"""Quieter than this no chip is: a minute of one and the same number is rounding, not rest."""


def sign_of_life(xyz: npt.NDArray[np.float32], rate_hz: float) -> Sign | None:
    """Look for a sign of life in a minute or so of acceleration.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``, without a gap.
    rate_hz
        Sampling rate in Hz.

    Returns
    -------
    sign
        None where there is too little of it, or what is there are no numbers.
    """
    values = np.array(xyz, np.float64)
    if len(values) < SHORTEST_S * rate_hz or not np.isfinite(values).all():
        return None
    rounding = _rounding(values)
    values -= values.mean(axis=0)
    if _moves(values, rate_hz, rounding):
        return Sign.MOVEMENT
    if _beats(values, rate_hz, rounding):
        return Sign.PULSE
    if _breathes(values, rate_hz, rounding):
        return Sign.BREATH
    return Sign.NONE


def _rounding(values: Array) -> Array:
    """Mean square of each axis's rounding errors, of the smallest step that occurs on it.

    Where a chip's noise is smaller than its steps, the few times it goes from one to the next look like knocks.
    """
    steps = [np.diff(np.unique(axis)).min(initial=np.inf) for axis in values.T]
    return np.array([max(step if np.isfinite(step) else 0.0, _LEAST_G) for step in steps]) ** 2 / 12


def _moves(values: Array, rate_hz: float, rounding: Array) -> bool:
    """Whether one second is much louder than the others."""
    second = round(rate_hz)
    whole = len(values) // second
    steps = np.diff(values, axis=0, prepend=values[:1])[: whole * second]
    energy = (steps**2).reshape(whole, -1).sum(axis=1)
    calm = max(float(np.median(energy)), 6 * second * float(rounding.sum()))
    return bool(energy.max() > MOVEMENT_OVER_NOISE * calm)


def _beats(values: Array, rate_hz: float, rounding: Array) -> bool:
    """Whether vibration comes and goes at the intervals of a heart: the autocorrelation of its strength."""
    spectrum = np.fft.rfft(values, axis=0)
    hz = np.fft.rfftfreq(len(values), 1 / rate_hz)
    spectrum[(hz < _PULSE_BAND_HZ[0]) | (hz > _PULSE_BAND_HZ[1])] = 0
    band = np.fft.irfft(spectrum, len(values), axis=0)
    length = max(round(rate_hz / _ENVELOPE_HZ), 1)
    count = len(band) // length
    # The axes in shares of their noise: a beat may show on the quietest one alone.
    power = (band**2).mean(axis=0)
    heard = power > rounding
    if not heard.any():
        return False
    shares = band[:, heard] ** 2 / power[heard]
    envelope = np.sqrt(shares.sum(axis=1)[: count * length].reshape(count, length).mean(axis=1))
    # A twitch must not drown the beats.
    envelope = np.minimum(envelope, _ENVELOPE_MOST * envelope.mean())
    envelope -= envelope.mean()
    likeness = np.fft.irfft(np.abs(np.fft.rfft(envelope, 2 * count)) ** 2)[:count] / np.arange(count, 0, -1)
    if not likeness[0] > 0:
        return False
    per_s = rate_hz / length
    lags = slice(int(PULSE_S[0] * per_s), int(PULSE_S[1] * per_s) + 1)
    return bool(likeness[lags].max() > PULSE_LIKENESS * likeness[0])


def _breathes(values: Array, rate_hz: float, rounding: Array) -> bool:
    """Whether the sensor tilts to and fro as slowly as one breathes: a line in the spectrum."""
    n = len(values)
    time = np.arange(n) - (n - 1) / 2
    level = values - time[:, None] * (time @ values / (time @ time))
    window = np.hanning(n)
    power = np.abs(np.fft.rfft(level * window[:, None], axis=0)) ** 2
    hz = np.fft.rfftfreq(n, 1 / rate_hz)
    # The middle of exponentially distributed powers is their mean times the logarithm of two.
    far = np.median(power[(hz > _FAR_HZ) & (hz < 0.4 * rate_hz)], axis=0) / np.log(2)
    near = np.median(power[(hz > BREATH_HZ[1]) & (hz < _FAR_HZ)], axis=0) / np.log(2)
    far = np.maximum(far, rounding * (window @ window))
    band = (hz >= BREATH_HZ[0]) & (hz <= BREATH_HZ[1])
    # Chips drift: what is more near the band than far from it grows on as 1/f.
    flicker = np.maximum(near - far, 0) * (BREATH_HZ[1] + _FAR_HZ) / 2
    noise = far + flicker / hz[band, None]
    return bool((power[band] > BREATH_OVER_NOISE * noise).any())
