"""Promise: files, folders, globs and tables of paths mean the same recordings each time, in the same order."""

from __future__ import annotations

import pytest

from detector.cohort.finding.files import find
from detector.errors import FasciwatchError


@pytest.fixture
def data(tmp_path, monkeypatch):
    for name in ("b/two.cwa", "a/one.cwa", "a/.hidden.cwa", ".git/three.cwa", "a/README.md", "a/three.csv.gz"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def names(*paths, **others):
    return [found.name for found in find([str(path) for path in paths], **others)]


def test_a_folder_is_walked_in_order(data):
    assert names(data) == ["data/a/one.cwa", "data/a/three.csv.gz", "data/b/two.cwa"]


def test_the_name_is_the_same_wherever_the_folder_is(data, tmp_path):
    moved = data.rename(tmp_path / "mnt")
    (tmp_path / "data").symlink_to(moved)
    assert names("data") == names(tmp_path / "mnt")


def test_a_file_is_taken_whatever_it_is_called(data):
    assert names(data / "a" / "README.md") == [(data / "a" / "README.md").as_posix()]
    assert names("data/a/one.cwa", "./data/b/two.cwa") == ["data/a/one.cwa", "data/b/two.cwa"]


def test_a_glob(data):
    assert names("data/*/*.cwa") == ["data/a/one.cwa", "data/b/two.cwa"]
    assert names("data/**/*.cwa") == ["data/a/one.cwa", "data/b/two.cwa"]


def test_each_file_once(data):
    assert names(data, "data/a/one.cwa", "data/*/*.cwa") == names(data)


def test_results_within_the_data_are_not_looked_into(data):
    out = data / "out"
    out.mkdir()
    (out / "nights.csv").write_text("subject\n")
    assert names(data, besides=out) == names(data, besides=data.parent / "elsewhere")[:3]


def test_a_link_that_leads_in_a_circle(data):
    (data / "a" / "again").symlink_to(data)
    assert len(names(data)) == 3


def test_bids_motion_files_with_an_accelerometer_only(tmp_path):
    folder = tmp_path / "study" / "sub-01" / "motion"
    folder.mkdir(parents=True)
    for tracksys, kind in (("imu", "ACCEL"), ("optical", "POS")):
        stem = folder / f"sub-01_task-sleep_tracksys-{tracksys}"
        stem.with_name(f"{stem.name}_motion.tsv").write_text("0\t0\t1\n")
        stem.with_name(f"{stem.name}_channels.tsv").write_text(f"name\tcomponent\ttype\nx\tx\t{kind}\n")
    (folder / "sub-01_task-sleep_events.tsv").write_text("onset\tduration\n")
    (tmp_path / "study" / "participants.tsv").write_text("participant_id\nsub-01\n")
    assert names(tmp_path / "study") == ["study/sub-01/motion/sub-01_task-sleep_tracksys-imu_motion.tsv"]


def test_a_table_of_paths(data, tmp_path):
    table = tmp_path / "data" / "list.csv"
    table.write_text("subject,path,group\n01,a/one.cwa,patient\n02,b/two.cwa,control\n")
    found = find([str(table)])
    assert [(each.name, each.row["group"]) for each in found] == [("a/one.cwa", "patient"), ("b/two.cwa", "control")]
    assert all(each.path.is_file() for each in found)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("path\na/none.cwa\n", "row 2: there is no a/none.cwa"),
        ("path,x\na/one.cwa,1\na/one.cwa,2\n", "names a/one.cwa in rows 2 and 3"),
        ("path,x\n,1\n", "row 2 names no file"),
        ("path,x,x\na/one.cwa,1,2\n", "two columns called x"),
        ("path,x\na/one.cwa,1,2\n", "row 2 has more cells than the head"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(rows, sentence, data):
    table = data / "list.csv"
    table.write_text(rows)
    with pytest.raises(FasciwatchError, match=sentence):
        find([str(table)])


def test_what_is_not_there_is_told(data, tmp_path):
    (tmp_path / "empty").mkdir()
    for path in ("nothing.cwa", "data/*.cwa", "empty"):
        with pytest.raises(FasciwatchError, match=r"there is no"):
            find([path])


def test_two_files_of_one_name_are_told(data, tmp_path):
    (tmp_path / "x" / "data" / "a").mkdir(parents=True)
    (tmp_path / "x" / "data" / "a" / "one.cwa").write_bytes(b"y")
    with pytest.raises(FasciwatchError, match=r"would both be called data/a/one.cwa"):
        find([str(data), str(tmp_path / "x" / "data")])


def test_what_is_passed_over_is_told(data):
    for name in ("a/scan.pdf", "participants.tsv", "b/notes.json"):
        (data / name).write_bytes(b"x")
    passed = []
    assert names(data, passed=passed) == ["data/a/one.cwa", "data/a/three.csv.gz", "data/b/two.cwa"]
    assert passed == ["data/a/scan.pdf", "data/b/notes.json"]


def test_unisens_is_one_recording_by_its_header(data):
    for name in ("c/unisens.xml", "c/acc.bin", "c/press.bin", "d/own.bin", "d/other.mat", "d/lines.jsonl"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_bytes(b"x")
    passed = []
    found = names(data / "c", data / "d", passed=passed)
    assert found == ["c/unisens.xml", "d/lines.jsonl", "d/other.mat", "d/own.bin"]
    assert not passed
