"""Promise: what the steps of stamps are like is known as they come, however they are cut."""

from __future__ import annotations

import numpy as np

from detector.recordings.text.stepped import Stepped
from detector.recordings.timing.utc import MISSING


def keep(stamps: np.ndarray, at_once: int) -> Stepped:
    found = Stepped()
    for at in range(0, len(stamps), at_once):
        found.add(stamps[at : at + at_once])
    return found


def test_what_their_steps_are_like_is_known():
    stamps = np.array([5, 5, 9, 9, 8, 20], np.int64)
    for at_once in (1, 2, 6):
        found = keep(stamps, at_once=at_once)
        assert (found.turns, found.back, found.behind, found.missing) == (3, 1, 1, False)
        assert (found.least_step, found.most_step) == (-1, 12)
    for at in (0, 3, 5):
        lacking = stamps.copy()
        lacking[at] = MISSING
        assert all(keep(lacking, at_once=at_once).missing for at_once in (1, 2, 6))


def test_turned_they_are_seen_anew():
    found = keep(np.array([5, 5, 9, 4, 20], np.int64), 2).turned(lambda stamps: 2 * stamps)
    assert np.array_equal(found.read(), [10, 10, 18, 8, 40])
    assert (found.turns, found.back, found.behind, found.least_step, found.most_step) == (3, 1, 10, -10, 32)
