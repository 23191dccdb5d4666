"""What the minutes of a wearable say together: worn, lying about, or being charged."""

from __future__ import annotations

import bisect
import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from detector.minutes import MINUTE_NS, Minute, Sign
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

UNCLEAR_MINUTES = 10
"""So long without any sign of life is a quiet sleeper's, if there are signs before and after."""
OFF_BODY_MINUTES = 60
"""So long without any sign of life a wearable is not worn.

R. P. Troiano et al. (Med Sci Sports Exerc 2008; 40: 181-188) take 60 min without a count at the hip for not worn.
"""
MISSING_MINUTES = 5
"""More of them that hold too few samples part what lies before from what lies after."""

TWITCHES_OFF, TWITCHES_OFF_PER_HOUR = 3, 3.0
"""More twitches than these and these an hour are no false alarms of a table, of which one an hour is asked for."""

WARM_CELSIUS = 30.0
"""The skin of who lies in bed is warmer, and few bedrooms are.

Zhou et al. (BMJ Open 2015; 5: e007447) take 26 °C at the wrist for worn; a room in summer has as much.
"""
COOLING_CELSIUS = 1.0
COOLING_NS = 10 * MINUTE_NS
"""What has lost so much in this time cools down: it has been taken off."""

CHARGED_PERCENT = 2.0
"""A battery whose level rises by so much is being charged; gauges waver by one."""


class State(StrEnum):
    """How a wearable is, in one minute."""

    WORN = "worn"
    OFF_BODY = "off_body"
    CHARGING = "charging"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of one state.

    Parameters
    ----------
    start_ns, end_ns
        UTC at which the first begins and the last ends, in ns. Minutes without enough samples may lie between.
    state
        Of all of them.
    minutes
        How many of them hold samples enough to tell.
    """

    start_ns: int
    end_ns: int
    state: State
    minutes: int


def states(
    minutes: Sequence[Minute],
    levels: Sequence[tuple[int, float]],
    warmth: Sequence[tuple[int, float]] = (),
    twitches_ns: Sequence[int] = (),
) -> list[State]:
    """Say of each minute how the wearable is.

    An hour and more in a row without a sign of life is off the body, or in the charger if the battery's level rises.
    Less than ten minutes between others are a quiet sleeper. What lies between the two, or is short and at a beginning
    or an end, is unclear: a limb may lie so deep in the bed that neither breath nor pulse reaches it. So are a few
    movements next to ten such minutes, without a breath or a pulse near them: who puts a wearable down moves it, too.
    Where more than a few minutes are missing there is an end and a beginning.

    A skin that is warm and stays so is a sign of life, unless the battery's level rises: charging warms, too. Twitches
    are none: an hour with more of them than a table has is unclear, not worn. So the time that is worn is chosen by
    nothing that is counted in it.

    Parameters
    ----------
    minutes
        In the order of time.
    levels
        UTC in ns and percent of the battery, in the order of time.
    warmth
        UTC in ns and temperature of the skin in °C, in the order of time.
    twitches_ns
        UTC in ns of the twitches found, in any order.

    Returns
    -------
    list of State
        One for each minute.
    """
    rising = _rising(levels)
    warm = _warm(warmth)
    twitches = sorted(twitches_ns)
    found: list[State] = []
    for part in _parts(minutes):
        runs = _runs(part, [minute.sign == Sign.NONE and not _is_warm(minute, warm, rising) for minute in part])
        for place, run in enumerate(runs):
            beside = runs[max(place - 1, 0) : place] + runs[place + 1 : place + 2]
            if not run.is_quiet:
                steady = any(minute.sign != Sign.MOVEMENT or _is_warm(minute, warm, rising) for minute in run.minutes)
                settled = steady or len(run.minutes) >= UNCLEAR_MINUTES
                is_worn = settled or all(len(other.minutes) < UNCLEAR_MINUTES for other in beside)
                found += [State.WORN if is_worn else State.UNCLEAR] * len(run.minutes)
            else:
                found += _quiet_states(run.minutes, rising, twitches)
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """Minutes in a row, all without a sign of life, or else with no more of those than a quiet sleeper's."""

    is_quiet: bool
    minutes: list[Minute]


def _parts(minutes: Sequence[Minute]) -> list[list[Minute]]:
    """Part the minutes where too many are missing."""
    parts: list[list[Minute]] = []
    for minute in minutes:
        if parts and minute.start_ns - parts[-1][-1].start_ns <= (MISSING_MINUTES + 1) * MINUTE_NS:
            parts[-1].append(minute)
        else:
            parts.append([minute])
    return parts


def _runs(part: Sequence[Minute], quiet: Sequence[bool]) -> list[_Run]:
    """Join the minutes of one part; few quiet ones between others belong to those."""
    groups = [
        (is_quiet, [minute for minute, _ in group])
        for is_quiet, group in itertools.groupby(zip(part, quiet, strict=True), key=lambda pair: pair[1])
    ]
    runs: list[_Run] = []
    for place, (is_quiet, group) in enumerate(groups):
        is_inside = 0 < place < len(groups) - 1
        is_short = is_quiet and is_inside and len(group) < UNCLEAR_MINUTES
        if runs and runs[-1].is_quiet == (is_quiet and not is_short):
            runs[-1].minutes.extend(group)
        else:
            runs.append(_Run(is_quiet and not is_short, group))
    return runs


def _quiet_states(run: Sequence[Minute], rising: Sequence[tuple[int, int]], twitches: Sequence[int]) -> list[State]:
    end_ns = run[-1].start_ns + MINUTE_NS
    count = bisect.bisect_left(twitches, end_ns) - bisect.bisect_left(twitches, run[0].start_ns)
    hours = (end_ns - run[0].start_ns) / MINUTE_NS / 60
    twitches_much = count > TWITCHES_OFF + TWITCHES_OFF_PER_HOUR * hours
    rest = State.UNCLEAR if len(run) < OFF_BODY_MINUTES or twitches_much else State.OFF_BODY
    may_charge = len(run) >= UNCLEAR_MINUTES
    return [State.CHARGING if may_charge and _within(minute, rising) else rest for minute in run]


def _is_warm(minute: Minute, warm: set[int], rising: Sequence[tuple[int, int]]) -> bool:
    return minute.start_ns in warm and not _within(minute, rising)


def stretches(
    minutes: Sequence[Minute],
    levels: Sequence[tuple[int, float]],
    gaps: Sequence[Gap],
    warmth: Sequence[tuple[int, float]] = (),
    twitches_ns: Sequence[int] = (),
) -> list[Stretch]:
    """Join minutes of one state, and add the time in which a wearable did not measure because it was charged.

    Parameters
    ----------
    minutes, levels, warmth, twitches_ns
        As of `states`.
    gaps
        Of this wearable.

    Returns
    -------
    list of Stretch
        In the order of time; none goes on over a time in which too many minutes are missing.
    """
    joined = [Stretch(gap.start_ns, gap.end_ns, State.CHARGING, 0) for gap in gaps if gap.cause == GapCause.IN_CHARGER]
    found = iter(states(minutes, levels, warmth, twitches_ns))
    for part in _parts(minutes):
        for state, group in itertools.groupby([(minute, next(found)) for minute in part], key=lambda pair: pair[1]):
            run = [minute for minute, _ in group]
            joined.append(Stretch(run[0].start_ns, run[-1].start_ns + MINUTE_NS, state, len(run)))
    return sorted(joined, key=lambda stretch: stretch.start_ns)


def _within(minute: Minute, times: Sequence[tuple[int, int]]) -> bool:
    return any(start < minute.start_ns + MINUTE_NS and minute.start_ns < end for start, end in times)


def _warm(warmth: Sequence[tuple[int, float]]) -> set[int]:
    """UTC in ns of the minutes in which the skin is warm and does not cool down."""
    found = set()
    before: deque[tuple[int, float]] = deque()
    for utc_ns, celsius in warmth:
        while before and before[0][0] < utc_ns - COOLING_NS:
            before.popleft()
        before.append((utc_ns, celsius))
        if celsius >= WARM_CELSIUS and max(each for _, each in before) - celsius < COOLING_CELSIUS:
            found.add(utc_ns // MINUTE_NS * MINUTE_NS)
    return found


def _rising(levels: Sequence[tuple[int, float]]) -> list[tuple[int, int]]:
    """Times (UTC in ns) over which the battery's level never falls and rises by enough."""
    runs: list[list[tuple[int, float]]] = []
    for level in levels:
        if runs and level[1] >= runs[-1][-1][1]:
            runs[-1].append(level)
        else:
            runs.append([level])
    found = []
    for run in runs:
        if run[-1][1] - run[0][1] < CHARGED_PERCENT:
            continue
        rises = [i for i in range(1, len(run)) if run[i][1] > run[i - 1][1]]
        found.append((run[rises[0] - 1][0], run[rises[-1]][0]))
    return found
