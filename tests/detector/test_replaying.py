"""Promise: a replay's night appears whole or not at all, in place of the same file's and beside that of another; what
reviewers said of it before goes over to it, whatever happens in between."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from benchmarks.formats import made, made_by_libraries
from detector.errors import DamagedNightError, FasciwatchError
from detector.night import Night, keys, nights
from detector.night.integrity.check import check
from detector.night.judging.judgements import Action, Estimate, Judgement, Place
from detector.night.writing.labels import append, set_place, undo
from detector.replaying import open_input, replay
from detector.signal import DetectorConfig
from firmware_bridge.samples import NS

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


@pytest.fixture(scope="module")
def twitching(tmp_path_factory):
    """A recording of ten twitches; how often false alarms may be decides what is found of it."""
    path = tmp_path_factory.mktemp("recorded") / "twitching.csv"
    rng = np.random.default_rng(16)
    values = rng.normal([0.0, 0.0, 1.0], 0.002, (5000, 3))
    shape = np.sin(2 * np.pi * np.arange(12) / 12) * np.hanning(12)
    for number in range(10):
        values[900 + 400 * number :][:12, 0] += 0.03 * shape
    rows = (f"{at / 50:.2f},{x:.4f},{y:.4f},{z:.4f}" for at, (x, y, z) in enumerate(values))
    path.write_text("\n".join(["time,x,y,z", *rows]))
    return path


def judged(path):
    """What holds of a night: by the order of its events, and the reviewers' own."""
    with Night(path) as night:
        found = night.judged()
        labels = [None if (said := found.of(place)) is None else said.label for place in night.places()]
        return labels, [said.kind for said in found.own_events], [one.of_old_events for one in found.estimates.values()]


def said(night, *labels):
    with Night(night) as there:
        places = there.places()
    assert len(places) >= len(labels), "the test means nothing else"
    return Action("me", "page", tuple(map(Judgement, places, labels)))


def test_labels_go_over_where_a_recording_is_replayed_anew_and_anew(twitching, folder):
    _, night = replay(opened(twitching), folder)
    append(night, said(night, "yes", "no", "unsure", "tap"))
    with Night(night) as there:
        (sensor,) = there.sensors
    gone = [Place(sensor.name, at, at + 1000, "twitch") for at in (1000, 2000)]
    append(night, Action("you", "single", (Judgement(gone[0], "yes"), Judgement(gone[1], "no"))))
    append(night, Action("me", "estimate", estimate=Estimate({"seed": 1}, {})))
    set_place(night, sensor.name, "left calf")
    before = judged(night)
    assert before[0][:4] == ["yes", "no", "unsure", "tap"]
    assert before[1:] == (["twitch"], [False])
    for _ in range(2):
        replay(opened(twitching), folder)
        assert judged(night) == before
        with Night(night) as there:
            assert there.sensors[0].place == "left calf"
    with Night(night) as there:
        log = there.actions()
    fewer = open_input(twitching, DetectorConfig(false_alarms_per_hour=1e-6), {}, as_made=True)
    first = next(iter(fewer.stream))
    replay(replace(fewer, stream=[replace(first, xyz=first.xyz[:200])]), folder)
    assert judged(night)[0] == []
    assert sorted(judged(night)[1]) == ["tap", "twitch", "twitch"]
    assert judged(night)[2] == [True]
    replay(opened(twitching), folder)
    assert judged(night) == (*before[:2], [True])
    with Night(night) as there:
        after = there.actions()
    assert [replace(each, estimate=None) for each in after] == [replace(each, estimate=None) for each in log]
    assert check(night).is_sound


def test_labels_go_over_to_a_night_made_of_a_night_and_those_given_since(twitching, folder):
    _, night = replay(opened(twitching), folder)
    append(night, said(night, "yes", "no"))
    _, made = replay(opened(night), folder)
    assert judged(made) == judged(night)
    append(made, said(made, "unsure"))
    append(night, Action("me", "page", said(night, "yes", "no", "tap").judgements[2:]))
    undo(made, "me")
    _, again = replay(opened(night), folder)
    assert again == made
    assert judged(made)[0][:3] == ["yes", "no", "tap"]
    assert judged(night)[0][:3] == ["yes", "no", "tap"]
    with Night(made) as there:
        assert [each.how for each in there.actions()] == ["page", "page", "page", "undo"]


@pytest.mark.parametrize("fails", ["settle", "write", "take_up_log"])
def test_a_crash_while_labels_go_over_loses_none(twitching, folder, monkeypatch, fails):
    _, night = replay(opened(twitching), folder)
    append(night, said(night, "yes", "no"))
    before = judged(night)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"detector.night.writing.carried.{fails}", crash)
        with pytest.raises(KeyboardInterrupt):
            replay(opened(twitching), folder)
    assert judged(night) == before
    replay(opened(twitching), folder)
    assert judged(night) == before
    assert [path.name for path in folder.iterdir()] == [night.name]


def test_labels_that_cannot_be_read_are_not_lost_with_the_night_that_is_replaced(twitching, folder):
    _, night = replay(opened(twitching), folder)
    append(night, said(night, "yes"))
    with contextlib.closing(sqlite.connect(night, isolation_level=None)) as connection:
        connection.execute("UPDATE label SET label = 'no'")
    before = night.read_bytes()
    with pytest.raises(DamagedNightError, match="checksum of a label"):
        replay(opened(twitching), folder)
    assert night.read_bytes() == before


def test_a_night_stays_encrypted_with_its_labels(twitching, folder, monkeypatch):
    ring = keys.KeyRing()
    for module in ("unlocking", "reader", "writing.file"):
        monkeypatch.setattr(f"detector.night.{module}.RING", ring)
    ring.add("correct horse battery")
    _, night = replay(opened(twitching), folder, "correct horse battery")
    append(night, said(night, "yes", "no"))
    before = judged(night)
    assert replay(opened(twitching), folder)[1] == night
    assert judged(night) == before
    assert not night.read_bytes().startswith(b"SQLite")


@pytest.mark.parametrize("kind", ["cwa", "geneactiv", "edf"])
def test_temperature_and_battery_reach_the_night_and_a_night_made_of_it(kind, tmp_path, folder):
    file = tmp_path / {"cwa": "a.cwa", "geneactiv": "a.bin", "edf": "a.edf"}[kind]
    counts = made.night(200 * 50, 256)
    data = {
        "cwa": lambda: made.cwa(200, packed=True),
        "geneactiv": lambda: made.geneactiv(70),
        "edf": lambda: made_by_libraries.edf(counts, celsius=33.5),
    }[kind]()
    file.write_bytes(data)
    made_nights = []
    for source in (file, file, None):
        there = opened(source or made_nights[0])
        _, path = replay(there, folder)
        made_nights.append(path)
        with Night(path) as night:
            told = [(each.utc_ns, each.celsius) for each in night.temperature()]
            charge = [each.percent for each in night.battery()]
            assert night.start_ns <= told[0][0] < night.start_ns + 60 * NS
        assert np.diff([utc_ns for utc_ns, _ in told])[1:] == pytest.approx(60 * NS, rel=0.05)
        assert {celsius for _, celsius in told} == {{"cwa": 32.0, "geneactiv": 21.5, "edf": 33.5}[kind]}
        assert charge == {"cwa": [94], "geneactiv": [96], "edf": []}[kind]
    assert made_nights[0] == made_nights[1] != made_nights[2]
