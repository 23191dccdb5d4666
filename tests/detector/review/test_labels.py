"""Promise: the page finds all it needs to write labels in one place, and may write from any of its threads at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detector.night import Night
from detector.review import labels
from firmware_bridge.samples import NS


@pytest.fixture
def night(open_log, path):
    open_log().close()
    return path


def said(second):
    place = labels.Place("Sense", second * NS, second * NS + 1, "twitch")
    return labels.Action("me", "single", (labels.Judgement(place, "yes"),))


def test_all_names_are_there():
    assert all(hasattr(labels, name) for name in labels.__all__)
    assert labels.this_reviewer()


def test_from_several_threads_while_others_read(night):
    def read(_):
        with Night(night) as there:
            return len(there.actions())

    with ThreadPoolExecutor(4) as threads:
        reading = threads.map(read, range(60))
        numbers = list(threads.map(lambda second: labels.append(night, said(second)), range(60)))
        assert list(reading)
    assert sorted(numbers) == list(range(1, 61))
    with Night(night) as there:
        assert len(there.judged().said) == 60


def test_undo_from_the_first_to_the_last_and_back(night):
    for second in range(20):
        labels.append(night, said(second))
    assert [labels.undo(night, "me") for _ in range(21)] == [*range(20, 0, -1), None]
    with Night(night) as there:
        assert not there.judged().said
        assert there.judged().undoable("me") is None
    assert [labels.redo(night, "me") for _ in range(21)] == [*range(40, 20, -1), None]
    with Night(night) as there:
        assert len(there.judged().said) == 20


def test_nothing_heavy_is_imported():
    script = "import sys, detector.review.labels; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert not {"numba", "scipy", "bleak", "bumble"} & set(found.stdout.split())
