"""Twitches far apart in white noise, with everything about them known, for measuring against the limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.simulator.draws import Array, Seed, stream
from benchmarks.detection.simulator.forms import LASTS_S, twitch_forms
from benchmarks.detection.simulator.sites import ANYWHERE
from benchmarks.detection.simulator.stage import LEAD_S, TAIL_S
from benchmarks.detection.truth import KnownNight, Truth

GRAVITY_MG = (300.0, -200.0, 932.7)


@dataclass(frozen=True, slots=True, eq=False)
class Isolated:
    """A night of isolated twitches.

    Parameters
    ----------
    night
        Its truth is the twitches in order.
    waveforms_mg
        Their clean acceleration as sampled, in mg, shape ``(n, m, 3)``.
    index
        First sample of each waveform, shape ``(n,)``.
    """

    night: KnownNight
    waveforms_mg: Array
    index: npt.NDArray[np.int64]


def isolated_twitches(
    p2p_mg: npt.ArrayLike,
    rate_hz: float = 100.0,
    density_ug: float = 100.0,
    *,
    seed: Seed,
    every_s: float = 3.0,
    spread_s: float = 0.5,
    units: int = 0,
    tp_s: tuple[float, float] = ANYWHERE.tp_s,
    resonant_share: float = 0.5,
    held_out: bool = False,
) -> Isolated:
    """Make a night of isolated twitches without steps, limits or gaps.

    Parameters
    ----------
    p2p_mg
        Peak to peak of each, shape ``(n,)``.
    rate_hz
        Sampling rate in Hz.
    density_ug
        White noise of every axis in micro-g per root hertz, 0 for none.
    seed
        For the draws.
    every_s, spread_s
        Time from one to the next, and how much of it is chance.
    units
        Units that take turns at random; 0 gives every twitch a shape and direction of its own.
    tp_s, resonant_share, held_out
        Of the shapes.

    Raises
    ------
    ValueError
        Where the twitches would touch.
    """
    sizes = np.atleast_1d(np.asarray(p2p_mg, np.float64))
    count = len(sizes)
    if every_s < spread_s + LASTS_S:
        raise ValueError(f"twitches every {every_s:g} s would touch; let at least {spread_s + LASTS_S:g} s pass")
    forms = twitch_forms(units or count, stream(seed, "unit shapes"), tp_s, resonant_share, held_out=held_out)
    rng = stream(seed, "isolated")
    onset_s = LEAD_S + every_s * np.arange(count) + rng.uniform(0.0, spread_s, count)
    which = rng.integers(units, size=count) if units else np.arange(count)
    index = np.ceil(onset_s * rate_hz).astype(np.int64)
    steps = np.arange(int(LASTS_S * rate_hz) + 1)
    waveforms = np.empty((count, len(steps), 3))
    for i in range(count):
        line = forms.at(int(which[i]), (index[i] + steps) / rate_hz - onset_s[i])
        waveforms[i] = sizes[i] * line[:, None] * forms.directions[which[i]]
    length = int((LEAD_S + every_s * count + TAIL_S) * rate_hz) + len(steps)
    noise = stream(seed, "isolated noise").standard_normal((length, 3), np.float32)
    mg = 1e-3 * density_ug * np.sqrt(rate_hz / 2) * noise.astype(np.float64)
    mg += GRAVITY_MG
    for i in range(count):
        mg[index[i] : index[i] + len(steps)] += waveforms[i]
    truth = tuple(
        Truth(
            float(onset),
            float(forms.lasts_s[k]),
            "twitch",
            "twitch",
            float(size),
            int(k) if units else -1,
            float(forms.tp_s[k]),
        )
        for onset, k, size in zip(onset_s, which, sizes, strict=True)
    )
    name = f"isolated twitches, {rate_hz:g} Hz, {density_ug:g} ug/rtHz"
    return Isolated(KnownNight((1e-3 * mg).astype(np.float32), rate_hz, truth, rate_hz, name=name), waveforms, index)
