"""What every table begins with: versions, machine and seeds."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

RIVALS = ("numpy", "numba", "scipy", "obspy", "neurokit2", "biosppy", "scikit-digital-health")
"""What the figures of the detector and its rivals are made with."""


def print_header(title: str, packages: tuple[str, ...], seeds: str) -> None:
    """Print where and with what the figures below were made."""
    versions = [f"{name} {_version(name)}" for name in ("fasciwatch", *packages)]
    print(f"# {title}")
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    print(f"{_cpu()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; seeds {seeds}")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith(("model name", "Hardware", "Model")):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
