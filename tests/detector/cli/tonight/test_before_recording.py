"""Promise: what stands in the way of tonight's night is said before the radio does anything, and nothing is harmed."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.night import NightLog, night_path
from detector.night.keys import FILE_VARIABLE
from detector.signal import DetectorConfig
from detector.watch import made_by


def record(*words):
    done = CliRunner().invoke(main, ["record", "--until", "07:00", *map(str, words)])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture
def tonight(tmp_path):
    return night_path(tmp_path, time.time_ns())


@pytest.fixture
def log(tonight):
    with NightLog(tonight, made_by("record", DetectorConfig())) as opened:
        opened.sensor("Sense", model="Verity Sense", nominal_hz=52)
        yield opened


def test_two_at_once(tmp_path, tonight, log):
    assert f"the night {tonight.stem} is already being recorded: end that recording first" in record(
        "--library", tmp_path
    )


def test_a_refusal_in_a_log_names_nobody(tmp_path, tonight, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    tonight.write_text("dear diary")
    words = record("--unnamed", "--library", tmp_path)
    assert f"~/{tonight.name} is no night" in words.replace("\\", "/")
    assert str(tmp_path) not in words


def test_a_night_that_cannot_be_encrypted_any_more(tmp_path, tonight, log, monkeypatch):
    log.close()
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("correct horse battery staple\n")
    monkeypatch.setenv(FILE_VARIABLE, str(secret))
    before = tonight.read_bytes()
    assert "begun without encryption" in record("--library", tmp_path, "--encrypt")
    assert tonight.read_bytes() == before


def test_a_file_that_is_no_night(tmp_path, tonight):
    tonight.write_text("dear diary")
    assert "is no night" in record("--library", tmp_path)
    assert tonight.read_text() == "dear diary"
    assert [file.name for file in tmp_path.iterdir()] == [tonight.name]
