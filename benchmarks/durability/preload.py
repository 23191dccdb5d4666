"""What is loaded in front of the C library, compiled."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def unavailable() -> str:
    """Why nothing can be loaded in front of the C library here; empty where it can."""
    if sys.platform != "linux":
        return "made on Linux only"
    return "" if shutil.which("cc") else "no C compiler (cc)"


def preload(source: str, place: Path, **variables: object) -> dict[str, str]:
    """Compile a source of this package, and give the environment in which a program has it in front.

    Parameters
    ----------
    source
        Name of the file.
    place
        Folder for the library.
    variables
        What the source wants to find in the environment.
    """
    library = place / f"{source}.so"
    compiler = ("cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(Path(__file__).with_name(source)), "-ldl")
    subprocess.run([*compiler, "-lpthread"], check=True)
    return {"LD_PRELOAD": str(library), **{name: str(value) for name, value in variables.items()}}
