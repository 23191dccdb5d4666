"""Whether the false alarms a user asks for are those that pure noise causes."""

from __future__ import annotations

import click
import numpy as np

from benchmarks.header import print_header
from detector.signal import Detector, DetectorConfig

_SEED = 77
_WISHES = (0.5, 1.0, 5.0)


@click.command("false-alarms")
@click.option("--hours", type=float, default=48.0, show_default=True, help="Noise per rate.")
def false_alarms(hours: float) -> None:
    """False alarms an hour on white noise, asked for and got."""
    print_header("false alarms on white noise", ("numpy", "numba"), str(_SEED))
    print(f"\n{hours:g} h each; got an hour (times what was asked for)")
    print(f"{'rate':>8}" + "".join(f"{f'asked {wish:g}':>16}" for wish in _WISHES))
    for rate_hz in (25.0, 51.7, 100.0, 200.0, 500.0):
        rng = np.random.default_rng(_SEED)
        detectors = [Detector(rate_hz, DetectorConfig(false_alarms_per_hour=wish)) for wish in _WISHES]
        counts = np.zeros(len(_WISHES))
        minutes = round(hours * 60)
        for _ in range(minutes):
            noise = 1e-3 * rng.standard_normal((round(60 * rate_hz), 3), dtype=np.float32)
            counts += [len(detector.push(noise)) for detector in detectors]
        got = counts / hours
        row = "".join(f"{g:9.2f} ({g / w:3.1f}x)" for g, w in zip(got, _WISHES, strict=True))
        print(f"{rate_hz:6.1f}Hz {row}")
