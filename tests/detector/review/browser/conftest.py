"""A real Chromium, and a real server of a library in another process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[4]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MS = 10_000
_PASSPHRASE = "four or five plain words"  # noqa: S105 - of a made-up night


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; the tests are skipped where there is none, or no playwright."""
    try:
        from playwright import sync_api
    except ImportError:
        _do_without("playwright comes with the extra [browser]")
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        _do_without("no Chromium is installed: apt install chromium")
    with sync_api.sync_playwright() as playwright:
        # Whoever runs the tests as root, in a container say, can have no sandbox.
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> Any:
    """What finds what a person who sees or hears little would stumble over."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        _do_without("axe comes with the extra [browser]")
    return Axe()


def _do_without(reason: str) -> NoReturn:
    """Skip the test, or fail it where the environment variable FASCIWATCH_BROWSER says that nothing may be missing."""
    (pytest.fail if os.environ.get("FASCIWATCH_BROWSER") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory, make_once: Callable[..., Any]) -> Path:
    """A library: a night of two wearables, an encrypted one, a damaged one, and one with names that would be HTML."""
    folder = tmp_path_factory.mktemp("browser") / "nights"
    folder.mkdir()
    make_once(folder / "2026-11-20.night", minutes=3, events=3, passphrase=_PASSPHRASE)
    make_once(folder / "2026-11-21 <b>bold.night", minutes=3, events=3, sensors=("<img src=x onerror=alert(1)>",))
    make_once(folder / "2026-11-23.night", minutes=45, events=90, sensors=("Sense", "H10"))
    (folder / "2026-11-22-damaged.night").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    return folder


class Server:
    """``fasciwatch review``, as a person starts it."""

    def __init__(self, library: Path, *options: str) -> None:
        command = [sys.executable, "-m", "detector.cli", "review", "--no-browser", "--library", str(library), *options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ))
        assert self.process.stderr is not None
        self.address = re.search(r"http://\S+", self.process.stderr.readline())[0]
        self.origin = self.address.partition("/enter")[0]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()


@pytest.fixture(scope="session")
def server(nights: Path) -> Iterator[Server]:
    started = Server(nights)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def entered(browser: Browser, server: Server) -> Any:
    """What a browser keeps that has entered: its cookie."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.address)
    page.wait_for_url(f"{server.origin}/")
    state = context.storage_state()
    context.close()
    return state


class Seen:
    """A page, and what it has complained about, and asked for elsewhere."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type in {"error", "warning"} and self.note(message.text))
        self.page.on("pageerror", lambda error: self.note(str(error)))
        self.page.on("request", lambda request: request.url.startswith(origin) or self.note(f"asked {request.url}"))
        self.page.on("dialog", lambda dialog: (self.note("a dialog"), dialog.dismiss()))

    def note(self, words: str) -> None:
        self.complaints.append(words)

    def go(self, view: str) -> Page:
        self.page.goto(self.origin + view)
        return self.page

    def night(self, wearable: str = "H10") -> Page:
        """Open the night of a wearable, and wait until it is all there."""
        page = self.go("/")
        page.locator("li", has_text=wearable).locator("h2 a").click()
        page.wait_for_selector("body[data-ready]")
        return page


@pytest.fixture
def look(browser: Browser, server: Server, entered: Any) -> Iterator[Callable[..., Seen]]:
    """A function that opens a page; nothing may be complained about at the end."""
    opened: list[tuple[BrowserContext, Seen]] = []

    def open_one() -> Seen:
        size = {"width": 1280, "height": 900}
        context = browser.new_context(storage_state=entered, viewport=size, locale="en-GB")
        context.set_default_timeout(_PATIENCE_MS)
        seen = Seen(context, server.origin)
        opened.append((context, seen))
        return seen

    yield open_one
    for context, seen in opened:
        context.close()
        assert seen.complaints == []
