"""Promise: a clock that wraps is followed over any number of turns, and steps back for what comes late."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wearables.unwrap import Unwrap


@given(
    st.sampled_from([1 << 8, 1 << 16, 1 << 32]), st.integers(0, 2**40), st.lists(st.floats(-0.49, 0.49), max_size=50)
)
def test_any_walk_in_steps_under_half_a_turn(wraps: int, start: int, turns: list[float]) -> None:
    unwrap = Unwrap(wraps)
    true = start
    offset = unwrap(true % wraps) - true
    for turn in turns:
        true += round(turn * wraps)
        assert unwrap(true % wraps) - true == offset


def test_the_first_is_taken_as_it_is() -> None:
    assert Unwrap(1 << 16)(65535) == 65535
