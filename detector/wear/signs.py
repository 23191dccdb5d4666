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
from detector.wear.spectra import added_up, middle, powers, window, window_power, without_slope

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
        Power at `GRID_HZ` over that of the noise above a breath, the mean of the axes; empty where it moves.
    likeness
        Correlation of the strength of vibration with itself at each interval of `PULSE_S`, in steps of about 50 ms;
        empty where no axis shows anything but rounding, and where it moves.
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
    if len(xyz) < SHORTEST_S * rate_hz or not np.isfinite(xyz).all():
        return None
    rows = np.ascontiguousarray(xyz.T)
    values = rows.astype(np.float64)
    rounding = _rounding(rows)
    level_g = values.mean(axis=1)
    values -= level_g[:, None]
    is_loud = _is_loud(values, rate_hz, rounding)
    if _moves(is_loud):  # nothing is held together over a movement
        return Look(Sign.MOVEMENT, level_g, np.empty(0), np.empty(0))
    jerks = _jerks(is_loud, _half(rate_hz), values.shape[1])
    _draw_over(values, jerks)
    values -= values.mean(axis=1)[:, None]
    likeness = _likeness(values, rate_hz, rounding, jerks)
    if likeness.max(initial=0.0) > PULSE_LIKENESS:
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


def _rounding(rows: npt.NDArray[np.float32]) -> Array:
    """Mean square of each axis's rounding errors, of the smallest step that occurs on it.

    Where a chip's noise is smaller than its steps, the few times it goes from one to the next look like knocks.
    """
    steps = np.diff(np.sort(rows, axis=1), axis=1)
    least = np.array([row[row > 0].min(initial=np.inf) for row in steps], np.float64)
    return np.maximum(np.where(np.isfinite(least), least, 0.0), _LEAST_G) ** 2 / 12


def _is_loud(values: Array, rate_hz: float, rounding: Array) -> npt.NDArray[np.bool_]:
    """Say which half seconds are much louder than the middle one."""
    half = _half(rate_hz)
    whole = values.shape[1] // half
    steps = np.empty((3, whole * half))
    steps[:, 0] = 0.0
    np.subtract(values[:, 1 : whole * half], values[:, : whole * half - 1], out=steps[:, 1:])
    np.square(steps, out=steps)
    energy = steps.reshape(3, whole, half).sum(axis=2).sum(axis=0)
    calm = max(float(middle(energy)), 6 * half * float(rounding.sum()))
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


def _draw_over(values: Array, out: npt.NDArray[np.bool_]) -> None:
    """Draw straight lines over what is out: a jerk would hide a breath, and ring like a pulse in a filter."""
    if not out.any():
        return
    (gone,), (calm,) = np.nonzero(out), np.nonzero(~out)
    for row in values:
        row[gone] = np.interp(gone, calm, row[calm])


def _likeness(values: Array, rate_hz: float, rounding: Array, out: npt.NDArray[np.bool_]) -> Array:
    """Say how far vibration comes and goes at the intervals of a heart: the autocorrelation of its strength."""
    n = values.shape[1]
    spectrum = np.fft.rfft(values)
    low, high = _between(n, rate_hz, _PULSE_BAND_HZ)
    spectrum[:, :low] = 0
    spectrum[:, high:] = 0
    band = np.fft.irfft(spectrum, n)
    np.square(band, out=band)
    length = max(round(rate_hz / _ENVELOPE_HZ), 1)
    count = n // length
    # The axes in shares of their noise: a beat may show on the quietest one alone.
    power = band.mean(axis=1)
    heard = power > rounding
    if not heard.any():
        return np.empty(0)
    shares = (band[heard] / power[heard, None]).sum(axis=0)
    envelope = np.sqrt(added_up(shares, length) / length)
    # A twitch must not drown the beats.
    envelope = np.minimum(envelope, _ENVELOPE_MOST * envelope.mean())
    # Where something was taken out there is no more and no less than elsewhere.
    is_out = out[: count * length].reshape(count, length).any(axis=1)
    envelope[is_out] = envelope[~is_out].mean()
    envelope -= envelope.mean()
    per_s = rate_hz / length
    lags = slice(int(PULSE_S[0] * per_s), int(PULSE_S[1] * per_s) + 1)
    # With as many zeros after it as its lags need, it is not correlated with its own beginning.
    doubled = np.fft.rfft(envelope, 1 << (count + lags.stop).bit_length())
    likeness = np.fft.irfft(doubled.real**2 + doubled.imag**2)[: min(lags.stop, count)]
    likeness /= np.arange(count, count - len(likeness), -1)
    if not likeness[0] > 0:
        return np.empty(0)
    return np.asarray(likeness[lags] / likeness[0])


def _slow(values: Array, rate_hz: float, rounding: Array) -> Array:
    """Power at `GRID_HZ` over that of the noise above a breath, the mean of the axes; a twitch adds next to nothing."""
    length = max(round(rate_hz / _SLOW_HZ), 1)
    slow = added_up(values, length) / length
    slow -= slow.mean(axis=1)[:, None]
    count = slow.shape[1]
    step = (GRID_HZ[1] - GRID_HZ[0]) * length / rate_hz
    shaped = without_slope(slow) * window(count)
    power = powers(shaped, GRID_HZ[0] * length / rate_hz, step, len(GRID_HZ)) / window_power(count)
    # The middle of exponentially distributed powers is their mean times the logarithm of two.
    noise = middle(power[:, _IS_NEAR]) / np.log(2)
    return np.asarray((power / np.maximum(noise, rounding / length)[:, None]).mean(axis=0))


def _breathes(values: Array, rate_hz: float, rounding: Array) -> bool:
    """Whether the sensor tilts to and fro as slowly as one breathes: a line in the spectrum."""
    n = values.shape[1]
    spectrum = np.fft.rfft(without_slope(values) * window(n))
    power = spectrum.real**2 + spectrum.imag**2
    hz = _frequencies(n, rate_hz)
    low, high = _between(n, rate_hz, BREATH_HZ)
    above = int(np.searchsorted(hz, _FAR_HZ, "left"))
    # The middle of exponentially distributed powers is their mean times the logarithm of two.
    last = int(np.searchsorted(hz, 0.4 * rate_hz, "left"))
    far = middle(power[:, np.searchsorted(hz, _FAR_HZ, "right") : last]) / np.log(2)
    near = middle(power[:, high:above]) / np.log(2)
    far = np.maximum(far, rounding * window_power(n))
    # Chips drift: what is more near the band than far from it grows on as 1/f.
    flicker = np.maximum(near - far, 0) * (BREATH_HZ[1] + _FAR_HZ) / 2
    noise = far[:, None] + flicker[:, None] / hz[low:high]
    return bool((power[:, low:high] > BREATH_OVER_NOISE * noise).any())


def _frequencies(n: int, rate_hz: float) -> Array:
    return np.asarray(np.fft.rfftfreq(n, 1 / rate_hz), np.float64)


def _between(n: int, rate_hz: float, limits_hz: tuple[float, float]) -> tuple[int, int]:
    """First and last but one place of the frequencies of a spectrum within some limits."""
    hz = _frequencies(n, rate_hz)
    return int(np.searchsorted(hz, limits_hz[0], "left")), int(np.searchsorted(hz, limits_hz[1], "right"))
