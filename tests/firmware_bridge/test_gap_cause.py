"""Promise: the words of a gap's cause that nights hold never change, and a cause is text wherever text is asked for."""

from __future__ import annotations

import json

from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

STORED = {
    "CONNECTION_LOST": "connection lost",
    "NO_DATA": "no data",
    "STOPPED": "stopped by the wearable",
    "SWITCHED_OFF": "switched off",
    "FELL_ASLEEP": "fell asleep",
    "IN_CHARGER": "in its charger",
    "LOST_FRAMES": "lost frames",
    "LOST_ESTIMATED": "lost frames (estimated)",
    "CLOCK_STEP": "device clock step",
    "CLOCK_UNUSABLE": "device clock unusable",
    "SLEPT": "computer asleep",
    "TOO_SLOW": "recorder too slow",
    "QUEUE_FULL": "log queue full",
    "RESTARTED": "recorder restarted",
    "CRASHED": "recorder crashed",
    "ABSENT": "not in reach",
    "DAMAGED": "recording damaged",
    "MISSING_IN_FILE": "missing in the file",
}
"""As nights hold them: one that is taken out or changed here is no longer understood where it has been written."""

NEVER_STORED = {"ANOTHER_RATE": "another rate"}


def test_the_words_are_those_that_nights_hold():
    assert {cause.name: cause.value for cause in GapCause} == STORED | NEVER_STORED


def test_a_cause_is_its_words():
    for cause in GapCause:
        assert cause == cause.value
        assert f"{cause}" == cause.value
        assert json.loads(json.dumps({"cause": cause})) == {"cause": cause.value}
        assert Gap(1, 2, cause, "one") == Gap(1, 2, cause.value, "one")
        assert hash(cause) == hash(cause.value)
