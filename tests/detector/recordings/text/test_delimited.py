"""Promise: whatever a CSV looks like, its samples come back exactly, at the right rate and time, however it is read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.recordings import open_recording
from firmware_bridge.samples import Gap, Samples

if TYPE_CHECKING:
    from pathlib import Path

START_NS = 1_706_742_000_000_000_000  # 2024-01-31T23:00:00Z
EPOCH = {"epoch s": 1_000_000_000, "epoch ms": 1_000_000, "epoch us": 1000, "epoch ns": 1}
TIMES = [*EPOCH, "seconds", "boot ns", "ISO", "ISO blank", "ISO Z", "ISO zone"]
GRAVITY = {"g": 1.0, "mg": 1000.0, "m/s2": 9.80665}
HEADERS = {
    "none": None,
    "plain": ("time", "x", "y", "z", "label"),
    "brackets": ("Time", "Accelerometer X ({})", "Accelerometer Y ({})", "Accelerometer Z ({})", "Gyroscope X (deg/s)"),
    "square": ("timestamp", "X [{}]", "Y [{}]", "Z [{}]", "temperature"),
    "snake": ("t", "acc_x", "acc_y", "acc_z", "gyr_x"),
    "glued": ("Timestamp", "ax", "ay", "az", "gx"),
    "camel": ("sampleTime", "accelerationX", "accelerationY", "accelerationZ", "rotationRateX"),
    "back": ("timestamp", "back_x", "back_y", "back_z", "label"),
}


def stamp(ns: int, how: str, comma: str) -> str:
    """Write a time in one of the ways, exactly."""
    if how in EPOCH:
        unit = EPOCH[how]
        return (
            str(ns // unit)
            if ns % unit == 0 and unit < 1e9
            else f"{ns // unit}{comma}{ns % unit:0{len(str(unit)) - 1}d}"
        )
    if how == "boot ns":
        return str(ns - START_NS + 5_000_000_000_123)
    if how == "seconds":
        return f"{(ns - START_NS) // 10**9}{comma}{(ns - START_NS) % 10**9:09d}"
    text = f"{datetime.fromtimestamp(ns // 10**9, UTC):%Y-%m-%dT%H:%M:%S}.{ns % 10**9 // 1000:06d}"
    if how == "ISO zone":
        later = ns + 19_800 * 10**9
        return f"{datetime.fromtimestamp(later // 10**9, UTC):%Y-%m-%dT%H:%M:%S}.{ns % 10**9 // 1000:06d}+05:30"
    return {"ISO": text, "ISO blank": text.replace("T", " "), "ISO Z": text + "Z"}[how]


def contents(path: Path, **options: object) -> list[Samples | Gap]:
    return list(open_recording(path, **options).stream())


def xyz_of(path: Path, **options: object) -> np.ndarray:
    return np.concatenate([part.xyz for part in contents(path, **options) if isinstance(part, Samples)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    delimiter=st.sampled_from([",", ";", "\t", "|", "  "]),
    decimal_comma=st.booleans(),
    how=st.sampled_from(TIMES),
    header=st.sampled_from(list(HEADERS)),
    unit=st.sampled_from(list(GRAVITY)),
    rate_hz=st.sampled_from([25, 50, 80, 125, 200, 400]),
    rows=st.integers(20, 300),
    seed=st.integers(0, 2**31),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    comment=st.booleans(),
    quoted=st.booleans(),
)
def test_what_is_written_is_read(
    tmp_path, delimiter, decimal_comma, how, header, unit, rate_hz, rows, seed, end, bom, comment, quoted
):
    if delimiter == "  " and (how == "ISO blank" or (HEADERS[header] and " " in "".join(HEADERS[header]))):
        return  # blanks cannot be both in a cell and between cells
    comma = "," if decimal_comma and delimiter != "," else "."
    rng = np.random.default_rng(seed)
    raw = np.round(rng.normal([0.0, 0.6, -0.8], 0.02, (rows, 3)) * GRAVITY[unit], {"g": 6, "mg": 0, "m/s2": 4}[unit])
    ns = START_NS + np.arange(rows) * (10**9 // rate_hz)
    cell = '"{}"' if quoted and delimiter != "  " else "{}"
    lines = ["# made by nobody"] if comment else []
    names = HEADERS[header]
    if names:
        stated = {"m/s2": "m/s^2"}.get(unit, unit)
        lines.append(delimiter.join(cell.format(name.format(stated)) for name in names))
    for at, row in zip(ns.tolist(), raw.tolist(), strict=True):
        values = [(f"{v:.0f}" if unit == "mg" else f"{v:.6f}").replace(".", comma) for v in row]
        lines.append(delimiter.join(cell.format(v) for v in (stamp(at, how, comma), *values, "7")))
    path = tmp_path / "any.csv"
    path.write_bytes((("\ufeff" if bom else "") + end.join(lines) + end).encode())

    recording = open_recording(path)
    assert recording.n == rows
    assert recording.units == unit
    assert (recording.units_from == "stated in the header") == (header in ("brackets", "square"))
    assert recording.rate_hz == pytest.approx(rate_hz, rel=1e-5)  # an epoch second has 240 ns as a float64
    assert recording.nominal_hz == recording.rate_hz
    assert recording.has_date == (how not in ("seconds", "boot ns"))
    start_ns = {"seconds": 0, "boot ns": 5_000_000_000_123}.get(how, START_NS)
    assert abs(recording.start_ns - start_ns) <= 1000
    factor = {"g": raw, "mg": raw * 1e-3, "m/s2": raw / 9.80665}[unit]
    assert np.array_equal(xyz_of(path), factor.astype(np.float32))
    assert recording.lsb_g == (pytest.approx(0.001) if unit == "mg" else None) or unit == "mg"


@pytest.fixture
def awkward(tmp_path) -> Path:
    """Blank lines, comments, missing and wild values, a gap, a stamp out of order and no newline at the end."""
    rng = np.random.default_rng(3)
    lines = ["time,x,y,z"]
    for i, row in enumerate(rng.normal([0, 0, 1], 0.01, (6000, 3)).tolist()):
        time_ms = START_NS // 10**6 + i * 10 + (500 if i > 2500 else 0) - (12 if i == 4000 else 0)
        values = [f"{v:.4f}" for v in row]
        values = {77: ["", *values[1:]], 500: ["abc", "1", "2"], 501: ["nan", "0", "1"], 900: values[:1]}.get(i, values)
        lines.append(",".join([str(time_ms), *values]))
        if i in (3, 508, 509):
            lines.append("")
        if i == 1000:
            lines.append("# battery low")
    path = tmp_path / "awkward.csv"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("block_rows", [1, 2, 17, 509, 10**9])
def test_block_size_does_not_matter(awkward, block_rows):
    usual, other = open_recording(awkward), open_recording(awkward, block_rows=block_rows)
    for name in ("rate_hz", "n", "units_from", "lsb_g", "start_ns", "duration_s", "notes", "pieces"):
        assert getattr(usual, name) == getattr(other, name)
    for a, b in zip(usual.stream(), other.stream(), strict=True):
        if isinstance(a, Gap):
            assert a == b
        else:
            assert (a.start_ns, a.rate_hz, a.sensor) == (b.start_ns, b.rate_hz, b.sensor)
            assert a.xyz.dtype == np.float32
            assert np.array_equal(a.xyz, b.xyz, equal_nan=True)


def test_broken_rows_stay_in_place_and_gaps_are_told(awkward):
    parts = contents(awkward)
    xyz = np.concatenate([part.xyz for part in parts if isinstance(part, Samples)])
    assert np.flatnonzero(np.isnan(xyz).any(axis=1)).tolist() == [77, 500, 501, 900]
    assert np.isnan(xyz[77]).all()
    gaps = [part for part in parts if isinstance(part, Gap)]
    assert [(round((g.end_ns - g.start_ns) / 1e6), g.cause, g.sensor) for g in gaps] == [
        (500, "missing in the file", "awkward")
    ]
    notes = open_recording(awkward).notes
    assert any("4 row(s)" in note for note in notes)
    assert any("step back" in note for note in notes)


def test_a_stream_can_be_taken_again(awkward):
    recording = open_recording(awkward)
    first, second = recording.stream(), recording.stream()
    assert np.array_equal(next(first).xyz, next(second).xyz, equal_nan=True)
    assert len(list(first)) == len(list(second))


def table(path: Path, header: str, row: str, rows: int = 400, **values: float) -> Path:
    """Write rows of a template in which {t} is seconds, {x} {y} {z} acceleration in g, and {i} the row."""
    rng = np.random.default_rng(5)
    xyz = rng.normal([0, 0.6, 0.8], 0.01, (rows, 3))
    lines = [row.format(t=i / 50, i=i, x=a, y=b, z=c, **values) for i, (a, b, c) in enumerate(xyz.tolist())]
    path.write_text("\n".join([*([header] if header else []), *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("header", "row", "column"),
    [
        ("t,gx,gy,gz,mx,my,mz,ax,ay,az", "{t},9,8,7,1,2,3,{x},{y},{z}", 7),
        ("ax,ay,az,gx,gy,gz,time", "{x},{y},{z},5,6,7,{t}", 0),
        (
            ",time,userAcceleration.x,userAcceleration.y,userAcceleration.z,acc.x,acc.y,acc.z",
            "{i},{t},0,0,0,{x},{y},{z}",
            5,
        ),
        ("time_s;z_acc;y_acc;x_acc", "{t};{z};{y};{x}", 3),
        ("time,gravity x,gravity y,gravity z,Acc-X,Acc-Y,Acc-Z", "{t},0,1,0,{x},{y},{z}", 4),
        ("seconds_elapsed\tz\ty\tx", "{t}\t{z}\t{y}\t{x}", 3),
        ("# t x y z", "{t} {x} {y} {z}", 1),
        ("time,x,y,z\ns,g,g,g", "{t},{x},{y},{z}", 1),
        ("Logger 3\nserial,12345\ntime,x,y,z", "{t},{x},{y},{z}", 1),
        ("activity,time,x,y,z", "lying,{t},{x},{y},{z}", 2),
    ],
)
def test_the_accelerometer_is_found_by_name(tmp_path, header, row, column):
    path = table(tmp_path / "named.csv", header, row)
    recording = open_recording(path)
    assert recording.rate_hz == pytest.approx(50, rel=1e-5)
    assert recording.source.xyz[0] == column
    assert np.allclose(np.median(xyz_of(path), axis=0), [0, 0.6, 0.8], atol=0.01)


def test_of_two_accelerometers_the_first_is_read_and_the_other_named(tmp_path):
    path = table(tmp_path / "two.csv", "time,back_x,back_y,back_z,thigh_x,thigh_y,thigh_z", "{t},{x},{y},{z},1,0,0")
    recording = open_recording(path)
    assert recording.source.xyz == (1, 2, 3)
    assert any("thigh_x" in note for note in recording.notes)
    other = open_recording(path, columns=["time", "thigh_x", "thigh_y", "thigh_z"])
    assert other.source.xyz == (4, 5, 6)
    assert open_recording(path, columns=[1, 5, 6, 7]).source.xyz == (4, 5, 6)


def test_without_times_a_given_rate_counts_samples(tmp_path):
    path = table(tmp_path / "bare.txt", "", "{x},{y},{z}")
    recording = open_recording(path, rate_hz=52)
    assert (recording.rate_hz, recording.nominal_hz, recording.start_ns, recording.has_date) == (52, 52, 0, False)
    assert recording.duration_s == pytest.approx(400 / 52)


def test_a_given_rate_counts_samples_from_the_first_stamp_and_keeps_the_gaps(tmp_path):
    path = tmp_path / "given.csv"
    rows = [
        f"{START_NS // 10**6 + i * 20 + (3000 if i >= 500 else 0)},0.0{i % 3},0.0{i % 2},1.0{i % 4}"
        for i in range(1000)
    ]
    path.write_text("\n".join(["time,x,y,z", *rows]))
    recording = open_recording(path, rate_hz=49.5)
    first, gap, second = recording.stream()
    assert (first.start_ns, first.rate_hz, len(first.xyz), len(second.xyz)) == (START_NS, 49.5, 500, 500)
    assert gap.start_ns == first.end_ns
    assert gap.end_ns - gap.start_ns == pytest.approx(3e9, abs=2e6)
    assert recording.notes == []
    assert any("50 Hz" in note for note in open_recording(path, rate_hz=47).notes)
    far = open_recording(path, rate_hz=100)
    assert any("contradict" in note for note in far.notes)
    assert far.gaps == []


def test_left_over_rows_of_an_older_log_are_left_out(tmp_path):
    for old in ([1000], [900, 950], [4_000_000_000_000, 10]):
        path = tmp_path / "left_over.csv"
        times = [*old, *(START_NS // 10**6 + i * 20 for i in range(300))]
        path.write_text("\n".join(["time_ms,x,y,z", *(f"{t},0.1,0,1" for t in times)]))
        recording = open_recording(path)
        assert recording.n == 300
        assert recording.start_ns == START_NS
        assert "older log" in recording.notes[0]
        assert sum(len(part.xyz) for part in recording.stream()) == 300


def test_a_single_wild_stamp_costs_nothing(tmp_path):
    path = tmp_path / "wild.csv"
    times = [START_NS // 10**6 + i * 20 for i in range(300)]
    times[100], times[200] = 5, 4_000_000_000_000
    path.write_text("\n".join(["time,x,y,z", *(f"{t},0.1,0,1" for t in times)]))
    recording = open_recording(path)
    assert (recording.n, recording.gaps, recording.rate_hz) == (300, [], pytest.approx(50))
    assert "2 time stamp(s)" in recording.notes[0]


def test_units_that_gravity_contradicts_are_told(tmp_path):
    path = table(tmp_path / "odd.csv", "time,x (m/s^2),y (m/s^2),z (m/s^2)", "{t},{x},{y},{z}")
    assert "looks like gravity in g" in open_recording(path).notes[0]
    given = open_recording(path, units="g")
    assert (given.units, given.units_from) == ("g", "given")
    assert not any("gravity" in note for note in given.notes)


@pytest.mark.parametrize(
    ("rows", "lsb"),
    [
        (["0.032,-0.029,-0.968", "0.035,0.001,0.990"], 0.001),
        (["0.004,-0.008,1.000", "0.000,0.016,0.996"], 0.004),
        (["0.0305176,0.1,0.99", "0.03,0.1,0.99"], None),
    ],
)
def test_the_grid_of_the_values(tmp_path, rows, lsb):
    path = tmp_path / "grid.csv"
    path.write_text("\n".join(f"{i / 50},{rows[i % 2]}" for i in range(100)))
    assert open_recording(path).lsb_g == lsb


def test_dates_in_a_time_zone_and_through_the_end_of_summer_time(tmp_path):
    path = tmp_path / "berlin.csv"
    # 2024-10-27 in Berlin: 02:59:59 summer time is followed by 02:00:00 winter time.
    walls = [f"2024-10-27 02:59:{i // 50:02d}.{i % 50 * 20:03d}" for i in range(58 * 50, 60 * 50)]
    walls += [f"2024-10-27 02:00:{i // 50:02d}.{i % 50 * 20:03d}" for i in range(100)]
    path.write_text(
        "\n".join(["time,x,y,z", *(f"{wall},0.0{i % 3},0.0{i % 2},1.0{i % 4}" for i, wall in enumerate(walls))])
    )
    recording = open_recording(path, timezone="Europe/Berlin")
    assert recording.gaps == []
    assert datetime.fromtimestamp(recording.start_ns / 1e9, UTC) == datetime(2024, 10, 27, 0, 59, 58, tzinfo=UTC)
    assert recording.notes == ["Its times have no time zone and were taken as Europe/Berlin."]


def test_iso_times_with_and_without_a_fraction_and_with_slashes(tmp_path):
    path = tmp_path / "mixed.csv"
    fractions = ["", ".250", ".5", ".750000"]
    lines = [f"2024/01/31 23:{i // 240:02d}:{i // 4 % 60:02d}{fractions[i % 4]}Z,0,0,1" for i in range(40)]
    path.write_text("\n".join(lines))
    with pytest.raises(Exception, match="too slow"):
        open_recording(path)
    path.write_text("\n".join(line for line in lines for _ in range(10)))
    assert open_recording(path).rate_hz == pytest.approx(40, rel=0.02)


@pytest.mark.parametrize("cell", ["nan", "NaN", "NA", "null", ""])
@pytest.mark.parametrize("block_rows", [7, 10**6])
def test_missing_values_stay_in_place_in_any_number_up_to_half(tmp_path, cell, block_rows):
    path = tmp_path / "missing.csv"
    values = [",".join([cell] * 3) if 100 <= i < 300 else "0,0,1" for i in range(400)]
    path.write_text("\n".join(["time,x,y,z", *(f"{i / 50},{row}" for i, row in enumerate(values))]))
    recording = open_recording(path, block_rows=block_rows)
    assert (recording.n, recording.gaps) == (400, [])
    assert "200 row(s) have missing or unreadable values (200 missing, 0 unreadable)" in recording.notes[0]
    lost = np.isnan(xyz_of(path, block_rows=block_rows))
    assert lost[100:300].all()
    assert not lost[:100].any()
    assert not lost[300:].any()


@pytest.mark.parametrize(("word", "between"), [("tab", "\t"), ("space", " "), (";", ";")])
def test_a_delimiter_by_word_or_character(tmp_path, word, between):
    path = table(tmp_path / "words.txt", between.join("txyz"), between.join(("{t}", "{x}", "{y}", "{z}")))
    assert open_recording(path, delimiter=word).n == 400
