"""Promise: times are read back as they came, wherever they are kept, and the memory they take does not grow.

What is found in them, and all that is laid through them, is the same as from an array of all.
"""

from __future__ import annotations

import tempfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import RecordingError
from detector.recordings.timing import kept as module
from detector.recordings.timing.kept import Kept, Since, parts
from detector.recordings.timing.rate_changes import find_changes
from detector.recordings.timing.times import analyse, lay, lay_changing

PART = 64
ROWS = 3000
START = 1_700_000_000_000_000_000


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Parts so small that a short file has many of them."""
    monkeypatch.setattr(module, "_PART", PART)
    monkeypatch.setattr(module, "_ARRAY", 200)
    monkeypatch.setattr(module, "_NEAR", 300)


def keep(stamps: np.ndarray, held: int = 5 * PART, at_once: int = 50) -> Kept:
    found = Kept(held)
    for at in range(0, len(stamps), at_once):
        found.add(stamps[at : at + at_once])
    return found


def stamps_of(rows: int = ROWS) -> np.ndarray:
    return START + np.cumsum(np.random.default_rng(1).integers(0, 20_000_000, rows))


@pytest.mark.parametrize("rows", [0, 1, PART - 1, PART, PART + 1, 6 * PART, ROWS])
@pytest.mark.parametrize("at_once", [1, 50, PART, 10**6])
def test_they_are_read_back_as_they_came(rows, at_once):
    stamps = stamps_of(rows)
    found = keep(stamps, at_once=at_once)
    assert len(found) == rows
    assert np.array_equal(found.read(), stamps)
    for first, end in ((0, 1), (PART - 1, PART + 1), (5 * PART, 6 * PART), (rows - 3, rows), (rows - 3, rows + 9)):
        assert np.array_equal(found.read(max(first, 0), end), stamps[max(first, 0) : end])
    assert np.array_equal(np.concatenate([np.zeros(0, np.int64), *parts(found)]), stamps)
    assert np.array_equal(found.take(), stamps)
    assert len(found) == 0


@pytest.mark.parametrize("room", [0, 1, 3])
def test_without_room_on_the_disk_they_stay_in_memory(monkeypatch, room):
    class Full:
        def __init__(self, file):
            self.file, self.left = file, room

        def write(self, data):
            self.left -= 1
            return self.file.write(data if self.left >= 0 else data[:3])

        def __getattr__(self, name):
            return getattr(self.file, name)

    new = tempfile.TemporaryFile
    monkeypatch.setattr(module.tempfile, "TemporaryFile", lambda **more: Full(new(**more)))
    stamps = stamps_of()
    assert np.array_equal(keep(stamps).read(), stamps)


def test_without_a_folder_for_it_they_stay_in_memory(monkeypatch):
    def refuse(**_):
        raise PermissionError

    monkeypatch.setattr(module.tempfile, "TemporaryFile", refuse)
    stamps = stamps_of()
    assert np.array_equal(keep(stamps).read(), stamps)


def test_a_disk_that_gives_nothing_back_is_told_of():
    found = keep(stamps_of())
    found._file.truncate(10 * PART)
    with pytest.raises(RecordingError, match=r"The times of a long file cannot be read back from .*; set TMPDIR"):
        found.read()


def test_the_file_goes_with_them():
    found = keep(stamps_of())
    file = found._file
    assert not file.closed
    del found
    assert file.closed


def test_memory_does_not_grow():
    def most(rows: int) -> int:
        tracemalloc.start()
        found = Kept(20 * PART)
        for at in range(0, rows, PART):
            found.add(np.arange(at, at + PART))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(40 * PART)
    few, many = most(40 * PART), most(400 * PART)
    assert many < few + 4096


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_parts_are_those_of_an_array(data):
    stamps = stamps_of(data.draw(st.sampled_from([1, 70, 900])))
    found = Since(keep(stamps, data.draw(st.sampled_from([PART, 10**6]))), 0, len(stamps), int(stamps[0]))
    array = (stamps - stamps[0]).astype(np.float64)
    assert len(found) == len(array)
    for _ in range(2):  # a part of a part, too
        part = data.draw(st.slices(len(array)).filter(lambda each: each.step is None or each.step > 0))
        assert np.array_equal(np.asarray(found[part]), array[part])
        if len(array[part]) and part.step in (None, 1):
            found, array = found[part], array[part]
    at = data.draw(st.integers(-len(array), len(array) - 1))
    assert found[at] == array[at]
    rows = np.array(data.draw(st.lists(st.integers(0, len(array) - 1), max_size=40)), np.intp)
    assert np.array_equal(found[rows], array[rows])
    pairs = np.stack((rows, rows))
    assert np.array_equal(found[pairs], array[pairs])
    assert np.array_equal(np.asarray(found - array[at]), array - array[at])
    assert np.array_equal(found - array, array - array)


def jitters() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    even = np.arange(30_000) * 1e9 / 51.7
    late = np.concatenate((even[:9000], even[9000:] + 3e9))
    return {
        "none": even,
        "noise": even + rng.normal(0, 2e6, len(even)),
        "a gap": late,
        "milliseconds, a gap": np.floor(late / 1e6) * 1e6,
        "packets": even[np.minimum((np.arange(len(even)) // 16 + 1) * 16, len(even)) - 1],
        "packets and a gap": late[np.minimum((np.arange(len(even)) // 16 + 1) * 16, len(even)) - 1],
        "two rates": np.concatenate((even[:15_000], even[15_000] + np.arange(15_000) * 1e9 / 26)),
    }


@pytest.mark.parametrize("how", jitters())
def test_what_is_laid_through_them_is_the_same(monkeypatch, how):
    monkeypatch.setattr(module, "_ARRAY", 6000)  # a minute is an array, and so is all that is looked at of a rate
    stamps = START + np.rint(np.maximum.accumulate(jitters()[how])).astype(np.int64)
    array = (stamps - stamps[0]).astype(np.float64)
    found = Since(keep(stamps, at_once=7000), 0, len(stamps), int(stamps[0]))
    monkeypatch.setattr("detector.recordings.timing.rate._AT_MOST", 2000)
    assert analyse(found) == analyse(array)
    assert lay(found, START, analyse(found)) == lay(array, START, analyse(array))
    changes = find_changes(array)
    assert find_changes(found) == changes
    assert bool(changes) == (how == "two rates")
    assert lay_changing(found, START, changes) == lay_changing(array, START, changes)
