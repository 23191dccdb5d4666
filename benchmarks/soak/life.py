"""``python -m benchmarks.soak.life JSON``: one life of a recorder, on a virtual radio in virtual time; to be killed.

It records into a night as the command does. On stdout it says ``t SECONDS`` each second of the night's time,
``f WORDS`` for each fault of the radio, and ``x WORDS`` where a virtual wearable itself breaks. Time goes no further
than a second beyond what it has said, and hardly further than a second beyond the time at which it is to be killed.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.soak.faults import QUIET_S, draw_fault
from benchmarks.soak.ledger import numbered
from benchmarks.soak.listening import START_NS, nothing_left
from detector.night import NightLog
from detector.night.writing.clock import NightClock, night_clock
from detector.night.writing.writer import COMMIT_S
from detector.recorder.recorder import Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge.clock.host import HostClock
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Samples
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.espruino import VirtualBangle
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import VirtualVerity

QUEUE = 2000
"""Pieces and notifications the queue holds: few minutes of three wearables, so that a stalled disk can fill it."""

TRUE_HZ = {50: 57.0}
"""The rate that a wearable really has, by the one it says."""

_HELD_S = 0.1
_RUNNING_NS = 10**15
_ON_S = 1000.0  # so long the wearables have been on when the night begins
_CONFIG = DetectorConfig()


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the recorder. Times are seconds of the night.

    Parameters
    ----------
    night
        The file.
    from_s, end_s
        When it begins, and when the night ends.
    speed
        How much faster than real time the night goes at most; the night is committed so much more often.
    faults_per_hour
        Faults of the radio and of the wearables.
    seed
        What they are drawn from.
    boot
        Names the start of the computer.
    dies_s
        When it is to be killed; a second later it waits for that, however late who kills it may come.
    set_at_s, set_by_s
        When the computer's wall clock is set, and by how much; what it was set by earlier stays, if `set_at_s` has
        passed already.
    """

    night: str
    from_s: float
    end_s: float
    speed: float
    faults_per_hour: float
    seed: int
    boot: str
    dies_s: float
    set_at_s: float
    set_by_s: float

    def argument(self) -> str:
        """Give what the process is started with."""
        return json.dumps(asdict(self))


class Course:
    """The course of a life: the night's true time, the computer's clocks, and what is said of them."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._loop = asyncio.get_running_loop()
        self._began_s = time.monotonic()

    @property
    def now_s(self) -> float:
        """Seconds of the night."""
        return self._life.from_s + self._loop.time()

    def host(self) -> HostClock:
        """Return the clocks of the computer, one of which is set."""
        return HostClock(
            lambda: START_NS + round((self.now_s + self._set_by_s) * NS),
            lambda: _RUNNING_NS + round(self.now_s * NS),
            self._life.boot,
        )

    @property
    def _set_by_s(self) -> float:
        return self._life.set_by_s if self.now_s >= self._life.set_at_s else 0.0

    async def go(self, wearables: Sequence[VirtualPlayer]) -> None:
        """Say each second what time it is and what is broken, and keep time from passing faster than it may."""
        told: set[str] = set()
        while True:
            await asyncio.sleep(1.0)
            for wearable in wearables:
                if wearable.failure is not None and wearable.name not in told:
                    told.add(wearable.name)
                    say(f"x {wearable.name} broke: {wearable.failure!r}")
            await asyncio.to_thread(self._say_and_wait, self._loop.time())

    def _say_and_wait(self, virtual_s: float) -> None:
        say(f"t {self._life.from_s + virtual_s}")
        time.sleep(max(self._began_s + virtual_s / self._life.speed - time.monotonic(), 0.0))
        while self.now_s >= self._life.dies_s + 1.0:  # meanwhile no more virtual time passes than real time
            time.sleep(_HELD_S)
            say(f"t {self.now_s}")


def say(words: str) -> None:
    """Tell who listens."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _wearables(life: Life, course: Course) -> list[VirtualPlayer]:
    """Make the wearables, each measuring from whenever it is started, its samples numbered through the whole night."""

    def source(rate_hz: float, _chosen_hz: int) -> Iterator[Samples]:
        return numbered(life.end_s + 60, rate_hz, math.ceil(course.now_s * rate_hz))

    clock_ns = round((_ON_S + life.from_s) * NS)
    return [
        VirtualVerity(lambda hz: source(52.0, hz), clock_ns=clock_ns),
        VirtualMovesense(lambda hz: source(52.0, hz), clock_ns=clock_ns),
        VirtualBangle(lambda hz: source(TRUE_HZ.get(hz, hz), hz), clock_ns=clock_ns),
    ]


def _open(life: Life, clock: NightClock) -> NightLog:
    made = made_by("record", _CONFIG, started_utc_ns=clock.utc_ns())
    return NightLog(Path(life.night), made, clock=clock, commit_s=COMMIT_S / life.speed, queue_limit=QUEUE)


async def live(life: Life) -> None:
    """Record from the beginning of this life to the end of the night."""
    loop, course = asyncio.get_running_loop(), Course(life)
    rng = np.random.default_rng(life.seed)
    wearables = _wearables(life, course)
    stop = asyncio.Event()
    loop.call_at(life.end_s - life.from_s, stop.set)

    def fail(radio: VirtualRadio) -> None:
        words, fault = draw_fault(radio, wearables, rng)
        say(f"f {course.now_s:8.1f} s  {words}")
        fault()

    async with VirtualRadio(wearables) as radio, nothing_left(radio) as clients:
        quiet_s = life.end_s - life.from_s - QUIET_S
        count = max(round(life.faults_per_hour * quiet_s / 3600), 0)
        for at_s in rng.uniform(30.0, max(quiet_s, 30.0), count):
            loop.call_at(float(at_s), fail, radio)
        clock = night_clock(Path(life.night), course.host())
        recorder = Recorder(_CONFIG, lambda _start_ns: _open(life, clock), wall_ns=clock.utc_ns)
        links = [
            Link(
                wearable.address,
                backend=clients,
                on_raw=recorder.on_raw,
                on_battery=recorder.on_battery,
                wall_ns=clock.utc_ns,
            )
            for wearable in wearables
        ]
        going = asyncio.create_task(course.go(wearables))
        await recorder.run(links, stop)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


if __name__ == "__main__":
    run(live(Life(**json.loads(sys.argv[1]))))
