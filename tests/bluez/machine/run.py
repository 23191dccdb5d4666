"""Starting the machine: once, for as long as its evening takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from tests.bluez.machine import ramdisk
from tests.bluez.machine.packages import unpacked
from tests.bluez.machine.unavailable import UnavailableError

if TYPE_CHECKING:
    from tests.bluez.machine.packages import System

PROJECT = Path(__file__).resolve().parents[3]
TIMEOUT_S = 1500.0
"""For the whole evening, on a computer several times slower than ours, in seconds."""

_WARM_UP_TIMEOUT_S = 600.0
_MEMORY_MB = 1536
_TAIL = 4000
_COMPILED_FOR_ANY = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


def evening(folder: Path) -> list[dict[str, Any]]:
    """Run the evening in the machine.

    Parameters
    ----------
    folder
        Where to leave what the machine says.

    Returns
    -------
    list of dict
        What its scenarios have told, each with its name under ``scenario``.

    Raises
    ------
    UnavailableError
        Where the machine cannot be built or does not start.
    RuntimeError
        Where it starts, and does not come to its end.
    """
    cache = user_cache_path("fasciwatch") / "bluez"
    system = unpacked(cache)
    kernels = _compiled(cache / "kernels")
    archive = folder / "ramdisk"
    ramdisk.make(system, archive)
    console, results = folder / "console", folder / "results"
    command = _command(system, archive, kernels, console, results)
    try:
        done = subprocess.run(command, check=False, timeout=TIMEOUT_S, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"the machine did not end within {TIMEOUT_S:g} s:\n{_tail(console)}") from None
    told = _read(results)
    if not told:
        raise UnavailableError(f"the machine does not start: {done.stderr.strip()}\n{_tail(console)}")
    if told[-1].get("scenario") != "end":
        raise RuntimeError(f"the machine did not come to its end:\n{_tail(console)}")
    return told


def _compiled(folder: Path) -> Path:
    """Compile the detector's kernels out here: it takes ten times as long in the machine.

    They are compiled for any processor of this kind, as the machine's is another than the host's.
    """
    subprocess.run(
        (sys.executable, "-c", "from detector.signal import warm_up; warm_up()"),
        cwd=PROJECT,
        env={**os.environ, **_COMPILED_FOR_ANY, "NUMBA_CACHE_DIR": str(folder)},
        check=True,
        timeout=_WARM_UP_TIMEOUT_S,
    )
    return folder


def _command(system: System, archive: Path, kernels: Path, console: Path, results: Path) -> list[str]:
    # What the kernel does not know of its command line becomes the environment of the first process.
    told = {
        "job": PROJECT / "tests" / "bluez" / "machine" / "start.sh",
        "project": PROJECT,
        "python": sys.executable,
        "kernels": kernels,
    }
    options = ["console=ttyS0", "quiet", "loglevel=3", "mitigations=off", "panic=1"]
    shared = "security_model=none,readonly=on,multidevs=remap"
    # Emulation is slower than virtualisation, but there is no computer that cannot do it.
    return [
        "qemu-system-x86_64",
        *("-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"),
        *("-m", str(_MEMORY_MB), "-smp", "2", "-nodefaults", "-display", "none", "-no-reboot"),
        *("-serial", f"file:{console}", "-serial", f"file:{results}"),
        *("-kernel", str(system.image), "-initrd", str(archive)),
        *("-append", " ".join([*options, *(f"{name}={value}" for name, value in told.items())])),
        *("-virtfs", f"local,path=/,mount_tag=host,{shared}"),
        *("-virtfs", f"local,path={system.root},mount_tag=system,{shared}"),
    ]


def _read(results: Path) -> list[dict[str, Any]]:
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text().splitlines() if line.strip()]


def _tail(console: Path) -> str:
    return console.read_text(errors="replace")[-_TAIL:] if console.exists() else ""
