"""Parts that the tests of the page share: nights of all kinds, and a page of them that is asked without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from detector.events import KINDS, Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, NightLog, keys
from detector.review.app import make_app
from detector.review.opened import Shelf
from detector.review.serving.guard import ENTRANCE, Gate
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

START_NS = 1_795_557_600 * NS
"""An evening in November, on a whole minute."""
PORT = 8123
ORIGIN = f"http://127.0.0.1:{PORT}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; headers by their names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks the page as its server would, without a server: any header can be sent, also twice, and any body in parts.

    (Starlette's own client wants another library, and would mend what is to be refused.)
    """

    def __init__(self, app: Any, origin: str | None = None) -> None:
        self.app = app
        self.origin = origin
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *headers: tuple[str, str], method: str = "GET") -> Answer:
        return self.ask(method, path, headers)

    def post(self, path: str, value: Any, *headers: tuple[str, str]) -> Answer:
        return self.ask("POST", path, headers, [json.dumps(value).encode()])

    def ask(
        self, method: str, path: str, headers: Iterable[tuple[str, str]] = (), parts: Iterable[bytes] = ()
    ) -> Answer:
        sent = {name: value for name, value in self.usual(method).items() if name not in dict(headers)}
        every = [(name.encode(), value.encode()) for name, value in (*sent.items(), *headers) if value]
        path, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": every, "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", PORT),
        }  # fmt: skip
        messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        messages.append({"type": "http.request", "body": b"", "more_body": False})
        sent_back: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent_back.append(message)

        with ThreadPoolExecutor(1) as hand:  # a browser of another test may have a loop in this thread
            hand.submit(asyncio.run, self.app(scope, receive, send)).result()
        answered = {name.decode().lower(): value.decode() for name, value in sent_back[0]["headers"]}
        for name, morsel in SimpleCookie(answered.get("set-cookie", "")).items():
            self.cookies[name] = morsel.value
        return Answer(sent_back[0]["status"], answered, b"".join(part.get("body", b"") for part in sent_back[1:]))

    def usual(self, method: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = self.origin if self.origin and method != "GET" else ""
        return {"host": f"127.0.0.1:{PORT}", "cookie": cookies, "origin": origin}


def make_night(
    path: Path,
    *,
    minutes: int = 20,
    rate_hz: float = 52.0,
    sensors: tuple[str, ...] = ("Sense",),
    events: int = 40,
    passphrase: str | None = None,
    close: bool = True,
) -> NightLog:
    """Write a night with a gap, events of every kind, a pulse, and a minute that cannot be measured."""
    made_by = MadeBy(START_NS, "0.1.0", {"false_alarms_per_hour": 1.0}, "3.13", timezone="Europe/Berlin")
    log = NightLog(path, made_by, passphrase=passphrase)
    random = np.random.default_rng(len(sensors))
    for number, name in enumerate(sensors):
        log.sensor(name, model="Verity Sense", nominal_hz=rate_hz, lsb_g=0.001, place="left calf" if number else None)
        _fill(log, name, minutes, rate_hz, random)
        for place, onset_s in enumerate(np.sort(random.uniform(5, minutes * 60 - 5, events))):
            log.event(event_at(float(onset_s), name, KINDS[place % len(KINDS)], place))
    log.flush()
    if close:
        log.close()
    return log


def _fill(log: NightLog, name: str, minutes: int, rate_hz: float, random: np.random.Generator) -> None:
    gap_s = minutes * 30.0
    rows = Rows(rate_hz)
    for first_s, last_s in ((0.0, gap_s), (gap_s + 20, minutes * 60.0)):
        count = round((last_s - first_s) * rate_hz)
        mg = np.rint(random.normal([300.0, -500.0, 800.0], 1.0, (count, 3)))
        begin_ns = START_NS + round(first_s * NS)
        for piece, begins in rows.cut(Samples(begin_ns, rate_hz, (mg * 1e-3).astype(np.float32), name)):
            log.samples(piece, begins)
        rows.close()
        if first_s == 0:
            log.gap(Gap(START_NS + round(gap_s * NS), START_NS + round((gap_s + 20) * NS), "connection lost", name))
    for minute in range(minutes):
        at_ns = START_NS + minute * MINUTE_NS
        log.wear(name, Minute(at_ns, Sign.PULSE))
        measurable_s, why = (20.0, "moving") if minute == 3 else (60.0, "")
        log.measured(name, MeasuredMinute(at_ns, 60.0, measurable_s, why, 1.0, 6.0, 61.5 if minute % 2 else None))


def event_at(onset_s: float, sensor: str, kind: str, place: int = 0) -> Event:
    at = datetime.fromtimestamp(START_NS / NS + round(onset_s, 3), UTC)
    onset_s = at.timestamp() - START_NS / NS
    stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    lasts_s = 30.0 if kind == "pulse" else 0.2
    return Event(
        onset_s, stamp, lasts_s, kind, 12.5, 20.0 + place % 7, 14.0, 2.5, 8.0, 0.6, 0.0, -0.8, place % 3, sensor, ""
    )


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> keys.KeyRing:
    """No passphrase of another test, or of this computer."""
    fresh = keys.KeyRing()
    for module in ("night.unlocking", "night.reader", "night.writing.file", "review.opened", "summary.many.cache"):
        monkeypatch.setattr(f"detector.{module}.RING", fresh)
    monkeypatch.setattr("detector.night.keys.from_keyring", lambda: None)
    return fresh


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "nights"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def night(library: Path) -> Path:
    """A night of two wearables."""
    path = library / "2026-11-23.night"
    make_night(path, sensors=("Sense", "H10"))
    return path


@pytest.fixture
def gate() -> Gate:
    return Gate(PORT)


@pytest.fixture
def app(library: Path, gate: Gate, ring: keys.KeyRing) -> Any:
    return make_app(Shelf(library), gate, examine=lambda: [{"check": "disk", "words": "full", "remedy": "Free some."}])


@pytest.fixture
def stranger(app: Any) -> Client:
    """Somebody who has not entered."""
    return Client(app)


@pytest.fixture
def page(app: Any, gate: Gate) -> Client:
    """The page's own browser."""
    client = Client(app, ORIGIN)
    assert client.get(f"{ENTRANCE}?token={gate.new_token()}").status == 200
    return client


@pytest.fixture(scope="session")
def make_once() -> Callable[..., NightLog]:
    return make_night


@pytest.fixture
def make() -> Callable[..., NightLog]:
    return make_night


@pytest.fixture
def key(library: Path) -> Callable[[Path], str]:
    """A function from a night to its key."""
    return lambda path: Shelf(library).key(path)
