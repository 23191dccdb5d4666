"""The nights the experiments are made on: isolated twitches in white noise, of which everything is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.noises import GRAVITY_G
from benchmarks.detection.experiments.shapes import Shapes
from benchmarks.detection.limit import noise_per_sample_mg
from benchmarks.detection.truth import KnownNight, Truth
from firmware_bridge.virtual.twitch import log_uniform

Array = npt.NDArray[np.float64]

EVERY_S, SPREAD_S = 3.0, 0.6
"""From one twitch to the next, and how much of it is chance."""

LEAD_S = 20.0
"""Noise before the first, for detectors to settle."""


@dataclass(frozen=True, slots=True, eq=False)
class Isolated:
    """Twitches far enough apart not to touch.

    Parameters
    ----------
    night
        The night; its truth is the twitches in order.
    waveforms_mg
        Their clean acceleration as sampled, shape ``(n, m, 3)``.
    index
        Sample at which each begins, shape ``(n,)``.
    """

    night: KnownNight
    waveforms_mg: Array
    index: npt.NDArray[np.int64]


def isolated(
    count: int,
    rate_hz: float,
    density_ug: float,
    range_mg: tuple[float, float],
    seed: int | Sequence[int],
    held_out: bool,  # noqa: FBT001 - one of two families, named at every call
    units: int = 0,
) -> Isolated:
    """Make a night of isolated twitches of log-uniform amplitude.

    Parameters
    ----------
    count
        How many twitches.
    rate_hz
        Sampling rate in Hz.
    density_ug
        White noise in micro-g per root hertz, 0 for none.
    range_mg
        Smallest and largest peak to peak, in mg.
    seed
        For the draws.
    held_out
        Whether the shapes are of the family held out from tuning.
    units
        Motor units that fire in turn at random, each with its shape and direction; 0 gives every twitch its own.
    """
    rng = np.random.default_rng(seed)
    shapes = Shapes(units or count, rng, held_out=held_out)
    which = rng.integers(units, size=count) if units else np.arange(count)
    onset_s = LEAD_S + EVERY_S * np.arange(count) + rng.uniform(0.0, SPREAD_S, count)
    return place(shapes, which, onset_s, log_uniform(rng, *range_mg, count), rate_hz, density_ug, rng, bool(units))


def place(
    shapes: Shapes,
    which: npt.NDArray[np.integer],
    onset_s: Array,
    p2p_mg: Array,
    rate_hz: float,
    density_ug: float,
    rng: np.random.Generator,
    has_units: bool,  # noqa: FBT001 - private to the two makers of nights
) -> Isolated:
    """Put twitches of given shapes, onsets and sizes into white noise on constant gravity."""
    index = np.ceil(onset_s * rate_hz).astype(np.int64)
    sampled = shapes.sampled(which, index / rate_hz - onset_s, rate_hz)
    waveforms = p2p_mg[:, None, None] * sampled[:, :, None] * shapes.directions[which][:, None, :]
    length = index[-1] + round(5.0 * rate_hz)
    xyz = noise_per_sample_mg(density_ug, rate_hz) * rng.standard_normal((length, 3), dtype=np.float32)
    for at, waveform in zip(index, waveforms, strict=True):
        xyz[at : at + len(waveform)] += waveform
    xyz = 1e-3 * xyz + np.array(GRAVITY_G)
    truth = tuple(
        Truth(
            float(onset),
            float(shapes.lasts_s[k]),
            "twitch",
            "twitch",
            float(size),
            int(k) if has_units else -1,
            float(shapes.tp_s[k]),
        )
        for onset, k, size in zip(onset_s, which, p2p_mg, strict=True)
    )
    name = f"isolated twitches, {rate_hz:g} Hz, {density_ug:g} ug/rtHz"
    return Isolated(KnownNight(xyz.astype(np.float32), rate_hz, truth, rate_hz, name=name), waveforms, index)
