"""Promise: the seconds of a tremor are told as `tremor`, and no other movement is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from detector.recordings import open_recording
from detector.signal import Detector, detect
from firmware_bridge.samples import Samples
from tests.detector.signal.movement.movements import handling, noise, tremor

LEAST = 0.9


def share(events, first_s, last_s):
    """Share of a stretch that is told as tremor; no second is told twice."""
    spans = sorted((e.onset_s, e.onset_s + e.duration_s) for e in events if e.kind == "tremor")
    assert all(a[1] <= b[0] + 0.02 for a, b in pairwise(spans))
    return sum(max(min(end, last_s) - max(onset, first_s), 0.0) for onset, end in spans) / (last_s - first_s)


@pytest.mark.parametrize(
    ("rate_hz", "hz"),
    [
        (rate_hz, hz)
        for rate_hz in (25.0, 50.0, 52.0, 100.0, 200.0)
        for hz in (3.5, 5.0, 8.0, 12.0)
        if hz < 0.45 * rate_hz  # more the rate does not carry
    ],
)
@pytest.mark.parametrize("p2p_mg", [30.0, 600.0])
@pytest.mark.parametrize("lead_s", [0.0, 15.0])
def test_tremor_on_a_drifting_posture(rate_hz, hz, p2p_mg, lead_s):
    rng = np.random.default_rng(6)
    xyz = noise(rng, lead_s + 20, rate_hz)
    xyz += 0.1 * np.sin(2 * np.pi * np.arange(len(xyz)) / rate_hz / 20)[:, None] * [0.3, 0.8, -0.5]
    i = round(lead_s * rate_hz)
    moved = tremor(rng, 10, rate_hz, p2p_mg, hz)
    xyz[i : i + len(moved)] += moved
    events = detect(xyz.astype(np.float32), rate_hz)
    assert share(events, lead_s, lead_s + 10) >= LEAST
    longest = max((e for e in events if e.kind == "tremor"), key=lambda e: e.duration_s)
    assert longest.dominant_hz == pytest.approx(hz, abs=1.0)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_two_seconds_are_enough(rate_hz):
    rng = np.random.default_rng(7)
    xyz = noise(rng, 30, rate_hz)
    i = round(15 * rate_hz)
    moved = tremor(rng, 2, rate_hz, 60, 6.0)
    xyz[i : i + len(moved)] += moved
    assert share(detect(xyz.astype(np.float32), rate_hz), 15, 17) >= LEAST


def test_a_movement_and_the_tremor_after_it_are_two_events():
    rng = np.random.default_rng(8)
    xyz = noise(rng, 50, 100.0)
    xyz[1500:2300] += handling(rng, 8, 100.0, 200.0)
    xyz[2300:3300] += tremor(rng, 10, 100.0, 200, 6.0)
    long = [e for e in detect(xyz.astype(np.float32), 100.0) if e.duration_s > 2]
    assert [e.kind for e in long] == ["movement", "tremor"]
    assert long[1].onset_s == pytest.approx(23, abs=1)
    ends = [e.onset_s + e.duration_s for e in long]
    assert ends == sorted(ends)


def test_a_tremor_of_minutes_is_told_while_it_goes_on():
    rng = np.random.default_rng(9)
    xyz = noise(rng, 200, 50.0)
    xyz[500:9500] += tremor(rng, 180, 50.0, 80, 5.0)
    detector = Detector(50.0)
    early = detector.push(xyz[:4000].astype(np.float32))
    assert [e.kind for e in early if e.duration_s > 30] == ["tremor"]
    events = early + detector.push(xyz[4000:].astype(np.float32)) + detector.flush()
    assert share(events, 10, 190) >= LEAST


@pytest.mark.parametrize("rate_hz", [50.0, 100.0])
def test_what_is_no_tremor(rate_hz):
    rng = np.random.default_rng(10)
    xyz = noise(rng, 160, rate_hz)
    t = np.arange(round(20 * rate_hz)) / rate_hz
    walk = sum(a * np.sin(2 * np.pi * k * 1.95 * t + k) for k, a in ((1, 0.2), (2, 0.1), (3, 0.08)))
    ring = 0.2 * np.exp(-(t % 2.0) / 0.3) * np.sin(2 * np.pi * 9 * t)
    beats = 0.03 * np.exp(-(t % 0.85) / 0.05) * np.sin(2 * np.pi * 12 * (t % 0.85))
    for begin_s, moved in ((10, walk), (40, ring), (70, beats)):
        i = round(begin_s * rate_hz)
        xyz[i : i + len(t)] += moved[:, None] * [0.5, 0.7, -0.5]
    i = round(100 * rate_hz)
    xyz[i : i + len(t)] += handling(rng, 20, rate_hz, 200.0)
    keys = 130 + np.cumsum(rng.uniform(0.08, 0.4, 80))
    for key in keys:
        i = round(key * rate_hz)
        xyz[i : i + 5] += 0.05 * rng.standard_normal(3) * np.array([0.5, 1, -1, 0.5, -0.3])[:, None]
    events = detect(xyz.astype(np.float32), rate_hz)
    assert len(events) > 10
    assert share(events, 0, 160) == 0.0


def test_real_hands_at_work_have_no_tremor(shared_data):
    recording = open_recording(shared_data("phone_tremor/2458_kinetic_tremor_of_hands_left_hand.csv"))
    xyz = np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])
    assert not [e for e in detect(xyz, 100.0) if e.kind == "tremor"]


@pytest.mark.parametrize("rate_hz", [25.0, 52.0, 100.0, 208.0])
def test_chunk_size_does_not_matter(rate_hz):
    rng = np.random.default_rng(11)
    xyz = noise(rng, 120, rate_hz)
    for begin_s, moved in (
        (0, tremor(rng, 6, rate_hz, 100, 5.0)),
        (20, handling(rng, 6, rate_hz, 200.0)),
        (26, tremor(rng, 72, rate_hz, 60, 7.0)),
    ):
        i = round(begin_s * rate_hz)
        xyz[i : i + len(moved)] += moved
    xyz = xyz.astype(np.float32)
    whole = Detector(rate_hz)
    expected = whole.push(xyz) + whole.flush()
    assert {"tremor", "movement"} <= {e.kind for e in expected}
    for chunk in (1, 17, 509):
        pieces = Detector(rate_hz)
        got = [e for i in range(0, len(xyz), chunk) for e in pieces.push(xyz[i : i + chunk])] + pieces.flush()
        assert got == expected
        assert pieces.state.tobytes() == whole.state.tobytes()
