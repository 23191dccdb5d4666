"""Promise: the compiled decoders, and the same source run as plain Python, give the same bits."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.formats.small import small

PROGRAM = """
import hashlib, sys, warnings
warnings.simplefilter("ignore")  # plain numpy tells of sums that wrap around, as they should
from detector.recordings import open_recording
for path in sys.argv[1:]:
    recording = open_recording(path)
    print(recording, recording.pieces, recording.gaps)
    print(hashlib.sha256(b"".join(xyz.tobytes() for xyz in recording.values())).hexdigest())
"""


def test_plain_python_is_the_oracle(tmp_path):
    paths = []
    for reader in ("cwa_ax3", "cwa_ax6", "gt3x", "gt3x_wide", "gt3x_old", "geneactiv", "xdf"):
        data = bytearray(small()[reader].data)
        if reader.startswith("cwa"):
            data[4000] ^= 1  # and one block is damaged
        paths.append(str(small()[reader].put(tmp_path, bytes(data))))
    printed = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *paths],
            env={**os.environ, "NUMBA_DISABLE_JIT": disable},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for disable in ("0", "1")
    ]
    assert printed[0].count("Axivity CWA") == 2
    assert printed[0] == printed[1]
