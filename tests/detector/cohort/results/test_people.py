"""Promise: rates of nights, people and groups are those one works out by hand, of time that was measurable, and what
does not count is in none of them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from detector.cohort.finding.subjects import Cohort
from detector.cohort.gathering import gather
from detector.cohort.result import Result
from detector.cohort.results.people import Figure, groups_of, people_of
from detector.cohort.results.rows import failed, of_one_size, rows_of, without_copies
from detector.cohort.settings import Settings
from detector.cohort.task import Task
from detector.scoring.people import DRAWS, SEED

NIGHTS = {  # of each person: hours and twitches of each night
    "a1": [(6.0, 60), (4.0, 20)],
    "a2": [(5.0, 100)],
    "a3": [(8.0, 8)],
    "a4": [(4.0, 48), (2.0, 999)],  # the second is too short
    "a5": [(4.0, 12)],
    "b1": [(5.0, 50)],
}
BY_HAND = {"a1": 8.0, "a2": 20.0, "a3": 1.0, "a4": 12.0, "a5": 3.0, "b1": 10.0}


@pytest.fixture
def tasks(tmp_path):
    return [
        Task(tmp_path / f"{person}-{number}.cwa", person, f"{person} {person}-{number}.cwa", group=person[0])
        for person, nights in NIGHTS.items()
        for number in range(len(nights))
    ]


@pytest.fixture
def gathered(tasks, put, tmp_path):
    for task in tasks:
        number = int(task.path.stem[-1])
        put(task, *NIGHTS[task.subject][number], evening=f"2026-11-{number + 1:02}")
    (tmp_path / "out").mkdir(exist_ok=True)
    people = {task.subject: task.group for task in tasks}
    nothing = Task(tmp_path / "gone.cwa", "b1", "b1 gone.cwa", group="b")
    return gather(
        Cohort((*tasks, nothing), (("b9", "b"),), "", people), Settings(), tmp_path / "out", {nothing.key: "it burnt."}
    )


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rates_of_people(gathered):
    told = {person.subject: person for person in gathered.people}
    assert {name: person.all_sizes.per_hour for name, person in told.items()} == pytest.approx(BY_HAND)
    assert (told["a1"].nights, told["a1"].hours, told["a1"].found) == (2, 10.0, 80)
    assert (told["a4"].nights, told["a4"].left_out) == (1, 1)
    assert told["a1"].all_sizes.refused == "2 nights, and an interval needs 5"
    assert told["a1"].large.per_hour == pytest.approx(4.0)


def test_rates_of_groups(gathered):
    told = {row.group: row for row in gathered.groups}
    assert told["a"].all_sizes.per_hour == pytest.approx(np.mean([8, 20, 1, 12, 3]))
    assert told["a"].median == pytest.approx(8.0)
    assert (told["a"].people, told["a"].nights, told["a"].found) == (5, 6, 248)
    assert told["all"].all_sizes.per_hour == pytest.approx(9.0)
    assert (told["b"].people, told["b"].without) == (1, 1)
    assert told["b"].all_sizes == Figure(pytest.approx(10.0), refused="1 person, and an interval needs 5")


def test_the_interval_is_that_of_drawing_people(gathered):
    (row,) = [row for row in gathered.groups if row.group == "a"]
    rates = np.array([8.0, 20, 1, 12, 3])
    drawn = rates[np.random.default_rng(SEED).integers(0, 5, (DRAWS, 5))].mean(axis=1)
    assert (row.all_sizes.low, row.all_sizes.high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])))


def test_nights_of_a_person_have_an_interval_from_five_on(put, tmp_path):
    rows = []
    counts = [(4.0, 40), (8.0, 20), (5.0, 5), (6.0, 60), (4.0, 4)]
    for number, (hours, found) in enumerate(counts):
        task = Task(tmp_path / f"{number}.cwa", "x", f"x {number}.cwa")
        rows += rows_of(task, Result.read(put(task, hours, found)))
    (person,) = people_of(of_one_size(rows)[1])
    drawn = np.random.default_rng(SEED).integers(0, 5, (DRAWS, 5))
    hours, found = (np.array(each) for each in zip(*counts, strict=True))
    low, high = np.percentile(found[drawn].sum(axis=1) / hours[drawn].sum(axis=1), [2.5, 97.5])
    assert (person.all_sizes.low, person.all_sizes.high) == pytest.approx((low, high))
    assert person.all_sizes.per_hour == pytest.approx(129 / 27)


def test_what_does_not_count_is_listed_with_the_reason(gathered, tmp_path):
    rows = {row["path"]: row for row in read(tmp_path / "out" / "nights.csv")}
    assert rows["a4-1.cwa"]["counts"] == "false"
    assert rows["a4-1.cwa"]["why_not"] == "recorded for 2.0 h only"
    assert rows["gone.cwa"]["why_not"] == "not computed: it burnt."
    assert rows["gone.cwa"]["per_hour"] == ""
    assert sum(row["counts"] == "true" for row in rows.values()) == 7


def test_a_copy_counts_once_and_a_recording_of_two_people_for_nobody(put, tmp_path):
    def rows(*whose):
        made = []
        for subject, name, sha256 in whose:
            task = Task(tmp_path / name, subject, f"{subject} {name}")
            made += rows_of(task, Result.read(put(task, 5.0, 50, sha256=sha256)))
        return {row.name: row.why_not for row in without_copies(made)}

    assert rows(("x", "1.cwa", "s"), ("x", "2.cwa", "s")) == {"1.cwa": "", "2.cwa": "a copy of 1.cwa"}
    assert rows(("x", "1.cwa", "s"), ("y", "2.cwa", "s")) == {
        "1.cwa": "the same recording is told of y",
        "2.cwa": "the same recording is told of x",
    }


def test_places_are_not_mixed(put, tmp_path):
    rows = []
    for place, found in (("left calf", 50), ("Left-Calf", 70), ("right arm", 10)):
        task = Task(tmp_path / f"{found}.cwa", "x", f"x {found}.cwa", place=place)
        rows += rows_of(task, Result.read(put(task, 5.0, found)))
    assert {person.place: person.found for person in people_of(rows)} == {"left calf": 120, "right arm": 10}
    assert [row.place for row in groups_of(people_of(rows))] == ["left calf", "right arm"]


def test_nobody_is_no_rate(tmp_path):
    (person,) = people_of([failed(Task(tmp_path / "1.cwa", "x", "x 1.cwa"), "it burnt")])
    assert person.all_sizes == Figure(None, refused="no night counts")
    (group,) = groups_of([person])
    assert (group.people, group.without, group.all_sizes.per_hour) == (0, 1, None)


def test_csv_and_parquet_say_the_same(gathered, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet comes with the extra [parquet]")
    for name in ("nights", "people", "groups"):
        there = parquet.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()
        words = read(tmp_path / "out" / f"{name}.csv")
        assert len(there) == len(words) > 0
        for one, other in zip(there, words, strict=True):
            assert list(one) == list(other)
            for column, value in one.items():
                told = other[column]
                if value is None or value == "":
                    assert told == ""
                elif isinstance(value, bool):
                    assert told == json.dumps(value)
                elif isinstance(value, str):
                    assert told == value
                else:
                    assert float(told) == value


def test_a_name_is_no_formula(put, tmp_path):
    task = Task(tmp_path / "1.cwa", "=1+1", "=1+1 1.cwa", group="@x")
    put(task, 5.0, 50)
    gather(Cohort((task,), (), "", {"=1+1": "@x"}), Settings(), tmp_path / "out", {})
    (row,) = read(tmp_path / "out" / "nights.csv")
    assert (row["subject"], row["group"]) == ("'=1+1", "'@x")
