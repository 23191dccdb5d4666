"""What may be a beat though no pulse is followed there: then an event is not told, and nothing is measurable."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.begun import is_begun
from detector.signal.pulse.layout import BEATS, LEARNT, OFTEN
from detector.signal.pulse.phases import TRUSTED, beat_before, is_covered
from detector.signal.pulse.search import FASTEST_S, SLOWEST_S
from detector.signal.pulse.stream import sample_at, stream_place

OFTEN_S = 3.5
"""Soon after a movement `OFTEN` events in so much time may be beats of a pulse that has not been found yet."""
EVENT_AGO_S = 10.0
"""What was told so shortly ago may have been a beat."""
WARY_S, WARY_KNOWN_S, WARY_AGO_S = 20.0, 40.0, 900.0
EVEN_EVENTS, EVEN_SCORE, EVEN_OFF, EVEN_MULTIPLE = 2, 4.0, 0.12, 3.0
"""So many events in a row at one interval, or up to so many times it, may be beats that just reach the threshold."""
WARY_ECHO, LEAST_ECHO, WARY_SIZE = 0.2, 0.12, 2.5
"""Where something stands out of the noise every second or so and no beat is followed, it may be beats: so long after
a movement, longer where a pulse was followed within so much time, and wherever it echoes so much."""
EARLY_LIKE, EARLY_S, BEAT_SIZE = 0.6, 0.25, 1.8
BEFORE_S = 10.0
"""Beats may have been so long before the first one that was found."""
ODD_SIZE, ODD_ALONG, ODD_S, ODD_STRONG = 1.0, 0.85, 0.1, 0.1
"""What a beat leaves lies within 30 degrees of its axis, begins so shortly before it is strong, where it has so much of
its largest power, and is no larger than it. One twitch in seven has such an axis."""


@compiled
def is_wary(state: Any, params: Any, t: int, p2p_g: float, score: float) -> bool:
    """Whether an event may be a beat of a pulse that has not been found."""
    pulse = state.pulse
    if pulse.locked or t < pulse.covered_to or is_begun(pulse, params, t):
        return False
    if pulse.crowded and pulse.echo > WARY_ECHO:
        return True
    if pulse.even >= EVEN_EVENTS and score < EVEN_SCORE:
        return True
    since = t - max(sample_at(pulse, params, pulse.loud_at), np.float64(pulse.noticed))
    if since < WARY_S * params.rate_hz and t - pulse.events_at[pulse.events % OFTEN] < OFTEN_S * params.rate_hz:
        return True
    is_recent = pulse.known and t - pulse.lost < WARY_AGO_S * params.rate_hz
    if is_recent and p2p_g < WARY_SIZE * pulse.p2p_g and since < WARY_KNOWN_S * params.rate_hz:
        return True
    return bool(pulse.crowded and pulse.echo > LEAST_ECHO and since < WARY_S * params.rate_hz)


@compiled
def note_event(state: Any, params: Any, at: float) -> None:
    """Keep account of whether events come at one interval, as beats do."""
    pulse = state.pulse
    interval = at - pulse.event_at
    pulse.event_at = at
    pulse.events_at[pulse.events % OFTEN] = at
    pulse.events += 1
    times = max(np.rint(interval / max(pulse.event_interval, 1.0)), 1.0)
    if times <= EVEN_MULTIPLE and abs(interval - times * pulse.event_interval) < EVEN_OFF * pulse.event_interval:
        # One that came at once after the other says more than one of which others may be missing between.
        pulse.even = min(max(pulse.even + 2 - int(times), 0), 2 * EVEN_EVENTS)
        pulse.event_interval += 0.3 * (interval / times - pulse.event_interval)
    elif FASTEST_S * params.rate_hz < interval < SLOWEST_S * params.rate_hz:
        pulse.even = max(pulse.even - 1, 0)
        if pulse.even == 0:
            pulse.event_interval = interval
    elif interval > EVEN_MULTIPLE * SLOWEST_S * params.rate_hz:
        pulse.even = 0


@compiled
def is_odd_beat(state: Any, params: Any, t: int, p2p_g: float, x: float, y: float, z: float) -> bool:
    """Whether an event is what an unusual beat leaves: smaller than the beat, along its axis, and where it is strong.

    Parameters
    ----------
    t
        Index of the event's onset.
    x, y, z
        Its direction, of length 1.
    """
    pulse = state.pulse
    if not is_covered(pulse, t) or p2p_g > ODD_SIZE * pulse.p2p_g:
        return False
    along = x * pulse.direction[0] + y * pulse.direction[1] + z * pulse.direction[2]
    if abs(along) < ODD_ALONG:
        return False
    begin = int(t - pulse.at[beat_before(pulse, params, t) % BEATS] + params.pulse_lead)
    largest = pulse.peak[0] ** 2 + pulse.peak[1] ** 2 + pulse.peak[2] ** 2
    for j in range(max(begin, 0), min(begin + int(ODD_S * params.rate_hz) + 1, LEARNT)):
        mean = pulse.mean_beat[0, j] ** 2 + pulse.mean_beat[1, j] ** 2 + pulse.mean_beat[2, j] ** 2
        if mean > ODD_STRONG * largest:
            return True
    return False


@compiled
def is_early_beat(state: Any, params: Any, t: int, p2p_g: float) -> bool:
    """Whether an event is a beat that came out of turn.

    Near it something is much like a beat, and is none of those placed.
    """
    pulse = state.pulse
    if not is_covered(pulse, t) or p2p_g > BEAT_SIZE * pulse.p2p_g:
        return False
    interval = pulse.interval
    place = pulse.begins_at + (t - pulse.begins) / params.slow_factor
    for u in range(
        max(int(place - 0.5 * interval), pulse.chain_from, pulse.begins_at),
        min(int(place + EARLY_S * params.slow_hz), pulse.next),
    ):
        if pulse.likeness[stream_place(pulse, u)] < EARLY_LIKE:
            continue
        own = False
        for i in range(max(pulse.placed - BEATS, 0), pulse.placed):
            beat = pulse.begins_at + (pulse.at[i % BEATS] - pulse.begins) / params.slow_factor
            own |= abs(beat - u) < 0.3 * interval
        if not own:
            return True
    return False


@compiled
def is_due_beat(state: Any, params: Any, t: int, p2p_g: float) -> bool:
    """Whether an event is as large as a beat where one may be that was not placed.

    That is before the first beat that was found; and before a gap, when too little of the next one had come.
    """
    pulse = state.pulse
    if not pulse.locked or p2p_g > BEAT_SIZE * pulse.p2p_g:
        return False
    if t < pulse.covered_from:
        return bool(pulse.covered_from - t < BEFORE_S * params.rate_hz)
    number = beat_before(pulse, params, t)
    is_last = number == pulse.placed - 1
    return bool(is_last and t - pulse.at[number % BEATS] > TRUSTED * pulse.interval * params.slow_factor)
