"""Promise: a night's summary names its series in plain words and for programs, and names no disease."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cli.terminal.words.night import NOT_MEDICAL, describe_night
from detector.night import MadeBy, Night, NightLog
from detector.summary import summarise
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

from .conftest import make_event

START_NS = 1_795_500_000 * NS
RATE_HZ = 4.0  # only the length of the night matters here
HOURS = 2


def log_samples(log, sensor, start_ns, seconds):
    rest = np.zeros((round(seconds * RATE_HZ), 3), np.float32)
    for piece, begins_row in Rows(RATE_HZ).cut(Samples(start_ns, RATE_HZ, rest, sensor)):
        log.samples(piece, begins_row)


def dated(event, start_ns=START_NS):
    moment = datetime.fromtimestamp((start_ns + round(event.onset_s * NS)) / NS, UTC)
    return replace(event, onset_utc=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def many_things():
    yield from (make_event(100 + 25.0 * k, "limb_movement", 2.0) for k in range(8))
    yield from (make_event(600 + 1.0 * k, "limb_movement", 0.6) for k in range(10))
    yield from (make_event(1300 + 8.0 * k) for k in range(200))
    yield from (make_event(3500.0 + 20 * k, "train", 1.0) for k in range(3))
    yield from (make_event(4000 + 30.0 * k, "tremor", 8.0, dominant_hz=5.0 + k) for k in range(2))
    yield from (make_event(5000.0 + 600 * k, "pulse", 600.0, dominant_hz=1.0 + 0.1 * k) for k in range(3))


@pytest.fixture
def night(tmp_path):
    """Two hours of one leg, a gap in it, and ten minutes of the other that began later."""
    path = tmp_path / "legs.night"
    made_by = MadeBy(START_NS, "0.1.0", {"false_alarms_per_hour": 1.0}, "3.11.2", timezone="Europe/Berlin")
    with NightLog(path, made_by) as log:
        for name in ("Sense", "Other"):
            log.sensor(name, model="Verity Sense", nominal_hz=RATE_HZ)
        log_samples(log, "Sense", START_NS, 6900)
        log.gap(Gap(START_NS + 6900 * NS, START_NS + 7200 * NS, "no data", "Sense"))
        log_samples(log, "Sense", START_NS + 7200 * NS, 300)
        log_samples(log, "Other", START_NS + 6000 * NS, 600)
        for event in many_things():
            log.event(dated(event))
        for k in range(4):
            log.event(dated(make_event(6100.0 + 2 * k, duration_s=0.2)))
            log.event(dated(make_event(101.0 + 2 * k, duration_s=0.2, sensor="Other"), START_NS + 6000 * NS))
    return path


def test_the_summary_holds_the_series(night):
    with Night(night) as opened:
        summary = summarise(opened)
    sense, other = summary.sensors
    assert sense.series.observed_s == pytest.approx(7200)
    assert sense.series.twitches.count == sense.twitch_count == 204
    assert sense.series.twitches.per_hour == sense.twitches_per_hour == pytest.approx(102)
    assert sense.series.twitches.low_per_hour < 102 < sense.series.twitches.high_per_hour
    assert sense.series.trains.count == 3
    assert {index.name: (index.series.count, index.events.count) for index in sense.series.indices} == {
        "periodic_limb_movements": (1, 8),
        "high_frequency_movements": (1, 10),
        "frequent_twitches": (1, 200),
        "tremor_episode": (2, 2),
    }
    assert sense.series.pulse.share == pytest.approx(0.25)
    assert sense.series.pulse.beats_per_minute == pytest.approx(66)
    assert (other.series.twitches.count, other.series.indices, other.series.pulse) == (4, (), None)
    (pair,) = summary.pairs
    assert (pair.one, pair.other, pair.observed_s) == ("Sense", "Other", pytest.approx(600))
    assert [(run.onset_s, run.count) for run in pair.found] == [(6100.0, 8)]


def test_in_words(night):
    with Night(night) as opened:
        words = describe_night(summarise(opened), night)
    for line in (
        r"twitches: 204, 102 per recorded hour \(95 %: [0-9.]+ to [0-9.]+\)",
        r"trains of twitches: 3, 1\.5 per recorded hour",
        r"periodic limb movements, this limb alone: 8 in 1 series, 4\.0 per recorded hour",
        r"movements in quick succession \(0\.3-4 Hz\): 10 in 1 series, 5\.0 per recorded hour",
        r"frequent twitches, 5 a minute and more:",
        r"  \d\d:\d\d, 27 min \d\d s, 7\.\d a minute",
        r"tremor: 2 episodes, 16\.0 s in all, 5\.0 to 6\.0 Hz",
        r"pulse: 66 beats/min \(60 to 72\), felt in 25 % of the recording",
        r"Sense and Other, alternating: 8 in 1 series, 48\.0 per recorded hour",
    ):
        assert re.search(f"^ +{line}$", words, re.MULTILINE), f"{line} is not in\n{words}"
    assert words.endswith(NOT_MEDICAL)
    assert not re.search(
        r"myoclon|restless|parkinson|sclerosis|syndrome|disease|disorder|abnormal", words, re.IGNORECASE
    )


def test_for_programs(night, tmp_path):
    done = CliRunner().invoke(main, ["events", str(night), "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)) == 8 + 10 + 200 + 3 + 2 + 3 + 8
    shown = CliRunner().invoke(main, ["events", str(night)])
    assert "periodic limb movements, this limb alone: 8 in 1 series" in shown.stdout


def test_replay_gives_the_summary_to_programs(tmp_path):
    rng = np.random.default_rng(1)
    breath = 4e-3 * np.sin(2 * np.pi * 0.25 * np.arange(1500) / 50)
    rows = [
        f"{k / 50},{x + breath[k]:.4f},{y:.4f},{1 + z:.4f}"
        for k, (x, y, z) in enumerate(1e-3 * rng.standard_normal((1500, 3)))
    ]
    recording = tmp_path / "rest.csv"
    recording.write_text("\n".join(["time_s,x_g,y_g,z_g", *rows]) + "\n", encoding="utf-8")
    words = ["replay", str(recording), "--json"]
    kept, not_kept = (
        json.loads(CliRunner().invoke(main, [*words, *more]).stdout)[0]
        for more in (["--library", str(tmp_path / "nights")], ["--no-log"])
    )
    (sensor,) = kept["summary"]["sensors"]
    assert sensor["series"]["twitches"]["count"] == 0
    measurable_s = sensor["measurable"]["measurable_s"]
    assert sensor["series"]["twitches"]["high_per_hour"] == pytest.approx(3.689 * 3600 / measurable_s, rel=0.01)
    assert sensor["measurable"]["worn_s"] == pytest.approx(30)
    assert sensor["measurable"]["rest_s"] == {"settling": pytest.approx(30 - measurable_s)}
    assert not_kept["summary"] is None


def test_a_night_without_samples_has_no_series(tmp_path):
    path = tmp_path / "empty.night"
    with NightLog(path, MadeBy(START_NS, "0.1.0", {}, "3.11.2")) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=RATE_HZ)
    with Night(path) as opened:
        summary = summarise(opened)
    assert (summary.sensors[0].series, summary.pairs) == (None, ())
    assert "no samples" in describe_night(summary, path)
