"""Promise: `fasciwatch export` writes a night or a range of evenings, tells what it wrote, and says what is wrong in a
sentence; a night that is being recorded is exported as far as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from detector import exports
from detector.cli import main
from detector.cli.research.export import FORMATS
from detector.night import NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

ROOT = Path(__file__).parents[4]


@pytest.fixture
def run():
    def call(*words):
        return CliRunner().invoke(main, ["export", *map(str, words)])

    return call


def write(path, made_by, start_ns, *, seconds=30, close=True, has_date=True):
    log = NightLog(path, replace(made_by, started_utc_ns=start_ns), wait=True)
    log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001, has_date=has_date)
    xyz = np.random.default_rng(1).normal(0, 0.01, (52 * seconds, 3)).astype(np.float32)
    for piece, begins in Rows(52).cut(Samples(start_ns, 52.0, xyz, "Sense")):
        log.samples(piece, begins)
    log.flush()
    if close:
        log.close()
    return log


@pytest.fixture
def library(tmp_path, made_by, start_ns):
    folder = tmp_path / "library"
    folder.mkdir()
    for day in range(4):
        write(folder / f"2026-11-{24 + day}.night", made_by, start_ns + day * 86_400 * NS)
    return folder


def test_formats_are_those_there_are():
    assert FORMATS == exports.FORMATS


def test_one_night_and_what_is_said_of_it(run, library, tmp_path):
    told = run("2026-11-25", "--to", "edf", "-o", tmp_path / "out", "--library", library)
    assert told.exit_code == 0, told.output
    assert told.output.startswith("2026-11-25.night: 5 files in")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert "2026-11-25_sensor1.edf" in names or "2026-11-24_sensor1.edf" in names


def test_a_range_of_evenings(run, library, tmp_path):
    told = run(
        "--from",
        "2026-11-24",
        "--until",
        "2026-11-25",
        "--to",
        "csv",
        "-o",
        tmp_path / "out",
        "--json",
        "--library",
        library,
    )
    assert told.exit_code == 0, told.output
    assert [each["name"] for each in json.loads(told.stdout)] == ["2026-11-24", "2026-11-25"]
    assert all(Path(file).is_file() for each in json.loads(told.stdout) for file in each["files"])
    told = run("--until", "2020-01-01", "--to", "csv", "-o", tmp_path / "out", "--library", library)
    assert told.exit_code == 1
    assert "there is no night of these evenings" in told.output


def test_one_bad_night_keeps_no_other_from_its_files(run, library, tmp_path):
    (library / "2026-11-25.night").write_bytes(b"no night at all" * 1000)
    told = run("--from", "2026-11-24", "--to", "annot", "-o", tmp_path / "out", "--library", library)
    assert told.exit_code == 1
    assert "1 of 3 nights could not be exported" in told.output
    assert len(list((tmp_path / "out").glob("*.annot"))) == 2


@pytest.mark.parametrize("words", [(), ("2026-11-25", "--from", "2026-11-24")])
def test_nights_or_a_range(run, library, tmp_path, words):
    told = run(*words, "--to", "csv", "-o", tmp_path / "out", "--library", library)
    assert told.exit_code == 2
    assert "name the nights, or say --from or --until" in told.output


def test_a_night_that_is_being_recorded_says_so(run, tmp_path, made_by, start_ns):
    log = write(tmp_path / "tonight.night", made_by, start_ns, close=False)
    try:
        told = run(tmp_path / "tonight.night", "--to", "csv", "-o", tmp_path / "out")
        assert told.exit_code == 0, told.output
        assert "It is being recorded: what has come until now is exported" in told.output
    finally:
        log.close()
    (table,) = (tmp_path / "out").glob("*_sensor1.csv")
    before = len(table.read_text().splitlines())
    again = run(tmp_path / "tonight.night", "--to", "csv", "-o", tmp_path / "out")
    assert "being recorded" not in again.output
    assert len(table.read_text().splitlines()) == 52 * 30 + 1 >= before


def test_a_folder_that_cannot_be_written_is_a_sentence(run, library, tmp_path):
    (tmp_path / "file").write_text("mine")
    told = run("last", "--to", "csv", "-o", tmp_path / "file" / "out", "--library", library)
    assert told.exit_code == 1
    assert "the export cannot be written to" in told.output


def test_no_compiler_is_loaded(library, tmp_path):
    program = (
        "import sys\nfrom detector.cli import main\n"
        f"words = ['export', 'last', '--to', 'edf', '-o', {str(tmp_path)!r}, '--library', {str(library)!r}]\n"
        "main(words, standalone_mode=False)\n"
        "assert not {'numba', 'scipy', 'bleak', 'bumble', 'pyarrow', 'edfio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True)
