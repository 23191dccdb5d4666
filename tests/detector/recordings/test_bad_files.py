"""Promise: a file that cannot be read as acceleration gets one sentence that says what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Samples

if TYPE_CHECKING:
    from pathlib import Path


def rows(times: list[object], values: str = "0.1,0.2,0.97", header: str = "time,x,y,z") -> bytes:
    return "\n".join([header, *(f"{t},{values}" for t in times)]).encode()


EVEN = [i / 50 for i in range(400)]
BAD = {
    "empty": (b"", {}, "is empty; record again"),
    "blank": (b"\n\n  \n", {}, "is empty; record again"),
    "one row": (b"time,x,y,z\n1,0,0,1\n", {}, "only one row.*record longer"),
    "one row, no header": (b"1,0,0,1\n", {"columns": [1, 2, 3, 4]}, "only one row"),
    "header only": (b"time,x,y,z\n", {}, "a header but no rows"),
    "binary": (
        bytes(range(256)) * 40,
        {},
        "not a text file, nor any other format that can be read; export the recording as CSV",
    ),
    "zip": (b"PK\x03\x04\x14\x00\x00\x00" + b"data" * 100, {}, "is packed, and damaged or cut short"),
    "UTF-16": ("time,x,y,z\n1,2,3,4\n".encode("utf-16"), {}, "only one row"),
    "prose": (b"Dear reader,\nthis is not a table.\n", {}, "not a table of numbers; export the recording as CSV"),
    "wrong delimiter": (rows(EVEN), {"delimiter": ";"}, "only 1 column.*at semicolons; leave the delimiter out"),
    "no time": (rows([7] * 400, header="count,x,y,z"), {}, "no column of times.*--rate-hz"),
    "no time, no header": (b"0.1,0.2,0.97\n" * 100, {}, "no column of times.*--rate-hz"),
    "a counter, no header": (rows(list(range(100)), header="#"), {}, "no column of times.*--rate-hz"),
    "times backwards": (rows([*EVEN, *EVEN]), {}, "go back by 7.98 s on line 402; cut the file there"),
    "times that fall": (rows(EVEN[::-1]), {}, "go back by .* cut the file there"),
    "constant time": (rows([5.0] * 400), {}, "never change.*--rate-hz"),
    "unreadable times": (rows(["noon"] * 400), {}, "such as 'noon' are not understood; write them as 2024"),
    "too slow": (rows([i / 10 for i in range(400)]), {}, "is 10 Hz, which is too slow: twitches need at least 25 Hz"),
    "too fast": (rows([i / 4000 for i in range(400)]), {}, "4000 Hz, which is faster than the 1000 Hz"),
    "no numbers": (rows(EVEN, "left,right,up"), {}, "no columns of numbers; export"),
    "an axis of words": (rows(EVEN, "0.1,up,0.9,3", "time,x,y,z,w"), {}, "Column 3 of .* holds no numbers but 'up'"),
    "no accelerometer": (rows(EVEN, header="time,gx,gy,gz"), {}, "no columns that are named like.*name them acc_x"),
    "no gravity": (rows(EVEN, "0.01,0.02,0.01"), {}, "not stated.*0.02449.*give them with --units"),
    "unknown units": (rows(EVEN), {"units": "furlong"}, "'furlong' is no unit of acceleration; use one of g, mg, m/s2"),
    "unknown time zone": (
        rows([f"2024-01-31T23:00:00.{i:02d}" for i in range(100)]),
        {"timezone": "Mars/Base"},
        "no time zone",
    ),
    "mostly missing": (
        rows(EVEN) + b"\n" + rows([8 + i / 50 for i in range(401)], "NA,,null", "# off"),
        {},
        "no acceleration in 401 of 801 rows, more than half",
    ),
    **{f"time zone {z[:9]!r}": (rows(EVEN), {"timezone": z}, "no time zone") for z in ("", "../x", "M/B", "x" * 5000)},
    **{
        f"delimiter {d!r}": (rows(EVEN), {"delimiter": d}, "delimiter cannot be .*; give one character")
        for d in ("", "ab", "\n", '"', "#", "1")
    },
    "columns as a word": (rows(EVEN), {"columns": "\u00b2"}, "cannot be the one word '\u00b2'; give a list"),
    "an odd column": (rows(EVEN), {"columns": ["\u00b2", "y", "z"]}, "no column '\u00b2'; it has time"),
    "unknown column": (rows(EVEN), {"columns": ["x", "y", "up"]}, "no column 'up'; it has time, x, y, z"),
    "two columns": (rows(EVEN), {"columns": ["x", "y"]}, "Give three columns"),
    "position 0": (rows(EVEN), {"columns": [0, 1, 2]}, "no column 0"),
    "rate of zero": (rows(EVEN), {"rate_hz": 0.0}, "a positive number of Hz, not 0"),
    "negative rate": (rows(EVEN), {"rate_hz": -50.0}, "a positive number of Hz, not -50"),
    "rate not a number": (rows(EVEN), {"rate_hz": float("nan")}, "a positive number of Hz, not nan"),
    "endless rate": (rows(EVEN), {"rate_hz": float("inf")}, "a positive number of Hz, not inf"),
    "given rate too slow": (rows(EVEN), {"rate_hz": 5.0}, "is 5 Hz, which is too slow"),
    "given rate too fast": (rows(EVEN), {"rate_hz": 5000.0}, "faster than the 1000 Hz"),
    "many broken rows": (
        rows(EVEN) + b"\n" + rows([8 + i / 50 for i in range(40)], "0.1,x,0.2", "# half"),
        {},
        "unreadable values or no time in 40 of 440 rows, the first on line 403; repair",
    ),
    "mostly broken": (
        rows(EVEN) + b"\n8,x" * 5000,
        {},
        "unreadable values or no time in .* rows, the first on line 402",
    ),
    "heart rate export": (
        b"Phone timestamp;sensor timestamp [ns];ecg [uV]\n" + b"2022-04-25T11:39:36.978;7042019;12\n" * 50,
        {},
        "Logger export without acceleration; choose the one named ACC",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_content(tmp_path, case):
    content, options, sentence = BAD[case]
    path = tmp_path / "night.csv"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=sentence) as caught:
        open_recording(path, **options)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(RecordingError, match=r"There is no file .*night\.csv; check the name"):
        open_recording(tmp_path / "night.csv")


def test_folder(tmp_path):
    with pytest.raises(RecordingError, match="is a folder; name a recorded file in it"):
        open_recording(tmp_path)


def test_a_file_cut_between_opening_and_reading(tmp_path):
    path = tmp_path / "night.csv"
    path.write_bytes(rows(EVEN))
    recording = open_recording(path)
    path.write_bytes(rows(EVEN[:100]))
    with pytest.raises(RecordingError, match="has become shorter while it was read"):
        list(recording.stream())
    path.unlink()
    with pytest.raises(RecordingError, match="cannot be read"):
        list(recording.stream())


def test_a_row_cut_short_at_the_end_of_a_crashed_log(tmp_path):
    path = tmp_path / "night.csv"
    content = rows([1_706_742_000_000 + 20 * i for i in range(400)])
    path.write_bytes(content + b"\n17067")
    recording = open_recording(path)
    assert (recording.n, recording.gaps) == (401, [])
    assert recording.rate_hz == pytest.approx(50, rel=1e-4)


def outcome(path: Path, **options: object) -> tuple[object, ...]:
    """Read a file to its end: what it gives, or the sentence it is refused with. Any other exception fails the test."""
    try:
        recording = open_recording(path, **options)
    except RecordingError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        return (sentence,)
    xyz = [part.xyz for part in recording.stream() if isinstance(part, Samples)]
    assert sum(map(len, xyz)) == recording.n
    return (recording.pieces, recording.notes, recording.lsb_g, np.concatenate(xyz).tobytes())


@pytest.mark.parametrize("cell", ["", "x", "9223372036854775808", "9" * 400, "1e300", "inf", "nan", "--1"])
def test_a_stamp_that_is_none_late_in_the_file(tmp_path, cell):
    times: list[object] = [1_706_742_000_000 + 20 * i for i in range(12_000)]
    times[11_900] = cell
    path = tmp_path / "night.csv"
    path.write_bytes(rows(times))
    recording = open_recording(path)
    assert (recording.n, recording.gaps) == (12_000, [])
    assert recording.rate_hz == pytest.approx(50)
    assert "1 row(s)" in recording.notes[0]


SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@example(content=b"\xa0", rate_hz=None)  # a blank to some
@example(content=b"\xa0\n[", rate_hz=None)
@given(content=st.binary(max_size=400), rate_hz=st.sampled_from([None, 50.0]))
def test_any_bytes(tmp_path, content, rate_hz):
    (tmp_path / "any").write_bytes(content)
    outcome(tmp_path / "any", rate_hz=rate_hz)


NUMBERS = ("0", "1", "-1", "0.98", "9.81", "1e400", "nan", "inf", "99999999999999999999", "9" * 400, "1_0", "0x1F")
OTHERS = (
    "",
    "x",
    '"',
    '"1',
    "#",
    "\u0661",
    "12:30",
    "2024-01-31T23:00:00.5Z",
    "2024-01-31T23:00:00",
    "2024-13-31T25:00:00",
)
CELLS = st.sampled_from((*NUMBERS, *OTHERS))


@SETTINGS
@given(
    table=st.lists(st.lists(CELLS, min_size=0, max_size=6), max_size=12),
    header=st.sampled_from(["", "time,x,y,z\n", "time (ms),acc_x,acc_y,acc_z [g]\n"]),
    delimiter=st.sampled_from([",", ";", "\t", " "]),
    rate_hz=st.sampled_from([None, 50.0]),
    repeat=st.integers(1, 6),
    block_rows=st.sampled_from([1, 3, 1000]),
)
def test_any_table(tmp_path, table, header, delimiter, rate_hz, repeat, block_rows):
    text = header + "\n".join(delimiter.join(cells) for cells in table * repeat)
    (tmp_path / "any").write_text(text.replace(",", delimiter), encoding="utf-8")
    options = {"rate_hz": rate_hz, "units": "g"}
    assert outcome(tmp_path / "any", **options) == outcome(tmp_path / "any", block_rows=block_rows, **options)
