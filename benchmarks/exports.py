"""``python -m benchmarks exports``: what writing a night as files of other tools takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np

from benchmarks.header import print_header
from detector.events import Event
from detector.exports import FORMATS, export
from detector.night import NightLog, Sensor
from detector.scoring import match
from detector.signal import DetectorConfig
from detector.timeline import Rows
from detector.watch import made_by
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight

SEED = 19
START_NS = 1_790_000_040 * NS + 250_000_000
TARGETS = {"edf": (1.0, None), "parquet": (0.5, 10.0)}
"""Seconds, and MB of the samples, for 8 h at 52 and at 100 Hz."""
_RATES_HZ = (52.0, 100.0)
_MATCHING_S = 0.1
_GAP_S = 20
_MB = 1e6

_MEMORY_PROGRAM = """
import sys
from detector.exports import export
export(sys.argv[1], sys.argv[2], sys.argv[3])
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


def make_night(
    path: Path, rates_hz: tuple[float, ...], hours: float, *, fast_ppm: float = 180.0, wander_ms: float = 60.0
) -> Path:
    """Make a night whose wearables' clocks run fast and wander, with a gap an hour and an event each half minute.

    Parameters
    ----------
    path
        Of a file that is not there yet.
    rates_hz
        Nominal rate of each wearable.
    hours
        How long.
    fast_ppm, wander_ms
        How much faster than nominal the first wearable is (the others slower by a third of it), and how far the clock
        strays from a straight line, up to and down in an hour.
    """
    sensors = [
        Sensor(f"wearable {number}", "synthetic", rate_hz, lsb_g=1 / 4096, range_g=8.0, place=f"place {number}")
        for number, rate_hz in enumerate(rates_hz)
    ]
    with NightLog(path, made_by("replay", DetectorConfig()), wait=True) as log:
        for number, sensor in enumerate(sensors):
            true_hz = sensor.nominal_hz * (1 + 1e-6 * (fast_ppm if number == 0 else -fast_ppm / 3))
            log.sensor(
                sensor.name, model=sensor.model, nominal_hz=sensor.nominal_hz, lsb_g=sensor.lsb_g, place=sensor.place
            )
            rows = Rows(sensor.nominal_hz)
            count = 0
            for block in SyntheticNight(hours, sensor.nominal_hz, SEED + number, start_ns=0, sensor=sensor.name):
                exact = np.rint(block.xyz * 4096).astype(np.float32) / 4096
                start_ns, end_ns = (_clock_ns(each, true_hz, wander_ms) for each in (count, count + len(exact)))
                rate_hz = len(exact) * NS / (end_ns - start_ns)
                count += len(exact)
                if count > len(exact) and (start_ns // NS // 3600) != (end_ns // NS // 3600):
                    log.gap(Gap(START_NS + start_ns, START_NS + start_ns + _GAP_S * NS, "connection lost", sensor.name))
                    rows.close()
                    lost = round(_GAP_S * rate_hz)
                    start_ns += round(lost * NS / rate_hz)
                    exact = exact[lost:]
                for piece, begins in rows.cut(Samples(START_NS + start_ns, rate_hz, exact, sensor.name)):
                    log.samples(piece, begins)
            for at in range(30, round(hours * 3600) - 30, 30):
                log.event(_event(at + 0.123456 + number, sensor.name))
    return path


def _clock_ns(index: int, true_hz: float, wander_ms: float) -> int:
    seconds = index / true_hz
    return round((seconds + 1e-3 * wander_ms * np.sin(2 * np.pi * seconds / 3600)) * NS)


def _event(onset_s: float, sensor: str) -> Event:
    at = np.datetime64(START_NS + round(onset_s * NS), "ns")
    words = f"{str(at)[:26]}Z"
    return Event(onset_s, words, 0.21, "twitch", 8.0, 14.5, 17.0, 1.8, 9.0, 0.6, 0.0, -0.8, 3, sensor, "")


@click.command()
@click.option("--hours", default=8.0, show_default=True, help="Length of the night.")
@click.option("--repeats", default=3, show_default=True, help="The best of so many.")
def exports(hours: float, repeats: int) -> None:
    """How long exports take, how large they are, and how much memory they need.

    Exits with 1 where a target is missed.
    """
    print_header("exports", ("numpy", "edfio", "pyarrow", "sqlcipher3"), str(SEED))
    is_missed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"\n{hours:g} h, one wearable, a true rate 180 ppm off that wanders by 60 ms; best of {repeats}")
        print("| rate Hz | to | s | s of processor | MB of samples | peak MB | target |")
        print("|---|---|---|---|---|---|---|")
        for rate_hz in _RATES_HZ:
            path = make_night(folder / f"{rate_hz:g}.night", (rate_hz,), hours)
            for to in FORMATS:
                took_s, busy_s = map(min, zip(*(_took_s(path, to, folder) for _ in range(repeats)), strict=True))
                ending = {"bids": "_motion.tsv", "ggir": "_ggir.csv", "csv": "0.csv"}.get(to, f"0.{to}")
                size = sum(file.stat().st_size for file in (folder / to).rglob(f"*{ending}")) / _MB
                most_s, most_mb = TARGETS.get(to, (None, None))
                is_met = (most_s is None or took_s <= most_s) and (most_mb is None or size <= most_mb)
                is_missed |= not is_met
                wanted = " and ".join(
                    [*([f"{most_s:g} s"] if most_s else []), *([f"{most_mb:g} MB"] if most_mb else [])]
                )
                verdict = f"{wanted}: {'met' if is_met else 'MISSED'}" if wanted else ""
                figures = f"{took_s:.2f} | {busy_s:.2f} | {size:.1f} | {_peak(path, to, folder)}"
                print(f"| {rate_hz:g} | {to} | {figures} | {verdict} |")
    took_s = _matching_s(repeats)
    is_missed |= took_s > _MATCHING_S
    verdict = "met" if took_s <= _MATCHING_S else "MISSED"
    print(f"\n5,000 marks against 5,000 events: {took_s:.3f} s ({_MATCHING_S:g} s: {verdict})")
    if is_missed:
        raise SystemExit(1)


def _took_s(path: Path, to: str, folder: Path) -> tuple[float, float]:
    """Return how long an export takes, and how long the processor works on it: others may be busy meanwhile."""
    begin, busy = time.perf_counter(), time.process_time()
    export(path, to, folder / to)
    return time.perf_counter() - begin, time.process_time() - busy


def _matching_s(repeats: int) -> float:
    """Return how long 5,000 marks against 5,000 events of a night take."""
    rng = np.random.default_rng(SEED)
    one, other = (np.sort(rng.integers(0, 8 * 3600 * NS, 5000)) for _ in range(2))
    took = []
    for _ in range(repeats):
        begin = time.perf_counter()
        match(one, other, 150_000_000)
        took.append(time.perf_counter() - begin)
    return min(took)


def _peak(path: Path, to: str, folder: Path) -> str:
    if not sys.platform.startswith("linux"):
        return "-"
    command = [sys.executable, "-c", _MEMORY_PROGRAM, str(path), to, str(folder / "memory" / to)]
    kib = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return f"{kib / 1024:.0f}"
