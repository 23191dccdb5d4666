"""Promise: where a wearable sends neither time nor count, what is lost is found by the delays, to the sample, and what
the radio merely holds up is not taken for a loss."""

from __future__ import annotations

import numpy as np
import pytest

from firmware_bridge.clock.cursor import Placed
from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.clock.silent_loss import FEWEST, WINDOW_S, SilentLoss
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

WALL_NS = 1_760_000_000 * NS
QUICKEST_S = 0.03


def play(
    packet: int, nominal_hz: float, off_nominal: float, lost: dict[int, int], *, hours: float = 0.5, seed: int = 0
) -> tuple[list[Placed], np.ndarray, float]:
    """Send packets over a radio that is late by 30 ms and more and sometimes held up for seconds; return what the clock
    makes of those that are not lost, its error in s at each, and its rate's relative error."""
    rng = np.random.default_rng(seed)
    true_hz = nominal_hz * (1 + off_nominal)
    count = int(hours * 3600 * true_hz / packet)
    true_s = np.arange(1, count + 1) * packet / true_hz
    late_s = QUICKEST_S + rng.gamma(0.8, 0.03, count)
    stalled = rng.random(count) < packet / true_hz / 60  # about one a minute
    late_s[stalled] += rng.uniform(0.3, 3.0, stalled.sum())
    arrival_s = np.maximum.accumulate(true_s + late_s)
    kept = np.ones(count, dtype=bool)
    for first, packets in lost.items():
        kept[first : first + packets] = False
    clock = DeviceClock(nominal_hz, WALL_NS)
    placed, error_s = [], []
    for i in np.flatnonzero(kept):
        got = clock.push(None, packet, round(arrival_s[i] * NS))
        assert got is not None
        placed.append(got)
        error_s.append((got.start_ns + (packet - 1) * NS / got.rate_hz - WALL_NS) / NS - true_s[i] - QUICKEST_S)
    return placed, np.array(error_s), clock.rate_hz / true_hz - 1


@pytest.mark.parametrize(
    ("packet", "nominal_hz", "off_nominal"), [(1, 50.0, 0.012), (1, 100.0, -0.008), (3, 50.0, -0.015), (3, 100.0, 0.0)]
)
def test_losses_are_found_to_the_sample(packet: int, nominal_hz: float, off_nominal: float) -> None:
    lost = {
        round(0.3 * 1800 * nominal_hz / packet): 7,
        round(0.6 * 1800 * nominal_hz / packet): 1,
        60_000 // packet: 40,
    }
    placed, error_s, rate_error = play(packet, nominal_hz, off_nominal, lost)
    found = [p.lost for p in placed if p.lost]
    assert sum(found) == packet * sum(n for first, n in lost.items() if first < 1800 * nominal_hz / packet)
    assert {p.cause for p in placed if p.lost} == {GapCause.LOST_ESTIMATED}
    settled = error_s[len(error_s) // 10 :]
    assert np.percentile(np.abs(settled), 90) < 0.003  # all but the seconds until a loss is noticed
    assert abs(rate_error) < 50e-6


def test_a_radio_that_is_held_up_loses_nothing() -> None:
    placed, _, _ = play(1, 50.0, 0.01, {}, hours=1.0, seed=1)
    assert [p for p in placed if p.cause] == []


def test_what_the_wearable_counts_itself_needs_no_guess() -> None:
    clock = DeviceClock(50.0, WALL_NS)
    arrivals_s = np.arange(500) / 50 + 1.0
    gaps = []
    for i, arrival_s in enumerate(arrivals_s):
        got = clock.push(None, 1, round(arrival_s * NS) + (NS // 5 if i >= 300 else 0), lost=10 if i == 300 else 0)
        assert got is not None
        if got.cause:
            gaps.append((i, got.lost, got.cause))
    assert [(i, lost) for i, lost, _ in gaps] == [(300, 10)]
    assert gaps[0][2] != GapCause.LOST_ESTIMATED


def test_an_expectation_that_has_become_wrong_is_given_up() -> None:
    loss = SilentLoss()
    step_s = 2 * WINDOW_S / FEWEST / 4
    packets = [loss.add(i * step_s, -0.05, 0.02, settled=True) for i in range(40)]
    assert min(packets) == -1
    assert max(packets) == 0
