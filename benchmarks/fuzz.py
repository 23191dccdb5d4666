"""Hostile frames for every decoder, spoilt files for every reader: no strange error, no hang, no memory that grows."""

from __future__ import annotations

import faulthandler
import itertools
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.formats.fuzz import fuzz_readers
from benchmarks.header import print_header
from benchmarks.hostile import packets, valid_packets
from firmware_bridge.errors import FrameError
from firmware_bridge.wearables import WEARABLES, Decoder, Stream, Wearable, generic

_SEED = 90_001
_SLOW_S = 1.0
_HANG_S = 30.0
_WEIGHED = 20_000
_WARM_UP = 2_000
_LARGEST_KB = 2048.0
_GROWTH_KB = 64.0


@dataclass(slots=True)
class Outcome:
    """What one decoder made of its packets.

    Parameters
    ----------
    fed, refused, samples
        Packets, those that raised `FrameError`, and samples that came out of the others.
    took_s, longest_s
        Time for all, with their making, and for the slowest.
    failure
        What else was raised, and by which packet.
    """

    fed: int = 0
    refused: int = 0
    samples: int = 0
    took_s: float = 0.0
    longest_s: float = 0.0
    failure: str = ""


@click.command()
@click.option("--frames", type=int, default=1_000_000, show_default=True, help="Frames for each decoder.")
@click.option("--files", type=int, default=100_000, show_default=True, help="Spoilt files for each reader.")
@click.option("--reader", default="", help="Only the readers whose name holds this, and no decoder.")
@click.option("--atheris", is_flag=True, help="Let coverage guide the frames, where atheris is installed.")
def fuzz(frames: int, files: int, reader: str, *, atheris: bool) -> None:
    """Feed hostile frames to every decoder, and spoilt files to every reader.

    Fails on anything but a frame or a FrameError, on a frame that takes longer than a second, and on memory: more
    than 2 MB for one frame, or any that is kept.
    """
    print_header("fuzz", ("numpy",), str(_SEED))
    if atheris:
        _guided(frames)
        return
    head = f"{'decoder':22} {'frames':>8} {'refused':>8} {'samples':>9} {'1/s':>8} {'longest ms':>10}"
    print(f"{head} {'KB most':>8} {'KB kept':>8}")
    # One that fails keeps no other from its turn.
    well = [] if reader else [_try(wearable, frames) for wearable in everyone()]
    well.append(fuzz_readers(files, reader))
    if not all(well):
        sys.exit(1)


def everyone() -> tuple[Wearable, ...]:
    """Every family, and the worked example of a profile."""
    example = Path(generic.__file__).parent / "examples" / "nano33.toml"
    return (*WEARABLES, generic.load(example))


def streams(family: str) -> list[Stream]:
    """Streams as a start may have agreed on: slow and fast, narrow and wide, with a factor and without."""
    return [
        Stream(family, 52.0, 4.0, None),
        Stream(family, 50.0, 8.0, 0.000244, factor=0.000244),
        Stream(family, 200.0, 16.0, None),
    ]


def _try(wearable: Wearable, frames: int) -> bool:
    """Feed one decoder, print how it went, and say whether it went well."""
    family = wearable.profile.family
    made = streams(family)
    outcome = Outcome()
    share = -(-frames // len(made))
    for i, stream in enumerate(made):
        count = min(share, frames - i * share)
        feed(wearable.decoder(stream), packets(family, max(count, 0), _SEED + i), outcome)
        if outcome.failure:
            print(f"{family}: {outcome.failure}")
            return False
    most_kb, kept_kb = _weigh(wearable, made[1], min(frames, _WEIGHED))
    counts = f"{outcome.fed:8d} {outcome.refused:8d} {outcome.samples:9d} {outcome.fed / outcome.took_s:8.0f}"
    print(f"{family:22} {counts} {1e3 * outcome.longest_s:10.2f} {most_kb:8.1f} {kept_kb:8.1f}")
    return outcome.longest_s < _SLOW_S and most_kb < _LARGEST_KB and kept_kb < _GROWTH_KB


def feed(decode: Decoder, hostile: Iterable[bytes], outcome: Outcome) -> None:
    """Feed a decoder and add up what happens, until it fails.

    Parameters
    ----------
    decode
        What is tried, as it stands: it keeps its state from packet to packet.
    hostile
        Packets.
    outcome
        Added to.
    """
    began_s = time.perf_counter()
    for batch in _batches(hostile):
        # A decoder that hangs cannot be stopped from here: the process ends, and tells where it was.
        faulthandler.dump_traceback_later(_HANG_S, exit=True, file=sys.__stderr__)
        for data in batch:
            before_s = time.perf_counter()
            try:
                outcome.samples += sum(len(frame.xyz_g) for frame in decode(data))
            except FrameError:
                outcome.refused += 1
            except Exception as error:  # noqa: BLE001 -- what is looked for
                outcome.failure = f"frame {outcome.fed} {data.hex()} raises {error!r}"
                break
            outcome.longest_s = max(outcome.longest_s, time.perf_counter() - before_s)
            outcome.fed += 1
        faulthandler.cancel_dump_traceback_later()
        if outcome.failure:
            break
    outcome.took_s += time.perf_counter() - began_s


def _batches(hostile: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(hostile)
    while batch := list(itertools.islice(source, _WARM_UP)):
        yield batch


def _weigh(wearable: Wearable, stream: Stream, count: int) -> tuple[float, float]:
    """Most memory that one packet took, and how much all of them left behind, in KB."""
    family = wearable.profile.family
    warm_up = list(packets(family, min(count, _WARM_UP), _SEED + 10))
    weighed = list(packets(family, count, _SEED + 11))
    decode = wearable.decoder(stream)
    tracemalloc.start()
    try:
        # What is made once, such as caches of numpy and of regular expressions, does not count.
        feed(decode, warm_up, Outcome())
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        feed(decode, weighed, Outcome())
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (peak - before) / 1024, (after - before) / 1024


def _guided(frames: int) -> None:
    if find_spec("atheris") is None:
        print("skipped: atheris is not installed (pip install 'fasciwatch[fuzz]')")
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, wearable in enumerate(everyone()):
            for i, packet in enumerate(valid_packets(wearable.profile.family)[::7]):
                (Path(folder) / f"{number}-{i}").write_bytes(bytes((number, i % 3, 255)) + packet)
        # libFuzzer ends the process it runs in, and says what it found by the exit code.
        done = subprocess.run([sys.executable, "-m", "benchmarks.guided", folder, str(frames)], check=False)
    if done.returncode:
        sys.exit(done.returncode)
