"""The fused kernel: band-pass, energy, clipped noise floor, gate and peak detector in one pass over the samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import describe
from detector.signal.state import BLOCKS, CUT, FLAT_ENERGY, GLITCH, MOVEMENT, TAP, TWITCH

LIMIT_G = 1000.0
"""A sample with a longer sum of absolute axes, or one that is not finite, is no measurement."""

CLIP = 2.0
"""The noise floor follows a sample's energy up to so many times itself; a movement cannot deafen the detector."""

BUSY_STEP = 0.25
"""While an event lasts the floor follows so much more slowly, until the event is too long to be one."""

ONSET_SHARE = 0.01
"""A twitch begins at a tenth of its peak's amplitude, if that is above the noise."""


@compiled
def run(xyz: Any, state_array: Any, params_array: Any, out: Any) -> tuple[int, int]:
    """Take samples in, hand finished detections out.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``, C-contiguous.
    state_array, params_array
        One record each, of dtype `STATE` and `PARAMS`; the state is changed in place.
    out
        Room for detections, dtype `DETECTION`.

    Returns
    -------
    consumed, found : int
        Samples taken in (fewer than n where `out` is full: call again with the rest) and detections written.
    """
    state = state_array[0]
    params = params_array[0]
    gain, a01, a02, a11, a12 = params.gain, params.a[0, 0], params.a[0, 1], params.a[1, 0], params.a[1, 1]
    energy_step, slow_step = params.energy_step, params.floor_step
    floor_min, on, over = params.floor_min, params.on, params.over
    mask = params.ring_mask
    filtered, raw, zi = state.filtered, state.raw, state.zi

    # The hot part of the state lives in locals: numba keeps these in registers, the record it would reload.
    x0, x1, x2, x3 = zi[0, 0], zi[0, 1], zi[0, 2], zi[0, 3]
    y0, y1, y2, y3 = zi[1, 0], zi[1, 1], zi[1, 2], zi[1, 3]
    z0, z1, z2, z3 = zi[2, 0], zi[2, 1], zi[2, 2], zi[2, 3]
    energy, floor, floor_step = state.energy, state.floor, state.floor_step
    index, wait, active, restart = state.index, state.wait, state.active, state.restart
    # One flag for all that is rare, so that the common sample takes one branch: waiting, measuring, or a young floor.
    unready = wait > 0 or state.blocks_done < BLOCKS or floor_step > slow_step
    found = 0
    consumed = xyz.shape[0]

    for i in range(xyz.shape[0]):
        if found == out.shape[0]:
            consumed = i
            break
        vx, vy, vz = float(xyz[i, 0]), float(xyz[i, 1]), float(xyz[i, 2])
        at = index & mask

        if not abs(vx) + abs(vy) + abs(vz) < LIMIT_G:  # true for NaN too
            if active:
                active = 0
                _close(state, params, index - 1, CUT, out, found)
                found += 1
            restart = 1
            for axis in range(3):
                filtered[at, axis] = 0.0
                raw[at, axis] = raw[(index - 1) & mask, axis]
            index += 1
            continue
        if restart:
            # As if the first value had been there for ever: no transient.
            x0 = x1 = -gain * vx
            y0 = y1 = -gain * vy
            z0 = z1 = -gain * vz
            x2 = x3 = y2 = y3 = z2 = z3 = 0.0
            energy = floor
            wait = params.settle
            restart = 0
            unready = True
            state.segment = index

        # Two sections, each with its zeros at 0 Hz and half the rate: (1 - z^-2) / (1 + a1 z^-1 + a2 z^-2).
        v = gain * vx
        q = v + x0
        x0 = x1 - a01 * q
        x1 = -(v + a02 * q)
        fx = q + x2
        x2 = x3 - a11 * fx
        x3 = -(q + a12 * fx)
        v = gain * vy
        q = v + y0
        y0 = y1 - a01 * q
        y1 = -(v + a02 * q)
        fy = q + y2
        y2 = y3 - a11 * fy
        y3 = -(q + a12 * fy)
        v = gain * vz
        q = v + z0
        z0 = z1 - a01 * q
        z1 = -(v + a02 * q)
        fz = q + z2
        z2 = z3 - a11 * fz
        z3 = -(q + a12 * fz)
        filtered[at, 0], filtered[at, 1], filtered[at, 2] = fx, fy, fz
        raw[at, 0], raw[at, 1], raw[at, 2] = xyz[i, 0], xyz[i, 1], xyz[i, 2]

        e = fx * fx + fy * fy + fz * fz
        energy += energy_step * (e - energy)
        index += 1
        if unready:
            if wait > 0:
                wait -= 1
                continue
            if state.blocks_done < BLOCKS:
                if e > FLAT_ENERGY:
                    _measure_floor(state, params, e)
                    energy = floor = state.floor
                    floor_step = state.floor_step
                continue
            # The mean over all samples so far, until it is as long as the time constant.
            floor_step = max(floor_step / (1.0 + floor_step), slow_step)
            unready = floor_step > slow_step

        if not active:
            if e > FLAT_ENERGY:
                floor = max(floor + floor_step * (min(e, CLIP * floor) - floor), floor_min)
            if energy > on * floor:
                active = 1
                state.floor = floor
                _open(state, params, index - 1, energy / floor)
            continue

        t = index - 1
        if e > FLAT_ENERGY:
            step = floor_step if t - state.trigger >= params.long else BUSY_STEP * floor_step
            floor = max(floor + step * (min(e, CLIP * floor) - floor), floor_min)
        if energy > state.event.peak_energy * floor:
            state.event.peak_energy = energy / floor
        if e > over * floor:
            state.last_over = t
            if e > state.peak_value:
                state.peak_value = e
                state.peak_index = t
        if t - state.peak_index == params.half_window:  # while the peak's surroundings are still in the ring
            _describe_peak(state, params, t)
        if t - state.last_over >= params.release:
            active = 0
            energy = floor  # what the smoothing still holds belongs to the event that has ended
            _close(state, params, t, 0, out, found)
            found += 1

    zi[0, 0], zi[0, 1], zi[0, 2], zi[0, 3] = x0, x1, x2, x3
    zi[1, 0], zi[1, 1], zi[1, 2], zi[1, 3] = y0, y1, y2, y3
    zi[2, 0], zi[2, 1], zi[2, 2], zi[2, 3] = z0, z1, z2, z3
    state.energy, state.floor, state.floor_step = energy, floor, floor_step
    state.index, state.wait, state.active, state.restart = index, wait, active, restart
    return consumed, found


@compiled
def finish(state_array: Any, params_array: Any, out: Any) -> int:
    """Close what is open, and start the filters anew at the next sample: a gap or the end follows.

    Returns
    -------
    int
        Detections written to `out`, 0 or 1.
    """
    state = state_array[0]
    found = 0
    if state.active:
        state.active = 0
        _close(state, params_array[0], state.index - 1, CUT, out, 0)
        found = 1
    state.restart = 1
    return found


@compiled
def _measure_floor(state: Any, params: Any, e: float) -> None:
    """Collect the first blocks of noise; the floor is their median."""
    state.block_sum += e
    state.block_count += 1
    if state.block_count == params.block_length:
        state.block_mean[state.blocks_done] = state.block_sum / params.block_length
        state.block_sum = 0.0
        state.block_count = 0
        state.blocks_done += 1
        done = state.blocks_done
        ordered = np.sort(state.block_mean[:done])
        median = 0.5 * (ordered[(done - 1) // 2] + ordered[done // 2])
        state.floor = max(median / params.floor_mean, params.floor_min)  # the clipped mean is less than the mean
        state.floor_step = 1.0 / (done * params.block_length)


@compiled
def _open(state: Any, params: Any, t: int, ratio: float) -> None:
    """Begin an event: find its onset before the smoothing let the gate open."""
    mask = params.ring_mask
    filtered = state.filtered
    earliest = max(t - params.look_back, state.segment)
    onset = t
    peak = 0.0
    while onset > earliest:
        total = 0.0
        for k in range(3):
            e = _energy(filtered, max(onset - k, earliest) & mask)
            total += e
            if e > peak:
                peak = e
                state.peak_index = max(onset - k, earliest)
        if total < 3.0 * params.onset * state.floor:
            break
        onset -= 1
    if onset == t:
        state.peak_index = t
    state.trigger = t
    state.last_over = t
    state.peak_value = peak
    state.described = -1
    state.event.onset = onset
    state.event.peak_energy = ratio


@compiled
def _describe_peak(state: Any, params: Any, newest: int) -> None:
    """Describe the half window on either side of the strongest sample."""
    first = max(state.peak_index - params.half_window, state.event.onset)
    last = min(state.peak_index + params.half_window, max(state.last_over, state.peak_index))
    describe(state, params, first, min(last, newest))
    state.described = state.peak_index


@compiled
def _close(state: Any, params: Any, newest: int, flags: int, out: Any, at: int) -> None:
    """Finish the event into ``out[at]``."""
    event = state.event
    event.end = min(state.last_over, newest)
    if state.described != state.peak_index:
        _describe_peak(state, params, newest)
    event.marks |= flags
    event.peak_energy /= params.floor_mean
    if event.end - event.onset <= params.twitch_max:
        _sharpen_onset(state, params)
    if event.end - event.onset > params.twitch_max:
        event.kind = MOVEMENT
        state.movement_end = event.end
    elif event.marks & GLITCH:
        event.kind = TAP
    elif event.onset - state.movement_end < params.movement_rest:
        event.kind = MOVEMENT  # the tail of a movement is no twitch
    else:
        event.kind = TWITCH
    out[at] = event


@compiled
def _sharpen_onset(state: Any, params: Any) -> None:
    """Move the onset up to where the energy reaches `ONSET_SHARE` of its peak: noise before it may have led too far."""
    event = state.event
    mask = params.ring_mask
    filtered = state.filtered
    wanted = 3.0 * ONSET_SHARE * state.peak_value
    while event.onset < state.peak_index:
        total = 0.0
        for k in range(3):
            total += _energy(filtered, (event.onset + k) & mask)
        if total >= wanted:
            break
        event.onset += 1


@compiled
def _energy(ring: Any, at: int) -> float:
    """Squared length of the vector at a place of the ring."""
    return float(ring[at, 0] * ring[at, 0] + ring[at, 1] * ring[at, 1] + ring[at, 2] * ring[at, 2])
