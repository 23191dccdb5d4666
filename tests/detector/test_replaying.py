"""Promise: a replay's night appears whole or not at all, in place of the same file's and beside that of another."""

from __future__ import annotations

import numpy as np
import pytest

from detector.errors import FasciwatchError
from detector.night import Night, nights
from detector.replaying import open_input, replay
from detector.signal import DetectorConfig

CONFIG = DetectorConfig()


def written(path, seed):
    """A recording of 20 s at 50 Hz."""
    values = np.random.default_rng(seed).normal([0.0, 0.0, 1.0], 0.002, (1000, 3))
    rows = (f"{at / 50:.2f},{x:.4f},{y:.4f},{z:.4f}" for at, (x, y, z) in enumerate(values))
    path.write_text("\n".join(["time,x,y,z", *rows]))
    return path


def opened(path, **wishes):
    return open_input(path, CONFIG, wishes, as_made=True)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "nights"
    folder.mkdir()
    return folder


def test_the_same_file_takes_the_place_of_its_night_and_another_does_not(tmp_path, folder):
    path = written(tmp_path / "evening.csv", 1)
    _, first = replay(opened(path), folder)
    _, again = replay(opened(path), folder)
    assert first == again
    _, other = replay(opened(written(path, 2)), folder)
    assert set(nights(folder)) == {first, other}
    _, of_the_night = replay(opened(first), folder)
    assert of_the_night.stem == f"{first.stem}-replayed"


def test_a_replay_that_fails_leaves_what_was_there(tmp_path, folder):
    path = written(tmp_path / "evening.csv", 1)
    _, night = replay(opened(path), folder)
    before = night.read_bytes()

    def fail(_samples):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(opened(path), folder, on_progress=fail)
    assert list(folder.iterdir()) == [night]
    assert night.read_bytes() == before


def test_without_a_folder_nothing_is_kept_and_the_events_are_the_same(tmp_path, folder):
    path = written(tmp_path / "evening.csv", 1)
    events, night = replay(opened(path), None)
    assert night is None
    kept, night = replay(opened(path), folder)
    assert kept == events
    with Night(night) as there:
        assert len(there.events()) == len(events)


def test_a_night_knows_how_it_is_to_be_read(tmp_path, folder):
    _, night = replay(opened(written(tmp_path / "evening.csv", 1)), folder)
    with pytest.raises(FasciwatchError, match="is a night and knows its own rate_hz, timezone: leave the option out"):
        opened(night, timezone="UTC", rate_hz=50.0)
