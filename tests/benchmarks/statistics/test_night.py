"""Promise: the truth that a simulated night is held against is the mean of what such nights hold."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.statistics.night import Kind, draw


@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_nights_scatter_around_the_mean_they_are_held_against(variation):
    rng = np.random.default_rng(3)
    nights = [draw(Kind(60.0, variation, 5, 4.0, 5.0), rng) for _ in range(60)]
    hours = np.array([night.measurable_s.sum() / 3600 for night in nights])
    for name, counts in (
        ("mean_found_per_hour", [len(night.onsets_s) for night in nights]),
        ("mean_true_found_per_hour", [night.true.sum() for night in nights]),
    ):
        expected = sum(getattr(night, name) * each for night, each in zip(nights, hours, strict=True))
        assert sum(counts) == pytest.approx(expected, rel=0.04)


def test_noise_changes_over_a_night_and_with_it_what_its_minutes_see():
    night = draw(Kind(60.0, 0.7, 5, 4.0, 5.0), np.random.default_rng(5))
    assert 1.1 < night.seen_mg.max() / night.seen_mg.min() <= 2.02
    seconds = [level.seconds for level in night.levels()[1:]]
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(night.measurable_s.sum())
