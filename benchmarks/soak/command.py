"""``soak``: a night of random faults over three wearables at once, and where every sample went."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from dataclasses import dataclass, field

import click
import numpy as np

from benchmarks.header import print_header
from benchmarks.soak.faults import QUIET_S, draw_fault
from benchmarks.soak.ledger import numbered
from benchmarks.soak.listening import Listening, nothing_left
from benchmarks.soak.memory import resident_mb
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.espruino import VirtualBangle
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import VirtualVerity


@dataclass
class Outcome:
    """What a soak came to: a listening for each wearable, each fault with its time, MB held at each quarter."""

    listenings: list[Listening] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    held_mb: list[float] = field(default_factory=list)


def soak_night(hours: float, faults: int, seed: int) -> Outcome:
    """Run a night in virtual time.

    Parameters
    ----------
    hours, faults
        Its length, and how many faults are spread over it.
    seed
        What the faults, their times and lengths are drawn from.
    """
    rng = np.random.default_rng(seed)
    end_s = 3600.0 * hours
    outcome = Outcome()

    async def main() -> None:
        wearables: dict[VirtualPlayer, float] = {
            VirtualVerity(numbered(end_s + 60, 52.0)): 52.0,
            VirtualMovesense(numbered(end_s + 60, 52.0)): 52.0,
            VirtualBangle(numbered(end_s + 60, 50.0)): 50.0,
        }
        loop = asyncio.get_running_loop()

        def fail(radio: VirtualRadio) -> None:
            words, fault = draw_fault(radio, list(wearables), rng)
            outcome.faults.append(f"{loop.time():8.1f} s  {words}")
            fault()

        def measure() -> None:
            gc.collect()
            outcome.held_mb.append(resident_mb())

        async with VirtualRadio(wearables) as radio, nothing_left(radio) as clients:
            for at_s in np.sort(rng.uniform(30.0, end_s - QUIET_S, faults)):
                loop.call_at(float(at_s), fail, radio)
            for quarter in (1, 2, 3, 3.99):
                loop.call_at(quarter / 4 * end_s, measure)
            # After a reconnection a map of time knows no better than one frame's latency.
            outcome.listenings = [Listening(w, hz, clients, tolerance_s=0.2) for w, hz in wearables.items()]
            await asyncio.gather(*(one.until(end_s) for one in outcome.listenings))

    run(main())
    return outcome


@click.command()
@click.option("--hours", type=float, default=8.0, show_default=True, help="Length of the night.")
@click.option("--faults", type=int, default=40, show_default=True, help="Faults spread over it.")
@click.option("--seed", type=int, default=1, show_default=True, help="What they are drawn from.")
def soak(hours: float, faults: int, seed: int) -> None:
    """Spread faults of every kind over a night of three wearables; fails where a sample is not accounted for."""
    print_header("soak", ("numpy", "bleak", "bumble"), str(seed))
    began_s = time.perf_counter()
    outcome = soak_night(hours, faults, seed)
    print(f"{hours:g} h in {time.perf_counter() - began_s:.0f} s; {len(outcome.faults)} faults")
    print(f"{'wearable':22} {'delivered':>10} {'in gaps':>9} {'gaps':>5} {'worst ms':>9} {'wrong':>6}")
    for one in outcome.listenings:
        book = one.ledger
        figures = f"{book.delivered:10d} {book.missing:9d} {book.gaps.total():5d} {1e3 * book.worst_s:9.1f}"
        print(f"{one.wearable.name:22} {figures} {len(book.faults):6d}")
    print("MB held at each quarter:", *(f"{held:.1f}" for held in outcome.held_mb))
    wrong = [line for one in outcome.listenings for line in one.ledger.faults]
    if wrong:
        print("wrong:", *wrong, "after these faults:", *outcome.faults, sep="\n")
        sys.exit(1)
