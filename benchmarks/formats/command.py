"""``python -m benchmarks formats``: how fast recorded files are decoded, in how much memory, beside peers and bars.

Each reader runs in a process of its own, which decodes the file twice: once to warm its kernels, and once by the clock.
Seconds are those of the processor, so that what else runs does not count. Memory is the most that the process held.
Readers take turns, run by run, so that a machine that slows down slows all of them.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.formats import made, made_by_libraries
from benchmarks.header import print_header

_OURS = """
import numpy as np
from detector.recordings import open_recording
from firmware_bridge.samples import Samples
def decode(path):
    return sum(len(part.xyz) for part in open_recording(path).stream() if isinstance(part, Samples))
"""
_ACTFAST = """
import actfast
def decode(path):
    series = actfast.read(path)["timeseries"].values()
    return max(len(each["acceleration"]) for each in series if "acceleration" in each)
"""
_SKDH = """
import warnings
warnings.simplefilter("ignore")
from skdh import io
def decode(path):
    reader = {reader}
    return len(reader.predict(file=str(path))["accel"])
"""
_PANDAS = """
import pandas as pd
def decode(path):
    return len(pd.read_csv(path, engine="c"))
"""
_RUN = """
import json, resource, sys, time
from pathlib import Path
path = Path(sys.argv[1])
decode(Path(sys.argv[2])) if sys.argv[2] else None
began = time.process_time()
rows = decode(path)
took = time.process_time() - began
held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
status = Path("/proc/self/status")
if status.exists():  # on Linux the other figure begins with what the parent held
    held = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps([rows, took, held]))
"""
_CSV_ROWS = 8 * 3600 * 100
_ROWS = (_CSV_ROWS, 10 * _CSV_ROWS, 1000)


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of file, and who is to read it.

    Parameters
    ----------
    name, file
        What it is called, and the name of its file.
    sizes
        How long it is: for the clock, for the memory of ten times as much, and to warm up.
    bar_s
        In how many seconds it is to be decoded; None for those of the first peer, for ten times the file, too.
    peers
        Programs that define ``decode(path)``, by the name of the peer and the module it needs.
    """

    name: str
    file: str
    sizes: tuple[int, int, int]
    bar_s: float | None
    peers: tuple[tuple[str, str, str], ...]


def _skdh(reader: str) -> tuple[str, str, str]:
    return "skdh", "skdh", _SKDH.format(reader=reader)


_PEER = ("actfast", "actfast", _ACTFAST)
CASES = (
    Case("CWA 100 MB, AX6", "ax6.cwa", (195_000, 1_950_000, 500), 1.0, (_PEER, _skdh("io.ReadCwa()"))),
    Case("CWA 100 MB, AX3 packed", "ax3.cwa", (195_000, 1_950_000, 500), 2.0, (_PEER, _skdh("io.ReadCwa()"))),
    Case("GENEActiv 8 h, 100 Hz", "night.bin", (9600, 96_000, 100), 1.0, (_PEER, _skdh("io.ReadBin()"))),
    Case("GT3X a million samples", "night.gt3x", (33_334, 333_340, 200), 0.5, (_PEER,)),
    *(
        Case(f"{name}, 2.88 million rows", f"night.{ending}", _ROWS, None, ())
        for name, ending in (("EDF", "edf"), ("Parquet", "parquet"), ("HDF5", "h5"), ("NumPy", "npy"), ("XDF", "xdf"))
    ),
    Case("CSV 8 h, 100 Hz", "night.csv", (_CSV_ROWS, 10 * _CSV_ROWS, 1000), None, (("pandas, C", "pandas", _PANDAS),)),
)


@click.command()
@click.option("--only", default="", help="Only the kinds whose name holds this.")
@click.option("--runs", default=3, show_default=True, help="Runs of each; the fastest counts.")
@click.option("--long/--no-long", default=True, show_default=True, help="Measure memory with ten times the file, too.")
def formats(only: str, runs: int, *, long: bool) -> None:
    """Decode recorded files to samples: seconds, memory, and peers in the same run.

    Fails where a bar is missed: of time, or 300 MB of memory, or more than a tenth of it for ten times the file.
    """
    print_header("formats", ("numpy", "numba"), "made files of a still sensor")
    print(f"{'file':28} {'reader':12} {'rows':>9} {'s':>7} {'MB held':>8} {'bar s':>6}")
    well = True
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            if only.lower() in case.name.lower():
                well &= _measure(case, Path(folder), runs, long=long)
    if not well:
        sys.exit(1)


_AS_LIBRARIES: dict[str, Callable[[made.Counts], bytes]] = {
    ".edf": made_by_libraries.edf,
    ".parquet": made_by_libraries.parquet,
    ".h5": made_by_libraries.hdf5,
    ".npy": made_by_libraries.npy,
    ".xdf": functools.partial(made_by_libraries.xdf, chunk=1000),
}


def write(case: Case, path: Path, size: int) -> None:
    """Write a file of a kind."""
    if case.file.endswith(".cwa"):
        path.write_bytes(made.cwa(size, packed="ax3" in case.file))
    elif case.file.endswith(".bin"):
        path.write_bytes(made.geneactiv(size))
    elif case.file.endswith(".gt3x"):
        path.write_bytes(made.gt3x(size))
    elif not case.file.endswith(".csv"):
        path.write_bytes(_AS_LIBRARIES[path.suffix](made.night(size, 256)))
    else:
        cells = [f",{x:.6f},{y:.6f},{z:.6f}\n" for x, y, z in (made.night(made.REPEATED, 256) / 256).tolist()]
        with path.open("w", encoding="ascii") as file:
            file.write("time,x,y,z\n")
            for first in range(0, size, len(cells)):
                some = cells[: size - first]
                file.writelines(f"{made.EPOCH_S + (first + i) / 100:.2f}{row}" for i, row in enumerate(some))


def _write_apart(case: Case, path: Path, size: int) -> None:
    """Write a file in a process of its own: what this one held, those it starts would be taken to hold, too."""
    program = (
        "import sys; from pathlib import Path; from benchmarks.formats.command import CASES, write\n"
        "case = next(case for case in CASES if case.name == sys.argv[1])\n"
        "write(case, Path(sys.argv[2]), case.sizes[int(sys.argv[3])])"
    )
    subprocess.run([sys.executable, "-c", program, case.name, str(path), str(size)], check=True)


def _measure(case: Case, folder: Path, runs: int, *, long: bool) -> bool:
    """Measure one kind with every reader, and tell whether it holds its bars."""
    path, warm = folder / case.file, folder / f"warm-{case.file}"
    _write_apart(case, path, 0)
    _write_apart(case, warm, 2)
    in_time, held = _side_by_side(case, path, warm, runs)
    well = held < 300e6 and in_time
    if long and case.sizes[1]:
        path.unlink()
        _write_apart(case, path, 1)
        print(f"{case.name}, ten times:")
        still_in_time, more = _side_by_side(case, path, warm, 1, with_peers=case.bar_s is None)
        well &= more < 300e6 and more < 1.1 * held and (case.bar_s is not None or still_in_time)
    path.unlink()
    return well


def _side_by_side(case: Case, path: Path, warm: Path, runs: int, *, with_peers: bool = True) -> tuple[bool, float]:
    """Measure all readers of a file in turns; tells whether ours holds the bar, and the bytes it held."""
    readers = {"fasciwatch": _OURS}
    for name, module, program in case.peers if with_peers else ():
        if find_spec(module) is None:
            print(f"{'':24} {name:12} skipped: not installed (pip install 'fasciwatch[peers,bench]')")
        else:
            readers[name] = program
    results: dict[str, list[tuple[int, float, float]]] = {name: [] for name in readers}
    for _ in range(runs):
        for name in [name for name in readers if name in results]:
            try:
                results[name].append(_decode(readers[name], path, warm))
            except subprocess.CalledProcessError as error:
                if name == "fasciwatch":
                    raise
                print(f"{'':24} {name:12} raises: {error.stderr.strip().splitlines()[-1][:80]}")
                del results[name]
    best = {name: min(each, key=lambda result: result[1]) for name, each in results.items()}
    for name, (rows, took_s, held) in best.items():
        _print(case, name, rows, took_s, held)
    ours_s, held = best.pop("fasciwatch")[1:]
    bar_s = case.bar_s if case.bar_s is not None else min((took_s for _, took_s, _ in best.values()), default=ours_s)
    return ours_s <= bar_s, held


def _print(case: Case, reader: str, rows: int, took_s: float, held: float) -> None:
    bar = "" if case.bar_s is None or reader != "fasciwatch" else f"{case.bar_s:6.1f}"
    print(f"{case.name:28} {reader:12} {rows:9d} {took_s:7.2f} {held / 1e6:8.0f} {bar}", flush=True)


def _decode(program: str, path: Path, warm: Path) -> tuple[int, float, float]:
    """Return rows, seconds and bytes held of one run."""
    done = subprocess.run(
        [sys.executable, "-c", program + _RUN, str(path), str(warm)], check=True, capture_output=True, text=True
    )
    rows, took_s, held = json.loads(done.stdout.strip().splitlines()[-1])
    return int(rows), float(took_s), float(held)
