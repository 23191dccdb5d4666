"""Looking for a heart beat where none is followed: beats of one form at steady intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.chain import best_chain
from detector.signal.pulse.layout import BEATS, TEMPLATE
from detector.signal.pulse.stream import clip_limit, middle_size, stream_place
from detector.signal.pulse.template import average, leave_one_out, likeness, likeness_along, mask_noise

SLOWEST_S, FASTEST_S = 1.55, 0.44
"""39 to 136 beats a minute."""
LEAD_S, TAIL = 0.2, 0.6
"""A template reaches from so long before the beat to so much of the interval after it: both sounds of a chest."""
SHORT_S, LONG_S = 7.0, 15.0
"""Stretches in which a beat is looked for: the short one is free of what lies further back."""
MIDDLE_S = 11.0
ROUNDS = 3
SOFT_HZ = 12.0
FIRST_WEIGHT, FIRST_WIDTH = 60.0, 0.35
WEIGHT, WIDTH = 8.0, 0.4
FEWEST = 3
TYPICAL = 8
"""Of so many beats and more the quarter that is least like the others is left out of the template."""
LEAST, LEAST_FEW, LEAST_BEATS = 0.60, 0.6, 5
"""Beats are alike if each correlates so much with the mean of the others; more where there are few. White noise reaches
0.26, random twitches of one form 0.51, a chest whose recording was cut up and shuffled 0.65."""
STEADY, UNSTEADY_COST = 0.06, 1.2
"""Relative spread of the intervals of a heart at rest; what is less steady must be more alike."""
ECHO, ECHO_COST = 0.3, 0.3
"""And so must what echoes less: the strength of movement, one interval later."""
MOST_SPREAD = 0.2
LEAST_THERE, UNSTEADY_COST_THERE, ECHO_COST_THERE = 0.62, 2.0, 1.0
ECHO_SHORT, ECHO_LONG, ECHO_KNOWN = 0.5, 0.35, 0.25
KNOWN_BONUS, KNOWN_INTERVAL = 0.06, 0.2
"""The same where only what stands out of the noise is compared, as faint beats want it: beats must be steadier then,
and echo more, for random twitches of one form are alike, too; less where a pulse of this interval was followed
before."""
FAINT = 2.7
"""Beats are faint where the limit of the stream is no more than so many times its median; Gaussian noise has 2.0."""
MANY, EVENLY, PLAIN, PLAIN_THERE = 10, 0.05, 0.7, -0.07
"""So many beats are a pulse however faint, if their intervals are so even, no place between them is more like a beat
than so much of what they are, and they fall short of what is asked elsewhere by no more than that. Of 4,000 stretches
of noise and of twitches at random none passes, of stretches with beats at the threshold nearly half."""
STILL = 0.4
"""So much of the interval before the first sound is compared with as much after it."""
EVEN = 0.85
"""Where some place within each interval is so much like a beat as the beats are, there are no beats but a tremor."""
HALF = 0.65
"""Where the middle of the intervals is so much like a beat as the beats are, there are twice as many."""
NONE = -1.0


@compiled
def echo(pulse: Any, params: Any, first: int, last: int, found: Any) -> None:
    """Find the two highest peaks of the autocorrelation of the stream's size within the intervals of a heart.

    Parameters
    ----------
    first, last
        Indices in the stream, `last` not included.
    found
        Filled, shape ``(2, 2)``: lag in samples of the stream and correlation, of the highest and the next; 0 where
        none.
    """
    group = params.echo_factor
    count = (last - first) // group
    level = np.empty(count, np.float32)
    at = stream_place(pulse, last - count * group)
    total = 0.0
    for i in range(count):
        v = np.float32(0.0)
        for j in range(group):
            v += pulse.sizes[at + i * group + j]
        level[i] = v
        total += np.float64(v)
    most = np.float32(3.0 * total / max(count, 1))
    total = 0.0
    for i in range(count):
        level[i] = min(level[i], most)
        total += np.float64(level[i])
    mean = np.float32(total / max(count, 1))
    power = 0.0
    for i in range(count):
        level[i] -= mean
        power += np.float64(level[i]) ** 2
    found[:] = 0.0
    low, high = params.echo_lags[0], params.echo_lags[1]
    if not power > 0.0 or count <= high + 1:
        return
    product = np.zeros(high - low + 3, np.float32)
    for i in range(count - high - 1):  # lags in the inner loop: the compiler does several at once
        v = level[i]
        later = level[i + low - 1 : i + high + 2]
        for k in range(high - low + 3):
            product[k] += v * later[k]
    share = np.float64(count) / (power * (count - high - 1))
    for k in range(1, high - low + 2):
        left, middle, right = np.float64(product[k - 1]), np.float64(product[k]), np.float64(product[k + 1])
        if middle <= 0.0 or middle < left or middle <= right:
            continue
        lag = low - 1 + k + 0.5 * (left - right) / (left - 2.0 * middle + right)
        value = middle * share
        if value > found[0, 1]:
            found[1, 0], found[1, 1] = found[0, 0], found[0, 1]
            found[0, 0], found[0, 1] = lag * group, value
        elif value > found[1, 1]:
            found[1, 0], found[1, 1] = lag * group, value


@compiled
def search(pulse: Any, params: Any, first: int, last: int, template: Any, mask: Any, beats: Any, result: Any) -> int:
    """Look for a chain of beats between the indices `first` and `last` of the stream.

    Parameters
    ----------
    template, mask, beats
        Filled with what was found: samples of a beat, and 1 where they stand out of the noise, shape ``(3, TEMPLATE)``;
        indices in the stream, shape ``(BEATS,)``.
    result
        Filled: how surely (0 and more: found), the interval, the samples in the template, the autocorrelation there.

    Returns
    -------
    int
        How many beats there are; 0 where none were found.
    """
    peaks = np.zeros((2, 2))
    echo(pulse, params, first, last, peaks)
    count = last - first
    limit = clip_limit(pulse, first, last)
    at = stream_place(pulse, first)
    middle = middle_size(pulse, first, last)
    stream = np.empty((3, count), np.float32)
    size = np.empty(count)
    for i in range(count):
        v = np.float64(pulse.sizes[at + i])
        gain = limit / v if v > limit else 1.0
        size[i] = v * gain
        for axis in range(3):
            stream[axis, i] = np.float64(pulse.stream[axis, at + i]) * gain
    own = np.zeros((3, TEMPLATE))
    own_mask = np.ones((3, TEMPLATE))
    places = np.empty(BEATS, np.int64)
    made = np.empty(6)
    result[0] = NONE
    result[3] = peaks[0, 1]
    found = 0
    for peak in range(2):
        if peaks[peak, 1] <= 0.0:
            continue
        interval = peaks[peak, 0]
        number = _attempt(stream, size, params, interval, own, own_mask, places, made)
        if number > 0 and made[3] > HALF and 0.5 * made[1] > FASTEST_S * params.slow_hz:
            number = _attempt(stream, size, params, 0.5 * made[1], own, own_mask, places, made)
        if number == 0 or not FASTEST_S * params.slow_hz <= made[1] <= SLOWEST_S * params.slow_hz:
            continue
        is_known = pulse.known == 1 and abs(made[1] / pulse.interval - 1.0) < KNOWN_INTERVAL
        echo_asked = ECHO_LONG if count > MIDDLE_S * params.slow_hz else ECHO_SHORT
        if is_known:
            echo_asked = ECHO_KNOWN
            made[4] += KNOWN_BONUS
        if made[5] > EVEN:
            continue
        is_plain = number >= MANY and made[2] < EVENLY and made[5] < PLAIN and made[4] > PLAIN_THERE
        if not (is_known or is_plain) and limit > FAINT * middle:
            made[4] = NONE
        sure = max(
            made[0] - ECHO_COST * max(ECHO - peaks[peak, 1], 0.0),
            made[4] - ECHO_COST_THERE * max(echo_asked - peaks[peak, 1], 0.0),
        )
        if is_plain:
            sure = max(sure, PLAIN - made[5])
        if sure > result[0]:
            found = number
            result[0], result[1], result[2] = sure, made[1], template_length(params, made[1])
            for axis in range(3):
                for j in range(TEMPLATE):
                    template[axis, j] = own[axis, j]
                    mask[axis, j] = own_mask[axis, j]
            for i in range(number):
                beats[i] = first + places[i]
    return found if result[0] >= 0.0 else 0


@compiled
def template_length(params: Any, interval: float) -> int:
    """Samples in the template of a beat with this interval."""
    return int(min(params.slow_lead + int(TAIL * interval), TEMPLATE))


@compiled
def _attempt(
    stream: Any, size: Any, params: Any, interval: float, template: Any, mask: Any, places: Any, made: Any
) -> int:
    """Place beats about an interval, and learn their form, in turns.

    `made` is filled: how alike they are over what is asked, the interval, its relative spread, how like a beat the
    middle of the intervals is, how alike they are where they stand out of the noise, and how like a beat any other
    place is.
    """
    count = len(size)
    scores = np.empty(count)
    _soften(size, params.slow_hz, scores)
    lead = params.slow_lead
    number = best_chain(scores, 0, count, interval, FIRST_WEIGHT, FIRST_WIDTH, places)
    length = 0
    starts = np.empty(BEATS, np.int64)
    for _ in range(ROUNDS):
        if number >= FEWEST:
            interval = median_interval(places, number)
        length = template_length(params, interval)
        number = _with_room(places, number, lead, length, count)
        if number < FEWEST:
            return 0
        for i in range(number):
            starts[i] = places[i] - lead
        average(stream, starts, number, length, template)
        typical = number
        if number >= TYPICAL:
            typical = _leave_out(stream, starts, number, length, template, mask)
        mask_noise(stream, starts, typical, length, template, mask)
        for i in range(number):
            starts[i] = places[i] - lead
        inside = max(count - length + 1, 0)
        scores[:] = 0.0
        likeness_along(stream, 0, template, mask, length, scores[lead : lead + inside])
        number = best_chain(scores, lead, count, interval, WEIGHT, WIDTH, places)
    number = _with_room(places, number, lead, length, count)
    if number < LEAST_BEATS:
        return 0
    interval = median_interval(places, number)
    spread = 0.0
    mean = (places[number - 1] - places[0]) / (number - 1.0)
    for i in range(1, number):
        spread += (places[i] - places[i - 1] - mean) ** 2
    spread = np.sqrt(spread / (number - 1.0)) / interval
    if spread > MOST_SPREAD:
        return 0
    for i in range(number):
        starts[i] = places[i] - lead
    everything = np.ones((3, TEMPLATE))
    alike = leave_one_out(stream, starts, number, length, everything)
    alike_there = leave_one_out(stream, starts, number, length, mask)
    own = between = anywhere = 0.0
    for i in range(number):
        own += scores[places[i]]
        best = best_anywhere = 0.0
        for t in range(places[i] + int(0.15 * interval), min(places[i] + int(0.85 * interval) + 1, count)):
            best_anywhere = max(best_anywhere, scores[t])
            if 0.38 * interval <= t - places[i] <= 0.62 * interval:
                best = max(best, scores[t])
        between += best
        anywhere += best_anywhere
    made[0] = alike - (LEAST + LEAST_FEW / number) - UNSTEADY_COST * max(spread - STEADY, 0.0)
    made[4] = alike_there - (LEAST_THERE + LEAST_FEW / number) - UNSTEADY_COST_THERE * max(spread - STEADY, 0.0)
    made[1] = interval
    made[2] = spread
    made[3] = between / max(own, 1e-9)
    made[5] = anywhere / max(own, 1e-9)
    return _begin_at_first_sound(stream, size, params, interval, template, mask, places, number)


@compiled
def _begin_at_first_sound(
    stream: Any, size: Any, params: Any, interval: float, template: Any, mask: Any, places: Any, number: int
) -> int:
    """Move the places of beats to where the stillest part of the interval ends; gives how many there are then.

    A heart is still before its first sound, and the time from the first to the second one changes little. A place at
    the second sound would leave the first to the interval before, whose length changes with each breath.
    """
    period = int(interval + 0.5)
    profile = np.zeros(period)
    for i in range(number):
        for k in range(period):
            at = places[i] + k - period // 2
            if 0 <= at < len(size):
                profile[k] += size[at] ** 2
    reach = int(STILL * interval)
    best, shift = -np.inf, 0
    for k in range(period):
        rise = 0.0
        for j in range(reach):
            rise += profile[(k + j) % period] - profile[(k - 1 - j) % period]
        if rise > best:
            best, shift = rise, k - period // 2
    lead, count = params.slow_lead, len(size)
    length = template_length(params, interval)
    for i in range(number):
        places[i] += shift
    number = _with_room(places, number, lead, length, count)
    if number < FEWEST:
        return 0
    starts = np.empty(number, np.int64)
    for i in range(number):
        starts[i] = places[i] - lead
    average(stream, starts, number, length, template)
    mask_noise(stream, starts, number, length, template, mask)
    return number


@compiled
def _soften(size: Any, rate_hz: float, out: Any) -> None:
    """Low-pass the size of movement, less its mean, over its spread."""
    step = 1.0 - np.exp(-2.0 * np.pi * SOFT_HZ / rate_hz)
    level = size[0]
    mean = square = 0.0
    for i in range(len(size)):
        level += step * (size[i] - level)
        out[i] = level
        mean += level
    mean /= len(size)
    for i in range(len(size)):
        out[i] -= mean
        square += out[i] * out[i]
    spread = np.sqrt(square / len(size)) + 1e-18
    for i in range(len(size)):
        out[i] /= spread


@compiled
def _with_room(places: Any, number: int, lead: int, length: int, count: int) -> int:
    """Keep the beats that are in the stretch as a whole."""
    kept = 0
    for i in range(number):
        if lead <= places[i] <= count - length + lead:
            places[kept] = places[i]
            kept += 1
    return kept


@compiled
def _leave_out(stream: Any, starts: Any, number: int, length: int, template: Any, mask: Any) -> int:
    """Make the template anew without the beats least like it; gives how many are left, the first of `starts`."""
    own = np.empty(number)
    mask[:] = 1.0
    for i in range(number):
        own[i] = likeness(stream, starts[i], template, mask, length)
    least = np.sort(own)[number // 4]
    kept = 0
    for i in range(number):
        if own[i] >= least:
            starts[kept] = starts[i]
            kept += 1
    average(stream, starts, kept, length, template)
    return kept


@compiled
def median_interval(places: Any, number: int) -> float:
    """Median distance between neighbours."""
    steps = np.empty(number - 1)
    for i in range(number - 1):
        steps[i] = places[i + 1] - places[i]
    ordered = np.sort(steps)
    return np.float64(0.5 * (ordered[(number - 2) // 2] + ordered[(number - 1) // 2]))
