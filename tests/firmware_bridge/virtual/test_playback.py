"""Promise: a source is played sample for sample at its own times, however it is cut into blocks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.playback import Playback, quantise


def convert(xyz_g):
    return quantise(xyz_g, 1.0)


def block(first, count, rate_hz=50.0):
    mg = np.arange(first, first + count)[:, None] + np.array([0, 1000, 2000])
    return Samples(0, rate_hz, (mg * 1e-3).astype(np.float32), "test")


def drain(playback, most):
    seen = []
    while (values := playback.peek(most)) is not None:
        seen.append((values[:, 0].tolist(), playback.due_s(len(values))))
        playback.take(len(values))
    return seen


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 50))
def test_blocks_join_without_a_seam(sizes, most):
    firsts = itertools.accumulate(sizes, initial=0)
    seen = drain(Playback([block(f, n) for f, n in zip(firsts, sizes, strict=False)], convert), most)
    assert list(itertools.chain.from_iterable(v for v, _ in seen)) == list(range(sum(sizes)))
    assert all(len(values) == most for values, _ in seen[:-1])
    for values, last_s in seen:
        assert last_s == pytest.approx(values[-1] / 50.0)


def test_a_gap_is_a_silence_of_its_length_and_ends_a_frame():
    gap = Gap(7 * NS, 10 * NS, "test", "test")
    seen = drain(Playback([block(0, 70), gap, block(70, 30)], convert), 50)
    assert [len(values) for values, _ in seen] == [50, 20, 30]
    assert [last_s for _, last_s in seen] == pytest.approx([0.98, 1.38, 1.4 + 3.0 + 0.58])


def test_each_block_keeps_its_own_rate():
    seen = drain(Playback([block(0, 50, 50.0), block(50, 100, 100.0)], convert), 25)
    assert [last_s for _, last_s in seen] == pytest.approx([0.48, 0.98, 1.24, 1.49, 1.74, 1.99])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(1, 60))
def test_looking_at_samples_and_their_times_takes_nothing(sizes, most):
    firsts = itertools.accumulate(sizes, initial=0)
    playback = Playback([block(f, n) for f, n in zip(firsts, sizes, strict=False)], convert)
    seen = playback.peek(most)
    if seen is None:
        assert sum(sizes) == 0
        return
    for count in range(1, len(seen) + 1):
        assert playback.due_s(count) == pytest.approx((count - 1) / 50.0)
    np.testing.assert_array_equal(playback.peek(most), seen)
    with pytest.raises(ValueError, match="shown"):
        playback.due_s(sum(sizes) + 1)


def test_seeking_within_a_gap_keeps_all_that_lies_beyond_it():
    playback = Playback([block(0, 50), Gap(0, 3600 * NS, "test", "test"), block(50, 30)], convert)
    playback.take(len(playback.peek(50)))
    for time_s in np.arange(1.0, 3601.0, 7.3):
        playback.seek(time_s)
        assert playback.peek(99)[:, 0].tolist() == list(range(50, 80))
        assert playback.due_s(30) == pytest.approx(3601.58)


def test_seeking_drops_what_is_past_and_nothing_else():
    playback = Playback([block(0, 100), Gap(0, NS, "test", "test"), block(100, 50)], convert)
    playback.seek(0.0)
    assert playback.peek(1)[0, 0] == 0
    playback.seek(0.02 * 30)
    assert playback.peek(1)[0, 0] == 30
    playback.seek(0.1)
    assert playback.peek(1)[0, 0] == 30
    playback.seek(2.5)  # within the gap
    assert playback.peek(99)[:, 0].tolist() == list(range(100, 150))
    assert playback.head_end_s() == pytest.approx(4.0)
    playback.seek(100.0)
    assert playback.peek(1) is None
    assert playback.head_end_s() is None


def test_the_source_is_read_no_further_than_needed():
    pulled = []

    def source():
        for i in range(100):
            pulled.append(i)
            yield block(i * 100, 100)

    playback = Playback(source(), convert)
    playback.peek(72)
    assert pulled == [0]
