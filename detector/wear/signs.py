"""Signs that a wearable is on a living body: movement, breath, pulse.

A wearable on a table measures its own noise. A sleeping person tilts it with each breath, rocks it with each heart beat
and moves it now and then. All three tests hold a minute against its own noise, so they need no knowledge of the chip.

A twitch is no such sign, nor is any other short jerk: minutes that were taken for worn because of a twitch would hold
more twitches than there are.
"""

from __future__ import annotations

from dataclasses import dataclass
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
"""Energy of a loud half second over that of the middle one; white noise reaches 3 in hundreds of minutes."""
MOVEMENT_HALVES = 4
"""So many loud half seconds in a row are a movement: 1.5 s at least, which no twitch lasts, ring-down and all."""

SELDOM = 0.1
"""Loud half seconds are taken out where they are no more of the minute: heart beats are many more."""

_SLOW_HZ = 10.0
"""Breath is looked for in samples averaged to about this rate."""
GRID_HZ = np.arange(3, 121) / 60.0
"""Where its spectrum is taken, whatever the rate and the length of the minute."""
_IS_NEAR = np.abs(GRID_HZ - 1.4) < 0.6  # noqa: PLR2004
"""Above a breath, and not so far above that the noise is another."""

_LEAST_G = 5e-5
"""Quieter than this no chip is: a minute of one and the same number is rounding, not rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a minute shows, for itself and to be held together with others.

    Parameters
    ----------
    sign
        What it shows for itself.
    level_g
        Mean acceleration in g, shape ``(3,)``: which way the sensor lies.
    slow
        Power at `GRID_HZ` over that of the noise above a breath, the mean of the axes.
    likeness
        Correlation of the strength of vibration with itself at each interval of `PULSE_S`, in steps of about 50 ms;
        empty where no axis shows anything but rounding.
    """

    sign: Sign
    level_g: Array
    slow: Array
    likeness: Array


def look(xyz: npt.NDArray[np.float32], rate_hz: float) -> Look | None:
    """Look at a minute or so of acceleration.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``, without a gap.
    rate_hz
        Sampling rate in Hz.

    Returns
    -------
    Look or None
        None where there is too little of it, or what is there are no numbers.
    """
    values = np.array(xyz, np.float64)
    if len(values) < SHORTEST_S * rate_hz or not np.isfinite(values).all():
        return None
    rounding = _rounding(xyz)
    level_g = values.mean(axis=0)
    values -= level_g
    is_loud = _is_loud(values, rate_hz, rounding)
    jerks = _jerks(is_loud, _half(rate_hz), len(values))
    values = _without(values, jerks)
    values -= values.mean(axis=0)
    likeness = _likeness(values, rate_hz, rounding, jerks)
    if _moves(is_loud):
        sign = Sign.MOVEMENT
    elif likeness.max(initial=0.0) > PULSE_LIKENESS:
        sign = Sign.PULSE
    elif _breathes(values, rate_hz, rounding):
        sign = Sign.BREATH
    else:
        sign = Sign.NONE
    return Look(sign, level_g, _slow(values, rate_hz, rounding), likeness)


def sign_of_life(xyz: npt.NDArray[np.float32], rate_hz: float) -> Sign | None:
    """Say what a minute or so shows for itself; see `look`."""
    seen = look(xyz, rate_hz)
    return None if seen is None else seen.sign


def _rounding(xyz: npt.NDArray[np.float32]) -> Array:
    """Mean square of each axis's rounding errors, of the smallest step that occurs on it.

    Where a chip's noise is smaller than its steps, the few times it goes from one to the next look like knocks.
    """
    steps = np.diff(np.sort(np.ascontiguousarray(xyz.T), axis=1).astype(np.float64), axis=1)
    least = np.min(steps, axis=1, initial=np.inf, where=steps > 0)
    return np.maximum(np.where(np.isfinite(least), least, 0.0), _LEAST_G) ** 2 / 12


def _is_loud(values: Array, rate_hz: float, rounding: Array) -> npt.NDArray[np.bool_]:
    """Say which half seconds are much louder than the middle one."""
    half = _half(rate_hz)
    whole = len(values) // half
    steps = np.diff(values, axis=0, prepend=values[:1])[: whole * half]
    energy = (steps**2).reshape(whole, -1).sum(axis=1)
    calm = max(float(np.median(energy)), 6 * half * float(rounding.sum()))
    return np.asarray(energy > MOVEMENT_OVER_NOISE * calm)


def _half(rate_hz: float) -> int:
    return max(round(rate_hz / 2), 1)


def _moves(is_loud: npt.NDArray[np.bool_]) -> bool:
    """Whether some time longer than any twitch is loud."""
    in_a_row = np.convolve(is_loud.astype(np.int64), np.ones(MOVEMENT_HALVES, np.int64))
    return bool(in_a_row.max() >= MOVEMENT_HALVES)


def _jerks(is_loud: npt.NDArray[np.bool_], half: int, n: int) -> npt.NDArray[np.bool_]:
    """Say which samples are part of jerks, if those are seldom."""
    if is_loud.mean() > SELDOM:
        return np.zeros(n, bool)
    # The half second after it too: what is loud may end in the next one without making that loud.
    out = np.repeat(is_loud | np.roll(is_loud, 1), half)
    return np.concatenate([out, np.zeros(n - len(out), bool)])


def _without(values: Array, out: npt.NDArray[np.bool_]) -> Array:
    """Draw straight lines over what is out: a jerk would hide a breath, and ring like a pulse in a filter."""
    time = np.arange(len(values))
    calm = values.copy()
    for axis in range(values.shape[1]):
        calm[out, axis] = np.interp(time[out], time[~out], values[~out, axis])
    return calm


def _likeness(values: Array, rate_hz: float, rounding: Array, out: npt.NDArray[np.bool_]) -> Array:
    """Say how far vibration comes and goes at the intervals of a heart: the autocorrelation of its strength."""
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
        return np.empty(0)
    shares = band[:, heard] ** 2 / power[heard]
    envelope = np.sqrt(shares.sum(axis=1)[: count * length].reshape(count, length).mean(axis=1))
    # A twitch must not drown the beats.
    envelope = np.minimum(envelope, _ENVELOPE_MOST * envelope.mean())
    # Where something was taken out there is no more and no less than elsewhere.
    is_out = out[: count * length].reshape(count, length).any(axis=1)
    envelope[is_out] = envelope[~is_out].mean()
    envelope -= envelope.mean()
    likeness = np.fft.irfft(np.abs(np.fft.rfft(envelope, 2 * count)) ** 2)[:count] / np.arange(count, 0, -1)
    if not likeness[0] > 0:
        return np.empty(0)
    per_s = rate_hz / length
    lags = slice(int(PULSE_S[0] * per_s), int(PULSE_S[1] * per_s) + 1)
    return np.asarray(likeness[lags] / likeness[0])


def _slow(values: Array, rate_hz: float, rounding: Array) -> Array:
    """Power at `GRID_HZ` over that of the noise above a breath, the mean of the axes; a twitch adds next to nothing."""
    length = max(round(rate_hz / _SLOW_HZ), 1)
    count = len(values) // length
    slow = values[: count * length].reshape(count, length, 3).mean(axis=1)
    slow -= slow.mean(axis=0)
    time = np.arange(count) - (count - 1) / 2
    slow -= time[:, None] * (time @ slow / (time @ time))
    window = np.hanning(count)
    # The grid's steps are equal, so each row of turns is the one before, turned on by as much again.
    turns = np.empty((len(GRID_HZ), count), np.complex128)
    turns[0] = np.exp(-2j * np.pi * GRID_HZ[0] * length / rate_hz * time)
    turns[1:] = np.exp(-2j * np.pi * (GRID_HZ[1] - GRID_HZ[0]) * length / rate_hz * time)
    np.multiply.accumulate(turns, axis=0, out=turns)
    power = np.abs(turns @ (slow * window[:, None])) ** 2 / (window @ window)
    # The middle of exponentially distributed powers is their mean times the logarithm of two.
    noise = np.median(power[_IS_NEAR], axis=0) / np.log(2)
    return np.asarray((power / np.maximum(noise, rounding / length)).mean(axis=1))


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
