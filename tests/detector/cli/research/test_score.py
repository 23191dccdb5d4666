"""Promise: `fasciwatch score` prints and draws what a comparison says, for one night or for many people."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.night import NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples


@pytest.fixture
def run():
    def call(*words):
        return CliRunner().invoke(main, ["score", *map(str, words)])

    return call


@pytest.fixture
def night(tmp_path, made_by, start_ns, event):
    path = tmp_path / "2026-11-23.night"
    with NightLog(path, made_by, wait=True) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
        xyz = np.random.default_rng(1).normal(0, 0.001, (52 * 1200, 3)).astype(np.float32)
        for piece, begins in Rows(52).cut(Samples(start_ns, 52.0, xyz, "Sense")):
            log.samples(piece, begins)
        for onset_s in range(10, 1190, 30):
            utc = str(np.datetime64(start_ns + onset_s * NS, "ns"))[:26] + "Z"
            log.event(event(float(onset_s), onset_utc=utc))
    return path


@pytest.fixture
def marks(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("onset,duration,description\n" + "".join(f"{at + 0.01},0.1,twitch\n" for at in range(10, 1000, 30)))
    return path


def test_what_is_printed(run, night, marks):
    told = run(night, marks)
    assert told.exit_code == 0, told.output
    for words in (
        "± 150 ms",
        "± 100 ms",
        "± 250 ms",
        "sensitivity",
        "precision",
        "F1",
        "false alarms an hour",
        "median -10 ms",
        "positive agreement",
        "Gwet's AC1",
        "kappa",
        "in 5 min",
        "mg p-p",
    ):
        assert words in told.output
    assert "    33      0      7" in told.output


def test_what_a_program_gets(run, night, marks):
    told = json.loads(run(night, marks, "--json", "--tolerance-ms", "50").stdout)
    assert told["tolerances"][0]["tolerance_ms"] == 50
    assert told["tolerances"][0]["hits"] == 33
    assert told["sweep"][0]["precision"] == pytest.approx(33 / 40)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_the_picture(run, night, marks, tmp_path):
    assert run(night, marks, "--svg", tmp_path / "p.svg").exit_code == 0
    assert (tmp_path / "p.svg").read_text(encoding="utf-8").startswith("<svg")
    told = run(night, marks, "--svg", marks)
    assert told.exit_code == 1
    assert "is what is to be read" in told.output
    told = run(night, marks, "--svg", tmp_path / "no" / "p.svg")
    assert told.exit_code == 1
    assert "cannot write" in told.output


def test_many_people_by_a_table(run, night, marks, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("subject,night,annotations\n" + "".join(f"P{n},{night.name},marks.csv\n" for n in range(5)))
    told = run("--table", table)
    assert told.exit_code == 0, told.output
    assert "all together: 5 people, 5 nights" in told.output
    assert "precision: 0.82 (95 %: 0.82 to 0.82)" in told.output
    told = json.loads(run("--table", table, "--json").stdout)
    assert len(told["nights"]) == 5
    assert told["pooled"]["intervals"]["f1"][0] == pytest.approx(told["pooled"]["f1"])
    table.write_text("who,what\n1,2\n")
    assert "needs the columns subject, night, annotations" in run("--table", table).output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "name a night"),
        (("{night}", "nothing.csv"), "there is no night nothing.csv"),
        (("{night}", "{marks}", "--start", "soon"), "'soon' is no time"),
        (("{night}", "{marks}", "--sensor", "Foot"), "has no wearable Foot: it has Sense"),
        (("{night}", "{marks}", "--offset-s", "-86400"), "lie within the recording: with --offset-s 86399.99"),
        (("{night}", "{marks}", "--tolerance-ms", "nan"), "is no number"),
    ],
)
def test_what_is_wrong_is_a_sentence(run, night, marks, words, sentence):
    told = run(*(word.format(night=night, marks=marks) for word in words))
    assert told.exit_code in {1, 2}
    assert sentence in " ".join(told.output.split())
