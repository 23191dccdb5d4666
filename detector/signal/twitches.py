"""Single twitches: what the bank and the families make of a short run."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import describe
from detector.signal.forms.likeness import energy_along, fit_buzz, fit_knock, fit_ring_down, fit_twitch, is_knock
from detector.signal.forms.trains import fit_train, is_train
from detector.signal.matched.bank import Match, correlate, scan
from detector.signal.matched.families import adopt, best_family, family_of, mature_families
from detector.signal.movement.kinds import LIMB_MIN_S
from detector.signal.noise.step import is_flicker
from detector.signal.pulse.learn import fit_again
from detector.signal.pulse.phases import is_uneven, phase_at, tail_at, unfound_cost
from detector.signal.pulse.suspected import is_due_beat, is_early_beat, is_odd_beat, is_wary, note_event
from detector.signal.pulse.unrest import is_restless
from detector.signal.state import GLITCH, HISTORY, LANES, LIMB_MOVEMENT, MOVEMENT, TAP, TRAIN, TWITCH

RING_DOWN, BUZZ, MORE = 1.08, 1.1, 15.0
"""What so many times as much of is explained by a ring-down or by a buzz as by a twitch is that; and by so much more
than noise does by chance: these have three to six sizes to choose, a twitch has one."""
MOST = 0.7
"""A buzz explains so much of an event along its direction."""
FEW, FEW_LEFT, ONE_WAY = 2, 0.04, 0.97
"""So few twitches that leave so little and have so much of their energy along one axis are no ring-down and no buzz."""
CLEAR = 2.0
"""What an event with a lower score is cannot be told from the noise about it."""


class Allowed(NamedTuple):
    """What a twitch that is looked for may be made of."""

    first: int
    """Index of the first sample that it may begin at."""
    newest: int
    """Index of the last sample that may be looked at."""
    marks: int
    """Flags that it gets whatever it is."""


@compiled
def onset_of_peak(state: Any, params: Any) -> int:
    """Index at which the movement began that the gate answered most to."""
    run = state.run
    g = run.peak_gate
    return int(run.peak_at + 1 - params.factor[g] * (params.gate_length[g] - params.gate_lead[g]))


@compiled
def _name(state: Any, params: Any, event: Any, at: int, newest: int) -> int:
    """Kind of an event that begins at `at`, from what of it each kind of movement explains; sets its onset and end."""
    run = state.run
    twitch, onset, end = fit_twitch(state, params, at, newest, event.direction)
    if twitch > 0.0:
        event.onset = max(onset, float(state.segment))
        event.end = min(max(end, event.onset + 1.0), newest + 1.0)
    if run.marks & GLITCH:
        return TAP
    if event.score < CLEAR or twitch == 0.0:
        return TWITCH
    if is_knock(fit_knock(state, params, at, newest, event.direction), twitch):
        return TAP
    train = fit_train(state, params, min(at, run.first_busy), run.last_busy, newest)
    if is_train(train):
        return TRAIN
    if train.twitches <= FEW and train.left < FEW_LEFT and train.share > ONE_WAY:
        return TWITCH
    ring_down = fit_ring_down(state, params, at, newest)
    buzz = fit_buzz(state, params, at, newest, event.direction)
    whole = max(energy_along(state, params, at, newest, event.direction), twitch)
    if buzz > max(BUZZ * twitch + MORE, MOST * whole, ring_down):
        return TAP
    if ring_down > RING_DOWN * twitch + MORE:
        is_long = run.last_busy + 1 - run.first_busy >= LIMB_MIN_S * params.rate_hz
        return LIMB_MOVEMENT if is_long else MOVEMENT
    return TWITCH


@compiled
def _is_of_movement(state: Any, params: Any, at: int, onset: float, end: float) -> bool:
    """Whether an event is the tail of a movement, or lies in unrest; that is a movement of its own."""
    if onset - max(state.movement_end, state.limb_end) < params.movement_rest:
        return True
    if phase_at(state, params, at) < 0 or not is_restless(state, params, at):
        return False
    state.movement_end = int(end)
    return True


@compiled
def find_twitches(state: Any, params: Any, newest: int, marks: int, out: Any, found: int) -> int:
    """Look for a twitch where the gate answered most; gives how many detections there are now."""
    onset = onset_of_peak(state, params)
    first = max(onset - params.reach, state.segment, state.last_onset + params.refractory)
    if onset < first:
        return found
    allowed = Allowed(first, newest, marks)
    if phase_at(state, params, onset) < 0:
        match = scan(state, params, onset, params.near, first, onset + params.reach, newest)
        return _judge(state, params, match, allowed, out, found)
    last = min(onset + params.bank_length[state.run.peak_gate], newest)
    place = HISTORY - state.origin
    saved = state.moved[:, place + onset : place + last + 1].copy()
    fit_again(state, params, onset, last)
    match = scan(state, params, onset, params.near, first, onset + params.reach, newest)
    found = _judge(state, params, match, allowed, out, found)
    for axis in range(3):
        for i in range(last + 1 - onset):
            state.moved[axis, place + onset + i] = saved[axis, i]
    return found


@compiled
def _output(state: Any, params: Any, at: int, k: int) -> tuple[float, float, float]:
    """Output of filter `k` of the bank at an onset, along each axis."""
    u = np.empty((3, LANES), np.float32)
    g, c = k // LANES, k % LANES
    correlate(state.moved, HISTORY - state.origin + at, params.bank_taps[g], params.bank_length[g], u)
    return np.float64(u[0, c]), np.float64(u[1, c]), np.float64(u[2, c])


@compiled
def _name_and_bound(state: Any, params: Any, event: Any, at: int, newest: int) -> None:
    """Give an event its kind, and the bounds of what it is; see `_name`."""
    run = state.run
    event.kind = _name(state, params, event, at, newest)
    if event.kind != TAP and _is_of_movement(state, params, at, event.onset, event.end):
        event.kind = MOVEMENT
    elif event.kind in (LIMB_MOVEMENT, MOVEMENT):
        event.onset, event.end = run.first_busy, run.last_busy + 1.0
        if event.kind == LIMB_MOVEMENT:
            state.limb_end = run.last_busy
    elif event.kind == TRAIN:
        event.end = max(event.end, run.last_busy + 1.0)


@compiled
def _judge(state: Any, params: Any, match: Match, allowed: Allowed, out: Any, found: int) -> int:
    """Decide whether it is a twitch, and write it to ``out[found]`` if it is; gives how many there are now."""
    run, newest = state.run, allowed.newest
    at, k, square, shift = match.onset, match.shape, match.square, match.shift
    mature = mature_families(state)
    tail = tail_at(state, params, at)
    score = square / (tail * params.threshold[mature])
    low, high = max(allowed.first, at - params.reach), at + params.reach
    learns = True
    if mature > 0:
        f, family_at, _, z2, family_shift = best_family(state, params, low, high, newest, 1)
        family_score = z2 / (tail * params.family_threshold[mature])
        if f >= 0 and family_score > score:
            score = family_score
            if square < tail * params.threshold[mature]:
                learns = False  # a family that learnt from what it alone found would end up finding noise
                k = state.family_shape[f]
                at, shift, square = family_at, family_shift, max(square, z2)
    if score < 1.0:
        return found
    x, y, z = _output(state, params, at, k)
    size = np.sqrt(x * x + y * y + z * z)
    p2p_g = size * params.bank_p2p[k]
    if is_flicker(state, x / size, y / size, z / size, p2p_g):
        return found
    note_event(state, params, at + shift)
    score /= unfound_cost(state, params, at)
    if (
        score < 1.0
        or is_uneven(state, params, at)
        or is_wary(state, params, at, p2p_g, score)
        or is_early_beat(state, params, at, p2p_g)
        or is_due_beat(state, params, at, p2p_g)
        or is_odd_beat(state, params, at, p2p_g, x / size, y / size, z / size)
    ):
        return found
    describe(state, params, run, at, min(at + int(params.bank_lasts[k]), newest))
    event = out[found]
    event.onset = at + shift
    event.end = min(event.onset + params.bank_lasts[k], newest + 1.0)
    event.marks = allowed.marks | run.marks
    event.family = -1
    event.score = score
    event.direction[0], event.direction[1], event.direction[2] = x / size, y / size, z / size
    _name_and_bound(state, params, event, at, newest)
    if event.kind == TWITCH and learns:
        event.family = adopt(state, params, at, shift, k, square, low, high, newest)
    elif event.kind == TWITCH:
        event.family = family_of(state, params, square, low, high, newest)
    event.snr = square
    event.peak_g = run.peak_g
    event.p2p_g = p2p_g
    event.dominant_hz = run.dominant_hz
    state.last_onset = at
    return found + 1
