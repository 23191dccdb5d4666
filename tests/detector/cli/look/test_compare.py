"""Promise: ``fasciwatch compare`` compares nights around a date, says what is missing, and needs no compiler."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.page.library import Plan, write_night
from detector.cli import main
from detector.diary import Diary
from detector.diary.entries import Treatment
from detector.review.app import make_app
from detector.review.opened import Shelf
from detector.review.serving.guard import ENTRANCE, Gate
from tests.detector.review.conftest import ORIGIN, PORT, Client

FIRST = date(2026, 9, 1)
SENSORS = (("Sense 4711", "Polar Verity Sense", "left calf"),)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Eight nights and eight nights, all judged but two; massage every second night, by a diary."""
    folder = tmp_path_factory.mktemp("nights")
    diary = Diary(folder)
    for number in range(16):
        evening = FIRST + timedelta(days=number)
        per_hour = (30.0, 24.0, 36.0, 28.0)[number % 4] / (1 if number < 8 else 3)
        write_night(folder / f"{evening}.night", Plan(evening, 3.4, per_hour, 0.8, SENSORS, labelled=number != 3), 1)
        if number < 15:
            used = (Treatment("Massage"),) if number % 2 else ()
            diary.change(evening, {"treatments": used}, "Europe/Berlin")
    return folder


def fasciwatch(library, *words):
    return CliRunner().invoke(main, ["compare", "--library", str(library), *map(str, words)])


def test_before_and_after_a_date(library):
    done = fasciwatch(library, "--since", "2026-09-09")
    assert done.exit_code == 0, done.output
    assert "Your nights before and after 2026-09-09" in done.stdout
    assert "7 nights (1 more cannot be compared)" in done.stdout
    assert "no medical device" in done.stdout
    (told,) = json.loads(fasciwatch(library, "--since", "2026-09-09", "--json").stdout)
    assert told["ratio"]["low"] < 1 / 3 < told["ratio"]["high"] < 1
    assert told["ratio"]["nights"] == [7, 8]
    assert sum(night["is_compared"] for night in told["nights"]) == 15


def test_the_nights_and_what_is_missing_where_there_is_no_ratio(library):
    done = fasciwatch(library, "--since", "2026-09-12")
    assert "No ratio can be told yet" in done.stdout
    assert "There are 5 nights since 2026-09-12, and it takes 7." in done.stdout
    assert done.stdout.count("judged at random") == 15
    (told,) = json.loads(fasciwatch(library, "--since", "2026-09-08", "--json").stdout)
    assert told["ratio"] is None
    assert [need["what"] for need in told["needs"]] == ["labels"]
    assert "Judge 20 of each night" in fasciwatch(library, "--since", "2026-09-08").stdout


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (("--since", "2026-09-09"), "since=2026-09-09"),
        (("--since", "2026-09-08"), "since=2026-09-08"),
        (("--since", "2026-09-11", "--leave-out", "2"), "since=2026-09-11&leave_out=2"),
        (("--treatment", "massage"), "treatment=Massage"),
    ],
)
def test_the_page_says_the_same(library, words, query):
    gate = Gate(PORT)
    client = Client(make_app(Shelf(library), gate), ORIGIN)
    assert client.get(f"{ENTRANCE}?token={gate.new_token()}").status == 200
    shown = unescape(client.get(f"/compare?looked=1&{query}").text)
    said = fasciwatch(library, *words).stdout.splitlines()
    (told,) = json.loads(fasciwatch(library, *words, "--json").stdout)
    sentences = [line.removeprefix("- ") for line in said if "twitches an hour goes" in line or "twitched" in line
                 or line.startswith(("- ", "Your diary does not"))]  # fmt: skip
    assert sentences
    assert all(sentence in shown for sentence in sentences)
    if told["ratio"] is not None:
        assert f"between {told['ratio']['low']:.2f} and {told['ratio']['high']:.2f} times" in shown
    for night in told["nights"]:
        assert night["evening"] in shown
    for phase in told["phases"]:
        assert phase in shown


def test_the_page_offers_labels_under_that_name():
    from detector.cli.look.compare import _NIGHTS
    from detector.review.texts import HERE

    assert _NIGHTS in (HERE / "templates" / "trend.html").read_text(encoding="utf-8")


def test_with_and_without_something_of_the_diary(library):
    done = fasciwatch(library, "--treatment", "massage")
    assert done.exit_code == 0, done.output
    assert "with and without Massage" in done.stdout
    assert "does not say what was used on 1 more" in done.stdout
    twice = fasciwatch(library, "--treatment", "massage", "--treatment", "massage")
    assert "2 comparisons" in twice.stdout
    unknown = fasciwatch(library, "--treatment", "yoga")
    assert unknown.exit_code == 1
    assert "it has Massage" in unknown.stderr


def test_what_else_changed_is_told(library, tmp_path):
    diary = Diary(library)
    before = {entry.evening: entry.treatments for entry in diary.entries()}
    try:
        for evening, treatments in before.items():
            if evening >= date(2026, 9, 9):
                diary.change(evening, {"treatments": (*treatments, Treatment("Magnesium"))}, "Europe/Berlin")
        assert (
            "Something else changed between these nights, too: Magnesium"
            in fasciwatch(library, "--since", "2026-09-09").stdout
        )
    finally:
        for evening, treatments in before.items():
            diary.change(evening, {"treatments": treatments}, "Europe/Berlin")


def test_a_plan(library, tmp_path):
    own = fasciwatch(library, "--plan")
    assert "your own 16 nights" in own.stdout
    assert "suggests nothing" in own.stdout
    usual = json.loads(fasciwatch(tmp_path, "--plan", "--json").stdout)
    assert usual["habit"]["nights"] == 0
    assert {each["design"] for each in usual["plans"]} == {"a_then_b", "weeks", "pairs"}
    assert "A fall by a third cannot be relied on" in fasciwatch(tmp_path, "--plan").stdout


@pytest.mark.parametrize("words", [(), ("--since", "2026-09-09", "--plan"), ("--since", "someday")])
def test_one_question_at_a_time(library, words):
    assert fasciwatch(library, *words).exit_code == 2


def test_nights_that_do_not_count_are_told(library):
    damaged = library / "2026-08-01.night"
    damaged.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    try:
        done = fasciwatch(library, "--since", "2026-09-09")
        assert "1 more night does not count (1 cannot be read)" in done.stdout
        (told,) = json.loads(fasciwatch(library, "--since", "2026-09-09", "--json").stdout)
        assert [one["reason"] for one in told["left_out"]] == ["damaged"]
    finally:
        damaged.unlink()


def test_no_nights_at_all(tmp_path):
    done = fasciwatch(tmp_path, "--since", "2026-09-09")
    assert done.exit_code == 0
    assert "There are 0 nights before 2026-09-09" in done.stdout


def test_neither_a_compiler_nor_scipy_is_loaded(library):
    for words in (["--since", "2026-09-09"], ["--plan"], ["--help"]):
        script = (
            "import sys\nfrom detector.cli import main\n"
            f"main(['compare', '--library', {str(library)!r}, *{words!r}], standalone_mode=False)\n"
            "sys.stderr.write(' '.join(set(sys.modules) & {'numba', 'scipy', 'bleak', 'bumble', 'matplotlib'}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4]
        )
        assert done.stderr == "", words
