"""``overnight``: a whole night with faults of the radio, stalls of the disk, crashes and a clock that is set.

The recorder runs in a process of its own, in virtual time, and is killed (SIGKILL); another takes up the night. At the
end every sample that the wearables measured must be in the night once or in a recorded gap, at its true time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np

from benchmarks.durability.kills import ROOT
from benchmarks.header import print_header
from benchmarks.soak.faults import BLURRED_S
from benchmarks.soak.ledger import Ledger
from benchmarks.soak.life import TRUE_HZ, Life
from benchmarks.soak.listening import IN_THE_MAKING_S, START_NS
from benchmarks.soak.stall import Stall
from detector.night import Night
from detector.night.integrity.check import check
from firmware_bridge.samples import NS, Gap

_AWAY_S = (5.0, 900.0)
_STALL_S = (20.0, 900.0)
_OFF_S = 0.5
"""So far a sample may lie from when it was measured: the map of a new connection knows a frame's latency at most."""

_SEAM_S = 0.05
"""A row of a second is placed by the map of its own moment, which is stretched by 1 % at most."""


@dataclass
class Outcome:
    """What an overnight run came to.

    Parameters
    ----------
    ledgers
        The book of each wearable's samples, read from the night.
    faults, stalls, crashes
        What happened, in words, with its time.
    lost_s
        Seconds of the night before each crash that the night does not have, of the wearable that lacks most.
    findings
        What `fasciwatch check` would find wrong with the night.
    """

    ledgers: dict[str, Ledger] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    stalls: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    lost_s: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """All that must not be."""
        return [*(f"{name}: {line}" for name, one in self.ledgers.items() for line in one.faults), *self.findings]


@dataclass(frozen=True, slots=True)
class Plan:
    """When what happens: crashes and stalls, with how long each lasts, and the setting of the clock. Seconds."""

    crashes: tuple[tuple[float, float], ...]
    stalls: tuple[tuple[float, float], ...]
    set_at_s: float
    set_by_s: float

    @classmethod
    def drawn(cls, end_s: float, crashes: int, stalls: int, rng: np.random.Generator) -> Plan:
        """Draw a plan: crashes one in each part of the night, and the clock set between the first two of them."""
        part_s = end_s / (crashes + 1)
        moments_s = [part_s * (i + rng.uniform(-0.4, 0.4)) for i in range(1, crashes + 1)]
        away_s = rng.uniform(_AWAY_S[0], min(_AWAY_S[1], 0.2 * part_s), crashes)
        at_s = np.sort(rng.uniform(0.02 * end_s, 0.95 * end_s, stalls))
        length_s = rng.uniform(_STALL_S[0], min(_STALL_S[1], 0.5 * part_s), stalls)
        set_at_s = moments_s[0] + away_s[0] + 0.5 * (moments_s[1] - moments_s[0] - away_s[0]) if crashes > 1 else 0.5
        return cls(
            tuple((float(s), float(length)) for s, length in zip(moments_s, away_s, strict=True)),
            tuple((float(s), float(length)) for s, length in zip(at_s, length_s, strict=True)),
            float(set_at_s),
            float(rng.choice([-3600.0, -90.0, 90.0, 3600.0])),
        )


def sleep_through(
    folder: Path, hours: float, faults: int, crashes: int, stalls: int, seed: int, speed: float
) -> Outcome:
    """Let a night pass; parameters as of the command."""
    rng = np.random.default_rng(seed)
    end_s = 3600.0 * hours
    plan = Plan.drawn(end_s, crashes, stalls, rng)
    path = folder / "overnight.night"
    outcome = Outcome()
    crashed_s: list[float] = []
    from_s = 0.0
    for number in range(crashes + 1):
        # The last crash is one of the computer: it starts anew, and a time server sets its clock right.
        restarted = 0 < number == crashes
        life = Life(
            night=str(path),
            from_s=from_s,
            end_s=end_s,
            speed=speed,
            faults_per_hour=faults / hours,
            seed=int(rng.integers(2**31)),
            boot="second" if restarted else "first",
            dies_s=plan.crashes[number][0] if number < crashes else np.inf,
            set_at_s=plan.set_at_s,
            set_by_s=0.0 if restarted else plan.set_by_s,
        )
        dead_s = _live(life, plan.stalls, rng, outcome)
        away_s = 0.0
        if number < crashes:
            away_s = plan.crashes[number][1]
            outcome.crashes.append(f"{dead_s:8.1f} s  away for {away_s:.1f} s")
            crashed_s.append(dead_s)
        from_s = dead_s + away_s
    _read(path, end_s, crashed_s, outcome)
    return outcome


def _live(life: Life, stalls: tuple[tuple[float, float], ...], rng: np.random.Generator, outcome: Outcome) -> float:
    """Let a recorder live until it is to die, and kill it; gives a second of the night at which it was dead.

    What it says is read to the end: it goes on until the kill has arrived, and keeps what it records meanwhile.
    """
    command = (sys.executable, "-m", "benchmarks.soak.life", life.argument())
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert process.stdout is not None  # noqa: S101 -- for the type checker: it was asked for
    coming = deque(stall for stall in stalls if stall[0] > life.from_s)
    stall: Stall | None = None
    now_s = life.from_s
    is_killed = False
    try:
        for line in process.stdout:
            what, words = line.rstrip("\n").split(" ", 1)
            if what == "f":
                outcome.faults.append(words)
                continue
            if what == "x":
                outcome.findings.append(words)
                continue
            now_s = float(words)
            if is_killed:
                continue
            if stall is not None and now_s >= stall.until_s:
                stall = stall.end()
            if stall is None and coming and now_s >= coming[0][0]:
                at_s, length_s = coming.popleft()
                stall = Stall(Path(life.night), at_s + length_s)
                outcome.stalls.append(f"{now_s:8.1f} s  for {length_s:.1f} s")
            if now_s >= life.dies_s:
                time.sleep(rng.uniform(0.0, 1.0 / life.speed))  # somewhere within the second
                process.kill()
                is_killed = True
    finally:
        if stall is not None:
            stall.end()
        process.kill()
        process.wait()
        process.stdout.close()
    if not is_killed and process.returncode:
        outcome.findings.append(f"the recorder ended with {process.returncode}")
    return now_s + 1.0


def _blurred(name: str, faults: list[str]) -> Iterator[tuple[float, float]]:
    """Find in the words of the faults when a wearable's times could not be known."""
    for words in faults:
        at, what = words.strip().split(" s  ")
        wearable, kind = what.rsplit(": ", 1)
        if name in (wearable, "") and kind in BLURRED_S:
            yield float(at) - 1.0, float(at) + BLURRED_S[kind]


def _read(path: Path, end_s: float, crashed_s: list[float], outcome: Outcome) -> None:
    """Read the night, and keep the books."""
    with Night(path) as night:
        for sensor in night.sensors:
            rate_hz = TRUE_HZ.get(round(sensor.nominal_hz), sensor.nominal_hz)
            ledger = Ledger(rate_hz, 0.2, _SEAM_S, _OFF_S, _blurred(sensor.name, outcome.faults))
            pieces = list(night.stream(sensor.name))
            last = pieces.pop() if isinstance(pieces[-1], Gap) else None
            for piece in pieces:
                ledger.take(piece, START_NS)
            ledger.close(START_NS + round(end_s * NS), START_NS, last, IN_THE_MAKING_S)
            outcome.ledgers[sensor.name] = ledger
        for dead_s in crashed_s:
            dead_ns = START_NS + round(dead_s * NS)
            gaps = [gap for gap in night.gaps() if gap.start_ns <= dead_ns < gap.end_ns]
            if len(gaps) < len(night.sensors):
                outcome.findings.append(f"the crash at {dead_s:.1f} s lies in gaps of {len(gaps)} wearables")
            outcome.lost_s.append(max(((dead_ns - gap.start_ns) / NS for gap in gaps), default=0.0))
        ended = [run.ended_utc_ns is not None for run in night.runs]
    if ended != [False] * len(crashed_s) + [True]:
        outcome.findings.append(f"the runs of the recorder that ended well: {ended}")
    outcome.findings += [finding.what for finding in check(path).findings]


@click.command()
@click.option("--hours", type=float, default=8.0, show_default=True, help="Length of the night.")
@click.option("--faults", type=int, default=40, show_default=True, help="Faults of the radio and the wearables.")
@click.option("--crashes", type=click.IntRange(2), default=3, show_default=True, help="The last one is the computer's.")
@click.option("--stalls", type=int, default=6, show_default=True, help="Times at which nothing can be written.")
@click.option("--speed", type=float, default=120.0, show_default=True, help="Times real time, at most.")
@click.option("--seed", type=int, default=1, show_default=True, help="What all is drawn from.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder to keep the night in.")
def overnight(hours: float, faults: int, crashes: int, stalls: int, speed: float, seed: int, keep: Path | None) -> None:
    """Record three wearables through a night in which everything goes wrong, and account for every sample.

    Fails where a sample is neither in the night, once and at its time, nor in a recorded gap.
    """
    print_header("overnight", ("numpy", "numba", "sqlcipher3", "bleak", "bumble"), str(seed))
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        outcome = sleep_through(keep or Path(folder), hours, faults, crashes, stalls, seed, speed)
    print(f"{hours:g} h in {time.perf_counter() - began_s:.0f} s, {len(outcome.faults)} faults")
    print("crashes:", *outcome.crashes, "the disk stalled:", *outcome.stalls, sep="\n  ")
    print(f"{'wearable':22} {'in the night':>12} {'in gaps':>9} {'worst ms':>9} {'wrong':>6}  gaps")
    for name, book in outcome.ledgers.items():
        causes = ", ".join(f"{count} {cause}" for cause, count in book.gaps.most_common())
        figures = f"{book.delivered:12d} {book.missing:9d} {1e3 * book.worst_s:9.1f} {len(book.faults):6d}"
        print(f"{name:22} {figures}  {causes}")
    print("seconds before each crash that are lost, at most:", *(f"{lost_s:.1f}" for lost_s in outcome.lost_s))
    if outcome.wrong:
        print("wrong:", *outcome.wrong, "after these faults:", *outcome.faults, sep="\n")
        sys.exit(1)
