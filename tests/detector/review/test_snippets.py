"""Promise: snippets hold what was recorded around each event, and what looks alike stands together."""

from __future__ import annotations

import numpy as np
import pytest

from detector.night import Night
from detector.review.judging.alike import FEATURES, features, ranks
from detector.summary.snippets import BEFORE_S, MISSING, MOST_POINTS, Snippets, cut

from .conftest import START_NS, event_at, make_night

NS = 1_000_000_000


@pytest.fixture
def placed(night):
    with Night(night) as opened:
        return opened.placed_events()


def values_of(snippets, event):
    first, count = int(snippets.first[event]), int(snippets.count[event])
    values = snippets.values[first : first + 3 * count].reshape(3, count).astype(float)
    values[values == MISSING] = np.nan
    return values * snippets.scale_mg[event]


def test_a_snippet_is_what_was_recorded(night, placed):
    snippets = cut(night, placed)
    assert len(snippets.count) == len(placed)
    assert len(snippets.values) == 3 * snippets.count.sum()
    with Night(night) as opened:
        for number in (0, 7, 30, 61, len(placed) - 1):
            onset_ns, event = placed[number]
            begin_ns, span_s = onset_ns - round(BEFORE_S * NS), snippets.count[number] * snippets.step_s[number]
            if event.duration_s > 1:
                continue
            rows = list(opened.samples(event.sensor, begin_ns, begin_ns + round(span_s * NS)))
            at = np.concatenate([row.start_ns + np.arange(len(row.xyz)) / row.rate_hz * NS for row in rows])
            xyz = 1000 * np.concatenate([row.xyz for row in rows])
            told = values_of(snippets, number)
            wanted = begin_ns + np.arange(told.shape[1]) * NS / 52
            nearest = np.abs(at - wanted[:, None]).argmin(axis=1)
            there = ~np.isnan(told[0])
            assert there.mean() > 0.9
            off = told[:, there] - xyz[nearest[there]].T
            # But for the median of each axis, and for half a sample's choice here and there.
            assert np.mean(np.abs(off - np.median(off, axis=1, keepdims=True)) < 0.02) > 0.97


def test_what_was_not_recorded_is_missing(tmp_path):
    path = tmp_path / "one.night"
    make_night(path, minutes=4)
    gap = START_NS + 120 * NS
    snippets = cut(path, [(gap - NS // 2, event_at(119.5, "Sense", "twitch"))])
    told = values_of(snippets, 0)
    assert not np.isnan(told[:, :40]).any()
    assert np.isnan(told[:, -8:]).all()


def test_long_events_are_seen_whole(night, placed):
    snippets = cut(night, placed)
    long = [number for number, (_, event) in enumerate(placed) if event.kind == "pulse"]
    assert long
    for number in long:
        assert snippets.count[number] <= MOST_POINTS
        assert snippets.count[number] * snippets.step_s[number] == pytest.approx(20, abs=0.2)


def test_no_event_is_no_snippet(night):
    snippets = cut(night, [])
    assert len(snippets.values) == len(snippets.count) == 0
    assert features(snippets).shape == (0, FEATURES)


def made(waves: np.ndarray) -> Snippets:
    """Snippets at 100 Hz of waves in mg, shape (events, 3, 150)."""
    scale = np.abs(waves).max(axis=(1, 2)) / 30_000
    values = np.rint(waves / scale[:, None, None]).astype(np.int16)
    many = len(waves)
    return Snippets(
        values.reshape(-1), np.full(many, 150, np.uint16), scale.astype(np.float32), np.full(many, 0.01, np.float32)
    )


def test_alike_is_alike_whatever_its_size_and_gravity():
    t = np.arange(150) / 100 - BEFORE_S
    ring = np.where(t > 0, np.sin(50 * t) * np.exp(-t / 0.1), 0)
    bump = np.exp(-(((t - 0.3) / 0.06) ** 2))
    waves = np.stack([[10 * ring, 0 * t, 3 * ring], [25 * ring, 0 * t, 7.5 * ring], [0 * t, 9 * bump, 0 * t]])
    drifting = waves + np.array([400.0, -3.0, 20.0])[:, None] * (1 + 0.001 * t)
    looks = features(made(drifting)).astype(float) / 127
    assert looks[0] @ looks[1] > 0.97
    assert abs(looks[0] @ looks[2]) < 0.4


def test_neighbours_look_alike():
    random = np.random.default_rng(3)
    t = np.arange(150) / 100 - BEFORE_S
    shapes = [np.where(t > 0, np.sin(w * t) * np.exp(-t / 0.1), 0) for w in (30, 55, 90)]
    kinds = random.permutation(np.repeat([0, 1, 2], 40))
    waves = random.normal(0, 0.5, (len(kinds), 3, 150))
    waves[:, 0] += 10 * np.array(shapes)[kinds]
    order = np.argsort(ranks(features(made(waves)), [0] * len(kinds)))
    assert np.count_nonzero(np.diff(kinds[order])) <= 6


def test_many_are_ordered_too():
    looks = np.random.default_rng(0).integers(-20, 20, (2500, FEATURES)).astype(np.int8)
    found = ranks(looks, [number % 2 for number in range(2500)])
    assert sorted(found[::2]) == sorted(found[1::2]) == list(range(1250))
