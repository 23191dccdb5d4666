"""Promise: parts that were swapped, repeated or put together by a copy are read in the order of recording, and told."""

from __future__ import annotations

import gzip
import io
import warnings
import zipfile

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import samples_of, told


def _cwa():
    data = made.cwa(60, packed=True)
    return data[:1024], [data[at : at + 512] for at in range(1024, len(data), 512)]


def _geneactiv():
    head, *pages = made.geneactiv(60).split(b"Recorded Data\r\n")
    return head, [b"Recorded Data\r\n" + page for page in pages]


def _gt3x():
    with zipfile.ZipFile(io.BytesIO(made.gt3x(60))) as archive:
        log, info = archive.read("log.bin"), archive.read("info.txt")
    size = len(log) // 60
    return info, [log[at : at + size] for at in range(0, len(log), size)]


def _archive(path, *files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name is there twice
        for name, data in files:
            archive.writestr(name, data)
    return open_recording(path)


@pytest.fixture(params=["cwa", "bin", "gt3x"])
def put(request, tmp_path):
    """Parts of a device's file, and a function that opens them in an order."""
    head, parts = {"cwa": _cwa, "bin": _geneactiv, "gt3x": _gt3x}[request.param]()
    path = tmp_path / f"a.{request.param}"

    def make(order):
        if request.param == "gt3x":
            return _archive(path, ("info.txt", head), ("log.bin", b"".join(parts[i] for i in order)))
        path.write_bytes(head + b"".join(parts[i] for i in order))
        return open_recording(path)

    return make


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([*range(10), 11, 10, *range(12, 60)], "2 {}(s) are not in the order in which they were recorded"),
        ([*range(10), 30, *range(11, 30), 10, *range(31, 60)], "2 {}(s) are not in the order in which"),
        ([*range(10), *range(20, 30), *range(10, 20), *range(30, 60)], "20 {}(s) are not in the order in which"),
        ([*range(11), *range(10, 60)], "1 {}(s) are {}twice; of each the first was read."),
        ([*range(30), *range(20, 60)], "10 {}(s) are {}twice; of each the first was read."),
        ([*range(20), 11, 10, *range(20, 60)], "2 {}(s) are {}twice; of each the first was read."),
    ],
    ids=["neighbours", "far apart", "stretches", "one twice", "a stretch twice", "two strewn in"],
)
def test_parts_in_another_order(put, order, words):
    usual = put(range(60))
    samples = samples_of(usual)
    recording = put(order)
    assert recording.pieces == usual.pieces
    assert np.array_equal(samples_of(recording), samples)
    what, log = {"Axi": ("block", "there "), "GEN": ("page", "there "), "Act": ("record", "in its log ")}[
        recording.format[:3]
    ]
    what = "second" if what == "record" and "twice" in words else what
    assert told(recording, words.format(what, log))
    assert recording.gaps == []


def test_a_recorder_that_counts_anew_is_not_sorted(tmp_path):
    first, then = made.cwa(20, packed=True), made.cwa(20, packed=True, start_s=made.EPOCH_S + 3600)
    path = tmp_path / "a.cwa"
    path.write_bytes(first + then[1024:])
    recording = open_recording(path)
    assert (recording.n, len(recording.gaps)) == (4800, 1)
    assert not told(recording, "sorted")
    path.write_bytes(then + first[1024:])
    recording = open_recording(path)
    assert recording.n == 4800
    assert told(recording, "was set back 1 time(s) (or blocks of an earlier time follow)") or told(recording, "sorted")


def test_pages_of_a_packed_file_are_told_of(tmp_path):
    head, pages = _geneactiv()
    pages[10], pages[30] = pages[30], pages[10]
    path = tmp_path / "a.bin.gz"
    path.write_bytes(gzip.compress(head + b"".join(pages)))
    recording = open_recording(path)
    assert recording.n == 18_000
    assert told(recording, "goes back 2 time(s)")


def test_a_clock_set_back_is_no_other_order(tmp_path):
    info, _ = _gt3x()
    counts = made.night(1800, 256).reshape(60, 30, 3)
    seconds = [*range(30), *range(10, 40)]
    log = [made.record(0, made.EPOCH_S + s, made._twelve_bits(counts[i])) for i, s in enumerate(seconds)]
    recording = _archive(tmp_path / "a.gt3x", ("info.txt", info), ("log.bin", b"".join(log)))
    assert np.allclose(samples_of(recording), counts.reshape(-1, 3) / 256)
    assert told(recording, "clock goes back 1 time(s)")


def test_of_two_logs_that_of_the_info_is_read_and_it_is_told(tmp_path):
    info, seconds = _gt3x()
    log, other = b"".join(seconds), b"".join(seconds[:20])
    double = info.replace(b"256.0", b"128.0")
    files = [("a/info.txt", info), ("b/log.bin", other), ("b/info.txt", double), ("a/log.bin", log)]
    recording = _archive(tmp_path / "a.gt3x", *files)
    assert np.allclose(samples_of(recording), made.night(1800, 256) / 256)
    assert told(recording, "Its archive holds 2 files log.bin, of which one was read")
    assert told(
        _archive(tmp_path / "b.gt3x", ("info.txt", info), ("log.bin", log), ("log.bin", other)), "holds 2 files"
    )


def avro(path, *parts, rate_hz=(50.0,)):
    """Open a file of several records: start in s and first and last row of each."""
    fastavro = pytest.importorskip("fastavro")
    numbers = {"type": "array", "items": "int"}
    imu = {"type": "record", "name": "imu", "fields": [{"name": "conversionFactor", "type": "double"}]}
    fields = [("timestampStart", "long"), ("samplingFrequency", "double"), ("imuParams", imu)]
    fields += [(axis, numbers) for axis in "xyz"]
    acc = {"type": "record", "name": "acc", "fields": [{"name": name, "type": kind} for name, kind in fields]}
    raw = {"type": "record", "name": "raw", "fields": [{"name": "accelerometer", "type": acc}]}
    schema = {"type": "record", "name": "all", "fields": [{"name": "rawData", "type": raw}]}
    counts = made.night(600, 256)
    records = [
        {
            "timestampStart": round((made.EPOCH_S + start) * 10**6),
            "samplingFrequency": rate_hz[i % len(rate_hz)],
            "imuParams": {"conversionFactor": 1 / 256},
            **{axis: counts[first:end, k].tolist() for k, axis in enumerate("xyz")},
        }
        for i, (start, first, end) in enumerate(parts)
    ]
    file = io.BytesIO()
    fastavro.writer(file, schema, [{"rawData": {"accelerometer": record}} for record in records])
    path.write_bytes(file.getvalue())
    return open_recording(path)


G = (made.night(600, 256) / 256).astype(np.float32)


@pytest.mark.parametrize(
    ("parts", "gaps", "words"),
    [
        ([(0, 0, 200), (4, 200, 600)], 0, ""),
        ([(0, 0, 200), (9, 200, 600)], 1, ""),
        ([(4, 200, 600), (0, 0, 200)], 0, "not in the order of their times"),
        ([(0, 0, 200), (0, 0, 200), (4, 200, 600)], 0, "1 record(s) are there twice"),
        ([(0, 0, 200), (4, 200, 200), (4, 200, 600)], 0, ""),
        ([(0, 0, 200), (3, 200, 600)], 0, "1 record(s) begin before the one before them ends"),
    ],
    ids=["follow on", "gap", "turned round", "twice", "one empty", "overlap"],
)
def test_all_records_of_an_avro_are_read(tmp_path, parts, gaps, words):
    recording = avro(tmp_path / "a.avro", *parts)
    assert (recording.n, recording.start_ns, len(recording.gaps)) == (600, made.EPOCH_S * NS, gaps)
    assert np.array_equal(samples_of(recording), G)
    assert recording.missing_s == pytest.approx(5 * gaps)
    assert told(recording, words) if words else recording.notes == []


def test_records_of_different_rates_are_refused(tmp_path):
    with pytest.raises(RecordingError, match="changes its rate from one record to the next"):
        avro(tmp_path / "a.avro", (0, 0, 200), (4, 200, 600), rate_hz=(50.0, 64.0))
