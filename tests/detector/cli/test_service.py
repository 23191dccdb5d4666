"""Promise: the service is what systemd takes, is told of a living loop, and keeps to the times it was given."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from detector.cli import main, old_clock
from detector.cli.heartbeat import beating, tell
from detector.cli.unit import command_of, quote, service, timer
from firmware_bridge.virtual.time import run

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux only")
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0", exclude_categories=("Cs",)))


def unquoted(text):
    """What systemd makes of it, by its manual: systemd.syntax(7) and systemd.service(5)."""
    assert text[0] == text[-1] == '"'
    found, rest = "", text[1:-1]
    while rest:
        if rest[0] == "\\":
            assert rest[1] in {'"', "\\"}
            found, rest = found + rest[1], rest[2:]
        elif rest[0] in "%$":
            assert rest[1] == rest[0]
            found, rest = found + rest[0], rest[2:]
        else:
            assert rest[0] != '"'
            found, rest = found + rest[0], rest[1:]
    return found


@given(WORDS)
def test_a_word_comes_out_as_it_went_in(word):
    assert unquoted(quote(word, command=True)) == word
    assert command_of(service(["/bin/python", word], {}))[-1] == word


@pytest.mark.parametrize("word", ["two\nlines", "a\0zero", "a\rreturn"])
def test_what_cannot_stand_in_a_unit_is_refused(word):
    with pytest.raises(ValueError, match="line break"):
        quote(word)


def test_the_name_of_a_program_is_its_path():
    assert 'ExecStart="@/a ${b}/python" "/a $${b}/python" "$${c}"' in service(["/a ${b}/python", "${c}"], {})
    assert 'ExecStart="/a/python" "$$"' in service(["/a/python", "$"], {})


@linux
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("folder", ["", "my $HOME", "${HOME} $$ %h"])
def test_systemd_takes_it(tmp_path, folder):
    """Where the program lies, too: a service whose program is not found is refused."""
    program = sys.executable
    if folder:
        (tmp_path / folder).mkdir()
        program = str(tmp_path / folder / "python")
        shutil.copy("/bin/true", program)
    command = [program, "-m", "detector.cli", "record", "--device", 'My "100 %" $HOME \\ Sense']
    (tmp_path / "fasciwatch.service").write_text(service(command, {"FASCIWATCH_SETTINGS": "/tmp/a b%c"}))  # noqa: S108 - a name
    (tmp_path / "fasciwatch.timer").write_text(timer(clock_time(22, 30)))
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "fasciwatch.service", "fasciwatch.timer"],  # noqa: S607 - wherever it is
        cwd=tmp_path,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "fasciwatch" not in done.stderr
    assert done.returncode == 0, done.stderr


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """A socket such as systemd listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def heard():
            words = []
            while True:
                try:
                    words.append(door.recv(1000).decode())
                except BlockingIOError:
                    return words

        yield heard


@linux
def test_the_manager_hears_that_the_loop_lives(manager, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")

    async def live():
        async with beating():
            await asyncio.sleep(59)

    run(live())
    assert manager() == ["READY=1", *["WATCHDOG=1"] * 4, "STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000"]


@linux
def test_a_loop_that_hangs_says_nothing(manager, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")

    async def hang():
        async with beating():
            await asyncio.sleep(0)
            manager()
            time.sleep(0.1)  # noqa: ASYNC251 - that is the fault
            assert manager() == []

    asyncio.run(hang())


def test_without_a_manager_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    tell("READY=1")


def fasciwatch(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def test_outside_of_its_time_the_recorder_does_nothing(tmp_path):
    now = datetime.now()  # noqa: DTZ005 - the computer's own time of day
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (2, 4))
    assert f"the night begins at {begin}" in fasciwatch(
        "record", "--from", begin, "--until", end, "--library", tmp_path
    )
    assert list(tmp_path.iterdir()) == []
    assert "--from needs --until" in fasciwatch("record", "--from", begin, code=2)
    assert "--from" in fasciwatch("record", "--from", "noon", "--until", end, code=2)


def test_a_recorder_that_waits_first_waits_for_the_right_time(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(old_clock, "wait_for_the_time", lambda: asked.append("once"))
    now = datetime.now()  # noqa: DTZ005 - the computer's own time of day
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (2, 4))
    words = ("record", "--from", begin, "--until", end, "--library", tmp_path)
    fasciwatch(*words)
    assert asked == []
    fasciwatch(*words, "--wait")
    assert asked == ["once"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Settings of one's own, and a systemctl that writes down what it is asked: the user's services stay untouched."""
    asked = tmp_path / "asked"
    programs = tmp_path / "bin"
    programs.mkdir()
    systemctl = programs / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("FASCIWATCH_SETTINGS", str(tmp_path / "settings"))
    return tmp_path


@linux
def test_install_status_and_remove(home):
    units = home / "config" / "systemd" / "user"
    assert "no wearable has been chosen yet" in fasciwatch("service", "install", code=1)
    assert not units.exists()
    words = fasciwatch("service", "install", "--at", "21:30", "--device", "Sense", "--library", home / "my nights")
    assert "Every night from 21:30 to 07:00" in words
    text = (units / "fasciwatch.service").read_text()
    assert '"--wait" "--unnamed" "--low-battery" "--from" "21:30" "--until" "07:00" "--device" "Sense"' in text
    assert f'"--library" "{home}/my nights"' in text
    assert "OnCalendar=*-*-* 21:30:00" in (units / "fasciwatch.timer").read_text()
    assert (home / "asked").read_text().splitlines() == [
        "--user show-environment",
        "--user daemon-reload",
        "--user enable --now fasciwatch.timer",
    ]
    (home / "my nights").mkdir()
    (home / "my nights" / "2026-11-20.night").touch()
    for library in ([], ["--library", home / "my nights"]):  # that of the service by itself
        status = fasciwatch("service", "status", *library)
        assert "room for some" in status
        assert "The last night written: 2026-11-20" in status
    assert "removed" in fasciwatch("service", "remove")
    assert list(units.iterdir()) == []
    assert "nothing to remove" in fasciwatch("service", "remove")
    assert "No service is installed" in fasciwatch("service", "status", "--library", home / "my nights")


@linux
def test_a_unit_of_somebody_else_is_left_alone(home):
    units = home / "config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "fasciwatch.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert "was not written by fasciwatch" in fasciwatch("service", "install", "--device", "Sense", code=1)
    assert "nothing to remove" in fasciwatch("service", "remove")
    assert (units / "fasciwatch.service").read_text().startswith("[Service]")


@linux
def test_without_systemd_it_says_what_to_do(home, monkeypatch):
    monkeypatch.setenv("PATH", str(home))
    words = fasciwatch("service", "install", "--device", "Sense", code=1)
    assert "no systemd: let its own scheduler start" in words
    assert not (home / "config" / "systemd").exists()


@pytest.mark.parametrize(("begin", "end"), [("9", "07:00"), ("22:00", "25:00"), ("22:00", "22:00")])
def test_times_that_are_none(home, begin, end):
    fasciwatch("service", "install", "--at", begin, "--until", end, "--device", "Sense", code=2)
