"""How fast, how much memory, and whether the job is done: against peers in the same run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import click
import numpy as np
import numpy.typing as npt

from benchmarks.header import print_header
from benchmarks.rivals import RIVALS
from benchmarks.workload import RATE_HZ, Score, Workload, make_night, score
from detector.signal import Detector, detect

_NIGHT_SEED, _TUNING_SEED = 41, 42
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
    """Throughput, time of a push, memory."""
    print_header("speed", ("numpy", "numba", "scipy", "obspy"), f"{_NIGHT_SEED} (night), {_TUNING_SEED} (tuning)")
    night, tuning = make_night(hours, _NIGHT_SEED), make_night(1.0, _TUNING_SEED)
    contestants: dict[str, Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]]] = {"fasciwatch detect": _ours}
    for rival in RIVALS:
        if not rival.is_installed:
            print(f"{rival.name}: skipped, {rival.package} is not installed (pip install 'fasciwatch[bench]')")
            continue
        threshold = rival.tuned(tuning)
        contestants[rival.name] = lambda xyz, run=rival.run, threshold=threshold: run(xyz, threshold)  # type: ignore[misc]
    found = {name: run(night.xyz) for name, run in contestants.items()}  # also warms every cache
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(repeats):  # in turn, so that a noisy neighbour hits all alike
        for name, run in contestants.items():
            begin = time.perf_counter()
            run(night.xyz)
            best[name] = min(best[name], time.perf_counter() - begin)
    _print_throughput(night, best, {name: score(night, onsets) for name, onsets in found.items()})
    _print_push(night)
    _print_memory()


def _ours(xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    return np.array([event.onset_s for event in detect(xyz, RATE_HZ) if event.kind == "twitch"])


def _print_throughput(night: Workload, best: dict[str, float], scores: dict[str, Score]) -> None:
    ours = best["fasciwatch detect"]
    print(f"\n{night.hours:g} h x {RATE_HZ:g} Hz, {len(night.onset_s)} twitches, {len(night.movement_s)} movements")
    print(f"{'':34} {'Mframe/s':>8} {'slower':>7} {'recall':>7} {'>=10 mg':>8} {'false/h':>8} {'in movements':>12}")
    for name, seconds in best.items():
        s = scores[name]
        print(
            f"{name:34} {len(night.xyz) / seconds / 1e6:8.1f} {seconds / ours:6.1f}x {s.recall:7.3f} "
            f"{s.recall_clear:8.3f} {s.false_per_hour:8.1f} {s.in_movements:12d}",
        )


def _print_push(night: Workload) -> None:
    detector = Detector(RATE_HZ)
    pieces = [night.xyz[i : i + 50].copy() for i in range(0, 500_000, 50)]
    took = np.empty(len(pieces))
    for i, piece in enumerate(pieces):
        begin = time.perf_counter_ns()
        detector.push(piece)
        took[i] = time.perf_counter_ns() - begin
    median, p99 = np.percentile(took / 1e3, [50, 99])
    print(f"\npush of 50 frames: median {median:.1f} µs, mean {took.mean() / 1e3:.1f} µs, 99th percentile {p99:.1f} µs")


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
