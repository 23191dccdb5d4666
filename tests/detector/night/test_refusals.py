"""Promise: a file that is no night, too new, damaged or in use is refused with a sentence, and left as it is."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night import MadeBy, Night, NightLog, remove_night
from detector.night.schema import SCHEMA_VERSION
from detector.night.writing import lock
from detector.summary import summarise
from firmware_bridge.samples import Samples


@contextlib.contextmanager
def editing(path):
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        yield connection


def refused_by_both(path, made_by, match):
    before = path.read_bytes()
    with pytest.raises(NightError, match=match):
        Night(path)
    with pytest.raises(NightError, match=match):
        NightLog(path, made_by)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.fixture
def made(open_log, feed, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 130), "Sense"))
    log.raw("Sense", start_ns, b"abc" * 50)
    log.close()
    return path


def test_a_second_recorder_in_this_process(open_log, path, made_by):
    log = open_log()
    with pytest.raises(NightError, match="already being recorded"):
        NightLog(path, made_by)
    log.close()
    NightLog(path, made_by).close()


def test_a_second_recorder_in_another_process(open_log, path):
    open_log()
    script = (
        "import sys; from pathlib import Path; from detector.night import MadeBy, NightLog\n"
        "NightLog(Path(sys.argv[1]), MadeBy(0, '1', {}, '3'))"
    )
    second = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert second.returncode == 1
    assert "already being recorded" in second.stderr


def test_a_disk_that_locks_nothing_is_not_taken_for_a_second_recorder(path, made_by, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock, "_lock", refuse)
    with pytest.raises(NightError, match="cannot be read or written"):
        NightLog(path, made_by)


def test_a_newer_night(made, made_by):
    with editing(made) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    refused_by_both(
        made, made_by, f"newer fasciwatch .night format {SCHEMA_VERSION + 1}, this one knows {SCHEMA_VERSION}.: update"
    )


def test_another_programs_database(tmp_path, made_by):
    path = tmp_path / "other.night"
    with editing(path) as connection:
        connection.execute("CREATE TABLE things (id)")
    refused_by_both(path, made_by, "is no night")


@pytest.mark.parametrize("content", [b"time,x,y,z\n" * 100, b"SQLite format 3\x00" + b"\x07" * 5000])
def test_another_kind_of_file(tmp_path, made_by, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    refused_by_both(path, made_by, r"is no night|is damaged|cannot be used")


def test_no_file_and_a_folder(tmp_path, made_by):
    with pytest.raises(NightError, match="there is no night"):
        Night(tmp_path / "none.night")
    with pytest.raises(NightError, match="is no file"):
        Night(tmp_path)
    with pytest.raises(NightError, match="cannot be"):
        NightLog(tmp_path, made_by)


def test_an_empty_file_is_no_night_to_read_but_one_to_begin(tmp_path, made_by):
    path = tmp_path / "new.night"  # as a crash leaves it that comes before the tables
    path.touch()
    with pytest.raises(NightError, match="is no night"):
        Night(path)
    NightLog(path, made_by).close()
    with Night(path) as night:
        assert (night.start_ns, night.end_ns, night.sensors, list(night.samples())) == (None, None, (), [])


def test_a_folder_that_cannot_be_made(tmp_path, made_by):
    (tmp_path / "file").touch()
    with pytest.raises(NightError, match="cannot be read or written"):
        NightLog(tmp_path / "file" / "a.night", made_by)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write into any folder")
def test_a_folder_that_cannot_be_written(tmp_path, made_by):
    tmp_path.chmod(0o500)
    with pytest.raises(NightError, match="cannot be read or written"):
        NightLog(tmp_path / "a.night", made_by)
    tmp_path.chmod(0o700)


def test_a_log_that_cannot_begin_leaves_nothing_behind(path):
    with pytest.raises(TypeError):
        NightLog(path, MadeBy(0, "1", {"not": object()}, "3"))
    assert list(path.parent.iterdir()) == []


def test_fresh_means_fresh(made, made_by):
    with pytest.raises(NightError, match="is there already"):
        NightLog(made, made_by, fresh=True)


def test_the_same_wearable_at_another_resolution(made, made_by):
    with NightLog(made, made_by) as log:
        with pytest.raises(NightError, match=r"resolution of 0.001 g, not 0.002 g: .* or into another night"):
            log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.002)
        # Unknown is no contradiction, and what was known stays known.
        log.sensor("Sense", model="Verity Sense", nominal_hz=52)
        log.sensor("Leg", model="CSV", nominal_hz=50)
        log.sensor("Leg", model="CSV", nominal_hz=50, lsb_g=0.002)
        with pytest.raises(NightError, match=r"not 0.001 g"):
            log.sensor("Leg", model="CSV", nominal_hz=50, lsb_g=0.001)
    with Night(made) as night:
        assert [one.lsb_g for one in night.sensors] == [0.001, 0.002]


def test_the_same_wearable_with_times_of_another_kind(made, made_by):
    with NightLog(made, made_by) as log:
        log.sensor("Boot", model="CSV", nominal_hz=50, has_date=False)
        with pytest.raises(NightError, match="has dates for Sense, and what comes now has none"):
            log.sensor("Sense", model="Verity Sense", nominal_hz=52, has_date=False)
        with pytest.raises(NightError, match="has no dates for Boot, and what comes now has some"):
            log.sensor("Boot", model="CSV", nominal_hz=50)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2026-11-23.night", "the night 2026-11-23 is already being recorded: end that recording first"),
        ("calf", "the night calf is already being recorded: end that recording first"),
        (".calf.night.0a1b2c3d.partial", "calf is being replayed by another fasciwatch; wait for it"),
        (".calf.night.partial", "calf is being replayed by another fasciwatch; wait for it"),
        (".calf.partial", "calf is being replayed by another fasciwatch; wait for it"),
    ],
)
def test_who_comes_second_is_told_the_name_he_knows(tmp_path, made_by, name, sentence):
    path = tmp_path / name
    log = NightLog(path, made_by)
    for again in (lambda: NightLog(path, made_by), lambda: remove_night(path)):
        with pytest.raises(NightError) as refusal:
            again()
        assert str(refusal.value) == sentence
    log.close()
    remove_night(path)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ("UPDATE segment SET samples = substr(samples, 1, 200)", lambda night: list(night.samples())),
        ("UPDATE segment SET start_ns = start_ns + 1", lambda night: list(night.stream())),
        ("UPDATE segment SET anchors = x'00'", lambda night: night.anchors("Sense")),
        ("UPDATE segment SET extremes = x'00'", lambda night: night.minmax("Sense")),
        ("UPDATE segment SET row_count = 2000000000000000", summarise),
        ("UPDATE raw SET n = n + 1", lambda night: list(night.raw("Sense"))),
        ("UPDATE made_by SET settings = '{'", lambda night: night.runs),
        ("DROP TABLE gap", lambda night: list(night.stream())),
    ],
)
def test_damage_inside_is_found_when_it_is_read(made, change, read):
    with editing(made) as connection:
        connection.execute(change)
    with Night(made) as night, pytest.raises(NightError, match=r"is damaged|cannot be used"):
        read(night)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_torn_page_is_found_when_it_is_read(made, share):
    content = bytearray(made.read_bytes())
    at = int(len(content) * share)
    content[at : at + 4096] = os.urandom(4096)[: len(content) - at]
    made.write_bytes(content)
    with pytest.raises(NightError, match=r"is damaged|cannot be used"), Night(made) as night:
        list(night.stream()), list(night.raw("Sense")), summarise(night), night.minmax("Sense")


def test_an_unknown_wearable(made):
    with Night(made) as night, pytest.raises(NightError, match="has no wearable Leg: it has Sense"):
        list(night.samples("Leg"))
