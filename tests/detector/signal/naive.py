"""The noise floor and the matched filters once more, as their docstrings have them, and nothing else.

Whole arrays, double precision, scipy's filters, no state, no blocks. It shares no line with the detector, only the
figures that are settings: where the two differ, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.signal
import scipy.stats

Array = npt.NDArray[np.float64]

FINE_HZ = 8000.0


def highpass(xyz: Array, rate_hz: float, corner_hz: float = 1.5) -> Array:
    """Butterworth's high-pass of the second order, as if the first sample had been there for ever."""
    sos = scipy.signal.butter(2, corner_hz, "highpass", fs=rate_hz, output="sos")
    at_rest = scipy.signal.sosfilt_zi(sos)[:, :, None] * xyz[0]
    return scipy.signal.sosfilt(sos, xyz, axis=0, zi=at_rest)[0]


def twitch(tp_s: float, resonance_hz: float, quality: float, ringing: float, rate_hz: float) -> Array:
    """A second of the acceleration of tissue that moves by ``(t/tp)^3 exp(3 (1 - t/tp))``, a share of which rings."""
    t = np.arange(0.0, 1.0, 1.0 / FINE_HZ)
    moved = (t / tp_s) ** 3 * np.exp(3.0 * (1.0 - t / tp_s))
    acceleration = np.gradient(np.gradient(moved, t), t)
    omega = 2.0 * np.pi * resonance_hz
    resonator = scipy.signal.lti([omega**2], [1.0, omega / quality, omega**2])
    _, rung, _ = scipy.signal.lsim(resonator, acceleration, t)
    felt = (1.0 - ringing) * acceleration + ringing * rung
    return np.interp(np.arange(0.0, 1.0, 1.0 / rate_hz), t, felt) / np.ptp(felt)


def matched_filter(shape: Array, rate_hz: float, kept: float, factor: int = 1) -> Array:
    """The shape as the high-pass leaves it, `factor` samples added up, until `kept` of its energy is in; of norm 1."""
    sos = scipy.signal.butter(2, 1.5, "highpass", fs=rate_hz, output="sos")
    taps = scipy.signal.sosfilt(sos, shape)
    taps = np.add.reduceat(taps, np.arange(0, len(taps) // factor * factor, factor))
    share = np.cumsum(taps**2) / np.sum(taps**2)
    taps = taps[: np.argmax(share >= kept) + 1]
    return taps / np.linalg.norm(taps)


def floor_over_mean(clip: float) -> float:
    """The u at which a floor settles that follows chi-square of three degrees of freedom up to `clip` u, over 3."""

    def drift(u: float) -> float:
        below, _ = scipy.integrate.quad(lambda e: e * scipy.stats.chi2.pdf(e, 3), 0, clip * u)
        return below + clip * u * scipy.stats.chi2.sf(clip * u, 3) - u

    return scipy.optimize.brentq(drift, 0.1, 3.0) / 3.0


@dataclass(frozen=True)
class Floor:
    """How the noise in a filter's output is followed: a mean of its covariance, clipped.

    Parameters
    ----------
    first
        Number of the first output that counts.
    every
        Outputs between two looks.
    renewed
        Outputs after which the matrix is renewed that energies are measured by; the first floor is followed from there.
    warm_up
        The first floor is the median of so many means of so many looks each.
    step
        Weight of a look, in the long run.
    clip
        No look weighs more than one with so many times the floor's own energy.
    gate, event_step
        A look with a whitened square above the gate weighs so much less.
    """

    first: int
    every: int
    renewed: int
    warm_up: tuple[int, int]
    step: float
    clip: float
    gate: float
    event_step: float

    def follow(self, output: Array) -> tuple[npt.NDArray[np.int64], Array]:
        """Follow the noise in an output of shape ``(n, 3)``.

        Returns
        -------
        at, covariance
            Numbers of the outputs looked at, and the noise's covariance after each, shape ``(looks, 3, 3)``.
        """
        scale = floor_over_mean(self.clip)
        looks = np.arange(-(-self.first // self.every) * self.every, len(output), self.every)
        blocks, length = self.warm_up
        energy = np.sum(output[looks[: blocks * length]] ** 2, axis=1).reshape(blocks, length).mean(axis=1)
        mean = measure = np.eye(3) * np.median(energy) / 3.0 * scale
        measured = looks[blocks * length - 1] // self.renewed + 1
        looks = looks[looks >= measured * self.renewed]
        at, covariances = [], []
        for number, look in enumerate(looks, start=1):
            v = output[look]
            if look // self.renewed > measured:
                measure, measured = mean, look // self.renewed
            energies = v @ np.linalg.solve(measure, v) / 3.0  # over the floor's own
            step = max(1.0 / (blocks * length + number), self.step)
            if energies * 3.0 * scale > self.gate:
                step *= self.event_step
            mean = mean + step * (min(1.0, self.clip / energies) * np.outer(v, v) - mean)
            at.append(look)
            covariances.append(mean / scale)
        return np.array(at), np.array(covariances)


def squares(moved: Array, taps: Array, covariance: Array) -> Array:
    """Generalised likelihood ratio of one shape at every onset: the whitened square of its filter's output.

    Parameters
    ----------
    moved
        High-passed samples, shape ``(n, 3)``.
    taps
        The filter.
    covariance
        Of its output in noise, for each onset, shape ``(n, 3, 3)``.
    """
    output = np.column_stack([np.correlate(axis, taps, "valid") for axis in moved.T])
    whitened = np.linalg.solve(covariance[: len(output)], output[:, :, None])[:, :, 0]
    return np.sum(output * whitened, axis=1)
