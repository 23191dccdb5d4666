"""Twitches of the simulator added to a real recording, few enough to leave it as it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.people import Body
from benchmarks.detection.simulator.draws import Seed, stream
from benchmarks.detection.simulator.forms import LASTS_S, twitch_forms
from benchmarks.detection.simulator.sites import ANYWHERE

Array = npt.NDArray[np.float64]

LEAD_S = 10.0
"""From the start of the quiet part to the first twitch, at least."""

EVERY_S, APART_S = 6.0, 2.0
"""One twitch in so many seconds, and the least time from one to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """A recording with twitches added.

    Parameters
    ----------
    body
        The recording.
    onset_s
        Onset of each, in order.
    waveforms_mg, index
        What was added in mg, shape ``(n, m, 3)``, and from which sample on.
    """

    body: Body
    onset_s: Array
    waveforms_mg: Array
    index: npt.NDArray[np.int64]


def with_twitches(body: Body, p2p_mg: float, seed: Seed, *, held_out: bool) -> Added:
    """Add twitches of one size, each of its own shape and direction, to the quiet part.

    Parameters
    ----------
    body
        The recording.
    p2p_mg
        Peak to peak of each along its direction.
    seed
        For the draws.
    held_out
        Family of shapes.
    """
    rate_hz = body.rate_hz
    start, end = body.quiet_s[0] + LEAD_S, body.quiet_s[1] - LASTS_S
    count = max(int((end - start) / EVERY_S), 0)
    forms = twitch_forms(count, stream(seed, "unit shapes"), ANYWHERE.tp_s, 0.5, held_out=held_out)
    onset_s = start + EVERY_S * np.arange(count) + stream(seed, "added").uniform(0.0, EVERY_S - APART_S, count)
    index = np.ceil(onset_s * rate_hz).astype(np.int64)
    steps = np.arange(int(LASTS_S * rate_hz))
    waveforms = np.empty((count, len(steps), 3))
    mg = 1e3 * body.xyz.astype(np.float64)
    for i in range(count):
        line = forms.at(i, (index[i] + steps) / rate_hz - onset_s[i])
        waveforms[i] = p2p_mg * line[:, None] * forms.directions[i]
        mg[index[i] : index[i] + len(steps)] += waveforms[i][: len(mg) - index[i]]
    if body.step_mg:
        mg = np.rint(mg / body.step_mg) * body.step_mg
    xyz = (1e-3 * mg).astype(np.float32)
    return Added(dataclasses.replace(body, xyz=xyz), onset_s, waveforms, index)
