"""What the tests over the virtual radio share: something to play, a link to it, and the comparison of both."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run

if TYPE_CHECKING:
    from collections.abc import Callable

WALL_NS = 1_760_000_000 * NS


def recording(seconds: float, rate_hz: float = 52.0) -> Samples:
    """Whole milli-g near 1 g, every sample unlike its neighbours."""
    rng = np.random.default_rng(3)
    mg = rng.integers(-30, 30, (int(seconds * rate_hz), 3)) + np.array([0, 0, 1000])
    return Samples(0, rate_hz, (mg * 1e-3).astype(np.float32), "source")


def wall_ns() -> int:
    return WALL_NS + round(asyncio.get_running_loop().time() * NS)


def link_to(radio: VirtualRadio, device: str | None = None, **settings: Any) -> Link:
    return Link(device, settings.pop("wish", None), backend=radio, wall_ns=settings.pop("wall_ns", wall_ns), **settings)


def hear_at(radio: VirtualRadio, rssi: Callable[[str], int]) -> None:
    """Let advertisements be heard as strong as `rssi` makes them, by address; on the virtual air all are alike."""

    class Hearing(radio.scanner_backend):  # type: ignore[name-defined,misc]
        def call_detection_callbacks(self, device: Any, seen: Any) -> None:
            super().call_detection_callbacks(device, seen._replace(rssi=rssi(device.address)))

    radio.scanner_backend = Hearing


async def collect(link: Link, seconds: float) -> list[Samples | Gap]:
    """Collect for a time."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + seconds
    pieces: list[Samples | Gap] = []
    async with contextlib.aclosing(link.stream()) as stream, asyncio.timeout(seconds + 60):
        async for piece in stream:
            pieces.append(piece)
            if loop.time() >= end_s:
                break
    return pieces


def gaps(pieces: list[Samples | Gap]) -> list[Gap]:
    return [piece for piece in pieces if isinstance(piece, Gap)]


def joined(pieces: list[Samples | Gap]) -> np.ndarray:
    """All samples, one after another."""
    return np.concatenate([piece.xyz for piece in pieces if isinstance(piece, Samples)])


def check(pieces: list[Samples | Gap], source: Samples, expected: np.ndarray | None = None) -> int:
    """Hold what came against what was played, gaps counted in samples; return how many samples came.

    `expected` is what the wearable makes of the source, where its steps are not those of the source.
    """
    expected = source.xyz if expected is None else expected
    at = came = 0
    end_ns = None
    for piece in pieces:
        if end_ns is not None:
            assert piece.start_ns == end_ns
        end_ns = piece.end_ns
        if isinstance(piece, Gap):
            assert piece.end_ns > piece.start_ns
            at += round((piece.end_ns - piece.start_ns) / NS * source.rate_hz)
        else:
            np.testing.assert_array_equal(piece.xyz, expected[at : at + len(piece.xyz)])
            at += len(piece.xyz)
            came += len(piece.xyz)
    return came


def on_the_air(work: Callable[[VirtualRadio], Any], *wearables: Any) -> None:
    """Run a test on a virtual radio, and see that nothing is left running."""

    async def main() -> None:
        async with VirtualRadio(wearables) as radio:
            await work(radio)
            await asyncio.sleep(1.0)
            for wearable in wearables:
                assert not wearable.is_measuring
        await asyncio.sleep(1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())
