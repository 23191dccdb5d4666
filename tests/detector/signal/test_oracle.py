"""Compiled kernels and the same source run as plain Python give the same events, state and confidence, to the bit."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

PROGRAM = """
import sys
import numpy as np
from detector.signal import Detector
xyz = np.load(sys.argv[1])
detector = Detector(float(sys.argv[2]))
events = detector.push(xyz[:1500]) + detector.gap(1.5) + detector.push(xyz[1500:])
print(repr(detector.confidence()))
events += detector.flush()
print(repr(events))
print(detector.state.tobytes().hex())
"""


def test_plain_python_is_the_oracle(make_signal, tmp_path):
    xyz, _ = make_signal(seconds=35, rate_hz=100.0, every_s=2.1)
    xyz[900] = np.nan
    xyz[2000, 0] += 1.0
    xyz[2500:2700, 2] += np.sin(np.arange(200) / 3).astype(np.float32)
    xyz[2900:2910] = 2.0
    beats = np.arange(250) / 100
    xyz[3180:3430, 1] += (0.1 * np.exp(-beats / 0.8) * np.sin(12 * np.pi * beats)).astype(np.float32)
    np.save(tmp_path / "xyz.npy", xyz)
    printed = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "xyz.npy"), "100"],
            env={**os.environ, "NUMBA_DISABLE_JIT": disable},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for disable in ("0", "1")
    ]
    assert printed[0].count("Event(") > 8
    assert "clonus" in printed[0]
    assert "threshold_mg=None" not in printed[0]
    assert printed[0] == printed[1]
