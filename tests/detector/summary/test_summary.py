"""Promise: the summary of a night counts what is in it, and says what made it."""

from __future__ import annotations

import pytest

from detector.night import Night
from detector.summary import summarise
from firmware_bridge.samples import NS, Gap, Samples

HOUR_S = 3600


def test_a_night_with_gaps_and_twitches(open_log, feed, rest, event, path, made_by):
    start_ns = 1_795_500_000 // HOUR_S * HOUR_S * NS + 3300 * NS  # five minutes before the hour
    log = open_log()
    log.battery("Sense", start_ns, 93)
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 600), "Sense"))
    gaps = [Gap(rows[-1].end_ns, rows[-1].end_ns + s * NS, f"cause {s}", "Sense") for s in (1, 30, 2, 60, 3, 4)]
    for gap in gaps:
        log.gap(gap)
    rows += feed(log, Samples(rows[-1].end_ns + 100 * NS, 52.0, rest(52 * 200), "Sense"))
    for minute in (1, 2, 6):
        log.event(event(60.0 * minute, onset_utc=""))
    log.event(event(8.0, kind="movement", onset_utc=""))
    log.battery("Sense", start_ns + HOUR_S * NS, 88)
    log.close()
    with Night(path) as night:
        summary = summarise(night)
    (sensor,) = summary.sensors
    assert (summary.start_ns, summary.end_ns) == (rows[0].start_ns, rows[-1].end_ns)
    assert summary.kinds == {"movement": 1, "twitch": 3}
    assert sensor.recorded_s == pytest.approx(800, abs=0.01)
    assert sensor.rate_hz == pytest.approx(52, rel=1e-5)
    assert sensor.sample_count == 52 * 800
    assert summary.twitches_per_hour == sensor.twitches_per_hour == pytest.approx(3 / 800 * HOUR_S, rel=1e-4)
    assert (sensor.gap_count, sensor.gap_s) == (summary.gap_count, summary.gap_s) == (6, 100.0)
    assert [gap.cause for gap in sensor.longest_gaps] == [f"cause {s}" for s in (60, 30, 4, 3, 2)]
    assert (sensor.battery_first, sensor.battery_last) == (93.0, 88.0)
    before, after = summary.hours
    assert after.start_ns - before.start_ns == HOUR_S * NS
    assert (before.twitch_count, after.twitch_count) == (2, 1)
    assert before.recorded_s == pytest.approx(300, abs=1)
    assert before.recorded_s + after.recorded_s == pytest.approx(sensor.recorded_s)
    assert summary.version == "0.1.0"
    assert summary.settings_sha256 == (made_by.settings_sha256,)


def test_a_night_without_a_sample(open_log, path):
    open_log().close()
    with Night(path) as night:
        summary = summarise(night)
        assert night.minmax("Sense").smallest.shape == (0, 3)
    assert (summary.start_ns, summary.twitches_per_hour, summary.hours, summary.kinds) == (None, None, (), {})
    assert (summary.sensors[0].rate_hz, summary.sensors[0].battery_first) == (None, None)
