"""Promise: a link that leads nowhere is its own error and nobody else's; the last night is the one recorded last, and
how old one is, the night itself tells; a night is the same one whatever becomes of its file.
"""

from __future__ import annotations

import os
import shutil
import time

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.errors import DamagedNightError, NightError
from detector.night import MadeBy, Night, NightLog, find_night, nights, see_that_it_can_be_recorded
from detector.night.integrity.identity import digest
from detector.night.upkeep.age import recorded_ns
from detector.night.upkeep.backup import backup
from detector.night.upkeep.space import forecast
from detector.night.upkeep.thin import thin
from firmware_bridge.samples import NS, Gap
from tests.detector.night import one_byte

DAY_NS = 86_400 * NS


@pytest.fixture
def library(tmp_path, links):
    """A night, beside it a link that leads nowhere and two that lead to each other."""
    folder = tmp_path / "library"
    folder.mkdir()
    one_byte.make(folder / "2026-09-21.night", hours=0.02)
    (folder / "2026-09-22.night").symlink_to(folder / "gone")
    (folder / "2026-09-23.night").symlink_to(folder / "2026-09-24.night")
    (folder / "2026-09-24.night").symlink_to(folder / "2026-09-23.night")
    return folder


def test_other_nights_do_not_suffer_from_it(library):
    assert [path.stem for path in nights(library)][-1] == "2026-09-21"
    assert find_night("last", library).stem == "2026-09-21"
    assert forecast(library).nights > 0
    for words in (["events", "2026-09-21"], ["events", "last"], ["thin", "--older-than", "0"]):
        result = CliRunner().invoke(main, [*words, "--library", str(library)])
        assert result.exception is None or isinstance(result.exception, SystemExit), words
    result = CliRunner().invoke(main, ["check", "--all", "--library", str(library)])
    assert result.exit_code == 2
    assert "2026-09-21.night: sound" in result.output
    assert result.output.count("leads to no file") == 3


@pytest.mark.parametrize("name", ["2026-09-22", "2026-09-23"])
def test_it_is_told_of_put_aside_and_deleted(library, made_by, name):
    path = library / f"{name}.night"
    for command in (
        ["events", name],
        ["check", name],
        ["replay", str(path)],
        ["backup", name, str(library / "x.night")],
    ):
        result = CliRunner().invoke(main, [*command, "--library", str(library)])
        assert result.exit_code != 0
        assert isinstance(result.exception, SystemExit), command
    see_that_it_can_be_recorded(path, encrypt=False)
    with pytest.raises(DamagedNightError, match="leads to no file"):  # which has the recorder put it aside
        NightLog(path, made_by)
    assert path.is_symlink()
    result = CliRunner().invoke(main, ["delete", name, "--yes", "--library", str(library)])
    assert "is a link" in result.output
    assert not path.is_symlink()


def test_to_delete_a_link_deletes_no_night(library, tmp_path):
    night = tmp_path / "elsewhere.night"
    one_byte.make(night, hours=0.02)
    (library / "link.night").symlink_to(night)
    result = CliRunner().invoke(main, ["delete", "link", "--yes", "--library", str(library)])
    assert result.exit_code == 0, result.output
    assert f"what it leads to ({night}) stays" in result.output
    assert night.exists()
    assert not (library / "link.night").is_symlink()


def test_a_disk_that_does_not_tell(library, monkeypatch):
    def fail(_path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    assert forecast(library) is None
    result = CliRunner().invoke(main, ["service", "status", "--json", "--library", str(library)])
    assert '"nights_left": null' in result.output


def recorded(path, started_ns, ended_ns=None):
    log = NightLog(path, MadeBy(started_ns, "1", {}, "3.11"))
    log._utc_ns = lambda: started_ns if ended_ns is None else ended_ns
    log.close()
    return path


def test_the_last_night_is_the_one_recorded_last(tmp_path):
    now_ns = time.time_ns()
    later = recorded(tmp_path / "a.night", now_ns - DAY_NS, now_ns - DAY_NS // 2)
    earlier = recorded(tmp_path / "b.night", now_ns - 40 * DAY_NS, now_ns - 39 * DAY_NS)
    os.utime(later, (0, 0))  # as a copy may be, and the other was just restored from a backup
    assert nights(tmp_path) == [earlier, later]
    assert find_night("last", tmp_path) == later
    result = CliRunner().invoke(main, ["thin", "--older-than", "30", "--json", "--library", str(tmp_path)])
    assert str(earlier) in result.output
    assert str(later) not in result.output


def test_of_one_that_cannot_be_read_the_name_tells_the_evening(tmp_path):
    path = tmp_path / "2026-09-21.night"
    path.write_bytes(b"x" * 4096)
    for written_s in (1, 2e9):
        os.utime(path, (written_s, written_s))
        assert abs(recorded_ns(path) - one_byte.START_NS) < 2 * DAY_NS
    assert recorded_ns(tmp_path / "gone.night") == 0


def test_a_night_stays_the_same_one(tmp_path, made_by):
    path = one_byte.make(tmp_path / "a.night", hours=0.02)

    def told(of):
        with Night(of) as night:
            return digest(night)

    before, data = told(path), path.read_bytes()
    thin(path)
    backup(path, tmp_path / "b.night")
    assert path.read_bytes() != data
    assert told(path) == told(tmp_path / "b.night") == before
    with NightLog(path, made_by) as log:
        log.gap(Gap(one_byte.START_NS + 10**12, one_byte.START_NS + 10**12 + 1, "x", "one"))
    assert told(path) != before


def test_a_replayed_night_that_is_thinned_makes_no_second_night(tmp_path):
    path = one_byte.make(tmp_path / "a.night", hours=0.02)
    for _ in range(2):
        result = CliRunner().invoke(main, ["replay", str(path), "--library", str(tmp_path / "library")])
        assert result.exit_code == 0, result.output
        thin(path)
    assert len(nights(tmp_path / "library")) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes that are files")
def test_a_pipe_is_not_waited_for(tmp_path):
    for name in ("a.csv", "a.night"):
        os.mkfifo(tmp_path / name)
        result = CliRunner().invoke(main, ["replay", str(tmp_path / name), "--no-log"])
        assert result.exit_code == 1
        assert "a pipe" in result.output
    assert recorded_ns(tmp_path / "a.night") > 0
    with pytest.raises(NightError):
        Night(tmp_path / "a.night")
