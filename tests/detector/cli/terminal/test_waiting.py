"""Promise: who waits for nights to be summed up is told so, on stderr only, and never where it takes a moment."""

from __future__ import annotations

import io
from itertools import count
from pathlib import Path

import pytest

from detector.cli.terminal.words.waiting import one_by_one
from detector.night.keys import RING

NIGHTS = [Path(f"{day}.night") for day in range(5)]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def slowly():
    seconds = count()
    return lambda: float(next(seconds))


def test_one_sentence_where_nobody_watches(capsys, slowly):
    assert list(one_by_one(NIGHTS, clock=slowly)) == NIGHTS
    told = capsys.readouterr()
    assert told.err == "Looking at your nights. This takes a while the first time only.\n"
    assert told.out == ""


def test_how_many_are_done_at_a_terminal(monkeypatch, slowly):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert list(one_by_one(NIGHTS, clock=slowly)) == NIGHTS
    written = terminal.getvalue()
    assert "1 of 5" in written
    assert "4 of 5" in written
    assert written.endswith("\r\033[K")  # nothing of it stays


def test_nothing_where_it_takes_a_moment(capsys):
    assert list(one_by_one(NIGHTS, clock=lambda: 0.0)) == NIGHTS
    assert capsys.readouterr().err == ""


def test_a_passphrase_is_asked_for_on_a_line_of_its_own(monkeypatch, slowly):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    def ask():
        terminal.write("Passphrase: ")
        return "secret"

    monkeypatch.setattr(RING, "ask", ask)
    for _night in one_by_one(NIGHTS, clock=slowly):
        assert RING.ask() == "secret"
    assert "\r\033[KPassphrase: " in terminal.getvalue()
    assert RING.ask is ask
