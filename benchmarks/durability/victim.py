"""``python -m benchmarks.durability.victim NIGHT live|fast``: a recorder to be killed.

Sample i is always the same, so that whoever kills it knows what must be there. It says on stdout how far it has come:
``a N`` where N samples are known to be durable, ``p N T`` where N were handed over at time T of the monotonic clock.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.errors import NightError
from detector.events import Event
from detector.night import MadeBy, NightLog
from detector.night.connection import open_for_reading
from detector.night.writing import file
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

RATE_HZ = 100
LIVE_BATCH, FAST_BATCH = 10, 70
_EVENT_EVERY, _FLUSH_EVERY, _READER_EVERY = 2800, 8400, 84_000
_WAL_PAGES = 100


def made(first: int, count: int) -> npt.NDArray[np.float32]:
    """Samples from the one with that number on, in g, shape ``(count, 3)``."""
    index = np.arange(first, first + count)[:, None]
    return ((index * [7, 13, 29] % 401 - 200) * 1e-3).astype(np.float32)


def main() -> None:
    """Record until killed: in real time, or as fast as it goes."""
    path, live = Path(sys.argv[1]), sys.argv[2] == "live"
    if not live:  # copying the WAL into the file comes every half an hour else
        file.WAL_PAGES = _WAL_PAGES
    log = NightLog(path, MadeBy(0, "1", {}, "3"), wait=not live)
    log.sensor("S", model="m", nominal_hz=RATE_HZ, lsb_g=0.001)
    with open_for_reading(path) as reader:
        _record(log, reader, live=live)


def _record(log: NightLog, reader: Any, *, live: bool) -> None:
    rows, at, size = Rows(RATE_HZ), 0, LIVE_BATCH if live else FAST_BATCH
    while True:
        for piece, begins_row in rows.cut(Samples(at * NS // RATE_HZ, RATE_HZ, made(at, size), "S")):
            with contextlib.suppress(NightError):  # a passing trouble: what was handed over waits in the queue
                log.samples(piece, begins_row)
        with contextlib.suppress(NightError):
            log.raw("S", at * NS // RATE_HZ, b"%d" % at)
        at += size
        if live:
            _say("p", at, time.monotonic())
            time.sleep(size / RATE_HZ)
        elif at % _EVENT_EVERY == 0:
            with contextlib.suppress(NightError):
                log.event(Event(at / RATE_HZ - 0.005, "", 0.1, "twitch", 1, 2, 3, 4, 5, 0, 0, 1, -1, "S", ""))
            if at % _FLUSH_EVERY == 0 and _flushed(log):
                _say("a", at)
            if at % _READER_EVERY == 0:
                _hold(reader)


def _hold(reader: Any) -> None:
    """Let go of the state of the night that was read last, and hold that of now: the WAL is not copied beyond it."""
    if reader.in_transaction:
        reader.execute("COMMIT")
    else:
        reader.execute("BEGIN")
        reader.execute("SELECT max(id) FROM event").fetchone()


def _flushed(log: NightLog) -> bool:
    try:
        log.flush()
    except NightError:
        return False
    return True


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
