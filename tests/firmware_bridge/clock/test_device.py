"""Promise: every sample gets its true UTC to a few milliseconds all night, lost samples are counted exactly, and time
never goes back nor overlaps, whatever the wearable's clock does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.clock.cursor import MOST_SLEW, Placed
from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

WALL_NS = 1_760_000_000 * NS
MONO_NS = 5_000 * NS
QUICKEST_S = 0.03


@dataclass
class Night:
    """A simulated night, frame by frame; `true_s` is when a frame's last sample was really taken."""

    n: np.ndarray
    true_s: np.ndarray
    device_ns: np.ndarray
    arrival_ns: np.ndarray
    true_hz: float

    def __len__(self) -> int:
        return len(self.n)


def simulate(
    seed: int,
    *,
    hours: float = 8.0,
    nominal_hz: float = 52.0,
    off_nominal: float = -0.006,
    ppm: float = 50.0,
    wander_ppm: float = 10.0,
    frame: tuple[int, int] = (36, 72),
    stalls: float = 0.003,
) -> Night:
    """Simulate frames of varying length, a drifting and wandering device clock, and late arrivals.

    The wander is a slow sine of `wander_ppm` plus a random walk of a tenth of that; the latency is 30 ms plus a gamma
    variate of 25 ms, and some frames stall the radio for up to 3 s, those behind them queueing.
    """
    rng = np.random.default_rng(seed)
    true_hz = nominal_hz * (1 + off_nominal)
    count = int(hours * 3600 * true_hz / np.mean(frame))
    n = rng.integers(frame[0], frame[1] + 1, count)
    true_s = np.cumsum(n) / true_hz
    step_s = np.diff(true_s, prepend=0.0)
    phase = rng.uniform(0, 2 * np.pi)
    walk = np.cumsum(rng.normal(size=count)) / np.sqrt(count)
    drift = ppm + wander_ppm * (np.sin(2 * np.pi * true_s / (7 * 3600) + phase) + 0.1 * walk)
    device_s = true_s + np.cumsum(drift * 1e-6 * step_s) + rng.normal(0, 2e-5, count)
    late_s = QUICKEST_S + rng.gamma(0.8, 0.025 / 0.8, count)
    stalled = np.flatnonzero(rng.random(count) < stalls)
    late_s[stalled] += rng.uniform(0.3, 3.0, len(stalled))
    arrival_s = np.maximum.accumulate(true_s + late_s)
    device_ns = 704_201_974_831_254_116 + np.round(device_s * NS).astype(np.int64)
    return Night(n, true_s, device_ns, MONO_NS + np.round(arrival_s * NS).astype(np.int64), true_hz)


def play(clock: DeviceClock, night: Night, keep: np.ndarray | None = None) -> list[tuple[int, Placed]]:
    frames = range(len(night)) if keep is None else np.flatnonzero(keep)
    placed = []
    for i in frames:
        got = clock.push(int(night.device_ns[i]), int(night.n[i]), int(night.arrival_ns[i]))
        assert got is not None
        placed.append((int(i), got))
    return placed


def errors_ms(night: Night, placed: list[tuple[int, Placed]]) -> np.ndarray:
    """Error of each frame's last sample; the least latency cannot be told from a clock offset and does not count."""
    error = []
    for i, p in placed:
        last_ns = p.start_ns + round((night.n[i] - 1) * NS / p.rate_hz)
        error.append((last_ns - WALL_NS - MONO_NS) / NS - night.true_s[i] - QUICKEST_S)
    return np.array(error) * 1e3


def check_order(placed: list[Placed], lengths: list[int]) -> None:
    end_ns = None
    for p, n in zip(placed, lengths, strict=True):
        assert np.isfinite(p.rate_hz)
        assert p.rate_hz > 0
        if end_ns is not None:
            assert p.start_ns >= end_ns
            if p.gap_start_ns is None:
                assert p.start_ns == end_ns
                assert p.cause is None
            else:
                assert p.gap_start_ns == end_ns
                assert p.start_ns > end_ns
                assert p.cause
        end_ns = p.start_ns + round(n * NS / p.rate_hz)


@pytest.mark.parametrize(
    ("seed", "ppm", "wander_ppm", "frame"),
    [
        (11, 50, 10, (36, 72)),
        (12, -50, 10, (36, 36)),
        (13, 20, 0, (36, 72)),
        (14, -150, 20, (36, 72)),
        (15, 150, 20, (18, 36)),
    ],
)
def test_a_night(seed: int, ppm: float, wander_ppm: float, frame: tuple[int, int]) -> None:
    night = simulate(seed, ppm=ppm, wander_ppm=wander_ppm, frame=frame)
    clock = DeviceClock(52.0, WALL_NS)
    placed = play(clock, night)
    check_order([p for _, p in placed], night.n.tolist())
    assert not any(p.cause for _, p in placed)
    error = errors_ms(night, placed)
    settled = night.true_s > 300
    assert np.sqrt(np.mean(error[settled] ** 2)) <= 1.0
    assert np.abs(error[settled]).max() < 25
    assert clock.rate_hz == pytest.approx(night.true_hz, rel=50e-6)


def test_the_rate_after_an_hour() -> None:
    for seed in range(3):
        night = simulate(seed, hours=1.0, off_nominal=0.012, ppm=-80)
        clock = DeviceClock(52.0, WALL_NS)
        play(clock, night)
        assert clock.rate_hz == pytest.approx(night.true_hz, rel=50e-6)


@pytest.mark.parametrize("off_nominal", [-0.02, -0.006, 0.0, 0.02])
@pytest.mark.parametrize("frame", [(36, 36), (36, 72)])
def test_lost_frames_are_counted_exactly(off_nominal: float, frame: tuple[int, int]) -> None:
    night = simulate(5, hours=1.0, off_nominal=off_nominal, frame=frame)
    rng = np.random.default_rng(6)
    keep = rng.random(len(night)) > 0.05
    keep[:8] = True
    placed = play(clock := DeviceClock(52.0, WALL_NS), night, keep)
    found = {i: p.lost for i, p in placed if p.lost}
    expected = {}
    missing = 0
    for i, kept in enumerate(keep):
        if not kept:
            missing += int(night.n[i])
        elif missing:
            expected[i] = missing
            missing = 0
    assert found == expected
    assert {p.cause for _, p in placed} == {None, GapCause.LOST_FRAMES}
    for i, p in placed:
        if p.lost and night.true_s[i] > 300:
            assert p.gap_start_ns is not None
            assert round((p.start_ns - p.gap_start_ns) / NS * clock.rate_hz) == p.lost


def test_a_frame_lost_at_once_is_no_rate() -> None:
    night = simulate(7, hours=0.1, off_nominal=-0.015)
    keep = np.ones(len(night), dtype=bool)
    keep[1] = False
    placed = play(DeviceClock(52.0, WALL_NS), night, keep)
    assert [i for i, p in placed if p.lost] == [2]
    assert abs(placed[1][1].lost - night.n[1]) <= 2  # the nominal rate is all there is to go by


def test_the_first_frame_is_dated_back() -> None:
    placed = DeviceClock(50.0, WALL_NS).push(123, 36, MONO_NS)
    assert placed == Placed(WALL_NS + MONO_NS - 35 * NS // 50, 50.0)


def test_repeated_frames_do_no_harm() -> None:
    night = simulate(8, hours=0.2)
    plain = [p for _, p in play(DeviceClock(52.0, WALL_NS), night)]
    clock = DeviceClock(52.0, WALL_NS)
    got = []
    for i in range(len(night)):
        for j in (i, i, max(i - 3, 0)):
            p = clock.push(int(night.device_ns[j]), int(night.n[j]), int(night.arrival_ns[i]))
            if p is not None:
                got.append(p)
    assert got == plain


@pytest.mark.parametrize("step_s", [-3600.0, -4.0, 7.0, 2.0, 3600.0, -195_000_000.0])
def test_the_wearables_clock_is_set(step_s: float) -> None:
    night = simulate(9, hours=0.5)
    at = len(night) // 2
    night.device_ns[at:] += round(step_s * NS)
    placed = play(DeviceClock(52.0, WALL_NS), night)
    check_order([p for _, p in placed], night.n.tolist())
    assert [(i, p.cause) for i, p in placed if p.cause] == [(at, GapCause.CLOCK_STEP)]
    assert np.abs(errors_ms(night, placed[at + 400 :])).max() < 25


def test_a_clock_set_back_by_whole_frames_costs_none() -> None:
    clock = DeviceClock(50.0, WALL_NS)
    frame_ns = 20 * NS // 50
    placed = []
    for i in range(400):
        device_ns = (i - 10 * (i >= 200)) * frame_ns
        placed.append(clock.push(device_ns, 20, MONO_NS + i * frame_ns, checksum=i))
    assert [(i, p.cause) for i, p in enumerate(placed) if p is None or p.cause] == [(200, GapCause.CLOCK_STEP)]


def test_a_late_burst_is_no_step() -> None:
    night = simulate(10, hours=0.5, stalls=0)
    at = len(night) // 2
    burst = slice(at, at + 15)
    night.arrival_ns[burst] = night.arrival_ns[at + 15]
    placed = play(DeviceClock(52.0, WALL_NS), night)
    assert not any(p.cause for _, p in placed)
    assert np.abs(errors_ms(night, placed[at:])).max() < 25


def test_reconnection() -> None:
    night = simulate(15, hours=1.0)
    clock = DeviceClock(52.0, WALL_NS)
    away = slice(len(night) // 2, len(night) // 2 + 20)
    placed = []
    for i in range(len(night)):
        if i == away.stop:
            clock.reconnected("connection lost")
        if not away.start <= i < away.stop:
            p = clock.push(int(night.device_ns[i]), int(night.n[i]), int(night.arrival_ns[i]))
            assert p is not None
            placed.append((i, p))
    check_order([p for _, p in placed], [int(night.n[i]) for i, _ in placed])
    gaps = [p for _, p in placed if p.cause]
    assert [p.cause for p in gaps] == ["connection lost"]
    assert gaps[0].gap_start_ns is not None
    missing_s = night.n[away].sum() / night.true_hz
    assert (gaps[0].start_ns - gaps[0].gap_start_ns) / NS == pytest.approx(missing_s, abs=0.2)


def test_a_gap_keeps_the_cause_it_began_with() -> None:
    clock = DeviceClock(50.0, WALL_NS)
    clock.push(0, 50, MONO_NS)
    for cause in ("no data", "connection lost"):  # the second is an attempt to get the wearable back
        clock.reconnected(cause)
    first = clock.push(9 * NS, 50, MONO_NS + 9 * NS)
    assert first is not None
    assert first.cause == "no data"
    clock.reconnected("connection lost")
    after = clock.push(20 * NS, 50, MONO_NS + 20 * NS)
    assert after is not None
    assert after.cause == "connection lost"


@pytest.mark.parametrize("step_s", [-3600.0, -0.8, 0.8, 3600.0])
def test_a_wall_clock_that_is_set_does_not_bend_a_stream(step_s: float) -> None:
    night = simulate(17, hours=1.0)
    clock = DeviceClock(52.0, WALL_NS)
    placed = []
    for i in range(len(night)):
        if i == len(night) // 2:
            clock.wall_offset_ns += round(step_s * NS)
        got = clock.push(int(night.device_ns[i]), int(night.n[i]), int(night.arrival_ns[i]))
        assert got is not None
        placed.append((i, got))
    assert not any(p.cause for _, p in placed)
    error = errors_ms(night, placed)[night.true_s > 300]
    assert np.sqrt(np.mean(error**2)) <= 1.0


@pytest.mark.parametrize("slept_s", [8.0, 600.0, 7200.0])
@pytest.mark.parametrize("link_is_lost", [False, True])
def test_a_host_that_sleeps_leaves_a_gap_and_no_error(slept_s: float, link_is_lost: bool) -> None:
    """Its monotonic clock stands still meanwhile, its wall clock goes on."""
    night = simulate(18, hours=4.0)
    clock = DeviceClock(52.0, WALL_NS)
    before, after = night.true_s < 3600, night.true_s > 3600 + slept_s
    placed = play(clock, night, before)
    night.arrival_ns[after] -= round(slept_s * NS)
    clock.wall_offset_ns += round(slept_s * NS)
    if link_is_lost:
        clock.reconnected("connection lost")
    later = play(clock, night, after)
    ((_, gap),) = [(i, p) for i, p in later if p.cause]
    assert gap.gap_start_ns is not None
    assert (gap.start_ns - gap.gap_start_ns) / NS == pytest.approx(slept_s, abs=3.0)
    check_order([p for _, p in placed + later], night.n[before | after].tolist())
    error = errors_ms(night, later)[300:]
    assert np.sqrt(np.mean(error**2)) <= 3.0


def test_utc_follows_a_host_that_slept_but_never_goes_back() -> None:
    clock = DeviceClock(50.0, WALL_NS)
    clock.push(0, 50, MONO_NS)
    clock.wall_offset_ns += 3600 * NS
    same = clock.push(NS, 50, MONO_NS + NS)
    assert same is not None
    assert same.start_ns < WALL_NS + MONO_NS + 2 * NS
    clock.reconnected("connection lost")
    after = clock.push(3602 * NS, 50, MONO_NS + 2 * NS)
    assert after is not None
    assert after.start_ns == WALL_NS + MONO_NS + 3602 * NS - 49 * NS // 50
    clock.wall_offset_ns -= 7200 * NS
    clock.reconnected("connection lost")
    later = clock.push(3604 * NS, 50, MONO_NS + 4 * NS)
    assert later is not None
    assert later.start_ns == after.start_ns + 2 * NS


def test_a_wearable_without_a_clock_is_timed_by_its_samples() -> None:
    night = simulate(16, hours=1.0, off_nominal=0.01, ppm=0, wander_ppm=0)
    clock = DeviceClock(52.0, WALL_NS)
    placed = []
    for i in range(len(night)):
        p = clock.push(None, int(night.n[i]), int(night.arrival_ns[i]))
        assert p is not None
        placed.append((i, p))
    check_order([p for _, p in placed], night.n.tolist())
    assert clock.rate_hz == pytest.approx(night.true_hz, rel=200e-6)
    assert np.abs(errors_ms(night, placed)[night.true_s > 1200]).max() < 25


def test_nonsense_is_refused() -> None:
    for rate in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="nominal rate"):
            DeviceClock(rate, 0)
    with pytest.raises(ValueError, match="without samples"):
        DeviceClock(50.0, 0).push(0, 0, 0)


U64 = st.integers(0, 2**64 - 1)
ADVANCE = st.one_of(st.integers(-(2**40), 2**40), st.integers(0, 3 * NS), U64.map(lambda v: v - 2**63))


@given(
    st.floats(1.0, 2000.0),
    st.integers(-(2**62), 2**62),
    st.lists(st.tuples(ADVANCE, st.integers(1, 600), st.integers(0, 2 * NS), st.sampled_from("...r")), max_size=60),
)
def test_no_clock_makes_time_go_back(nominal_hz: float, first: int, frames: list[tuple[int, int, int, str]]) -> None:
    clock = DeviceClock(nominal_hz, WALL_NS)
    device_ns, arrival_ns = first, MONO_NS
    placed, lengths = [], []
    for advance, n, wait, event in frames:
        if event == "r":
            clock.reconnected("connection lost")
        device_ns, arrival_ns = device_ns + advance, arrival_ns + wait
        p = clock.push(device_ns, n, arrival_ns)
        if p is not None:
            placed.append(p)
            lengths.append(n)
            assert 0.98 / (1 + MOST_SLEW) <= p.rate_hz / clock.rate_hz <= 1.02 / (1 - MOST_SLEW)
    check_order(placed, lengths)


@given(
    st.integers(0, 2**32 - 1), st.floats(-0.04, 0.04), st.floats(-300, 300), st.floats(0.0, 0.3), st.floats(0.0, 0.05)
)
def test_no_radio_makes_time_go_back(seed: int, off_nominal: float, ppm: float, losses: float, stalls: float) -> None:
    night = simulate(seed, hours=0.05, off_nominal=off_nominal, ppm=ppm, stalls=stalls)
    keep = np.random.default_rng(seed).random(len(night)) >= losses
    placed = play(DeviceClock(52.0, WALL_NS), night, keep)
    check_order([p for _, p in placed], [int(night.n[i]) for i, _ in placed])
    assert {p.cause for _, p in placed} <= {None, GapCause.LOST_FRAMES}
