"""What a user would pick otherwise, each with one threshold chosen on another night."""

from __future__ import annotations

from benchmarks.rivals.biosppy_onsets import BIOSPPY
from benchmarks.rivals.neurokit import NEUROKIT
from benchmarks.rivals.obspy_triggers import OBSPY_CLASSIC, OBSPY_RECURSIVE
from benchmarks.rivals.rival import Onsets, Prepared, Rival
from benchmarks.rivals.scipy_peaks import SCIPY
from benchmarks.rivals.skdh_runs import SKDH

RIVALS = (SCIPY, OBSPY_CLASSIC, OBSPY_RECURSIVE, NEUROKIT, BIOSPPY, SKDH)


def installed() -> tuple[list[Rival], list[str]]:
    """Rivals that can run, and a sentence for each that cannot."""
    here = [rival for rival in RIVALS if not rival.missing]
    return here, [
        f"{rival.name}: skipped, {' and '.join(rival.missing)} not installed (pip install 'fasciwatch[bench]')"
        for rival in RIVALS
        if rival.missing
    ]


__all__ = ["RIVALS", "Onsets", "Prepared", "Rival", "installed"]
