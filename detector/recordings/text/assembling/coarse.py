"""Stamps of a clock that is read in whole seconds or minutes: it is right when it turns, and late until then.

The samples between two turns are spread evenly, so that the first of a file lies where it was taken and not in the
middle of the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.recordings.utc import Ns

_GRAINS = (60 * NS, NS, NS // 10)
"""Steps of clocks that are read coarsely; those of a radio's packets are finer, or odd."""
_LEAST_TURNS = 2
_SEVERAL = 3
"""Rows that share a stamp."""


def may_be(rows: int, turns: int) -> bool:
    """Tell whether so many rows of so many stamps may be those of a coarse clock."""
    return turns >= _LEAST_TURNS and rows >= _SEVERAL * turns


def spread(stamps: Ns, notes: list[str]) -> Ns:
    """Spread samples that share a coarse stamp evenly until the next.

    Parameters
    ----------
    stamps
        Nanoseconds, none missing.
    notes
        Takes what the user should know.
    """
    steps = np.diff(stamps)
    turns = np.flatnonzero(steps) + 1
    if not may_be(len(stamps), len(turns)) or steps.min() < 0:
        return stamps
    phase = stamps - stamps[0]
    grain = next((each for each in _GRAINS if not np.any(phase % each) and not np.any(stamps[0] % each)), 0)
    runs = np.diff(turns)
    usual = float(np.median(runs))
    # Only where each turn is the next: a radio that sends a packet now and then has no such clock.
    if not grain or np.mean(steps[turns - 1] == grain) < 0.9:  # noqa: PLR2004 - gaps aside
        return stamps
    period = grain / usual
    starts = np.concatenate(([0], turns))
    ends = np.concatenate((turns, [len(stamps)]))
    whole = np.zeros(len(starts), np.bool_)
    whole[1:-1] = steps[turns[1:] - 1] == grain
    pace = np.where(whole, grain / (ends - starts), period)
    within = np.arange(len(stamps)) - np.repeat(starts, ends - starts)
    late = within * np.repeat(pace, ends - starts)
    late[: turns[0]] += max(0.0, grain - turns[0] * period)  # the first second may have begun before the file
    notes.append(f"Its times are read in steps of {grain / NS:g} s; the samples of each step were spread evenly.")
    spread_out: Ns = stamps + np.rint(np.minimum(late, grain)).astype(np.int64)
    return spread_out
