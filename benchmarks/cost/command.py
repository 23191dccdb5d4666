"""``cost``: what a night costs the computer, against the targets."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from benchmarks.header import print_header

_NIGHT_S = 8 * 3600
_MB = 1e6
_TARGETS = {"core": 0.02, "resident_mb": 200.0, "disk_mb": 20.0, "written_mb": 300.0}


@click.command()
@click.option("--minutes", type=float, default=5.0, show_default=True, help="Real time for each of the two runs.")
@click.option("--rate-hz", type=click.Choice(["100", "200"]), default="200", show_default=True)
@click.option("--encrypt", is_flag=True, help="Encrypt the night that is recorded in real time.")
@click.option("--hours", type=float, default=8.0, show_default=True, help="Length of the night at 100 Hz for its size.")
def cost(*, minutes: float, rate_hz: str, encrypt: bool, hours: float) -> None:
    """Record a virtual H10 in real time, and hold it against only receiving it.

    Exits with 1 where a target is missed.
    """
    print_header("cost", ("numpy", "numba", "sqlcipher3", "bleak", "bumble"), "1")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk: what lies in memory is never written
        _run("bare")  # compiles where nothing has yet, as `fasciwatch doctor` does; who compiles holds 300 MB more
        bare_mb = _run("bare")["resident_mb"]
        listening, recording = (
            _run("recorder", how, folder, rate_hz, str(60 * minutes))
            for how in ("listen", "encrypt" if encrypt else "record")
        )
        size_mb = _night_mb(folder, hours)
    written = recording["written_bytes_s"]
    virtual_mb = listening["resident_mb"] - bare_mb
    figures = {
        "core": recording["core"] - listening["core"],
        "resident_mb": recording["resident_mb"] - virtual_mb,
        "disk_mb": size_mb * 8 / hours,
        "written_mb": None if written is None else written * _NIGHT_S / _MB,
    }
    print(
        f"a core at {rate_hz} Hz: {recording['core']:.2%} recording, {listening['core']:.2%} only receiving, "
        "with wearable and radio in both"
    )
    print(
        f"resident: {bare_mb:.1f} MB before the first sample, with this system's radio library; "
        f"{virtual_mb:.1f} MB more with virtual wearable and radio, receiving; "
        f"{recording['resident_mb'] - listening['resident_mb']:.1f} MB more recording"
    )
    kind = ", encrypted" if encrypt else ""
    words = {
        "core": f"of a core for recording {rate_hz} Hz, the difference",
        "resident_mb": "MB resident while recording, without virtual wearable and radio (first and last of these)",
        "disk_mb": "MB for a night of 8 h at 100 Hz, raw notifications within it",
        "written_mb": f"MB written in 8 h at {rate_hz} Hz{kind}, from {minutes:g} min and the end",
    }
    missed = False
    for name, figure in figures.items():
        if figure is None:
            print(f"  -      {words[name]}: this system does not count it")
            continue
        met = figure <= _TARGETS[name]
        missed |= not met
        shown, target = (f"{each:.2%}" if name == "core" else f"{each:.1f}" for each in (figure, _TARGETS[name]))
        print(f"  {'met' if met else 'MISSED':6} {shown} {words[name]} (target {target})")
    if missed:
        sys.exit(1)


def _run(module: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.cost.{module}", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _night_mb(folder: str, hours: float) -> float:
    """Size of a night that the demo records, in fast motion."""
    words = ["demo", "--wearable", "h10", "--hours", str(hours), "--no-faults", "--json", "--library", folder]
    done = subprocess.run(
        [sys.executable, "-m", "detector.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    return Path(json.loads(done.stdout)["night"]).stat().st_size / _MB
