"""Promise: each recording is one person's, by the table, by BIDS or its folder; else a sentence names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.cohort.finding.files import Found
from detector.cohort.finding.subjects import of_people
from detector.errors import FasciwatchError

BIDS = ("s/sub-01/ses-1/sub-01_ses-1_motion.tsv", "s/sub-02/ses-1/sub-02_ses-1_motion.tsv")
PLAIN = ("d/p1.cwa", "d/p10.cwa", "d/p2_night1.cwa")


def found(*names):
    return [Found(Path(name), name) for name in names]


@pytest.fixture
def table(tmp_path):
    def one(words, name="participants.tsv"):
        path = tmp_path / name
        path.write_text(words)
        return path

    return one


def whose(cohort):
    return {task.key: (task.subject, task.group, task.session) for task in cohort.tasks}


def test_bids_tells_itself():
    assert whose(of_people(found(*BIDS))) == {
        f"01 {BIDS[0]}": ("01", "", "1"),
        f"02 {BIDS[1]}": ("02", "", "1"),
    }


def test_participants_tell_groups(table):
    told = of_people(
        found(*BIDS), table("participant_id\tgroup\tage\nsub-01\tpatient\t50\nsub-02\tn/a\t51\nsub-03\tx\t1\n")
    )
    assert whose(told) == {f"01 {BIDS[0]}": ("01", "patient", "1"), f"02 {BIDS[1]}": ("02", "", "1")}
    assert told.without == (("03", "x"),)


def test_another_column_may_be_the_group(table):
    told = of_people(found(*BIDS), table("participant_id\tArm\nsub-01\ta\nsub-02\tb\n"), "Arm")
    assert [task.group for task in told.tasks] == ["a", "b"]


def test_codes_in_names_do_not_mix_up(table):
    told = of_people(found(*PLAIN), table("subject,group\np1,a\np10,b\np2,c\n", "s.csv"))
    assert [(task.path.name, task.subject) for task in told.tasks] == [
        ("p1.cwa", "p1"),
        ("p10.cwa", "p10"),
        ("p2_night1.cwa", "p2"),
    ]


def test_rows_name_files_or_patterns(table):
    told = of_people(
        found("d/x/1.cwa", "d/x/2.cwa", "d/y/1.cwa"),
        table("subject,file,pattern,session,place\nA,x/1.cwa,,one,left calf\nA,x/2.cwa,,two,\nB,,d/y/*,,\n", "s.csv"),
    )
    assert [(task.subject, task.session, task.place) for task in told.tasks] == [
        ("A", "one", "left calf"),
        ("A", "two", ""),
        ("B", "", ""),
    ]


def test_without_a_table_the_folder_is_the_person():
    told = of_people([Found(Path("d/ann/1.cwa"), "d/ann/1.cwa", folder="ann"), Found(Path("d/2.cwa"), "d/2.cwa")])
    assert sorted(task.subject for task in told.tasks) == ["2", "ann"]


@pytest.mark.parametrize(
    ("names", "words", "sentence"),
    [
        (BIDS, "participant_id\nsub-01\n", r"does not know 02 \("),
        (BIDS, "age\n50\n", "no column participant_id or subject"),
        (BIDS, "participant_id\tage\nn/a\t1\n", "row 2 names nobody"),
        (BIDS, "participant_id\nsub-01\nsub-01\nsub-02\n", "two rows for 01"),
        (BIDS, "participant_id\tgroup\nsub-01\ta\nsub-01\tb\n", "01 is in two groups, 'a' and 'b'"),
        (PLAIN, "subject\np1\np2\n", "nobody whose code is in the path of d/p10.cwa"),
        (PLAIN, "subject\tfile\np1\tp1.cwa\np2\tp2_night1.cwa\n", "no row for d/p10.cwa"),
        (
            PLAIN,
            "subject\tfile\np1\tp1.cwa\np9\tp9.cwa\n",
            "1 row is without a recording, .* row 3, p9: p9.cwa",
        ),
        (PLAIN, "subject\tpattern\np1\tp1*\np2\t*.cwa\n", "two rows for d/p1.cwa: rows 2 and 3"),
        (("d/a/1.cwa", "d/b/1.cwa"), "subject\tfile\nx\t1.cwa\n", "1.cwa may be any of d/a/1.cwa, d/b/1.cwa"),
    ],
)
def test_what_is_wrong_is_told(names, words, sentence, table):
    with pytest.raises(FasciwatchError, match=sentence):
        of_people(found(*names), table(words))


def test_an_unknown_column_for_groups_is_told(table):
    with pytest.raises(FasciwatchError, match="no column arm: there are participant_id, group"):
        of_people(found(*BIDS), table("participant_id\tgroup\nsub-01\ta\nsub-02\ta\n"), "arm")


@pytest.mark.parametrize("row", [{"path": "a.cwa", "who": "P1"}, {"path": "a.cwa", "subject": ""}])
def test_a_table_of_paths_that_names_nobody_is_refused(row):
    """Else each file would be a person of its own, and the means of groups wrong."""
    with pytest.raises(FasciwatchError, match=r"does not say whose d/a\.cwa is: give it a column subject"):
        of_people([Found(Path("d/a.cwa"), "d/a.cwa", row)])
    table = [Found(Path(BIDS[0]), BIDS[0], {"path": BIDS[0]})]
    assert whose(of_people(table)) == {f"01 {BIDS[0]}": ("01", "", "1")}
