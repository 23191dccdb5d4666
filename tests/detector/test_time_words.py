"""Promise: a length of time reads the same wherever it is told."""

from __future__ import annotations

import pytest

from detector.report.phrases import short_time
from detector.summary.many.said import hours_words
from detector.time_words import span
from detector.words import translations


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (90.6, "1 min 31 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7 * 3600 + 48 * 60 + 29, "7 h 48 min"),
        (7 * 3600 + 48 * 60 + 40, "7 h 48 min"),
    ],
)
def test_a_length_of_time(seconds, told):
    assert span(seconds) == told


def test_hours_are_the_same_in_lists_at_a_terminal_and_on_paper():
    for seconds in range(3600, 8 * 3600, 37):
        told = span(seconds)
        assert hours_words(seconds, translations()) == told
        assert short_time(seconds).replace("\N{NO-BREAK SPACE}", " ") + " min" == told
