"""Promise: where a computer may still show the time of its last day, a recording that waits gives a time server time to
set it, and goes on without one."""

from __future__ import annotations

from detector.cli import old_clock
from detector.cli.old_clock import wait_for_the_time
from firmware_bridge.clock.host import wall_clock_may_be_old


def test_a_clock_that_is_right_is_not_waited_for(capsys):
    wait_for_the_time(lambda: False)
    assert capsys.readouterr().err == ""


def test_it_goes_on_as_soon_as_the_clock_is_set(capsys, monkeypatch):
    monkeypatch.setattr(old_clock, "_LOOK_AGAIN_S", 0.0)
    answers = iter([True, True, False])
    wait_for_the_time(lambda: next(answers))
    assert list(answers) == []
    said = capsys.readouterr().err
    assert "waiting for a time server" in said
    assert "No time server" not in said


def test_without_a_time_server_it_goes_on_and_says_so(capsys):
    wait_for_the_time(lambda: True, patience_s=0.01)
    assert capsys.readouterr().err.splitlines()[-1].startswith("No time server has set the clock")


def test_this_computer_answers():
    assert wall_clock_may_be_old() in {True, False}
