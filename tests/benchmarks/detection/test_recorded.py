"""Twitches added to a recording leave it as it was elsewhere, on the device's grid; absent recordings give a reason."""

import numpy as np
import pytest

from benchmarks.detection.recorded import READABLE, folder, quiet_recordings, with_twitches
from benchmarks.detection.truth import KnownNight


def background(step_mg):
    noise = np.random.default_rng(1).normal(0, 2e-3, (6000, 3))
    xyz = noise + np.array([0.1, 0.2, 0.97])
    if step_mg:
        xyz = 1e-3 * step_mg * np.rint(1e3 * xyz / step_mg)
    return KnownNight(xyz.astype(np.float32), 52.0, (), 51.7, resolution_mg=step_mg, name="made up")


@pytest.mark.parametrize("step_mg", [0.0, 1.0])
def test_twitches_change_only_where_they_are(step_mg):
    before = background(step_mg)
    after = with_twitches(before, (5.0, 50.0), 3)
    assert len(after.truth) > 30
    quiet = np.ones(len(before.xyz), bool)
    seen = []
    for event in after.truth:
        first = int(event.onset_s * 51.7)
        quiet[first : first + 65] = False
        changed = 1e3 * (after.xyz - before.xyz)[first : first + 65]
        seen.append((np.linalg.norm(np.ptp(changed, axis=0)), event.p2p_mg))
    found, stated = np.array(seen).T
    # Samples of 52 Hz fall beside the peaks of the fastest twitches, never above them.
    assert (found <= 1.02 * stated + 2 * step_mg).all()
    assert np.median(found / stated) == pytest.approx(0.95, abs=0.1)
    assert np.abs(after.xyz - before.xyz)[quiet].max() < 1e-6
    if step_mg:
        assert np.abs(1e3 * after.xyz - np.rint(1e3 * after.xyz)).max() < 1e-3
    assert after.rate_hz == 52.0
    assert after.true_rate_hz == 51.7


def test_a_stretch_too_short_gets_none():
    night = background(1.0)
    short = KnownNight(night.xyz[:200], 52.0, (), 51.7)
    assert with_twitches(short, (5.0, 50.0), 3).truth == ()


def test_absent_recordings_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("FASCIWATCH_DATA", str(tmp_path))
    nights, skipped = quiet_recordings()
    assert nights == []
    for name in READABLE:
        assert any(reason.startswith(name) and "does not exist" in reason for reason in skipped)


@pytest.mark.skipif(not folder().exists(), reason="the recordings are not here; set FASCIWATCH_DATA")
def test_real_still_stretches_are_still_and_on_their_grid():
    nights, _ = quiet_recordings()
    assert {"Verity Sense, arm", "GT9X, table", "phone, left leg"} <= {night.name for night in nights}
    for night in nights:
        assert night.observed_s >= 14.0
        if night.name.startswith("MuSe"):
            assert 90 < night.true_rate_hz < 230
        assert np.isfinite(night.xyz).all()
        assert 1e3 * np.diff(night.xyz, axis=0).std() < 50
        added = with_twitches(night, (5.0, 50.0), 1)
        if night.resolution_mg:
            steps = 1e3 * added.xyz.astype(np.float64) / night.resolution_mg
            assert np.abs(steps - np.rint(steps)).max() < 0.02
