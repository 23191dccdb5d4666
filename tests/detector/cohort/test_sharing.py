"""Promise: the parts of a cohort are together all nights, and each of them once, however many parts there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cohort.sharing import Shard
from detector.errors import FasciwatchError


@given(nights=st.integers(0, 300), parts=st.integers(1, 60))
def test_all_nights_once(nights, parts):
    tasks = list(range(nights))
    shared = [Shard(number, parts).pick(tasks) for number in range(1, parts + 1)]
    assert sorted(task for some in shared for task in some) == tasks
    assert max(map(len, shared)) - min(map(len, shared)) <= 1


@pytest.mark.parametrize("words", ["0/4", "5/4", "1", "a/b", "1/0", "-1/4", "1/4/2", ""])
def test_what_is_no_part_is_refused(words):
    with pytest.raises(FasciwatchError, match="--shard"):
        Shard.read(words)


def test_a_part_is_read():
    assert Shard.read("2/4") == Shard(2, 4)
    assert str(Shard(2, 4)) == "2-of-4"
