"""``python -m benchmarks.guided FOLDER FRAMES``: hostile frames guided by coverage, from the packets in a folder.

Started by ``python -m benchmarks fuzz --atheris``.
"""

from __future__ import annotations

import sys

import atheris

# What is to guide the search is instrumented as it is imported.
with atheris.instrument_imports(include=["firmware_bridge.wearables"], enable_loader_override=False):
    from benchmarks.fuzz import everyone, streams

from benchmarks.hostile import LONGEST
from firmware_bridge.errors import FrameError

_HEAD = 3  # which decoder, which stream, where to cut the rest into two packets


def main() -> None:
    """Run libFuzzer, which ends the process: with 0 after so many frames, else on the first that fails."""
    folder, frames = sys.argv[1:]
    decoders = [[(wearable.decoder, stream) for stream in streams(wearable.profile.family)] for wearable in everyone()]

    def one(data: bytes) -> None:
        if len(data) < _HEAD:
            return
        choices = decoders[data[0] % len(decoders)]
        make, stream = choices[data[1] % len(choices)]
        decode, rest = make(stream), data[_HEAD:]
        for packet in (rest[: data[2]], rest[data[2] :]):
            try:
                decode(packet)
            except FrameError:
                continue

    longest = f"-max_len={LONGEST + _HEAD}"
    atheris.Setup([sys.argv[0], folder, f"-runs={frames}", longest, f"-artifact_prefix={folder}/", "-timeout=5"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
