"""Promise: the simulated power cut tears what was not synced and nothing else, and a night that trusted the medium too
much would be found out."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.durability.kills import surviving
from benchmarks.durability.power import Operation, acknowledged, cut, journal
from benchmarks.durability.preload import unavailable
from benchmarks.durability.victim import FAST_BATCH

WRITES = [Operation("W", "a", 512 * i, bytes([i + 1]) * 512) for i in range(6)]


@pytest.mark.parametrize("in_order", [True, False])
def test_what_was_synced_is_there(in_order):
    operations = [*WRITES[:4], Operation("S", "a", 0, b""), *WRITES[4:], Operation("T", "a", 256, b"")]
    found = [cut(operations, random.Random(seed), in_order=in_order)["a"] for seed in range(200)]  # noqa: S311
    safe = b"".join(one.data for one in WRITES[:4])
    assert all(content.startswith(safe) or content == safe[:256] for content in found)
    assert len(set(found)) > 3
    # On a medium that keeps the order nothing of the sixth write is there without all of the fifth.
    torn = [content for content in found if len(content) > 5 * 512 and content[4 * 512] == 0]
    assert bool(torn) is not in_order


def test_what_was_said_is_what_counts():
    said = [Operation("A", "", 0, b"a 8400\n"), Operation("W", "a", 0, b"x"), Operation("A", "", 0, b"a 16800\n")]
    assert [acknowledged(said[:n]) for n in range(4)] == [0, 8400, 8400, 16800]


def test_what_a_failed_sync_dropped_no_later_one_brings():
    end = Operation("S", "a", 0, b"")
    operations = [*WRITES[:4], Operation("F", "a", 0, b""), WRITES[1], *WRITES[4:], end]
    found = [cut(operations, random.Random(seed), in_order=True)["a"] for seed in range(50)]  # noqa: S311
    again = b"".join(one.data for one in (WRITES[1], *WRITES[4:]))
    assert {content[512:1024] + content[2048:] for content in found} == {again}
    assert len(set(found)) > 3


@pytest.mark.skipif(unavailable() != "", reason=unavailable())
@pytest.mark.parametrize("in_order", [True, False])
def test_a_night_survives_and_one_that_never_syncs_does_not(in_order, tmp_path):
    operations = journal(0.3)
    first = next(i for i, one in enumerate(operations) if one.kind == "A") + 1

    def losses(life, cuts, folder):
        lost = 0
        for seed in range(cuts):
            rng = random.Random(seed)  # noqa: S311 - moments, not secrets
            until = rng.randrange(first, len(life) + 1)
            there = folder / str(seed)
            there.mkdir(parents=True)
            for name, content in cut(life[:until], rng, in_order=in_order).items():
                (there / name).write_bytes(content)
            try:
                lost += surviving(there / "a.night", FAST_BATCH) < acknowledged(life[:until])
            except Exception:  # noqa: BLE001 - whatever makes a night unreadable
                lost += 1
        return lost

    assert losses(operations, 12, tmp_path / "synced") == 0
    assert losses(journal(0.6, fail_every=7), 12, tmp_path / "failed") == 0
    never = [replace(one, kind="-") if one.kind == "S" else one for one in operations]
    assert losses(never, 12, tmp_path / "never") > 6
