"""Promise: left and right are held beside each other over the time and the sizes that both could measure."""

from __future__ import annotations

import numpy as np
import pytest

from detector.minutes import MINUTE_NS
from detector.series import beside
from detector.summary.sides import Hearing, sides_of


def hearing(name, place, per_hour, seen_mg, *, minutes=240, seed=1, measurable_s=60.0):
    rng = np.random.default_rng(seed)
    count = rng.poisson(per_hour * minutes / 60)
    onsets_ns = np.sort(rng.integers(0, minutes * MINUTE_NS, count))
    minutes_ns = MINUTE_NS * np.arange(minutes)
    return Hearing(
        name, place, onsets_ns, np.full(count, 20.0), minutes_ns, np.full(minutes, measurable_s),
        np.full(minutes, seen_mg),
    )  # fmt: skip


def test_the_noisier_side_says_from_which_size_on_both_are_counted():
    (found,) = sides_of([hearing("R", "right calf", 30.0, 11.0, seed=2), hearing("L", "Calf, left", 60.0, 4.0)])
    assert (found.left, found.right, found.amplitude_mg, found.seconds) == ("L", "R", 12.5, 240 * 60)
    assert found.rates.low < 2.0 < found.rates.high
    (louder,) = sides_of([hearing("R", "right calf", 30.0, 22.0, seed=2), hearing("L", "left calf", 60.0, 4.0)])
    assert (louder.amplitude_mg, louder.rates.one.count, louder.rates.ratio) == (25.0, 0, None)


def test_only_common_time_counts():
    short = hearing("R", "right arm", 30.0, 4.0, minutes=60)
    (found,) = sides_of([hearing("L", "left arm", 30.0, 4.0), short])
    assert found.seconds == 3600
    assert found.rates.one.count < 60


@pytest.mark.parametrize("other", ["left calf", "right arm", "calf", None])
def test_what_is_not_the_same_place_of_the_other_side_is_not_held_beside_it(other):
    assert list(sides_of([hearing("L", "left calf", 30.0, 4.0), hearing("R", other, 30.0, 4.0)])) == []


def test_a_ratio_of_nothing_is_not_told():
    nothing = beside([(0, 1200.0)] * 4, [(1, 1200.0), (0, 1200.0)])
    assert (nothing.ratio, nothing.low, nothing.high) == (None, None, None)
    one_sided = beside([(8, 1200.0)] * 4, [(0, 1200.0)] * 4)
    assert (one_sided.ratio, one_sided.high) == (None, None)
    assert one_sided.low > 1
    assert beside([], [(1, 1200.0)]) is None
    turned = beside([(0, 1200.0)] * 4, [(8, 1200.0)] * 4)
    assert (turned.ratio, turned.low) == (0.0, 0.0)
    assert turned.high < 1
