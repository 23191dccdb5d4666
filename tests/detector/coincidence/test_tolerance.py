"""The tolerance of a coincidence holds what the detector makes of one shock seen by two sensors.

``python -m pytest tests/detector/coincidence/test_tolerance.py -rP`` shows how far apart the onsets come out.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from detector.coincidence import LONGEST_S, TOLERANCE_S
from detector.signal import DetectorConfig, detect
from firmware_bridge.virtual.twitch import acceleration

SHOCKS = 200
CLOCK_S = 0.003
TRAVEL_S = 0.03
NOISE_G = 100e-6  # per root Hz


def seen(rate_hz, shocks, rng):
    """Acceleration of a sensor: each shock goes out and back along a direction of its own, as a twitch does."""
    onset_s, p2p_g, tp_s = shocks
    t = np.arange(int((onset_s[-1] + 4) * rate_hz)) / rate_hz
    xyz = NOISE_G * np.sqrt(rate_hz / 2) * rng.standard_normal((len(t), 3)) + [0.0, 0.0, 1.0]
    for at_s, g, tp in zip(onset_s + rng.uniform(-CLOCK_S, CLOCK_S, SHOCKS), p2p_g, tp_s, strict=True):
        part = slice(int(at_s * rate_hz) + 1, int((at_s + 3.5) * rate_hz))
        since_s = t[part] - at_s
        direction = rng.standard_normal(3)
        direction /= np.linalg.norm(direction)
        xyz[part] += g * acceleration(since_s, np.array(tp))[:, None] * direction
    return (np.rint(1000 * xyz) * 1e-3).astype(np.float32)


@pytest.mark.parametrize("rates_hz", [(52.0, 100.0), (100.0, 100.0), (52.0, 52.0)])
def test_one_shock_seen_by_two_is_within_the_tolerance(rates_hz):
    """Shocks of 12-120 mg p-p and 50-150 ms; the second sensor feels them 0-12 dB weaker and 0-30 ms later."""
    rng = np.random.default_rng(1)
    onset_s = 2.0 + 4.0 * np.arange(SHOCKS) + rng.uniform(0, 1, SHOCKS)
    p2p_g = np.exp(rng.uniform(np.log(0.012), np.log(0.12), SHOCKS))
    tp_s = rng.uniform(0.05, 0.15, SHOCKS)
    weaker = np.exp(rng.uniform(np.log(0.25), 0, SHOCKS))
    found = []
    for rate_hz, late_s, gain in ((rates_hz[0], 0.0, 1.0), (rates_hz[1], rng.uniform(0, TRAVEL_S, SHOCKS), weaker)):
        own_tp_s = tp_s * rng.uniform(0.8, 1.25, SHOCKS)  # each place of the body moves its own way
        xyz = seen(rate_hz, (onset_s + late_s, gain * p2p_g, own_tp_s), rng)
        found.append(detect(xyz, rate_hz, DetectorConfig(resolution_mg=1.0)))
    apart_s, lasts_s = [], []
    for at_s in onset_s:
        pair = [next((event for event in events if abs(event.onset_s - at_s) < 0.5), None) for events in found]
        if None not in pair and any(event.kind == "twitch" for event in pair):
            apart_s.append(abs(pair[0].onset_s - pair[1].onset_s))
            lasts_s.append(max(event.duration_s for event in pair))
    median_ms, most_ms = 1e3 * np.quantile(apart_s, [0.5, 0.95])
    within = np.mean(np.array(apart_s) <= TOLERANCE_S)
    sys.stdout.write(
        f"{rates_hz[0]:g} and {rates_hz[1]:g} Hz: {len(apart_s)} shocks taken for a twitch, {median_ms:.0f} ms apart "
        f"in the median, {most_ms:.0f} ms at the 95th percentile, {100 * within:.0f} % within the tolerance\n"
    )
    assert len(apart_s) > 30
    assert within > 0.9
    assert max(lasts_s) < LONGEST_S
