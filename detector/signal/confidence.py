"""What the detector says of its own hearing: whether a twitch would be found just now, and up to when it is decided.

Everything is read from the state as the last push left it, and so is the same for any split of the samples. Each
reading has a function of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from detector.signal.compiled import compiled, entry
from detector.signal.noise.step import STEPS
from detector.signal.pulse.layout import PHASES
from detector.signal.state import BANK, BLOCKS, GATES, LANES

if TYPE_CHECKING:
    import numpy.typing as npt

Why = Literal["", "settling", "moving", "pulse", "coarse"]
"""Why twitches cannot be measured; "" where they can."""

LARGE_MG = 40.0
"""Peak to peak, a large twitch; where not even that would be found, nothing is measured."""
_AXES = 3
_WHY: tuple[Why, ...] = get_args(Why)
_UNKNOWN = -1.0


@dataclass(frozen=True, slots=True)
class Confidence:
    """Whether twitches can be measured at one moment, and how small ones.

    Parameters
    ----------
    why
        "" where they can. Else ``settling``: the filters or the noise floor are not known yet, after a start or a gap;
        ``moving``: a movement goes on, or has just ended; ``pulse``: a heart beat is there or likely and is not
        followed, so that a beat may be told as a twitch, or a twitch taken for a beat; ``coarse``: noise or the
        sensor's steps are so large that a twitch of `LARGE_MG` would not be found.
    noise_mg
        Noise floor: root mean square per axis of the high-passed signal, in mg; None where it is not known yet.
    threshold_mg
        Peak-to-peak acceleration of a twitch of the bank's median shape that just reaches the threshold, in mg; half of
        these are found. None where it is not known yet.
    pulse_per_min
        Heart beats a minute; None where none are followed.
    """

    why: Why
    noise_mg: float | None
    threshold_mg: float | None
    pulse_per_min: float | None


def confidence(state_array: npt.NDArray[np.void], params_array: npt.NDArray[np.void], ago: int = 0) -> Confidence:
    """Read it from a detector's state, for the sample `ago` samples before the last one that the gate has passed."""
    why, noise_mg, threshold_mg, pulse_per_min = hear(state_array, params_array, ago)
    return Confidence(_WHY[why], _known(noise_mg), _known(threshold_mg), _known(pulse_per_min))


def _known(number: float) -> float | None:
    return None if number < 0.0 else float(number)


def settled_index(state_array: npt.NDArray[np.void]) -> int:
    """Index of the sample up to which it is decided what there is, but for the delay of the filters."""
    state = state_array[0]
    decided = int(state["sensed"]) - 1
    return min(decided, int(state["held"][0]["end"]) - 1) if state["held_count"] else decided


def is_settled(state_array: npt.NDArray[np.void]) -> bool:
    """Whether nothing that was pushed can become an event any more."""
    state = state_array[0]
    return bool(state["restart"]) and not state["active"]


@entry
def hear(state_array: Any, params_array: Any, ago: int) -> tuple[int, float, float, float]:
    """Read the parts of a `Confidence`; compiled, since it is asked for with every second of a night.

    Returns
    -------
    why : int
        Place in `_WHY`.
    noise_mg, threshold_mg, pulse_per_min : float
        Less than 0 where it is not known.
    """
    state = state_array[0]
    params = params_array[0]
    noise_mg, threshold_mg = _UNKNOWN, _UNKNOWN
    if _floor_is_known(state):
        noise_mg = 1e3 * math.sqrt(state.noise / _AXES)
        threshold_mg = _threshold_mg(state, params)
    why = 0
    if _settles(state, ago):
        why = 1
    elif _moves(state, params):
        why = 2
    elif not state.pulse.locked and state.pulse.suspected:
        # A heart beat is there or likely, and the detector does not know where the next one comes.
        why = 3
    elif noise_mg < 0.0 or not threshold_mg <= LARGE_MG:
        why = 4
    return why, noise_mg, threshold_mg, _pulse_per_min(state, params)


@compiled
def _floor_is_known(state: Any) -> bool:
    return state.blocks_done == BLOCKS and state.noise > 0.0  # type: ignore[no-any-return]


@compiled
def _settles(state: Any, ago: int) -> bool:
    """Whether the filters' outputs did not count yet."""
    return state.restart != 0 or not _floor_is_known(state) or state.sensed - ago <= state.ready


@compiled
def _moves(state: Any, params: Any) -> bool:
    """Whether what goes on is longer than a twitch, or ended so shortly ago that a twitch would be told as its tail."""
    if state.active != 0 and state.sensed - state.run.trigger > params.twitch_max:
        return True
    return state.sensed - state.movement_end < params.movement_rest  # type: ignore[no-any-return]


@compiled
def _pulse_per_min(state: Any, params: Any) -> float:
    interval = state.pulse.interval
    if state.pulse.locked != 0 and interval > 0.0:
        return 60.0 * params.slow_hz / interval  # type: ignore[no-any-return]
    return _UNKNOWN


@compiled
def _threshold_mg(state: Any, params: Any) -> float:
    """Size of a twitch of median shape that reaches the threshold, or that is more than a flicker of the last bit."""
    # Squared output that a filter of the bank must reach; families known, it is some 2 % more in amplitude.
    threshold = params.threshold[0]
    sizes = np.empty(BANK, np.float64)
    for g in range(GATES):
        variance = _variance(state, g)
        for lane in range(LANES):
            k = g * LANES + lane
            sizes[k] = params.bank_p2p[k] * math.sqrt(threshold * variance / float(state.bank_scale[g, lane]))
    step = max(state.step_g[0], state.step_g[1], state.step_g[2])
    return 1e3 * max(_median(sizes, BANK), STEPS * step)  # type: ignore[no-any-return]


@compiled
def _variance(state: Any, g: int) -> float:
    """Variance of a gate filter's output: the noise floor's, or where a beat is followed that of its middle phase."""
    pulse = state.pulse
    phases = np.empty(PHASES, np.float64)
    count = 0
    if pulse.locked != 0:
        for phase in range(PHASES):
            if pulse.seen[phase] > 0.0:
                phases[count] = _mean_variance(pulse.whitening[g, phase])
                count += 1
    return _median(phases, count) if count else _mean_variance(state.floor_whitening[g])


@compiled
def _mean_variance(m: Any) -> float:
    """Variance of a gate filter's output, the mean over all directions, from the matrix that makes it white.

    A twitch in one direction stands out of the noise at least as well as its size over the noise in that direction
    says; the mean of that noise over all directions is a third of the trace.
    """
    m0, m1, m2, m3, m4, m5 = float(m[0]), float(m[1]), float(m[2]), float(m[3]), float(m[4]), float(m[5])
    a, d, f = 1.0 / m0, 1.0 / m2, 1.0 / m5
    b = -m1 * a * d
    e = -m4 * d * f
    c = (b * e - m3 * a * d * f) / d
    return (a * a + b * b + c * c + d * d + e * e + f * f) / _AXES


@compiled
def _median(values: Any, count: int) -> float:
    """Tell the median of the first `count` numbers, which are put in order."""
    for i in range(1, count):
        value = values[i]
        k = i
        while k > 0 and values[k - 1] > value:
            values[k] = values[k - 1]
            k -= 1
        values[k] = value
    if count % 2:
        return values[count // 2]  # type: ignore[no-any-return]
    return (values[count // 2 - 1] + values[count // 2]) / 2.0  # type: ignore[no-any-return]
