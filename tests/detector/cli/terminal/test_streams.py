"""Promise: whatever a command's streams are, closed, full or of few letters, it works and says what is wrong."""

from __future__ import annotations

import errno
import io
import os
import sys

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cli.terminal.status import Status
from detector.cli.terminal.streams import mend_streams
from firmware_bridge.link.info import LinkState
from tests.detector.cli.keeping.test_keep import make


def test_closed_streams_get_a_stand_in(monkeypatch):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    mend_streams()
    try:
        assert sys.stdin.read() == ""
        assert not sys.stdin.isatty()
        for stream in (sys.stdout, sys.stderr):
            assert stream.write("nobody reads this")
    finally:
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()


def test_a_command_with_a_closed_stdin(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    try:
        main(["check", "--all", "--library", str(tmp_path)], standalone_mode=False)
    finally:
        sys.stdin.close()


def test_a_summary_where_the_encoding_has_no_bars(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), "cp1252")  # of a file on Windows
    monkeypatch.setattr(sys, "stdout", out)
    mend_streams()
    assert sys.stdout.write("22:00 ███")
    sys.stdout.flush()
    assert out.buffer.getvalue() == b"22:00 ???"


class Full(io.RawIOBase):
    """A file on a disk that is full."""

    def writable(self):
        return True

    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("words", [["events"], ["events", "--csv", "-"]])
def test_a_result_that_finds_no_room_is_told_of(tmp_path, monkeypatch, words):
    night = make(tmp_path / "2026-11-20.night", seconds=12)
    full = io.TextIOWrapper(Full(), "utf-8", write_through=True)
    with CliRunner().isolation() as (_, said, _):
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as ended:
            main([*words, str(night)])
    assert ended.value.code == 1
    assert b"the result cannot be written" in said.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_a_recording_goes_on_where_nobody_can_read_how_it_stands(monkeypatch, as_json):
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(Full(), "utf-8", write_through=True))
    with Status(as_json=as_json) as status:
        status.state("", LinkState.STREAMING, "Sense")
