"""What the minutes of a wearable say together: worn, lying about, or being charged."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from detector.minutes import MINUTE_NS, Minute, Sign
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

OFF_BODY_MINUTES = 10
"""So long without any sign of life a wearable is not worn: the calf of a quiet sleeper may show none for less."""

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
    minutes: Sequence[Minute], levels: Sequence[tuple[int, float]], warmth: Sequence[tuple[int, float]] = ()
) -> list[State]:
    """Say of each minute how the wearable is.

    Ten minutes and more in a row without a sign of life are off the body, or in the charger if the battery's level
    rises. Fewer of them between others are a quiet sleeper; at the beginning or the end of all they are unclear. A skin
    that is warm and stays so is a sign of life, unless the battery's level rises: charging warms, too.

    Parameters
    ----------
    minutes
        In the order of time.
    levels
        UTC in ns and percent of the battery, in the order of time.
    warmth
        UTC in ns and temperature of the skin in °C, in the order of time.

    Returns
    -------
    list of State
        One for each minute.
    """
    rising = _rising(levels)
    warm = _warm(warmth)
    found: list[State] = []

    def shows_nothing(minute: Minute) -> bool:
        return minute.sign == Sign.NONE and (minute.start_ns not in warm or _within(minute, rising))

    for is_quiet, group in itertools.groupby(minutes, key=shows_nothing):
        run = list(group)
        if not is_quiet:
            found += [State.WORN] * len(run)
        elif len(run) >= OFF_BODY_MINUTES:
            found += [State.CHARGING if _within(minute, rising) else State.OFF_BODY for minute in run]
        else:
            inside = found and len(found) + len(run) < len(minutes)
            found += [State.WORN if inside else State.UNCLEAR] * len(run)
    return found


def stretches(
    minutes: Sequence[Minute],
    levels: Sequence[tuple[int, float]],
    gaps: Sequence[Gap],
    warmth: Sequence[tuple[int, float]] = (),
) -> list[Stretch]:
    """Join minutes of one state, and add the time in which a wearable did not measure because it was charged.

    Parameters
    ----------
    minutes, levels, warmth
        As of `states`.
    gaps
        Of this wearable.

    Returns
    -------
    list of Stretch
        In the order of time.
    """
    joined = [Stretch(gap.start_ns, gap.end_ns, State.CHARGING, 0) for gap in gaps if gap.cause == GapCause.IN_CHARGER]
    for state, group in itertools.groupby(
        zip(minutes, states(minutes, levels, warmth), strict=True), key=lambda pair: pair[1]
    ):
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
