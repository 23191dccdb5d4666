"""How fast, how soon, how much memory, and whether the job is done: against peers in the same run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from benchmarks.detection.measuring.matching import Score, score
from benchmarks.detection.measuring.rivalry import Tuned, onsets_on_clock, tuned_on
from benchmarks.detection.simulator import quiet, simulate, whole_night
from benchmarks.detection.truth import KnownNight
from benchmarks.header import RIVALS, print_header
from benchmarks.rivals import installed
from detector.signal import Detector, detect

_NIGHT_SEED, _TUNING_SEED, _QUIET_SEED, _PULSE_SEED = 41, 42, 43, 44
RATE_HZ = 100.0
_CLEAR_MG = 10.0
_PULSE_MG, _PER_MIN = 6.0, 62.0
_RATES_HZ = (25.0, 50.0, 100.0, 200.0, 500.0)
_LENGTHS_H = (0.5, 1.0, 2.0, 4.0, 8.0)
_FIRST_EVENT_PROGRAM = """
import sys
import numpy as np
from detector.signal import Detector
detector = Detector(100.0)
for chunk in np.array_split(np.load(sys.argv[1]), 100):
    if detector.push(chunk):
        break
else:
    sys.exit("no event")
"""
_MEMORY_PROGRAM = """
import sys
import numpy as np
from detector.signal import Detector
detector, noise = Detector(100.0), np.random.default_rng(1)
minute = (1e-3 * noise.standard_normal((6000, 3))).astype(np.float32)
detector.push(minute)
for _ in range(round(float(sys.argv[1]) * 60)):
    detector.push(minute)
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@click.command()
@click.option("--hours", type=float, default=8.0, show_default=True)
@click.option("--repeats", type=int, default=7, show_default=True)
def speed(hours: float, repeats: int) -> None:
    """Throughput, threads, time of a push and to the first event, cost against rate and length, memory."""
    seeds = f"{_QUIET_SEED} (quiet night), {_NIGHT_SEED} (busy night), {_TUNING_SEED} (tuning), {_PULSE_SEED} (pulse)"
    print_header("speed", RIVALS, seeds)
    beats = quiet(
        hours, name="night with a pulse", twitches_per_min=6.0, pulse_mg=(_PULSE_MG,) * 2, pulse_per_min=(_PER_MIN,) * 2
    )
    calm, pulse, night, tuning = (
        simulate(quiet(hours), _QUIET_SEED),
        simulate(beats, _PULSE_SEED),
        simulate(whole_night(hours, RATE_HZ), _NIGHT_SEED),
        simulate(whole_night(1.0, RATE_HZ), _TUNING_SEED),
    )
    contestants: dict[str, Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]]] = {_OURS: _ours}
    rivals, absent = installed()
    slow = [f"{rival.name}: left out, it takes minutes for a night" for rival in rivals if rival.is_slow]
    print(*absent, *slow, sep="\n")
    contestants |= {tuned.name: partial(_theirs, tuned) for tuned in tuned_on(tuning)}
    for calm_night in (calm, pulse):
        _print_calm(calm_night, _fastest(contestants, calm_night.xyz, repeats))
    found = {name: onsets_on_clock(night, run(night.xyz)) for name, run in contestants.items()}
    best = _fastest(contestants, night.xyz, repeats)
    _print_throughput(night, best, {name: score(night, onset_s) for name, onset_s in found.items()})
    _print_threads(calm.xyz, repeats)
    for calm_night in (calm, pulse):
        _print_push(calm_night)
    _print_first_event(night.xyz)
    _print_cost(repeats)
    _print_memory()


_OURS = "fasciwatch detect"


def _fastest(
    contestants: dict[str, Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]]],
    xyz: npt.NDArray[np.float32],
    repeats: int,
) -> dict[str, float]:
    """Least time of each, in s."""
    best = dict.fromkeys(contestants, float("inf"))
    for run in contestants.values():  # warms every cache
        run(xyz)
    for _ in range(repeats):  # in turn, so that a noisy neighbour hits all alike
        for name, run in contestants.items():
            begin = time.perf_counter()
            run(xyz)
            best[name] = min(best[name], time.perf_counter() - begin)
    return best


def _print_calm(night: KnownNight, best: dict[str, float]) -> None:
    kinds = len(night.only("twitch", "train"))
    print(
        f"\n{night.name}: {night.observed_s / 3600:g} h x {night.rate_hz:g} Hz, {kinds} twitches, "
        f"{len(night.only('movement'))} movements"
    )
    print(f"{'':34} {'Mframe/s':>8} {'slower':>7}")
    for name, seconds in best.items():
        print(f"{name:34} {len(night.xyz) / seconds / 1e6:8.1f} {seconds / best[_OURS]:6.1f}x")


def _ours(xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    return np.array([event.onset_s for event in detect(xyz, RATE_HZ) if event.kind == "twitch"])


def _theirs(tuned: Tuned, xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    return tuned.rival.run(xyz, RATE_HZ, tuned.threshold)


def _print_throughput(night: KnownNight, best: dict[str, float], scores: dict[str, Score]) -> None:
    ours = best[_OURS]
    print(
        f"\nbusy night: {night.observed_s / 3600:.1f} h x {RATE_HZ:g} Hz, "
        f"{len(night.only('twitch', 'train'))} twitches, {len(night.only('movement'))} movements, "
        f"{len(night.gaps)} gaps that are not told to anybody here"
    )
    print(f"{'':34} {'Mframe/s':>8} {'slower':>7} {'recall':>7} {'>=10 mg':>8} {'false/h':>8} {'in disturbances':>15}")
    for name, seconds in best.items():
        s = scores[name]
        clear = np.array([event.p2p_mg >= _CLEAR_MG for event in s.demanded])
        print(
            f"{name:34} {len(night.xyz) / seconds / 1e6:8.1f} {seconds / ours:6.1f}x {s.recall:7.3f} "
            f"{s.hit[clear].mean():8.3f} {s.false_per_hour:8.1f} {len(s.disturbed_s):15d}",
        )


def _print_threads(xyz: npt.NDArray[np.float32], repeats: int) -> None:
    one = two = float("inf")
    with ThreadPoolExecutor(2) as pool:
        for _ in range(repeats):
            begin = time.perf_counter()
            detect(xyz, RATE_HZ)
            one = min(one, time.perf_counter() - begin)
            begin = time.perf_counter()
            list(pool.map(lambda part: detect(part, RATE_HZ), (xyz, xyz)))
            two = min(two, time.perf_counter() - begin)
    print(f"\ntwo recordings on two threads: {2 * one / two:.2f} times one")


def _print_push(night: KnownNight) -> None:
    xyz = night.xyz
    detector = Detector(RATE_HZ)
    pieces = [xyz[i : i + 50].copy() for i in range(0, min(len(xyz), 500_000), 50)]
    took = np.empty(len(pieces))
    for i, piece in enumerate(pieces):
        begin = time.perf_counter_ns()
        detector.push(piece)
        took[i] = time.perf_counter_ns() - begin
    median, p99 = np.percentile(took / 1e3, [50, 99])
    print(
        f"push of 50 frames, {night.name}: median {median:.1f} µs, mean {took.mean() / 1e3:.1f} µs, "
        f"99th percentile {p99:.1f} µs"
    )


def _print_first_event(xyz: npt.NDArray[np.float32]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minutes.npy"
        np.save(path, xyz[: round(300 * RATE_HZ)])
        took = []
        for _ in range(4):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", _FIRST_EVENT_PROGRAM, str(path)], check=True)
            took.append(time.perf_counter() - begin)
    print(f"first event from a cold process, compile cache warm: {min(took[1:]):.2f} s")


def _print_cost(repeats: int) -> None:
    """Print ns a frame by rate and by length: a flat row is a linear cost."""

    def cost(rate_hz: float, hours: float) -> float:
        xyz = simulate(quiet(hours, rate_hz), _QUIET_SEED).xyz
        best = float("inf")
        for _ in range(max(repeats // 2, 2)):
            begin = time.perf_counter()
            detect(xyz, rate_hz)
            best = min(best, time.perf_counter() - begin)
        return 1e9 * best / len(xyz)

    by_rate = {rate_hz: cost(rate_hz, 1.0) for rate_hz in _RATES_HZ}
    by_length = {hours: cost(RATE_HZ, hours) for hours in _LENGTHS_H}
    print("\nns a frame by rate:   " + ", ".join(f"{rate:g} Hz {ns:.0f}" for rate, ns in by_rate.items()))
    print("ns a frame by length: " + ", ".join(f"{hours:g} h {ns:.0f}" for hours, ns in by_length.items()))
    for name, figures, unit in (("rate", by_rate, "Hz"), ("length", by_length, "h")):
        most = max(figures.values())
        for x, ns in figures.items():
            print(f"  {name:6} {x:6g} {unit:2} {'#' * round(50 * ns / most)}")


def _print_memory() -> None:
    if not sys.platform.startswith("linux"):
        print("memory: skipped, it is read from /proc")
        return
    peaks = {}
    for hours in (1, 8, 24):
        command = [sys.executable, "-c", _MEMORY_PROGRAM, str(hours)]
        peaks[hours] = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024
    shown = ", ".join(f"{hours} h: {peak:.1f} MB" for hours, peak in peaks.items())
    print(f"peak memory of a process that pushes minute by minute: {shown}")
