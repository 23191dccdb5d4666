"""The kernels, compiled once before workers begin: else each of them would do so, for a minute."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from detector.cohort.engines.libraries import worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRAM = "from detector.signal import is_compiled; raise SystemExit(0 if is_compiled() else 3)"
_COMPILE = "from detector.signal import warm_up; warm_up()"
_NOT_YET = 3


def warm(say: Callable[[str], None]) -> None:
    """Compile the kernels where that has not been done, in a process of its own: the memory it takes goes with it.

    Where it does not work out the workers do it.

    Parameters
    ----------
    say
        Tells why it takes a while.
    """
    if _run(_PROGRAM) == _NOT_YET:
        say("Making the detector ready, once after an installation: this takes a minute or two.")
        _run(_COMPILE)


def _run(program: str) -> int:
    import os

    quiet = subprocess.DEVNULL
    try:
        return subprocess.run(  # noqa: S603 - the programs of this file
            (sys.executable, "-c", program),
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            check=False,
            env=os.environ | worker_environment(),
        ).returncode
    except OSError:
        return -1
