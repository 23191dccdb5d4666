"""Promise: a log of a long work has few lines, each with how far it is and an honest guess of the rest."""

from __future__ import annotations

import pytest

from detector.cli.terminal.far import HowFar, in_words


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_for_each_tenth(capsys):
    clock = Clock()
    with HowFar("nights", 1000, clock=clock) as far:
        for _ in range(1000):
            clock.now += 0.01
            far.done()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "1000 of 1000 nights"


def test_and_for_each_minute(capsys):
    clock = Clock()
    with HowFar("nights", 1000, clock=clock) as far:
        for number in range(5):
            clock.now += 45
            far.done(failed=number == 0)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "2 of 1000 nights, 1 failed, about 12 h left",
        "4 of 1000 nights, 1 failed, about 12 h left",
    ]


def test_what_was_there_says_nothing_of_the_rest():
    clock = Clock()
    with HowFar("nights", 100, there=90, clock=clock) as far:
        for _ in range(90):
            far.done(was_there=True)
        assert far.left_s is None
        clock.now = 60
        far.done()
        assert far.left_s == pytest.approx(9 * 60)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "less than a minute"), (600, "about 10 min"), (7200, "about 2 h"), (500_000, "about 6 days")],
)
def test_a_guess_is_round(seconds, words):
    assert in_words(seconds) == words
