"""Promise: the diary is written in the morning by questions or by options, shown, exported and taken in, and goes with
the nights when these are copied, checked and deleted; a mistake gets one sentence and changes nothing."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.diary import Diary
from detector.diary.zone import this_zone
from detector.night import MadeBy, NightLog

YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011 - as the command says


@pytest.fixture
def fasciwatch(tmp_path, monkeypatch):
    """Run a command in this process, its nights in a folder of the test's own."""
    monkeypatch.setattr("detector.night.keys.from_keyring", lambda: None)

    def call(*words, wrong=False, **settings):
        done = CliRunner().invoke(main, [str(word) for word in (*words, "--library", tmp_path)], **settings)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert (done.exit_code != 0) == wrong, done.output
        return done

    return call


@pytest.fixture
def night(tmp_path):
    path = tmp_path / "2026-11-23.night"
    NightLog(path, MadeBy(1_795_557_600 * 10**9, "0.1.0", {}, "3.13", timezone="Asia/Tokyo")).close()
    return path


def test_options_and_what_is_shown(fasciwatch):
    fasciwatch(
        "diary", "--bed", "23:10", "--up", "07:05", "--night", "7,5", "--twitching", "left calf", "--spasms", "3",
        "--treatment", "caffeine: 2 @ 9:00", "--treatment", "tea", "--note", "warm",
    )  # fmt: skip
    (told,) = json.loads(fasciwatch("diary", "show", "--json").stdout)
    entry = told["entry"]
    assert (entry["evening"], entry["timezone"]) == (YESTERDAY.isoformat(), this_zone())
    assert (entry["bed"][11:16], entry["up"][11:16]) == ("23:10", "07:05")
    assert (entry["night"], entry["twitching"], entry["spasms_per_hour"], entry["note"]) == (
        7.5,
        "left calf",
        3,
        "warm",
    )
    assert entry["treatments"] == [
        {"name": "caffeine", "amount": 2, "unit": "cups", "at": "09:00"},
        {"name": "tea", "amount": None, "unit": "", "at": None},
    ]
    fasciwatch("diary", "--night", "-", "--pain", "2", "--no-treatments")
    told = json.loads(fasciwatch("diary", "show", YESTERDAY, "--history", "--json").stdout)[0]
    assert (told["entry"]["night"], told["entry"]["pain"], told["entry"]["treatments"]) == (None, 2, [])
    assert [each["night"] for each in told["history"]] == [7.5, None]
    words = fasciwatch("diary", "show").stdout
    assert "pain 2/10" in words
    assert "no treatments" in words


def test_the_evening_before_is_repeated(fasciwatch):
    fasciwatch("diary", "--evening", YESTERDAY - timedelta(days=1), "--treatment", "massage: 20")
    done = fasciwatch("diary", "--as-before", "--json")
    assert json.loads(done.stdout)["treatments"] == [{"name": "massage", "amount": 20, "unit": "min", "at": None}]


def test_the_wearers_zone_is_that_of_the_night(fasciwatch, night):
    told = json.loads(fasciwatch("diary", "--evening", night.stem, "--bed", "23:00", "--json").stdout)
    assert told["bed"] == "2026-11-23T23:00:00+09:00"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--pain", "11"), "--pain: pain is a number from 0 to 10, not 11"),
        (("--bed", "noonish"), "--bed: 'noonish' is no time of day"),
        (("--treatment", "massage: much"), "'much' is no amount"),
        (("--evening", "2099-01-01", "--pain", "1"), "still to come"),
        (("--evening", "0001-01-01", "--pain", "1"), "a diary begins in 2000"),
        (("--evening", "yesterday"), "no date such as"),
        ((), "there is nobody to ask"),
        (("show", "2026-11-27", "--from", "2026-11-26"), "name one evening"),
        (("delete", "--whole"), "there is no diary"),
        (("delete",), "name the evenings"),
        (("list", "--remove", "sauna"), "'sauna' is not offered"),
        (("import", "/nowhere.csv"), "cannot read"),
        (("export", "/nowhere/x.csv"), "cannot write"),
    ],
)
def test_a_mistake(fasciwatch, tmp_path, words, sentence):
    assert sentence in fasciwatch("diary", *words, wrong=True).output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("links")
def test_no_night_and_no_diary_is_written_over(fasciwatch, tmp_path, night):
    """Nor a link to one; and what others could read they cannot any more."""
    fasciwatch("diary", "--night", "7")
    link = tmp_path / "table.csv"
    link.symlink_to(night)
    before = night.read_bytes(), (tmp_path / "diary.sqlite").read_bytes()
    for target in (night, link, tmp_path / "diary.sqlite"):
        assert "name another file" in fasciwatch("diary", "export", target, wrong=True).output
    assert (night.read_bytes(), (tmp_path / "diary.sqlite").read_bytes()) == before
    table = tmp_path / "open.csv"
    table.touch(mode=0o644)
    fasciwatch("diary", "export", table)
    if os.name == "posix":
        assert stat.S_IMODE(table.stat().st_mode) == 0o600


def test_csv_out_and_in(fasciwatch, tmp_path):
    fasciwatch("diary", "--night", "7", "--note", "=cmd()", "--treatment", "massage: 20 min @ 18:30")
    table = tmp_path / "out.csv"
    fasciwatch("diary", "export", table)
    if os.name == "posix":
        assert stat.S_IMODE(table.stat().st_mode) == 0o600
    assert fasciwatch("diary", "export", "-").stdout.encode() == table.read_bytes()
    told = json.loads(fasciwatch("diary", "import", table, "--json").stdout)
    assert (told["new"], told["corrected"]) == (0, 0)
    fasciwatch("diary", "delete", YESTERDAY, "--yes")
    assert json.loads(fasciwatch("diary", "import", table, "--json").stdout)["new"] == 1
    assert fasciwatch("diary", "export", "-").stdout.split(",")[:-1] == table.read_text().split(",")[:-1]
    table.write_text("evening,night\n2026-11-20,5\n2026-11-21,50\n")
    assert f"{table}, line 3: " in fasciwatch("diary", "import", table, wrong=True).output
    table.write_text("evening,got_up\n2026-11-20,07:00\n" + f"{YESTERDAY},18:30\n")
    fasciwatch("diary", "--bed", "19:00")
    done = fasciwatch("diary", "import", table, wrong=True)
    assert ", line 3: " in done.output
    assert len(Diary(tmp_path).entries()) == 1


def test_one_s_own_list(fasciwatch):
    fasciwatch("diary", "list", "--add", "baclofen: 10 mg", "--remove", "alcohol")
    offered = {each["name"]: each for each in json.loads(fasciwatch("diary", "list", "--json").stdout)}
    assert "alcohol" not in offered
    assert (offered["baclofen"]["amount"], offered["baclofen"]["unit"]) == (10, "mg")
    assert "baclofen 10 mg" in fasciwatch("diary", "list").stdout


def test_copied_and_checked_with_the_nights(fasciwatch, tmp_path, night):
    fasciwatch("diary", "--night", "7")
    fasciwatch("backup", "--all", tmp_path / "copy")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {night.name, "diary.sqlite"}
    assert "nothing to copy" in fasciwatch("backup", "--all", tmp_path / "copy").output
    fasciwatch("diary", "--night", "8")
    (told,) = json.loads(fasciwatch("backup", "--all", tmp_path / "copy", "--json").stdout)
    assert told["diary"] == str(tmp_path / "diary.sqlite")
    assert Diary(tmp_path / "copy").entries()[0].night == 8
    fasciwatch("backup", "diary", tmp_path / "another")
    assert "diary.sqlite: sound. 1 evening in 2 versions" in fasciwatch("check", "diary").output
    assert [("sound" in one, one["sound"]) for one in json.loads(fasciwatch("check", "--all", "--json").stdout)] == [
        (True, True)
    ] * 2
    (tmp_path / "diary.sqlite").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    assert fasciwatch("check", "diary", wrong=True).exit_code == 2
    assert fasciwatch("backup", "--all", tmp_path / "copy", wrong=True).exit_code == 1
    assert Diary(tmp_path / "copy").entries()[0].night == 8


@pytest.mark.parametrize(("option", "left"), [((), 1), (("--keep-diary",), 1), (("--with-diary",), 0)])
def test_a_night_that_is_deleted_and_its_words(fasciwatch, tmp_path, night, option, left):
    fasciwatch("diary", "--evening", night.stem, "--night", "7")
    done = fasciwatch("delete", night.stem, "--yes", *option)
    assert not night.exists()
    assert len(Diary(tmp_path).entries()) == left
    assert ("fasciwatch diary delete 2026-11-23" in done.output) == (not option)


def test_the_whole_diary_is_deleted(fasciwatch, tmp_path):
    fasciwatch("diary", "--night", "7")
    assert "say --yes" in fasciwatch("diary", "delete", "--whole", wrong=True).output
    fasciwatch("diary", "delete", "--whole", "--yes")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def typed(tmp_path):
    """A function that types lines at the diary's questions, at a terminal; gives what was shown."""
    pty = pytest.importorskip("pty", reason="this computer has no pseudo terminals")

    def type_lines(*lines, ends=False):
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "detector.cli", "diary", "--library", str(tmp_path)]
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"COLUMNS": "200"}
        )
        os.close(theirs)
        os.write(ours, "".join(f"{line}\n" for line in lines).encode() + (b"\x04" if ends else b""))
        shown = b""
        until_s = time.monotonic() + 60
        with contextlib.suppress(OSError):  # the other end is closed
            while time.monotonic() < until_s and (piece := os.read(ours, 4096)):
                shown += piece
        assert process.wait(10) == 0, shown
        os.close(ours)
        return shown.decode()

    return type_lines


def test_questions_at_a_terminal(typed, tmp_path):
    shown = typed("23:10", "07:05", "7", "some", "12", "2", "", "", "1: 30; 2; tea", "all well")
    entry = Diary(tmp_path).entry(YESTERDAY)
    assert (entry.night, entry.twitching, entry.pain, entry.stiffness, entry.spasms) == (7, "some", 2, None, None)
    assert [(each.name, each.amount) for each in entry.treatments] == [
        ("physical therapy", 30),
        ("massage", None),
        ("tea", None),
    ]
    assert entry.note == "all well"
    assert "pain is a number from 0 to 10, not 12" in shown
    assert "Kept, of the evening of" in shown
    # Enter keeps, "-" takes back, and what was said until the end of input is kept.
    typed("", "", "8", "-", ends=True)
    again = Diary(tmp_path).entry(YESTERDAY)
    assert (again.night, again.twitching, again.bed_utc_ns, again.note) == (8, None, entry.bed_utc_ns, "all well")
    assert again.version == 2


def test_nothing_slow_is_loaded(tmp_path):
    code = """
import sys
from detector.cli import main
main(["diary", "show", "--library", sys.argv[1]], standalone_mode=False)
assert not {"numba", "scipy"} & set(sys.modules), "numba or scipy"
"""
    subprocess.run(
        [sys.executable, "-c", code, tmp_path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
