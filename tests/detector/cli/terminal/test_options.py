"""Promise: a time of day is taken as a person writes it, and anything else refused."""

from __future__ import annotations

from datetime import time

import click
import pytest

from detector.cli.terminal.options.shared import time_of_day


@pytest.mark.parametrize(("words", "meant"), [("07:00", time(7)), ("7:05", time(7, 5)), (" 23:59 ", time(23, 59))])
def test_what_is_one(words, meant):
    assert time_of_day(None, None, words) == meant


@pytest.mark.parametrize("words", ["25:00", "24:00", "7", "7:5", "7:60", "noon", "-1:00", "07:00:00", ""])
def test_what_is_none(words):
    with pytest.raises(click.BadParameter, match="is no time of day such as 07:00"):
        time_of_day(None, None, words)
