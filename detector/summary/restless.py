"""How restless a night was: turns, still stretches, and twitches before a turn. Stillness is no sleep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.series import Beside, Rate, Span, beside, rate_per_hour

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events import Event

ONE_TURN_S = 10.0
"""Movements that follow one another within this are one."""
BEFORE_S = 60.0
_BLOCK_S = 1200
_MOVES = frozenset({"limb_movement", "movement", "tremor"})


@dataclass(frozen=True, slots=True)
class Restlessness:
    """How much a wearable was moved while it was worn.

    Parameters
    ----------
    turns
        Turns of the limb or of the whole body, per hour; those within 10 s of one another are one. Their interval is
        that of counting alone.
    longest_still_s
        The longest time without a movement of any kind but twitches, in s; a gap ends it.
    longest_still_start_s
        When it began, in s from the wearable's first sample.
    before_turns
        Twitches per measurable hour in the minute before a turn beside those of the other time; None without a turn,
        or where it is not known what could be measured.
    """

    turns: Rate
    longest_still_s: float
    longest_still_start_s: float
    before_turns: Beside | None


def restlessness_of(
    events: Sequence[Event],
    spans: Sequence[Span],
    worn_s: float,
    twitches_s: npt.NDArray[np.float64],
    minutes: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None,
) -> Restlessness | None:
    """Sum up how restless a wearable was.

    Parameters
    ----------
    events
        Its events while it was worn, in any order.
    spans
        When that was.
    worn_s
        How long that is, in s.
    twitches_s
        Onsets of the twitches that count, in s from its first sample.
    minutes
        Start, on the same scale, and measurable time of each minute, in s; None where that is not known.

    Returns
    -------
    Restlessness or None
        None where it was not worn.
    """
    moves = sorted((e.onset_s, e.onset_s + e.duration_s, e.kind) for e in events if e.kind in _MOVES)
    turns: list[tuple[float, float]] = []
    for start_s, end_s, kind in moves:
        if kind != "movement":
            continue
        if turns and start_s - turns[-1][1] < ONE_TURN_S:
            turns[-1] = (turns[-1][0], max(turns[-1][1], end_s))
        else:
            turns.append((start_s, end_s))
    rate = rate_per_hour(len(turns), worn_s)
    if rate is None or not spans:
        return None
    start_s, still_s = _longest_still(moves, spans)
    before = None if minutes is None or not turns else _before(turns, moves, twitches_s, *minutes)
    return Restlessness(rate, still_s, start_s, before)


def _longest_still(moves: Sequence[tuple[float, float, str]], spans: Sequence[Span]) -> tuple[float, float]:
    longest, at = 0.0, 0.0
    place = 0
    for span in sorted(spans):
        still_from = span.start_s
        while place < len(moves) and moves[place][0] < span.end_s:
            start_s, end_s, _ = moves[place]
            if start_s - still_from > longest:
                longest, at = start_s - still_from, still_from
            still_from = max(still_from, end_s)
            place += 1
        if span.end_s - still_from > longest:
            longest, at = span.end_s - still_from, still_from
    return at, longest


def _before(
    turns: Sequence[tuple[float, float]],
    moves: Sequence[tuple[float, float, str]],
    twitches_s: npt.NDArray[np.float64],
    minutes_s: npt.NDArray[np.float64],
    measurable_s: npt.NDArray[np.float64],
) -> Beside | None:
    """Hold the minute before each turn beside the other time, second by second; a movement is in neither."""
    if not len(minutes_s):
        return None
    first = float(minutes_s[0])
    seconds = int(minutes_s[-1] - first) + 60
    weight = np.zeros(seconds)
    for start_s, of_it in zip((minutes_s - first).astype(int).tolist(), measurable_s.tolist(), strict=True):
        weight[start_s : start_s + 60] = of_it / 60
    moving = np.zeros(seconds, bool)
    for start_s, end_s, _ in moves:
        moving[max(int(start_s - first), 0) : max(int(np.ceil(end_s - first)), 0)] = True
    # What a movement takes of a minute is what could not be measured there.
    for start in range(0, seconds, 60):
        still = ~moving[start : start + 60]
        if still.any():
            weight[start : start + 60] = still * min(weight[start : start + 60].sum() / still.sum(), 1.0)
    turn_of = np.full(seconds, -1)
    for number, (start_s, _) in enumerate(turns):
        turn_of[max(int(start_s - BEFORE_S - first), 0) : max(int(start_s - first), 0)] = number
    at = np.clip((twitches_s - first).astype(int), 0, seconds - 1)
    block = np.arange(seconds) // _BLOCK_S
    is_before = turn_of >= 0
    blocks = []
    for which, key in ((is_before, turn_of), (~is_before, block)):
        chosen = at[which[at]]
        times = np.bincount(key[which], weight[which])
        counts = np.bincount(key[chosen], minlength=len(times))
        blocks.append([(int(n), float(s)) for n, s in zip(counts, times, strict=True) if s > 0])
    return beside(blocks[0], blocks[1])
