"""Promise: a file's format is told by its content before it is taken for text, and a new format is two functions and a
place in the list."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pytest

from detector.errors import RecordingError
from detector.recordings import Recording, formats, open_recording
from detector.recordings.timing.times import Piece
from firmware_bridge.samples import Samples

RATE_HZ = 50.0
MAGIC = b"RAW!"


@dataclass
class Block:
    first: int
    xyz: np.ndarray


class Source:
    """Reads whole mg, three to a sample."""

    def __init__(self, path):
        self.name = path.name
        self._path = path

    def read(self):
        return np.frombuffer(self._path.read_bytes()[len(MAGIC) :], "<i2").reshape(-1, 3).astype(np.float64)

    def blocks(self, rows):
        xyz = self.read()
        for first in range(0, len(xyz), rows):
            yield Block(first, xyz[first : first + rows])


class Raw:
    """A made-up format."""

    @staticmethod
    def recognises(head, path):
        return head.startswith(MAGIC) and path.suffix != ".other"

    @staticmethod
    def open(path, wish):
        source = Source(path)
        n = len(source.read())
        rate_hz = wish.rate_hz or RATE_HZ
        return Recording(
            format="Raw",
            sensor=path.stem,
            rate_hz=rate_hz,
            nominal_hz=rate_hz,
            units="mg",
            units_from="by the format",
            lsb_g=0.001,
            n=n,
            start_ns=0,
            duration_s=n / rate_hz,
            has_date=False,
            notes=[],
            source=source,
            pieces=(Piece(0, n, 0, rate_hz, after_gap=False),),
            skipped_rows=0,
            block_rows=wish.block_rows,
        )


@pytest.fixture
def raw(tmp_path, monkeypatch):
    """A file of the made-up format, which is known meanwhile."""
    monkeypatch.setattr(formats, "FORMATS", (Raw, *formats.FORMATS))
    path = tmp_path / "night.csv"  # a name proves nothing
    path.write_bytes(MAGIC + np.tile(np.array([0, 0, 1000], "<i2"), (500, 1)).tobytes())
    return path


@pytest.mark.parametrize(("wish", "rate_hz"), [({}, RATE_HZ), ({"rate_hz": 100.0, "block_rows": 7}, 100.0)])
def test_a_new_format(raw, wish, rate_hz):
    recording = open_recording(raw, **wish)
    assert (recording.format, recording.rate_hz, recording.n) == ("Raw", rate_hz, 500)
    (samples,) = recording.stream()
    assert isinstance(samples, Samples)
    assert np.array_equal(samples.xyz, np.tile(np.array([0, 0, 1], np.float32), (500, 1)))


def test_a_wish_that_makes_no_sense_is_refused_before_any_file_is_opened(tmp_path):
    with pytest.raises(RecordingError, match="no time zone"):
        open_recording(tmp_path / "nothing", timezone="Mars/Base")


def test_text_is_read_as_ever(raw):
    raw.write_text("\n".join(["time,x,y,z", *(f"{i / 50},0,0,1" for i in range(100))]))
    assert open_recording(raw).format == "CSV"


def test_a_binary_file_of_no_known_format(raw):
    other = raw.with_suffix(".other")
    other.write_bytes(raw.read_bytes())
    with pytest.raises(
        RecordingError,
        match=r"^night\.other is not a text file, nor any other format that can be read; export the recording as",
    ):
        open_recording(other)


TINY = """
from detector.recordings.formats import text

def recognises(head, path):
    return head.startswith(b"TINY")

def open(path, wish):
    table = path.with_suffix(".table")
    table.write_bytes(path.read_bytes()[4:])
    return text.open(table, wish)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that installs a distribution with an entry point of a format."""

    def install(source):
        folder = tmp_path / "site"
        about = folder / "tiny_format-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-format\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{formats.GROUP}]\ntiny = tiny_format\n")
        (folder / "tiny_format.py").write_text(source)
        monkeypatch.syspath_prepend(folder)
        formats.others.cache_clear()

    yield install
    formats.others.cache_clear()
    sys.modules.pop("tiny_format", None)


def test_a_format_of_another_distribution(installed, tmp_path):
    installed(TINY)
    path = tmp_path / "a.tny"
    path.write_text("TINY" + "\n".join(["time,x,y,z", *(f"{i / 50},0,0,1" for i in range(100))]))
    assert open_recording(path).n == 100


def test_what_a_format_of_another_distribution_stumbles_over_is_told_in_a_sentence(installed, tmp_path):
    installed(TINY.replace("table.write_bytes", "[][0]; table.write_bytes"))
    path = tmp_path / "a.tny"
    path.write_text("TINY")
    with pytest.raises(RecordingError, match=r"^a\.tny cannot be read by tiny_format, .*another package.*IndexError"):
        open_recording(path)


def test_a_format_of_another_distribution_that_is_broken_keeps_nobody_from_reading(installed, tmp_path, caplog):
    installed("raise RuntimeError('of another version')")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["time,x,y,z", *(f"{i / 50},0,0,1" for i in range(100))]))
    assert open_recording(path).format == "CSV"
    assert "The format tiny (tiny_format) cannot be loaded" in caplog.text
