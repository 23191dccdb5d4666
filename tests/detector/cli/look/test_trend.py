"""Promise: ``fasciwatch trend`` says plainly how the last night was, tells all of them, and needs no compiler."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from detector.cli import main
from tests.detector.summary.many.conftest import write_night


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nights")
    for day in range(8):
        write_night(folder / f"2026-11-{day + 10}.night", day=day, minutes=190, twitches=30 + 7 * (day % 3))
    write_night(folder / "short.night", day=9, minutes=30)
    (folder / "2026-11-30-damaged.night").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    return folder


def fasciwatch(library, *words):
    return CliRunner().invoke(main, ["trend", "--library", str(library), *map(str, words)])


def test_the_last_night_in_words(library):
    done = fasciwatch(library)
    assert done.exit_code == 0
    assert "Your last night was within what your nights usually are." in done.stdout
    assert "twitches of" in done.stdout
    assert done.stdout.count("not judged") == 8
    assert "short: too short: 30 min" in done.stdout
    assert "2026-11-30-damaged: cannot be read" in done.stdout
    assert "no medical device" in done.stdout


def test_each_night_that_does_not_count_is_named_once_by_its_date(library, tmp_path):
    write_night(tmp_path / "2026-11-24.night", day=0, minutes=30)
    write_night(tmp_path / "nap.night", day=1, minutes=30)
    lines = fasciwatch(tmp_path).stdout.splitlines()
    assert "2026-11-24: too short: 30 min" in lines
    assert "2026-11-25  nap: too short: 30 min" in lines


def test_says_of_which_twitches_and_what_the_marks_are(library):
    told = fasciwatch(library).stdout
    (size,) = set(re.findall(r"twitches of ([\d.]+) mg and more", told))
    assert f"twitches of {size} mg and more an hour; 19 of 20 such nights" in told
    assert "* judged, o not yet; between [ and ] lie 19 of 20 such nights" in told


def test_for_a_program(library):
    (table,) = json.loads(fasciwatch(library, "--json").stdout)
    assert table["place"] == "left calf"
    assert table["usual"]["place"] == "within"
    assert len(table["nights"]) == 8
    assert {one["reason"] for one in table["left_out"]} == {"short", "damaged"}


def test_evenings_may_be_chosen(library):
    (table,) = json.loads(fasciwatch(library, "--from", "2026-11-24", "--to", "2026-11-26", "--json").stdout)
    assert [night["evening"] for night in table["nights"]] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert table["usual"]["missing"] == 5
    assert "it takes 5 more nights" in fasciwatch(library, "--from", "2026-11-24", "--to", "2026-11-26").stdout


def test_a_wearable_or_place_that_was_never_there(library):
    assert "No night counts yet." in fasciwatch(library, "--sensor", "another").stdout
    done = fasciwatch(library, "--place", "left ear")
    assert done.exit_code == 1
    assert "left calf" in done.output
    assert fasciwatch(library, "--place", "Left-Calf").exit_code == 0


def test_a_picture(library, tmp_path):
    target = tmp_path / "trend.svg"
    assert fasciwatch(library, "--svg", target).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert fasciwatch(library, "--svg", tmp_path / "none" / "trend.svg").exit_code == 1
    night = next(library.glob("*.night"))
    before = night.read_bytes()
    assert fasciwatch(library, "--svg", night).exit_code == 1
    assert night.read_bytes() == before


def test_without_nights(tmp_path):
    done = fasciwatch(tmp_path)
    assert done.exit_code == 0
    assert "There is no night" in done.stderr
    assert json.loads(fasciwatch(tmp_path, "--json").stdout)[0]["nights"] == []


def test_neither_numba_nor_scipy_is_loaded(library):
    program = (
        "import sys; from detector.cli import main\n"
        "try: main(['trend', '--json', '--library', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print(set(sys.modules) & {'numba', 'scipy', 'starlette', 'bumble', 'bleak'}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(library)], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert done.stderr.strip() == "set()"
