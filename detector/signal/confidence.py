"""What the detector says of its own hearing: whether a twitch would be found just now, and up to when it is decided.

Everything is read from the state as the last push left it, and so is the same for any split of the samples. Each
reading has a function of its own.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from detector.signal.noise.step import STEPS
from detector.signal.state import BLOCKS, LANES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Why = Literal["", "settling", "moving", "pulse", "coarse"]
"""Why twitches cannot be measured; "" where they can."""

LARGE_MG = 40.0
"""Peak to peak, a large twitch; where not even that would be found, nothing is measured."""
_AXES = 3


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
    state, params = state_array[0], params_array[0]
    known = _floor_is_known(state)
    noise_mg = _noise_mg(state) if known else None
    threshold_mg = _threshold_mg(state, params) if known else None
    why: Why = ""
    if _settles(state, ago):
        why = "settling"
    elif _moves(state, params):
        why = "moving"
    elif _pulse_is_not_followed(state):
        why = "pulse"
    elif threshold_mg is None or not threshold_mg <= LARGE_MG:
        why = "coarse"
    return Confidence(why, noise_mg, threshold_mg, _pulse_per_min(state, params))


def settled_index(state_array: npt.NDArray[np.void]) -> int:
    """Index of the sample up to which it is decided what there is, but for the delay of the filters."""
    state = state_array[0]
    decided = int(state["sensed"]) - 1
    return min(decided, int(state["held"][0]["end"]) - 1) if state["held_count"] else decided


def is_settled(state_array: npt.NDArray[np.void]) -> bool:
    """Whether nothing that was pushed can become an event any more."""
    state = state_array[0]
    return bool(state["restart"]) and not state["active"]


def _floor_is_known(state: Any) -> bool:
    return bool(state["blocks_done"] == BLOCKS and state["noise"] > 0.0)


def _settles(state: Any, ago: int) -> bool:
    """Whether the filters' outputs did not count yet."""
    return bool(state["restart"]) or not _floor_is_known(state) or bool(state["sensed"] - ago <= state["ready"])


def _moves(state: Any, params: Any) -> bool:
    """Whether what goes on is longer than a twitch, or ended so shortly ago that a twitch would be told as its tail."""
    index = int(state["sensed"])
    if state["active"] and index - int(state["run"]["trigger"]) > params["twitch_max"]:
        return True
    return bool(index - int(state["movement_end"]) < params["movement_rest"])


def _pulse_is_followed(state: Any) -> bool:
    return bool(state["pulse"]["locked"])


def _pulse_is_not_followed(state: Any) -> bool:
    """Whether a heart beat is there or likely, and the detector does not know where the next one comes."""
    return not _pulse_is_followed(state) and bool(state["pulse"]["suspected"])


def _pulse_per_min(state: Any, params: Any) -> float | None:
    interval = float(state["pulse"]["interval"])
    return 60.0 * float(params["slow_hz"]) / interval if _pulse_is_followed(state) and interval > 0.0 else None


def _noise_mg(state: Any) -> float:
    return 1e3 * math.sqrt(float(state["noise"]) / _AXES)


def _threshold(params: Any) -> float:
    """Squared output that a filter of the bank must reach; families known, it is some 2 % more in amplitude."""
    return float(params["threshold"][0])


def _threshold_mg(state: Any, params: Any) -> float:
    """Size of a twitch of median shape that reaches the threshold, or that is more than a flicker of the last bit."""
    threshold = _threshold(params)
    variances = _variances(state)
    sizes: list[float] = [
        p2p * math.sqrt(threshold * variances[k // LANES] / scale)
        for k, (p2p, scale) in enumerate(
            zip(params["bank_p2p"].tolist(), state["bank_scale"].ravel().tolist(), strict=True)
        )
    ]
    return 1e3 * max(statistics.median(sizes), STEPS * float(state["step_g"].max()))


def _variances(state: Any) -> list[float]:
    """Variance of each gate filter's output.

    The noise floor's, or where a beat is followed that of its middle phase.
    """
    pulse = state["pulse"]
    if not _pulse_is_followed(state) or not pulse["seen"].any():
        return [_mean_variance(m) for m in state["floor_whitening"].tolist()]
    seen = pulse["seen"] > 0.0
    return [statistics.median(_mean_variance(m) for m in whitening[seen].tolist()) for whitening in pulse["whitening"]]


def _mean_variance(m: list[float]) -> float:
    """Variance of a gate filter's output, the mean over all directions, from the matrix that makes it white.

    A twitch in one direction stands out of the noise at least as well as its size over the noise in that direction
    says; the mean of that noise over all directions is a third of the trace.
    """
    m0, m1, m2, m3, m4, m5 = m
    a, d, f = 1.0 / m0, 1.0 / m2, 1.0 / m5
    b = -m1 * a * d
    e = -m4 * d * f
    c = (b * e - m3 * a * d * f) / d
    trace: float = a * a + b * b + c * c + d * d + e * e + f * f
    return trace / _AXES
