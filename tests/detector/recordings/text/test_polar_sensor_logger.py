"""Promise: a Polar Sensor Logger export gives the very samples a live wearable gives, and its nominal rate."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from detector.errors import RecordingError
from detector.recordings import open_recording
from detector.recordings.text.polar_sensor_logger import nominal_hz

HEADER = "Phone timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg]"
PHONE_NS = 1_650_886_776_978_000_000  # 2022-04-25T11:39:36.978Z
SENSOR_NS = 704_201_974_831_254_117


def export(path, rate_hz=51.7, rows=2000, late_ms=0):
    rng = np.random.default_rng(2)
    mg = rng.integers(-8000, 8000, (rows, 3))
    lines = [HEADER]
    for i, (x, y, z) in enumerate(mg.tolist()):
        since = round(i * 1e9 / rate_hz)
        phone_ms = PHONE_NS // 10**6 + since // 10**6 + int(rng.integers(0, late_ms + 1)) * (i > 0)
        phone = datetime.fromtimestamp(phone_ms // 1000, UTC)
        lines.append(f"{phone:%Y-%m-%dT%H:%M:%S}.{phone_ms % 1000:03d};{SENSOR_NS + since};{x};{y};{z}")
    path.write_text("\n".join(lines) + "\n")
    return mg


def test_whole_mg_are_the_live_decoders_numbers(tmp_path):
    path = tmp_path / "Polar_H10_1234_ACC.txt"
    mg = export(path)
    recording = open_recording(path)
    (samples,) = recording.stream()
    assert samples.xyz.dtype == np.float32
    assert np.array_equal(samples.xyz, (mg * 1e-3).astype(np.float32))
    assert (recording.format, recording.sensor) == ("Polar Sensor Logger", "Polar_H10_1234_ACC")
    assert (recording.units, recording.units_from, recording.lsb_g) == ("mg", "stated in the header", 0.001)
    assert recording.rate_hz == pytest.approx(51.7, rel=1e-6)
    assert recording.nominal_hz == 52


def test_the_least_late_row_places_the_sensors_clock(tmp_path):
    path = tmp_path / "late.txt"
    export(path, late_ms=800)
    recording = open_recording(path)
    assert recording.has_date
    assert abs(recording.start_ns - PHONE_NS) <= 1_000_000
    assert recording.gaps == []
    hour_east = open_recording(path, timezone="Etc/GMT-1")
    assert recording.start_ns - hour_east.start_ns == 3600 * 10**9
    assert hour_east.notes[-1:] == ["The phone's times have no time zone and were taken as Etc/GMT-1."]


@pytest.mark.parametrize("row", [1, 2, 700, 1998])
def test_a_time_of_the_phone_that_is_wild_or_missing_has_no_say(tmp_path, row):
    path = tmp_path / "wild.txt"
    export(path, late_ms=30)
    usual = open_recording(path).start_ns
    lines = path.read_text().splitlines()
    for wild in ("2022-04-24T11:39:36.978", "", "never"):
        lines[1 + row] = wild + lines[1 + row][lines[1 + row].index(";") :]
        path.write_text("\n".join(lines) + "\n")
        for block_rows in (1, 2, 3, 16_384):
            assert open_recording(path, block_rows=block_rows).start_ns == usual


def test_without_the_phones_times_there_is_no_start(tmp_path):
    path = tmp_path / "none.txt"
    export(path)
    lines = [line if not i else line[line.index(";") :] for i, line in enumerate(path.read_text().splitlines())]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(RecordingError, match=r"None of the phone's times in none\.txt can be read"):
        open_recording(path)


@pytest.mark.parametrize(
    ("rate_hz", "nominal"),
    [
        (51.7, 52),
        (52.9, 52),
        (50.3, 50),
        (25.2, 25),
        (25.8, 26),
        (99.1, 100),
        (103.5, 104),
        (203, 200),
        (205, 208),
        (413, 416),
    ],
)
def test_the_nominal_rate_is_the_nearest_of_polars(rate_hz, nominal):
    assert nominal_hz(rate_hz) == nominal


def test_no_rate_of_polars_is_near(tmp_path):
    assert nominal_hz(130.0) == 130.0
    assert nominal_hz(106.5) == 106.5
    export(tmp_path / "given.txt")
    given = open_recording(tmp_path / "given.txt", rate_hz=51.0)
    assert (given.rate_hz, given.nominal_hz) == (51.0, 51.0)
