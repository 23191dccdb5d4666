"""The clairvoyant matched filter: what no detector can beat in white noise.

It is told each event's waveform on all three axes, and only when the event comes and how strong it is remain for it to
find out. In white Gaussian noise the correlation with that waveform is the likelihood ratio, so that nothing does
better (H. L. Van Trees, Detection, Estimation, and Modulation Theory, part I, section 4.2). Its false alarms follow
from the autocorrelation of its own noise by Rice's formula.

Gravity and sway are no noise to it: give it nights whose only background is white noise on a constant gravity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import roots_legendre

Array = npt.NDArray[np.float64]

TOLERANCE_S = 0.15
"""How far from the true onset its output may peak, the same as for any detector."""

_NODES, _WEIGHTS = roots_legendre(16)
_HIGHEST = 12.0  # a Gaussian does not get there in the age of the universe


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """One matched filter for each of ``n`` events.

    Parameters
    ----------
    templates
        What each is matched to, scaled so that white noise of one noise unit per sample leaves with a variance of 1;
        shape ``(n, m, 3)``, zero after the end of the shorter ones.
    rate_hz
        Sampling rate in Hz.
    noise_mg
        Standard deviation of the noise per sample on each axis, in mg, shape ``(3,)``.
    deflection
        Mean output at a perfect match, in standard deviations of the output (the detectability index d'), shape
        ``(n,)``.
    """

    templates: Array
    rate_hz: float
    noise_mg: Array
    deflection: Array

    @property
    def step_rad(self) -> Array:
        """Angle whose cosine is the correlation of the output with itself one sample later, shape ``(n,)``."""
        correlation = np.einsum("nma,nma->n", self.templates[:, 1:], self.templates[:, :-1])
        return np.asarray(np.arccos(np.clip(correlation, -1.0, 1.0)))

    def threshold(self, per_hour: float) -> Array:
        """Output, in its standard deviations, that the noise rises through so many times an hour; shape ``(n,)``.

        Each filter runs alone: the budget is not shared with the others.
        """
        step = self.step_rad
        low, high = np.zeros(len(step)), np.full(len(step), _HIGHEST)
        for _ in range(60):
            middle = 0.5 * (low + high)
            too_many = 3600.0 * crossings_per_s(middle, step, self.rate_hz) > per_hour
            low, high = np.where(too_many, middle, low), np.where(too_many, high, middle)
        return high

    def outputs(self, xyz: npt.NDArray[np.floating], index: npt.NDArray[np.integer]) -> Array:
        """Each filter's largest output within `TOLERANCE_S` of its event.

        Parameters
        ----------
        xyz
            The night in g, shape ``(samples, 3)``: the events, white noise, and a constant gravity, which is taken off.
        index
            Sample at which each template begins, shape ``(n,)``.

        Returns
        -------
        ndarray
            In standard deviations of the output, shape ``(n,)``. A night that ends within a window counts as silent.
        """
        gravity = np.median(xyz, axis=0)
        reach = int(np.floor(TOLERANCE_S * self.rate_hz))
        length = self.templates.shape[1]
        at = np.asarray(index)[:, None] + np.arange(-reach, reach + length)
        inside = (at >= 0) & (at < len(xyz))
        window = 1e3 * (xyz[np.clip(at, 0, len(xyz) - 1)].astype(np.float64) - gravity) / self.noise_mg
        window[~inside] = 0.0
        slides = np.lib.stride_tricks.sliding_window_view(window, length, axis=1)  # (n, lags, 3, m)
        return np.asarray(np.einsum("nlam,nma->nl", slides, self.templates, optimize=True).max(axis=1))


def filters(waveforms: Array, rate_hz: float, density_ug: float | npt.ArrayLike) -> Filters:
    """Match a filter to each event.

    Parameters
    ----------
    waveforms
        Clean acceleration of each event as it was sampled, in mg, shape ``(n, m, 3)``, zero after its end.
    rate_hz
        Sampling rate in Hz.
    density_ug
        Noise density in micro-g per root hertz, one for all axes or one for each.

    Raises
    ------
    ValueError
        Where a waveform is empty or the noise is none: its filter would be infinitely good.
    """
    noise_mg = noise_per_sample_mg(density_ug, rate_hz)
    if not np.all(noise_mg > 0):
        raise ValueError("a matched filter needs noise on every axis; give a density above 0")
    scaled = np.asarray(waveforms, dtype=np.float64) / noise_mg
    deflection = np.sqrt(np.einsum("nma,nma->n", scaled, scaled))
    if not np.all(deflection > 0):
        raise ValueError("an event without a waveform cannot be matched; leave it out")
    # White noise that has passed the template t has the variance sum(t²), hence the division.
    return Filters(scaled / deflection[:, None, None], rate_hz, noise_mg, deflection)


def noise_per_sample_mg(density_ug: float | npt.ArrayLike, rate_hz: float) -> Array:
    """Standard deviation of white noise of this one-sided density, in mg per sample and axis, shape ``(3,)``."""
    return np.broadcast_to(1e-3 * np.asarray(density_ug, dtype=np.float64) * np.sqrt(rate_hz / 2.0), (3,))


def crossings_per_s(level: npt.ArrayLike, step_rad: npt.ArrayLike, rate_hz: float) -> Array:
    """How often sampled Gaussian noise of variance 1 rises through a level, in 1/s.

    S. O. Rice, Bell Syst. Tech. J. 24 (1945) 46-156, eq. 3.3-13, counts the crossings of continuous noise. Of a sampled
    one an excursion between two samples goes unseen; the probability that one sample lies below the level and the next
    above is, by Plackett's identity (Biometrika 41 (1954) 351-360), the integral below, which tends to Rice's
    ``step/(2 pi) exp(-level²/2)`` as the samples get closer.

    Parameters
    ----------
    level
        In standard deviations.
    step_rad
        Arc cosine of the correlation between neighbouring samples.
    rate_hz
        Sampling rate in Hz.
    """
    step = np.asarray(step_rad, dtype=np.float64)[..., None]
    square = np.asarray(level, dtype=np.float64)[..., None] ** 2
    angle = 0.5 * step * (_NODES + 1.0)
    density = np.exp(-square / (1.0 + np.cos(angle))) / (2.0 * np.pi)
    return np.asarray(rate_hz * np.sum(0.5 * step * _WEIGHTS * density, axis=-1))


def clairvoyant_hits(
    xyz: npt.NDArray[np.floating],
    index: npt.NDArray[np.integer],
    bank: Filters,
    per_hour: float,
) -> npt.NDArray[np.bool_]:
    """Which events their own matched filters find, each of them alone with this many false alarms an hour.

    With a budget of ``per_hour / units`` it is the bound of perfect learning: so many filters, one for each motor unit,
    which share the false alarms.

    Parameters
    ----------
    xyz
        The night in g, shape ``(samples, 3)``.
    index
        Sample at which each waveform begins, shape ``(n,)``.
    bank
        The events' filters.
    per_hour
        False alarms an hour of one filter.
    """
    return np.asarray(bank.outputs(xyz, index) > bank.threshold(per_hour))
