"""Promise: a service that works is not destroyed by one that cannot be installed; no passphrase is shown by chance."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.errors import NightError
from detector.night.keys import FILE_VARIABLE, from_file
from detector.recorder.tonight import Tonight
from detector.replaying import Input
from tests.detector.recorder.one_night import tonight

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux only")


@pytest.fixture
def units(tmp_path, monkeypatch):
    """The folder of units, with a service that was installed, and a systemctl that does all it is told."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text("#!/bin/sh\n")
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert install("--device", "X").exit_code == 0
    return tmp_path / "config" / "systemd" / "user"


def install(*words):
    return CliRunner().invoke(main, ["service", "install", *words])


def texts(folder):
    return {file.name: file.read_text() for file in folder.iterdir()}


@linux
def test_a_name_that_is_no_text(units):
    before = texts(units)
    result = install("--device", "X", "--library", "/tmp/\udcff")  # noqa: S108 - nothing is made there
    assert result.exit_code == 1
    assert "no text" in result.output
    assert texts(units) == before


@linux
def test_a_disk_that_is_full(units, monkeypatch):
    before = texts(units)

    def fail(path, data):
        with Path.open(path, "wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", fail)
        result = install("--device", "Y")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert texts(units) == before
    assert install("--device", "Y").exit_code == 0
    assert '"Y"' in texts(units)["fasciwatch.service"]
    assert "removed" in CliRunner().invoke(main, ["service", "remove"]).output


@pytest.mark.parametrize("command", [["service", "install"], ["record", "--no-log"]])
@pytest.mark.parametrize("name", ["", "  ", "\0"])
def test_a_wearable_without_a_name(command, name):
    result = CliRunner().invoke(main, [*command, "--device", name])
    assert result.exit_code == 2
    assert "names no wearable" in result.output


def test_no_passphrase_is_shown_by_chance(tmp_path):
    secret = "four words only we know"  # noqa: S105 - of nothing
    night = tonight(tmp_path, "X", passphrase=secret)
    assert isinstance(night, Tonight)
    source = Input(tmp_path, "", (), (), None, 0.0, 0, 0.0, (), "", passphrase=secret)
    assert secret not in repr(night) + repr(source)


def test_a_passphrase_with_zeros(tmp_path, monkeypatch):
    file = tmp_path / "passphrase"
    file.write_text("correct\0horse\n")
    file.chmod(0o600)
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    with pytest.raises(NightError, match="zero character"):
        from_file()
