"""How much memory this process holds."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path


def resident_mb() -> float:
    """Resident size in MB: the present one on Linux, elsewhere the largest so far; NaN where nobody tells it."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    if sys.platform == "win32":
        return math.nan  # Windows tells it by no function of Python's own
    import resource

    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
