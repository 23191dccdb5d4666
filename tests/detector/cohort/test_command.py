"""Promise: `fasciwatch cohort` computes what can be computed, names the rest, and goes on where it was, whatever ended
it: a full disk, Ctrl-C or a kill."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detector.cohort import gathering, result
from detector.cohort import work as working
from detector.cohort.engines import plain
from detector.cohort.work import FOLDER
from detector.errors import FasciwatchError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def data(record, tmp_path):
    folder = tmp_path / "data"
    for number in range(6):
        record(folder / f"p{number // 2}" / f"{number}.npz", seed=number, minutes=1.5)
    return folder


def contents(out):
    return {path.name: path.read_bytes() for path in (out / FOLDER).iterdir()}


@pytest.fixture
def plainly(data, fasciwatch, tmp_path):
    """What an undisturbed run makes."""
    assert fasciwatch("cohort", data, "-o", tmp_path / "plainly").exit_code == 0
    return contents(tmp_path / "plainly")


def test_all_there_is(data, fasciwatch, tmp_path):
    out = tmp_path / "out"
    done = fasciwatch("cohort", data, "-o", out, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["nights"] == 6
    assert not told["failures"]
    assert {"nights.csv", "people.csv", "groups.csv", "quality.html", "people/"} <= set(told["files"])
    assert "6 recordings of 3 people, by the folder each lies in" in done.stderr
    assert all((out / name).exists() for name in told["files"])
    assert len(list((out / "people").iterdir())) == 3
    assert not (out / "failures.csv").exists()
    assert json.loads((out / "cohort.json").read_text())["recordings"] == 6


def test_what_fails_is_named_and_the_others_go_on(data, fasciwatch, tmp_path, plainly):
    (data / "p1" / "bad.cwa").write_bytes(b"MD" + bytes(5000))
    done = fasciwatch("cohort", data, "-o", tmp_path / "out")
    assert done.exit_code == 1
    with (tmp_path / "out" / "failures.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["subject"], row["path"]) == ("p1", "data/p1/bad.cwa")
    assert row["sentence"]
    assert "\n" not in row["sentence"]
    assert row["sentence"] in done.stderr
    assert contents(tmp_path / "out") == plainly
    (data / "p1" / "bad.cwa").unlink()
    assert fasciwatch("cohort", data, "-o", tmp_path / "out").exit_code == 0
    assert not (tmp_path / "out" / "failures.csv").exists()


def test_an_error_of_the_program_is_a_failure_of_one_night(data, fasciwatch, tmp_path, monkeypatch):
    def fails(task, *others):
        if "p1" in task.subject:
            raise ZeroDivisionError("by zero")
        return compute(task, *others)

    compute = working.compute
    monkeypatch.setattr(working, "compute", fails)
    done = fasciwatch("cohort", data, "-o", tmp_path / "out", "--json")
    assert done.exit_code == 1
    assert set(json.loads(done.stdout)["failures"].values()) == {"it failed with ZeroDivisionError: by zero"}


def test_the_same_command_again_computes_nothing(data, fasciwatch, tmp_path, plainly, monkeypatch):
    def never(*_):
        raise AssertionError

    monkeypatch.setattr(working, "compute", never)
    done = fasciwatch("cohort", data, "-o", tmp_path / "plainly")
    assert done.exit_code == 0, done.output
    assert "6 results of earlier runs" in done.stderr
    assert contents(tmp_path / "plainly") == plainly


def test_parts_make_the_whole(data, fasciwatch, tmp_path, plainly):
    out = tmp_path / "out"
    for part in ("1/4", "2/4", "3/4", "4/4"):
        done = fasciwatch("cohort", data, "-o", out, "--shard", part)
        assert done.exit_code == 0, done.output
        assert not (out / "nights.csv").exists()
    assert contents(out) == plainly
    assert fasciwatch("cohort", data, "-o", out).exit_code == 0
    assert (out / "nights.csv").exists()


def test_killed_in_the_middle_and_run_again(data, fasciwatch, tmp_path, plainly):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "detector.cli", "cohort", str(data), "-o", str(out)]
    kills = 0
    for wanted in (1, 3, 5):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(list(out.glob(f"{FOLDER}/*.json.gz"))) < wanted:
            time.sleep(0.01)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait()
    assert kills
    assert fasciwatch("cohort", data, "-o", out).exit_code == 0
    there = {name: data for name, data in contents(out).items() if not name.startswith(".")}
    assert there == plainly


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_interrupted_it_says_how_to_go_on(data, record, tmp_path):
    for number in range(6, 60):  # so many that they are not all done before the signal comes, on a busy computer either
        record(data / "p3" / f"{number}.npz", seed=number, minutes=1.5)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "detector.cli", "cohort", str(data), "-o", str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(out.glob(f"{FOLDER}/*.json.gz")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "are done, and stay. The same command goes on from there." in said
    assert "Traceback" not in said
    assert not list(out.glob(f"{FOLDER}/.*"))


def test_a_full_disk_ends_it_at_once(data, fasciwatch, tmp_path, plainly, monkeypatch):
    out = tmp_path / "out"
    save = result.save
    written = []

    def full(target, content, written_ns=None):
        if target.suffix == ".gz" or ".probe" in target.name:
            if len(written) >= 2:
                raise FasciwatchError(f"{target} cannot be written (No space left on device)")
            written.append(target)
        return save(target, content, written_ns)

    monkeypatch.setattr(result, "save", full)
    monkeypatch.setattr(gathering, "save", full)
    done = fasciwatch("cohort", data, "-o", out)
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert "the same command goes on from there" in done.output
    assert len(contents(out)) == 2
    monkeypatch.undo()
    assert fasciwatch("cohort", data, "-o", out).exit_code == 0
    assert contents(out) == plainly


def test_two_runs_at_once_do_not_spoil_each_other(data, tmp_path, plainly):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "detector.cli", "cohort", str(data), "-o", str(out)]
    runs = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for run in runs:
        _, said = run.communicate(timeout=300)
        assert run.returncode == 0, said
    assert contents(out) == plainly


def test_a_folder_of_something_else_is_refused(data, fasciwatch, tmp_path):
    done = fasciwatch("cohort", data, "-o", data)
    assert done.exit_code == 1
    assert "holds something else: name a new folder" in done.output


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_to(data, fasciwatch, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    done = fasciwatch("cohort", data, "-o", tmp_path / "shut")
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_a_file_in_place_of_the_folder(data, fasciwatch, tmp_path):
    (tmp_path / "file").write_text("x")
    assert fasciwatch("cohort", data, "-o", tmp_path / "file").exit_code == 2
    done = fasciwatch("cohort", data, "-o", tmp_path / "file" / "out")
    assert done.exit_code == 1
    assert "cannot be" in done.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--scheduler", "tls://x:1", "--slurm", ""], "cannot both be"),
        (["--shard", "1/2", "--slurm", ""], "--shard is for jobs of your own"),
        (["--insecure"], "--insecure goes with --scheduler"),
        (["--interface", "ib0"], "--interface goes with --slurm"),
        (["--shard", "3/2"], "--shard 3/2"),
        (["--timezone", "Nowhere"], "Nowhere"),
        (["--units", "furlongs"], "furlongs"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_done(words, sentence, data, fasciwatch, tmp_path):
    done = fasciwatch("cohort", data, "-o", tmp_path / "out", *words)
    assert done.exit_code in {1, 2}
    assert sentence in done.output
    assert not (tmp_path / "out").exists()


def test_the_plain_engine_tells_every_night(task_of, record, tmp_path):
    tasks = [task_of(record(tmp_path / "1.npz", minutes=1.5)), task_of(tmp_path / "none.cwa")]
    from detector.cohort.settings import Settings

    done = list(plain.run(tasks, Settings(), tmp_path / "out"))
    assert [outcome.task for outcome in done] == tasks
    assert done[0].result is not None
    assert done[0].failure is None
    assert done[1].result is None
    assert "none.cwa" in done[1].failure


def test_nothing_is_left_over_of_an_earlier_run(data, fasciwatch, tmp_path):
    """A sheet of somebody who is not in it any more would be taken for one of this run, and so would failures."""
    out = tmp_path / "out"
    (data / "p1" / "bad.cwa").write_bytes(b"MD" + bytes(5000))
    for part in ("1/2", "2/2"):
        fasciwatch("cohort", data, "-o", out, "--shard", part)
    assert len(list(out.glob("failures-*.csv"))) == 1
    assert fasciwatch("cohort", data, "-o", out).exit_code == 1
    assert [each.name for each in out.glob("failures*")] == ["failures.csv"]
    assert fasciwatch("cohort", data / "p0", data / "p2", "-o", out).exit_code == 0
    rows = (out / "people.csv").read_text(encoding="utf-8").splitlines()
    assert len(list((out / "people").iterdir())) == len(rows) - 1 == 4
    assert not list(out.glob("failures*"))
