"""What a night holds of a numbered recording, written down as numbers of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night import Night
from firmware_bridge.samples import NS, Gap
from tests.bluez.guest.numbered import numbers, runs

if TYPE_CHECKING:
    from pathlib import Path


def account(folder: Path, device: str, rate_hz: float) -> dict[str, Any]:
    """Read what the only night in a folder holds of a wearable.

    Returns
    -------
    dict
        ``stretches``: what lies between gaps, each as runs of consecutive numbers, first and last, in the order of
        the night. ``gaps``: the cause of each, its length in s, and that in samples of the wearable's true rate.
        ``nights`` and ``runs``: how many nights there are, and how many times the recorder was started for this one.
    """
    paths = sorted(folder.glob("*.night"))
    stretches: list[list[np.ndarray]] = [[]]
    gaps: list[dict[str, Any]] = []
    with Night(paths[0]) as night:
        for part in night.stream(device):
            if isinstance(part, Gap):
                seconds = (part.end_ns - part.start_ns) / NS
                gaps.append({"cause": part.cause, "seconds": seconds, "samples": seconds * rate_hz})
                stretches.append([])
            else:
                stretches[-1].append(numbers(np.rint(part.xyz.astype(np.float64) * 1e3).astype(np.int64)))
        return {
            "nights": len(paths),
            "runs": len(night.runs),
            "stretches": [runs(np.concatenate(found)) if found else [] for found in stretches],
            "gaps": gaps,
        }
