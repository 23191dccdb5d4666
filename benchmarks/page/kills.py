"""Whether a label that the page has acknowledged is on the disk, whenever the server is killed; and how soon it is."""

from __future__ import annotations

import http.client
import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, at_most
from benchmarks.page.opened import library, serve
from benchmarks.page.simulated import simulate, write
from detector.night import Night
from detector.night.integrity.check import check

EVENTS, WRONG, HOURS, RATE_HZ, SEED = 60, 0.3, 0.25, 50.0, 5
_NAME = "2026-11-23_2300"
_PASSPHRASE = "four or five plain words"  # noqa: S105 - of a made-up night


class _Client:
    """Asks a server as its page would."""

    def __init__(self, port: int, address: str) -> None:
        self._to = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}"}
        self._to.request("GET", address.partition(str(port))[2], headers=self._headers)
        answer = self._to.getresponse()
        answer.read()
        self._headers["Cookie"] = (answer.getheader("set-cookie") or "").partition(";")[0]

    def post(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        self._to.request("POST", path, json.dumps(told), self._headers)
        answered: dict[str, Any] = json.loads(self._to.getresponse().read())
        return answered

    def label(self, key: str, event: int, label: str) -> int:
        said = [{"event": event, "label": label, "explicit": True}]
        return int(self.post("/api/label", {"night": key, "how": "single", "judgements": said})["action"])


def kills(effort: Effort) -> Outcome:
    """Kill servers at random moments while labels are given, and see what the night knows of them."""
    many = int(effort.scaled(20, 100))
    random = np.random.default_rng(SEED)
    acknowledged: list[int] = []
    with library() as folder:
        path = folder / f"{_NAME}.night"
        write(path, simulate(EVENTS, WRONG, HOURS, RATE_HZ, SEED), HOURS, RATE_HZ, SEED)
        for _ in range(many):
            acknowledged += _until_killed(folder, float(random.uniform(0.05, 0.5)), random)
        with Night(path) as night:
            there = {action.number for action in night.actions()}
        is_sound = check(path).is_sound
    lost = len(set(acknowledged) - there) + len(acknowledged) - len(set(acknowledged))
    first_ms = [_first_of_encrypted() for _ in range(3)]
    figures = (
        Figure(f"labels lost that were acknowledged, {many} kills, {len(acknowledged)} labels", lost,
               target=at_most(0)),
        Figure("nights that are not sound afterwards", int(not is_sound), target=at_most(0)),
        Figure("first label of an encrypted night, after its passphrase was taken, median of 3",
               float(np.median(first_ms)), unit="ms", target=at_most(200)),
    )  # fmt: skip
    note = "by SIGKILL; that the disk itself is waited for, `durability` holds"
    return Outcome("kills", "servers killed while labels are given", figures, (), (note,), seeds=(SEED,))


def _until_killed(folder: Path, after_s: float, random: np.random.Generator) -> list[int]:
    with serve(folder) as (process, told):
        client = _Client(told["port"], told["address"])
        key = told["keys"][_NAME]
        client.label(key, 0, "yes")  # the night is loaded: what follows is nothing but labels
        killing = threading.Timer(after_s, process.kill)
        killing.start()
        numbers: list[int] = []
        try:
            while True:
                numbers.append(client.label(key, int(random.integers(EVENTS)), ("yes", "no")[int(random.integers(2))]))
        except (OSError, http.client.HTTPException, ValueError):
            killing.join()
            process.wait()
        return numbers


def _first_of_encrypted() -> float:
    with library() as folder:
        night = simulate(EVENTS, WRONG, HOURS, RATE_HZ, SEED)
        write(folder / f"{_NAME}.night", night, HOURS, RATE_HZ, SEED, passphrase=_PASSPHRASE)
        with serve(folder) as (_, told):
            client = _Client(told["port"], told["address"])
            key = told["keys"][_NAME]
            client.post("/api/unlock", {"night": key, "passphrase": _PASSPHRASE})
            client.post("/api/estimate", {"nights": [{"night": key, "events": [0]}]})  # the events are loaded
            before = time.perf_counter()
            client.label(key, 1, "yes")
            return 1000 * (time.perf_counter() - before)
