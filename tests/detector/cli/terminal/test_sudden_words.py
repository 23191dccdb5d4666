"""Promise: the summary says how many movements began suddenly and how many runs died out as a clonus, and only then."""

from __future__ import annotations

import numpy as np

from detector.cli.terminal.words.night import describe_night
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Samples

START_NS = 1_790_000_000 * NS
RATE_HZ = 100.0


def summed_up(path, sudden_at_s, beats_at_s):
    """Record minutes of breath with sudden movements and dying beats in them; gives the summary and its words."""
    time_s = np.arange(round(240 * RATE_HZ)) / RATE_HZ
    xyz = 1e-3 * np.random.default_rng(2).standard_normal((len(time_s), 3)) + [0.0, 0.0, 1.0]
    xyz[:, 0] += 3e-3 * np.sin(2 * np.pi * 0.25 * time_s)  # it is worn
    for at in sudden_at_s:
        x = np.maximum(time_s - at, 0.0)
        shaken = 0.02 * np.sin(2 * np.pi * 9.3 * x) * np.clip(2 - x, 0, 1)
        xyz[:, 1] += 0.6 * (20 * x - 100 * x**2) * np.exp(-10 * x) + shaken
    for at in beats_at_s:
        x = np.maximum(time_s - at, 0.0)
        xyz[:, 1] += 0.1 * np.exp(-x / 0.8) * np.sin(12 * np.pi * x) * (x < 2.5)
    stream = [Samples(START_NS, RATE_HZ, xyz.astype(np.float32), "one")]
    with NightLog(path, made_by("record", DetectorConfig()), wait=True) as log:
        replay([Sensor("one", "a wearable", RATE_HZ)], stream, DetectorConfig(), log)
    with Night(path) as night:
        summary = summarise(night)
    return summary, describe_night(summary, path)


def test_sudden_movements_and_clonus_are_counted_and_told(tmp_path):
    summary, words = summed_up(tmp_path / "a.night", [60.0, 90.0, 130.0], [170.0, 200.0])
    (sensor,) = summary.sensors
    assert sensor.clonus_count == 2
    assert sensor.sudden_count >= 3
    assert f"    sudden limb movements: {sensor.sudden_count}\n" in words
    assert "    runs of 5 to 8 beats a second that die out: 2\n" in words


def test_a_night_without_them_says_nothing_of_them(tmp_path):
    summary, words = summed_up(tmp_path / "b.night", [], [])
    assert (summary.sensors[0].sudden_count, summary.sensors[0].clonus_count) == (0, 0)
    assert "sudden" not in words
    assert "die out" not in words
