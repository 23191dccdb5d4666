"""Promise: files of other makers, and inputs that were misread once, are read as their own notes say, or refused so."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Samples

EVENING = "2024-12-11T17:16:00"
FORMATS = {  # rate, rows, first time, first and last sample in g, mean length
    "actilife_raw.csv": (90, 10800, "2019-02-14T08:58:00", (-0.004, -0.008, 0.961), (-0.016, -1.004, 0.148), 0.996539),
    "actilife_imu.csv": (
        100,
        2300,
        "2019-02-14T08:58:00",
        (0.012695, -0.005371, 0.992188),
        (0.012227, -0.003418, 0.997593),
        0.996078,
    ),
    "empatica_e4_ACC.csv": (
        32,
        890,
        "2019-03-01T15:15:01",
        (-0.015625, 1.01562, 0.078125),
        (-0.015625, 1.01562, 0.078125),
        1.016656,
    ),
    "phone_sensor_logger.csv": (
        99.3833,
        292,
        "2024-11-07T12:25:26.621188",
        (0.939072, -0.0172729, 0.258438),
        (-0.0976105, -0.318695, 0.791626),
        1.012822,
    ),
    "shimmer3_consensys.csv": (
        51.2947,
        90,
        "2020-07-28T10:56:50.034",
        (-0.146307, 1.01972, 0.0565277),
        (-0.154066, 1.01639, 0.048769),
        1.031214,
    ),
}
READ = {  # rate, length in seconds, first time or None
    "a01_colon_before_ms.csv": (100, 1, EVENING),
    "a02_day_first.csv": (32, 3.125, EVENING),
    "a04_offset_and_zone_name.csv": (100, 1, "2024-12-11T16:16:00"),
    "a05_zone_word.csv": (50, 2, EVENING),
    "a09_not_padded.csv": (50, 2, EVENING),
    "a11_hhmmss_number.csv": (50, 12, None),
    "b01_rate_and_start_in_header.csv": (30, 100 / 30, EVENING),
    "b02_start_and_rate_as_rows.csv": (32, 3.125, EVENING),
    "c04_clock_set_after_start.csv": (50, 2, EVENING),
    "c06_rate_halves.csv": (50, 90, None),
    "c08_sensors_take_turns_in_rows.csv": (100, 1, EVENING),
    "d01_rows_end_in_a_delimiter.csv": (50, 2, None),
    "d05_cm_per_s2.csv": (50, 2, None),
    "d07_raw_before_g.csv": (50, 2, None),
    "d08_an_axis_stuck.txt": (50, 2, EVENING),
    "e01_milliseconds.csv": (50, 2, None),
    "e03_chinese_header.txt": (50, 2, EVENING),
    "e04_four_header_rows.csv": (51.2, 100 / 51.2, None),
    "e06_32_bit_us_wrap.csv": (60, 1.667, None),
    "e07_nul_bytes_at_the_end.csv": (50, 2, None),
    "e08_packed.csv.gz": (50, 2, None),
    "e09_time_last_no_header.csv": (50, 2, None),
    "e11_user_and_label_first.txt": (50, 2, None),
}
ASKED = {
    "a07_date_and_time_apart_no_header.csv": ("--dates month-first", {"dates": "month-first"}, (50, EVENING)),
    "c01_sample_number_named_time.csv": ("--rate-hz", {"rate_hz": 50}, (50, None)),
    "c02_ticks_of_32768_hz.csv": ("--rate-hz", {"rate_hz": 25.6}, (25.6, None)),
    "d03_said_to_be_g_but_counts.csv": ("--counts-per-g", {"counts_per_g": 16384}, (50, None)),
    "d09_raw_counts.csv": ("--counts-per-g", {"counts_per_g": 8192}, (50, None)),
    "e12_zero_based_counts_of_activpal.csv": ("--zero-count", {"counts_per_g": 63, "zero_count": 127}, (20, EVENING)),
}
TOLD = {
    "c04_clock_set_after_start.csv": "clock was set on line 42",
    "c06_rate_halves.csv": "100 Hz for 30 s, then 50 Hz for 60 s",
    "d08_an_axis_stuck.txt": "z never changes",
    "e07_nul_bytes_at_the_end.csv": "NUL",
    "e06_32_bit_us_wrap.csv": "32 bits",
    "c08_sensors_take_turns_in_rows.csv": "accel_g",
}


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def xyz_of(recording) -> np.ndarray:
    return np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_another_maker(shared_data, name):
    rate_hz, rows, first, begin, end, length = FORMATS[name]
    recording = open_recording(shared_data(f"formats/{name}"))
    assert (recording.n, recording.gaps, recording.has_date) == (rows, [], True)
    assert recording.rate_hz == pytest.approx(rate_hz, rel=1e-5)
    assert recording.start_ns / 1e9 == pytest.approx(seconds(first), abs=0.005)
    xyz = xyz_of(recording)
    assert xyz[0] == pytest.approx(begin, abs=1e-5)
    assert xyz[-1] == pytest.approx(end, abs=1e-5)
    assert np.linalg.norm(xyz.astype(float), axis=1).mean() == pytest.approx(length, abs=1e-5)


def test_rows_that_repeat_a_slower_sensor_are_told(shared_data):
    recording = open_recording(shared_data("formats/muse_monitor.csv"))
    assert (recording.n, recording.gaps) == (418, [])
    assert any("held for about 12 rows" in note for note in recording.notes)
    assert any("1 row(s) without acceleration" in note for note in recording.notes)
    assert xyz_of(recording)[0] == pytest.approx((-0.232605, -0.0490112, 0.966431), abs=1e-5)


@pytest.mark.parametrize("name", READ)
def test_what_was_misread_is_read(shared_data, name):
    rate_hz, duration_s, first = READ[name]
    recording = open_recording(shared_data(f"failing/{name}"))
    assert recording.rate_hz == pytest.approx(rate_hz, rel=2e-4)
    assert recording.duration_s == pytest.approx(duration_s, abs=0.01)
    assert recording.gaps == []
    assert recording.has_date == (first is not None)
    if first is not None:
        assert recording.start_ns / 1e9 == pytest.approx(seconds(first), abs=0.002)
    if name != "d08_an_axis_stuck.txt":
        assert np.median(xyz_of(recording), axis=0) == pytest.approx((0.1, -0.2, 0.97), abs=0.01)
    if name in TOLD:
        assert any(TOLD[name] in note for note in recording.notes)


@pytest.mark.parametrize("name", ASKED)
def test_what_cannot_be_known_is_asked_for(shared_data, name):
    word, answer, (rate_hz, first) = ASKED[name]
    path = shared_data(f"failing/{name}")
    with pytest.raises(RecordingError, match=word):
        open_recording(path)
    recording = open_recording(path, **answer)
    assert recording.rate_hz == pytest.approx(rate_hz, rel=2e-4)
    if first is not None:
        assert recording.start_ns / 1e9 == pytest.approx(seconds(first), abs=0.01)
    assert np.median(xyz_of(recording), axis=0) == pytest.approx((0.1, -0.2, 0.97), abs=0.01)
