"""Promise: other people's readers, where they are right, read the same."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.recordings import open_recording
from tests.detector.recordings.opened import samples_of

NEEDS = "install fasciwatch[peers]"


@pytest.mark.parametrize(
    ("name", "within_g", "within_s"),
    [
        ("formats/ax3.cwa", 0, 0.03),
        ("formats/ax3_corrupt_blocks.cwa", 0, 0.03),
        ("formats/ax6.cwa", 0, 0.03),
        ("ax6_wrist/axivity_ax6_test_data.CWA", 0, 0.03),
        ("formats/actigraph_wgt3xbt_idle.gt3x", 1e-6, 0.001),
        ("formats/geneactiv.bin", 1e-6, 0.02),
        ("formats/geneactiv_60hz.bin", 1e-6, 0.02),
    ],
)
def test_actfast(name, within_g, within_s, shared_data):
    actfast = pytest.importorskip("actfast", reason=NEEDS)
    path = shared_data(name)
    theirs = actfast.read(path, lenient=True)
    series = next(each for each in theirs["timeseries"].values() if "acceleration" in each)
    ours = open_recording(path, timezone="UTC")
    xyz = samples_of(ours)
    assert xyz.shape == series["acceleration"].shape
    assert np.abs(xyz - series["acceleration"]).max() <= within_g
    times = np.concatenate([p.start_ns / 1e9 + np.arange(p.count) / p.rate_hz for p in ours.pieces])
    assert np.abs(times - np.asarray(series["datetime"], np.int64) / 1e9).max() < within_s


def test_actilife(shared_data):
    ours = samples_of(open_recording(shared_data("formats/actigraph_gt9x.gt3x")))
    rows = np.loadtxt(shared_data("formats/actilife_raw.csv"), delimiter=",", skiprows=11, usecols=(0, 1, 2))
    assert np.abs(ours[: len(rows)] - rows).max() <= 0.00051


def test_pyedflib(shared_data):
    pyedflib = pytest.importorskip("pyedflib", reason=NEEDS)
    path = shared_data("formats/faros180.EDF")
    file = pyedflib.EdfReader(str(path))
    theirs = np.stack([file.readSignal(i) for i in (1, 2, 3)], axis=1) / 1000
    file.close()
    assert np.array_equal(samples_of(open_recording(path)), theirs.astype(np.float32))


def test_pyxdf(tmp_path):
    """Times of a clock that runs 40 ppm fast, with offsets one of which is a stray; some samples have no stamp."""
    pyxdf = pytest.importorskip("pyxdf", reason=NEEDS)
    path = tmp_path / "a.xdf"
    counts = made.night(3000, 256)
    path.write_bytes(made_by_libraries.xdf(counts, chunk=250, unstamped=7, drift=40e-6))
    (stream,), _ = pyxdf.load_xdf(path, dejitter_timestamps=False)
    ours = open_recording(path)
    assert np.array_equal(samples_of(ours), stream["time_series"])
    times = np.concatenate([p.start_ns / 1e9 + np.arange(p.count) / p.rate_hz for p in ours.pieces])
    assert np.abs(times - stream["time_stamps"]).max() < 1e-3
