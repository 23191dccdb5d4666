"""Hostile frames for every decoder: nothing but `FrameError`, no hang, no memory that grows."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import numpy as np

from benchmarks.header import print_header
from firmware_bridge.errors import FrameError
from firmware_bridge.wearables import WEARABLES, Stream, Wearable, generic

_SEED = 90_001
_LONGEST = 512
_BATCH = 20_000
_SLOW_S = 1.0
_GROWTH_MB = 64.0

_HEADS = {
    "Polar": [b"\x02" + bytes(8) + bytes((kind,)) for kind in (0x00, 0x01, 0x02, 0x80, 0x81)],
    "Movesense": [b"\x02\x63", b"\x03\x63", b"\x01\x63"],
    "MbientLab MetaMotion": [b"\x03\x1c", b"\x03\x05", b"\x03\x04"],
    "WitMotion": [b"\x55\x61", b"\x55\x71", b"\x55"],
    "Movella DOT": [b""],
    "Nordic Thingy:52": [b""],
    "Arduino Nano 33 BLE": [struct.pack("<HIBBf", 7, 9, n, 0, 1e-4) for n in (0, 1, 20, 255)],
}
"""What real packets begin with: without it most random bytes would be turned away at the door."""

_LENGTHS = {
    "MbientLab MetaMotion": (8, 20),
    "WitMotion": (20, 40, 60),
    "Movella DOT": (20, 40),
    "Nordic Thingy:52": (18,),
}


_FLOATS = ("Movesense", "Movella DOT")
"""Families that send floats, of which random bytes make none that a sensor could measure."""


@click.command()
@click.option("--frames", type=int, default=1_000_000, show_default=True, help="Frames for each decoder.")
@click.option("--atheris", is_flag=True, help="Let coverage guide the frames, where atheris is installed.")
def fuzz(frames: int, *, atheris: bool) -> None:
    """Feed hostile frames to every decoder; fails on anything but a frame or a FrameError."""
    print_header("fuzz", ("numpy",), str(_SEED))
    if atheris:
        _guided(frames)
        return
    print(f"{'decoder':22} {'frames':>9} {'refused':>9} {'samples':>10} {'1/s':>9} {'longest ms':>10} {'MB grown':>8}")
    failed = False
    for wearable in _everyone():
        failed |= not _hammer(wearable, frames)
    if failed:
        sys.exit(1)


def _everyone() -> tuple[Wearable, ...]:
    """Every family, and the worked example of a profile."""
    example = Path(generic.__file__).parent / "examples" / "nano33.toml"
    return (*WEARABLES, generic.load(example))


def _hammer(wearable: Wearable, frames: int) -> bool:
    """Feed one decoder, print how it went, and say whether it went well."""
    family = wearable.PROFILE.family
    decode = wearable.decoder(_stream(family))
    refused = samples = 0
    longest_s = 0.0
    began_s, began_mb = time.perf_counter(), _resident_mb()
    for number, data in enumerate(_packets(family, frames)):
        before_s = time.perf_counter()
        try:
            samples += sum(len(frame.xyz_g) for frame in decode(data))
        except FrameError:
            refused += 1
        except Exception as error:  # noqa: BLE001 - what is looked for
            print(f"{family}: frame {number} {data.hex()} raises {error!r}")
            return False
        longest_s = max(longest_s, time.perf_counter() - before_s)
    took_s, grown_mb = time.perf_counter() - began_s, _resident_mb() - began_mb
    counts = f"{frames:9d} {refused:9d} {samples:10d} {frames / took_s:9.0f}"
    print(f"{family:22} {counts} {1e3 * longest_s:10.2f} {grown_mb:8.1f}")
    return longest_s < _SLOW_S and grown_mb < _GROWTH_MB


def _packets(family: str, frames: int) -> Iterator[bytes]:
    """Yield random bytes, some behind the beginning of a real packet, some of a real length, some cut short."""
    rng = np.random.default_rng([_SEED, len(family), *family.encode()])
    heads, lengths = _HEADS.get(family, [b""]), _LENGTHS.get(family)
    left = frames
    while left:
        count = min(left, _BATCH)
        left -= count
        noise = rng.bytes(count * _LONGEST)
        floats = (10.0 * rng.standard_normal(_LONGEST // 4 - 1)).astype("<f4").tobytes()
        size = rng.integers(0, _LONGEST, count)
        if lengths is not None:
            size = np.where(rng.random(count) < 0.8, rng.choice(lengths, count), size)
        which = rng.integers(-1, len(heads), count)
        for i in range(count):
            body = noise[i * _LONGEST : i * _LONGEST + int(size[i])]
            head = b"" if which[i] < 0 else heads[which[i]]
            if family in _FLOATS and i % 2:
                body = (noise[i * _LONGEST : i * _LONGEST + len(head) + 4] + floats)[: int(size[i])]
            yield head + body[len(head) :]


def _guided(frames: int) -> None:
    if find_spec("atheris") is None:
        print("skipped: atheris is not installed (pip install 'fasciwatch[fuzz]')")
        return
    import atheris

    decoders = [wearable.decoder(_stream(wearable.PROFILE.family)) for wearable in _everyone()]

    def one(data: bytes) -> None:
        if not data:
            return
        try:
            decoders[data[0] % len(decoders)](data[1:])
        except FrameError:
            return

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-runs={frames}", f"-max_len={_LONGEST}"], one)
    atheris.Fuzz()


def _stream(family: str) -> Stream:
    return Stream(family, 52.0, 4.0, None)


def _resident_mb() -> float:
    """Largest resident size so far, in MB."""
    import resource  # where there is none, as on Windows, there is no fuzzing

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform.startswith("linux") else peak / 1024**2
