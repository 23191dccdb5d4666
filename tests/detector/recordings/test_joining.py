"""Promise: the files that a long recording was split into become one again, and files that are not are refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.formats import made
from detector.errors import RecordingError
from detector.recordings import follow_on, join, open_recording
from firmware_bridge.samples import NS, Gap, Samples


@pytest.fixture
def part(tmp_path):
    """A function that opens an AX6's file that begins some seconds after the first."""

    def make(after_s=0.0, name="a", **changes):
        path = tmp_path / f"{name}.cwa"
        path.write_bytes(made.cwa(100, packed=False, start_s=made.EPOCH_S + after_s, **changes))
        return open_recording(path)

    return make


LENGTH_S = 100 * 40 / 99.5


@pytest.mark.parametrize(("pause_s", "gaps"), [(0.0, 0), (10.0, 1)])
def test_parts_become_one(part, pause_s, gaps):
    first, second = part(), part(LENGTH_S + pause_s, "b")
    assert follow_on(first, second)
    assert not follow_on(second, first)
    whole = join([second, first])
    assert (whole.n, whole.sensor, len(whole.gaps)) == (8000, "a", gaps)
    parts = list(whole.stream())
    assert all(before.end_ns == after.start_ns for before, after in itertools.pairwise(parts))
    xyz = np.concatenate([each.xyz for each in parts if isinstance(each, Samples)])
    half = np.concatenate([each.xyz for each in first.stream() if isinstance(each, Samples)])
    assert np.array_equal(xyz, np.concatenate((half, half)))
    assert whole.end_ns == pytest.approx(second.end_ns, abs=2e6)
    if gaps:
        (gap,) = [each for each in parts if isinstance(each, Gap)]
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(pause_s, abs=0.02)


def test_what_overlaps_is_refused(part):
    with pytest.raises(RecordingError, match=r"a\.cwa and b\.cwa cannot be joined: they overlap by 30 s\."):
        join([part(), part(LENGTH_S - 30, "b")])


def test_another_rate_is_refused(part):
    with pytest.raises(RecordingError, match=r"cannot be joined: 99\.5 Hz and 92 Hz"):
        join([part(), part(LENGTH_S, "b", rate_hz=92.0)])


def test_a_file_long_after_is_no_continuation(part):
    assert not follow_on(part(), part(LENGTH_S + 3600, "b"))
