"""Promise: a night's digest is small, comes back from JSON as it was, and says on which evening the night was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from detector.minutes import MINUTE_NS, MeasuredMinute
from detector.night import Night
from detector.summary import summarise
from detector.summary.digest import DIGEST_VERSION, LEVELS_MG, NightDigest, digest, digest_of
from firmware_bridge.samples import NS, Samples


@pytest.fixture
def night(open_log, feed, rest, event, start_ns):
    log = open_log()
    log.sensor("Other", model="Verity Sense", nominal_hz=52, place="left arm")
    feed(log, Samples(start_ns, 52.0, rest(52 * 1200), "Sense"))
    first_ns = start_ns // MINUTE_NS * MINUTE_NS
    for minute in range(21):
        log.measured("Sense", MeasuredMinute(first_ns + minute * MINUTE_NS, 60.0, 60.0, "", 1.0, 5.0, 60.0))
    for onset_s in (30.0, 90.0, 700.0):
        log.event(event(onset_s, onset_utc=""))
    log.close()
    return log.path


def test_it_comes_back_as_it_was(night):
    with Night(night) as opened:
        told = digest_of(opened)
    assert NightDigest.from_json(told.to_json()) == told
    assert len(told.to_json()) < 10_000
    sense, other = told.sensors
    assert (sense.level(0.0).found, sense.level(10.0).found, sense.level(8.0).seconds) == (3, 3, 0.0)
    assert sense.sensitivity_mg == pytest.approx(8.25)
    assert [level.amplitude_mg for level in sense.levels] == list(LEVELS_MG)
    assert (other.side, other.per_hour, other.measurable_s) == ("left", None, None)
    assert (told.timezone, told.last_label, told.name) == ("Europe/Berlin", 0, night.stem)


@pytest.mark.parametrize("words", ["", "{}", "[]", "null", "3", '{"digest": 0}'])
def test_what_is_no_digest_is_refused(words):
    with pytest.raises(ValueError, match=r"."):
        NightDigest.from_json(words)


def test_one_of_another_version_or_with_a_part_missing_is_refused(night):
    with Night(night) as opened:
        facts = json.loads(digest_of(opened).to_json())
    for changed in ({"digest": DIGEST_VERSION + 1}, {"sensors": [{}]}, {"sensors": 3}, {"more": 1}):
        with pytest.raises(ValueError, match=r"digest"):
            NightDigest.from_json(json.dumps(facts | changed))


@pytest.mark.parametrize(
    ("began", "evening"),
    [
        (1_795_550_400, "2026-11-24"),
        (1_795_580_000, "2026-11-24"),
        (1_795_602_000, "2026-11-24"),
        (1_795_606_000, "2026-11-25"),
    ],
)
def test_a_day_lasts_from_noon_to_noon_by_the_wearers_clock(night, began, evening):
    with Night(night) as opened:
        summary = summarise(opened)
    assert digest(replace(summary, start_ns=began * NS), "x", 0).evening == evening
    undated = replace(summary, sensors=tuple(replace(each, has_date=False) for each in summary.sensors))
    assert digest(undated, "x", 0).evening is None
