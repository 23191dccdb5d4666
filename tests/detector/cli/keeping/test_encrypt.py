"""Promise: `--encrypt` asks nothing on the command line, and what is made of an encrypted night is encrypted."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from detector.night.keys import FILE_VARIABLE

SECRET = "correct horse battery staple"  # noqa: S105 - of nights that last as long as a test


def fasciwatch(*words, secret_file=None, **settings):
    environment = {name: value for name, value in os.environ.items() if name != FILE_VARIABLE}
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    if secret_file is not None:
        environment[FILE_VARIABLE] = str(secret_file)
    command = [sys.executable, "-m", "detector.cli", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=False, **settings
    )


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "passphrase"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n")
    return file


@pytest.fixture
def recording(tmp_path):
    file = tmp_path / "rest.csv"
    lines = [f"{i / 50:.2f},{i % 3},{i % 2},{1000 + i % 5}" for i in range(3000)]
    file.write_text("\n".join(["time,x,y,z", *lines]))
    return file


def test_replay_and_read(tmp_path, recording, secret_file):
    library = tmp_path / "nights"
    words = ("replay", recording, "--units", "mg", "--encrypt", "--json", "--library", library)
    (made,) = json.loads(fasciwatch(*words, secret_file=secret_file).stdout)
    night = library / made["night"]
    assert b"rest" not in night.read_bytes()
    assert fasciwatch("events", night, secret_file=secret_file).returncode == 0
    refused = fasciwatch("events", night)
    assert refused.returncode == 1
    assert FILE_VARIABLE in refused.stderr
    assert "Traceback" not in refused.stderr

    again = tmp_path / "again"
    (copy,) = json.loads(fasciwatch("replay", night, "--json", "--library", again, secret_file=secret_file).stdout)
    assert fasciwatch("events", again / copy["night"]).returncode == 1
    assert fasciwatch("events", again / copy["night"], secret_file=secret_file).returncode == 0


def test_nobody_to_ask(tmp_path):
    done = fasciwatch("record", "--encrypt", "--library", tmp_path)
    assert done.returncode == 1
    assert "--encrypt needs a passphrase" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_encrypt(recording):
    assert "no night to encrypt" in fasciwatch("replay", recording, "--encrypt", "--no-log").stderr
    assert "no night to encrypt" in fasciwatch("record", "--encrypt", "--no-log").stderr
