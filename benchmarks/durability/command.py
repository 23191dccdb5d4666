"""``durability``: recorders killed, and power cut, at random moments; and what their nights hold."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.durability import disks
from benchmarks.durability.kills import Kind, kill_all, surviving
from benchmarks.durability.power import acknowledged, cut, journal
from benchmarks.durability.preload import unavailable
from benchmarks.durability.victim import FAST_BATCH, LIVE_BATCH, RATE_HZ
from benchmarks.header import print_header

_AT_ONCE = 4
_LIVE_SHARE = 0.2
_MOMENTS_S: dict[Kind, tuple[float, float]] = {"fast": (0.0, 0.5), "live": (2.2, 6.0)}
_MOST_LOST_S = 2.0
_JOURNAL_S = 1.0
_FAIL_EVERY = 7


@click.command()
@click.option("--kills", type=int, default=300, show_default=True, help="Recorders to kill.")
@click.option("--cuts", type=int, default=500, show_default=True, help="Power cuts to simulate.")
@click.option("--disk-seconds", type=float, default=30, show_default=True, help="Of each recording to a bad disk.")
@click.option("--seed", type=int, default=1, show_default=True, help="What the moments are drawn from.")
def durability(kills: int, cuts: int, disk_seconds: float, seed: int) -> None:
    """Kill recorders (SIGKILL) and cut the power (simulated) at random moments; then record to disks with troubles.

    The power is cut for a recorder on a sound disk, and for one of whose syncs every seventh fails.

    Fails where a night is unreadable or wrong, or lacks what was acknowledged.
    """
    print_header("durability", ("numpy", "sqlcipher3"), str(seed))
    rng = random.Random(seed)  # noqa: S311 -- moments, not secrets
    live = round(kills * _LIVE_SHARE)
    print(f"{'recorder':10} {'killed':>6} {'unreadable or wrong':>20} {'acknowledged lost':>18} {'most lost s':>12}")
    plan: tuple[tuple[Kind, int], ...] = (("fast", kills - live), ("live", live))
    well = [_try(kind, count, rng) for kind, count in plan]  # one that fails keeps no other from its turn
    well.append(_cut("power cut", cuts, rng))
    well.append(_cut("bad syncs", cuts, rng, fail_every=_FAIL_EVERY))
    well += [_trouble(name, disk_seconds) for name in disks.TROUBLES if disk_seconds]
    if not all(well):
        sys.exit(1)


def _try(kind: Kind, count: int, rng: random.Random) -> bool:
    wrong: list[str] = []
    lost, most_lost_s = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, count, _AT_ONCE):
            paths = [Path(folder) / f"{i}.night" for i in range(first, min(first + _AT_ONCE, count))]
            moments = [rng.uniform(*_MOMENTS_S[kind]) for _ in paths]
            for path, (said, killed_s) in zip(paths, kill_all(paths, kind, moments), strict=True):
                try:
                    kept = surviving(path, FAST_BATCH if kind == "fast" else LIVE_BATCH)
                except Exception as error:  # noqa: BLE001 -- whatever makes a night unreadable is what is looked for
                    wrong.append(f"{path.name}: {error!r}")
                    continue
                if kind == "fast":
                    lost += kept < int(said[-1][1])
                else:
                    given = max(int(at) for _, at, put_s in said if float(put_s) <= killed_s)
                    most_lost_s = max(most_lost_s, (given - kept) / RATE_HZ)
    shown = f"{most_lost_s:12.2f}" if kind == "live" else f"{'-':>12}"
    print(f"{kind:10} {count:6d} {len(wrong):20d} {lost if kind == 'fast' else '-':>18} {shown}")
    if wrong:
        print(*wrong, sep="\n")
    return not wrong and not lost and most_lost_s <= _MOST_LOST_S


def _cut(label: str, count: int, rng: random.Random, fail_every: int = 0) -> bool:
    """Cut the power `count` times in the life of one recorder; print how it went, and say whether it went well."""
    if reason := unavailable():
        print(f"power cuts: skipped, {reason}")
        return True
    operations = journal(_JOURNAL_S, fail_every)
    first = next(i for i, one in enumerate(operations) if one.kind == "A") + 1
    wrong: list[str] = []
    lost = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            until = rng.randrange(first, len(operations) + 1)
            there = Path(folder) / str(number)
            there.mkdir()
            for name, content in cut(operations[:until], rng, in_order=number % 2 == 0).items():
                (there / name).write_bytes(content)
            try:
                lost += surviving(there / "a.night", FAST_BATCH) < acknowledged(operations[:until])
            except Exception as error:  # noqa: BLE001 -- as above
                wrong.append(f"cut {number}, after operation {until} of {len(operations)}: {error!r}")
            shutil.rmtree(there)
    print(f"{label:10} {count:6d} {len(wrong):20d} {lost:>18} {'-':>12}")
    if wrong:
        print(*wrong, sep="\n")
    return not wrong and not lost


def _trouble(name: str, seconds: float) -> bool:
    missing = disks.unavailable(name)
    if missing:
        print(f"disk {name}: not tried: {missing}")
        return True
    outcome = disks.record(name, seconds)
    well = disks.is_well(name, outcome)
    gaps = "; ".join(f"gap of {length_s:.1f} s, {cause}" for length_s, cause in outcome.gaps)
    events = f"{outcome.events_wrong} events not there or twice, {outcome.events_dropped} told as dropped"
    print(
        f"disk {name}: {'well' if well else 'NOT WELL'}: {outcome.handed} samples handed over, {outcome.kept} kept, "
        f"{outcome.wrong} wrong{f' ({gaps})' if gaps else ''}; {events}; "
        f"loop held up {1e3 * outcome.longest_s:.0f} ms at most; said: {' | '.join(outcome.told) or 'nothing'}"
    )
    return well
