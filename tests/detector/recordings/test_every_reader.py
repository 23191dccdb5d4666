"""Promise: every reader, whatever the format, gives the same samples however they are asked for; of a file that is cut,
spoilt or made up it gives what is there, with a word, or one sentence, and never a traceback nor silent nonsense."""

from __future__ import annotations

import gc
import gzip
import tempfile
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.formats.small import small
from detector.errors import RecordingError
from detector.recordings import Recording, formats, open_recording
from firmware_bridge.samples import Gap, Samples

SMALL = small()
EVERY = pytest.mark.parametrize("reader", sorted(SMALL))


def read(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Times in ns and samples, after checking that the stream is whole and in order."""
    parts = list(recording.stream())
    end_ns = recording.start_ns
    times, values = [], []
    for part in parts:
        assert part.start_ns == end_ns
        end_ns = part.end_ns
        if isinstance(part, Samples):
            assert part.xyz.dtype == np.float32
            assert np.isfinite(part.rate_hz)
            times.append(part.start_ns + np.rint(np.arange(len(part.xyz)) * (1e9 / part.rate_hz)).astype(np.int64))
            values.append(part.xyz)
        else:
            assert part.end_ns > part.start_ns
    assert [part for part in parts if isinstance(part, Gap)] == recording.gaps
    xyz = np.concatenate(values)
    assert xyz.shape == (recording.n, 3)
    return np.concatenate(times), xyz


def outcome(path, **options):
    """What comes of opening a file: the recording, or its one sentence; anything else is a failure."""
    try:
        recording = open_recording(path, **options)
        return recording, *read(recording)
    except RecordingError as error:
        sentence = str(error)
        assert sentence.endswith((".", ")"))
        assert "\n" not in sentence
        return sentence


@EVERY
def test_the_size_of_blocks_changes_nothing(reader, tmp_path):
    path = SMALL[reader].put(tmp_path)
    recording, times, xyz = outcome(path)
    assert recording.n > 100
    for rows in (1, 17, 509):
        again, same_times, same_xyz = outcome(path, block_rows=rows)
        assert (again.notes, again.pieces) == (recording.notes, recording.pieces)
        assert np.array_equal(times, same_times)
        assert np.array_equal(xyz, same_xyz)
    assert np.median(np.linalg.norm(xyz, axis=1)) == pytest.approx(1, abs=0.05)


@EVERY
def test_its_name_does_not_matter(reader, tmp_path):
    path = SMALL[reader].put(tmp_path)
    if SMALL[reader].beside:
        pytest.skip("its name is how it finds the files that belong to it")
    recording = open_recording(path)
    other = path.rename(tmp_path / "named-otherwise.txt")
    assert open_recording(other).format == recording.format


@EVERY
def test_cut_anywhere(reader, tmp_path):
    one = SMALL[reader]
    whole, _, xyz = outcome(one.put(tmp_path))
    for end in range(1, len(one.data), 97):
        result = outcome(one.put(tmp_path, one.data[:end]))
        if isinstance(result, str):
            continue
        part, _, values = result
        assert len(values) <= len(xyz)
        whole_rows = len(values) - 1  # the last may be cut in two
        assert np.allclose(values[:-1], xyz[:whole_rows], atol=1e-6), f"cut at byte {end}"
        assert part.start_ns == pytest.approx(whole.start_ns, abs=30e6)
        missing = len(xyz) - len(values)
        assert missing == 0 or set(part.notes) - set(whole.notes) or end in _EDGES.get(reader, lambda _: ())(end), (
            f"cut at byte {end} without a word"
        )


_EDGES = {
    "csv": lambda end: (end,),  # a row is a row: what a table does not say nobody can tell
    "cwa_ax3": lambda end: (end,) if end % 512 == 0 else (),
    "cwa_ax6": lambda end: (end,) if end % 512 == 0 else (),
}


@EVERY
@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit(reader, seed, tmp_path):
    one = SMALL[reader]
    _, times, xyz = outcome(one.put(tmp_path))
    rng = np.random.default_rng([seed, len(reader)])
    for place in rng.integers(0, 8 * len(one.data), 40).tolist():
        data = bytearray(one.data)
        data[place // 8] ^= 1 << place % 8
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = outcome(one.put(tmp_path, bytes(data)))
        if isinstance(result, str) or not one.checked:
            continue
        _, some_times, values = result
        nearest = np.clip(np.searchsorted(times, some_times - 4_000_000), 0, len(times) - 1)
        right = np.abs(times[nearest] - some_times) < 6_000_000
        assert right.all(), f"bit {place}"
        assert np.array_equal(values, xyz[nearest]), f"bit {place}"


@EVERY
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_bytes(reader, tmp_path, data):
    one = SMALL[reader].data
    at = data.draw(st.integers(0, len(one)))
    until = data.draw(st.integers(at, min(len(one), at + 4096)))
    piece = data.draw(st.binary(max_size=64))
    outcome(SMALL[reader].put(tmp_path, one[:at] + piece + one[until:]))


@EVERY
def test_packed_by_gzip(reader, tmp_path):
    one = SMALL[reader]
    _, times, xyz = outcome(one.put(tmp_path))
    recording, same_times, same_xyz = outcome(one.put(tmp_path, gzip.compress(one.data)))
    assert recording.n == len(xyz)
    assert np.array_equal(same_times, times)
    assert np.array_equal(same_xyz, xyz)


@EVERY
def test_in_an_archive(reader, tmp_path):
    one = SMALL[reader]
    if one.beside:
        pytest.skip("it is more than one file")
    before, times, xyz = outcome(one.put(tmp_path))
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../readme.md", "Recorded at home.")
        archive.writestr(f"../../up/{one.name}", one.data)
    recording, same_times, same_xyz = outcome(path)
    assert np.array_equal(same_times, times)
    assert np.array_equal(same_xyz, xyz)
    assert recording.format == before.format
    assert any("Of the archive" in note for note in recording.notes)


def test_what_was_unpacked_goes_with_the_recording(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = SMALL["npy"]
    recording, *_ = outcome(one.put(tmp_path, gzip.compress(one.data)))
    assert list(tmp_path.glob("fasciwatch-*"))
    del recording
    gc.collect()
    assert not list(tmp_path.glob("fasciwatch-*"))


def test_a_trap_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = SMALL["npy"]
    trap = one.put(tmp_path, gzip.compress(one.data + bytes(200_000_000)))
    assert "which no recording of its size does" in outcome(trap)
    assert not list(tmp_path.glob("fasciwatch-*"))


"""Those that are unpacked on the way."""


def test_every_reader_is_here():
    """A format that is added has to be added here."""
    known = {open_format(reader) for reader in SMALL}
    assert known == {*formats.FORMATS, formats.text}


def open_format(reader):
    """The module that takes a reader's small file."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = SMALL[reader].put(Path(folder))
        head = SMALL[reader].data[: 1 << 18]
        return next(each for each in (*formats.FORMATS, formats.text) if each.recognises(head, path))
