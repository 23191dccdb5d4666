"""Promise: ``fasciwatch report`` writes the sheet that is asked for, says in a sentence why it cannot, and imports no
compiler."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.night import keys
from tests.detector.report.conftest import START, make_night

DAY_S = 86_400


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    for day in range(3):
        make_night(folder / f"2026-11-{22 + day}.night", hours=1.0, start=START + (day - 2) * DAY_S, others=False)
    return folder


@pytest.fixture
def library(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "nights"))


@pytest.fixture
def run(library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keys.RING, "ask", None)

    def call(*words):
        return CliRunner().invoke(main, ["report", "--library", str(library), *words])

    return call


def test_the_last_night_for_its_person_into_this_folder(run, tmp_path):
    done = run()
    assert done.exit_code == 0, done.output
    assert done.stdout == "fasciwatch-2026-11-24-patient.html\n"
    assert "Your night" in (tmp_path / "fasciwatch-2026-11-24-patient.html").read_text(encoding="utf-8")
    assert run().exit_code == 0  # its own older sheet is replaced


def test_for_a_clinician_of_a_night_that_is_named(run, tmp_path):
    done = run("2026-11-22", "--for", "clinician", "-o", "sheet.html", "--name", "Anna")
    assert done.stdout == "sheet.html\n"
    html = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "22 November" in html or "22 to 23 November" in html
    assert "Anna" in html


def test_on_stdout(run):
    done = run("-o", "-")
    assert done.stdout.startswith("<!doctype html>")


@pytest.mark.parametrize("words", [("--from", "2026-11-22"), ("2026-11-22", "2026-11-24"), ("--to", "2026-11-24")])
def test_of_several_nights_the_last_one_in_full(run, words):
    done = run(*words, "-o", "-")
    assert done.exit_code == 0, done.output
    assert "24 to 25 November 2026" in done.stdout


def test_another_file_is_never_overwritten(run, tmp_path, library):
    (tmp_path / "letter.html").write_text("mine")
    assert run("-o", "letter.html").exit_code == 1
    assert (tmp_path / "letter.html").read_text() == "mine"
    before = (library / "2026-11-24.night").read_bytes()
    assert run("last", "-o", str(library / "2026-11-24.night")).exit_code == 1
    assert (library / "2026-11-24.night").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nothing",), "there is no night nothing"),
        (("last", "--from", "2026-11-20"), "name nights, or say --from and --to"),
        (("--from", "2027-01-01"), "no night of these evenings"),
        (("--from", "tomorrow"), "does not match the format"),
        (("-o", "nowhere/a.html"), "cannot write"),
    ],
)
def test_what_cannot_be_is_told(run, words, told):
    done = run(*words)
    assert done.exit_code != 0
    assert told in done.output


def test_a_damaged_and_a_locked_night(run, library):
    (library / "2026-11-25.night").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    done = run("2026-11-25")
    assert done.exit_code == 1
    assert "2026-11-25.night" in done.output
    assert "Traceback" not in done.output
    done = run("2026-11-25", "2026-11-24", "-o", "-")
    assert done.exit_code == 0
    assert "it is left out" in done.stderr


def test_neither_compiler_nor_radio_is_imported(library, tmp_path):
    program = (
        "import sys\nfrom detector.cli import main\n"
        f"main(['report', 'last', '--library', {str(library)!r}, '-o', {str(tmp_path / 'a.html')!r}], "
        "standalone_mode=False)\n"
        "print(sorted({'numba', 'scipy', 'matplotlib', 'bumble', 'bleak', 'starlette'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
