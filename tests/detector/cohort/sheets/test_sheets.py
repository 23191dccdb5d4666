"""Promise: a person's sheet shows every night, the cohort's says what was left out and why; neither runs or fetches a
thing, and a name in them is no tag."""

from __future__ import annotations

import re

import pytest

from detector.cohort.finding.subjects import Cohort
from detector.cohort.gathering import gather
from detector.cohort.settings import Settings
from detector.cohort.task import Task

ODD = "<script>x</script>"


@pytest.fixture
def written(put, tmp_path):
    tasks = [
        *(Task(tmp_path / f"{n}.cwa", "ann", f"ann {n}.cwa", group="patients", place="left calf") for n in range(4)),
        Task(tmp_path / "short.cwa", "ann", "ann short.cwa", group="patients", place="left calf"),
        Task(tmp_path / "5.cwa", ODD, f"{ODD} {ODD}.cwa", group=ODD),
        Task(tmp_path / "bad.cwa", ODD, f"{ODD} bad.cwa", group=ODD),
    ]
    for number, task in enumerate(tasks[:6]):
        put(task, 1.0 if "short" in task.key else 6.5, 30 + number, evening=f"2026-11-{number + 1:02}")
    people = {task.subject: task.group for task in tasks}
    out = tmp_path / "out"
    gather(Cohort(tuple(tasks), (("carl", "patients"),), "", people), Settings(), out, {tasks[-1].key: "it burnt."})
    return {path.stem: path.read_text(encoding="utf-8") for path in (*out.glob("*.html"), *out.glob("people/*.html"))}


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg).*?</\1>", "", html, flags=re.DOTALL)).split())


def test_there_is_one_for_each_person_and_one_of_quality(written):
    assert len(written) == 3
    assert {"quality", "ann"} <= set(written)


def test_nothing_runs_and_nothing_is_fetched(written):
    for html in written.values():
        assert "<script" not in html
        assert "default-src &#39;none&#39;" in html
        assert not re.search(r"(?:src|href)\s*=", html)
        assert ODD not in html


def test_a_person_s_nights_stand_in_it(written):
    told = text(written["ann"])
    assert "ann , patients" in told
    assert "2026-11-01 to 2026-11-05" in told
    assert "short.cwa" in told
    assert "recorded for 1.0 h only" in told
    assert "No interval: 4 nights, and an interval needs 5." in told
    assert written["ann"].count("<circle") >= 4


def test_quality_says_what_was_left_out(written):
    told = text(written["quality"])
    for words in (
        "1 recording could not be computed",
        "2 of 3 have a night that counts",
        "5 of 7 count",
        "recorded for less than three hours 1 night",
        "could not be computed 1 night",
        "not computed: it burnt.",
        "In the table without a recording: carl",
    ):
        assert words in told, words
