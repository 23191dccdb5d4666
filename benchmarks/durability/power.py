"""Power cuts: a journal of all that a recorder wrote, played back to any moment, with what was not synced torn or gone.

The model: what was written before a sync of the same file has reached the medium. Of what was written since, either a
beginning has, its last write torn at any byte (a medium that keeps the order), or any subset of its sectors (one that
does not); a truncation may have. A file that was never synced may not be there at all. Where a sync failed, any subset
of the sectors that were to be synced has reached the medium, and no later sync brings the others: so Linux does it.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.durability.kills import ROOT
from benchmarks.durability.preload import preload

SECTOR = 512
_SURVIVES = 0.5
_HEAD = struct.Struct("<cIIq")


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry of the journal: ``W`` write, ``T`` truncate, ``S`` sync, ``F`` failed sync, ``U`` unlink, ``A`` said."""

    kind: str
    name: str
    offset: int
    data: bytes


def journal(seconds: float, fail_every: int = 0) -> list[Operation]:
    """Let a recorder run as fast as it goes for so many seconds; what it wrote, and what it said.

    Parameters
    ----------
    seconds
        How long.
    fail_every
        One sync in so many fails, once the recorder has said something; none for 0.
    """
    with tempfile.TemporaryDirectory() as place:
        kept, folder = Path(place) / "journal", Path(place) / "nights"
        folder.mkdir()
        environment = os.environ | preload("journal.c", Path(place), FOLDER=folder, JOURNAL=kept, FAIL_EVERY=fail_every)
        command = (sys.executable, "-m", "benchmarks.durability.victim", str(folder / "a.night"), "fast")
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
            assert process.stdout is not None  # noqa: S101 -- for the type checker
            process.stdout.readline()
            timer = threading.Timer(seconds, process.kill)
            timer.start()
            process.stdout.read()
            timer.join()
        return _parse(kept.read_bytes())


def _parse(raw: bytes) -> list[Operation]:
    operations, at = [], 0
    while at + _HEAD.size <= len(raw):
        kind, path_bytes, data_bytes, offset = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        if at + path_bytes + data_bytes > len(raw):
            break  # it was killed while it noted this
        path = raw[at : at + path_bytes].decode()
        at += path_bytes
        operations.append(Operation(kind.decode(), Path(path).name, offset, raw[at : at + data_bytes]))
        at += data_bytes
    return operations


def acknowledged(operations: Sequence[Operation]) -> int:
    """Samples that the recorder had said to be safe by the end of these operations."""
    said = b"".join(operation.data for operation in operations if operation.kind == "A")
    lines = [line.split() for line in said.splitlines() if line.startswith(b"a ")]
    return int(lines[-1][1]) if lines else 0


def cut(operations: Sequence[Operation], rng: random.Random, *, in_order: bool) -> dict[str, bytes]:
    """Give the files as they are found after a power cut right behind these operations.

    Parameters
    ----------
    operations
        All there were until then.
    rng
        Decides what of the rest has reached the medium.
    in_order
        Whether the medium keeps the order of writes to a file.
    """
    synced = {one.name: i for i, one in enumerate(operations) if one.kind in "SF"}
    failed = _failed(operations)
    ends = _ends(operations, synced, rng)
    files: dict[str, bytearray] = {}
    for i, one in enumerate(operations):
        if one.kind == "U":
            files.pop(one.name, None)
        if one.kind not in "WT":
            continue
        if i not in failed and (i < synced.get(one.name, -1) or (in_order and i < ends[one.name])):
            pieces = [(one.offset, one.data)]
        elif in_order and i not in failed:
            torn = one.kind == "W" and i == ends[one.name]
            pieces = [(one.offset, one.data[: rng.randrange(len(one.data) + 1)])] if torn else []
        else:
            pieces = [piece for piece in _sectors(one) if rng.random() < _SURVIVES]
        for offset, data in pieces:
            _apply(files.setdefault(one.name, bytearray()), one.kind, offset, data)
    return {name: bytes(content) for name, content in files.items() if not name.endswith("-shm")}


def _failed(operations: Sequence[Operation]) -> set[int]:
    """Find the changes whose sync failed."""
    loose: dict[str, list[int]] = {}
    failed: set[int] = set()
    for i, one in enumerate(operations):
        if one.kind in "WT":
            loose.setdefault(one.name, []).append(i)
        elif one.kind in "SF":
            changes = loose.pop(one.name, [])
            failed.update(changes if one.kind == "F" else ())
    return failed


def _ends(operations: Sequence[Operation], synced: dict[str, int], rng: random.Random) -> dict[str, int]:
    """Draw for each file which of its changes since its last sync is the first that has not reached the medium."""
    loose: dict[str, list[int]] = {}
    for i, one in enumerate(operations):
        if one.kind in "WT":
            changes = loose.setdefault(one.name, [])
            if i > synced.get(one.name, -1):
                changes.append(i)
    return {name: rng.choice([*changes, len(operations)]) for name, changes in loose.items()}


def _sectors(one: Operation) -> list[tuple[int, bytes]]:
    if one.kind == "T":
        return [(one.offset, b"")]
    pieces, at = [], one.offset
    end = one.offset + len(one.data)
    while at < end:
        after = min((at // SECTOR + 1) * SECTOR, end)
        pieces.append((at, one.data[at - one.offset : after - one.offset]))
        at = after
    return pieces


def _apply(content: bytearray, kind: str, offset: int, data: bytes) -> None:
    """Write or truncate; what lies between is zero."""
    if kind == "T":
        del content[offset:]
    content.extend(bytes(max(offset + len(data) - len(content), 0)))
    content[offset : offset + len(data)] = data
