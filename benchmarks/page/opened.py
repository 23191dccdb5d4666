"""A page that is served from a library of simulated nights, and a browser that looks at it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

CHROMIUM = "/usr/bin/chromium"

_SERVER = """
import json, sys, threading
from pathlib import Path
from detector.review.opened import Shelf
from detector.review.serving.serve import Served
shelf = Shelf(Path(sys.argv[1]))
served = Served(shelf, 0, lambda words: None)
keys = {path.stem: key for key, path in shelf.paths().items()}
print(json.dumps({"port": served.port, "address": served.address(), "keys": keys}), flush=True)
served.run()
"""

_CLOCK = """
window.painted = [];
addEventListener("keydown", (event) => {
  const since = event.timeStamp;
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.painted.push(performance.now() - since);
    channel.port2.postMessage(0);
  });
}, true);
"""


class Opened(NamedTuple):
    """A server and a browser that it has let in."""

    root: str
    keys: dict[str, str]
    page: Any
    process: subprocess.Popen[str]
    complaints: list[str]

    def judge(self, night: str, view: str, timeout_s: float = 60.0) -> float:
        """Open a night to be judged; the ms until it was ready, with all snippets."""
        self.page.goto(f"{self.root}/judge?night={self.keys[night]}&view={view}")
        self.page.wait_for_selector("#judge[data-ready]", timeout=1000 * timeout_s)
        return float(self.page.evaluate("judging.ready"))


@contextlib.contextmanager
def opened(library: Path, *, width: int = 1400, height: int = 900, slower: int = 1) -> Iterator[Opened]:
    """Serve a library and look at it.

    Parameters
    ----------
    library
        Folder of nights.
    width, height
        Of the window, in pixels.
    slower
        How many times slower the browser's processor is made.
    """
    from playwright.sync_api import sync_playwright

    with serve(library) as (process, told), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.add_init_script(_CLOCK)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if slower > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(told["address"])
        page.wait_for_url(f"http://127.0.0.1:{told['port']}/")  # else going on by itself would undo the next step
        yield Opened(f"http://127.0.0.1:{told['port']}", told["keys"], page, process, complaints)
        browser.close()


@contextlib.contextmanager
def serve(library: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Serve a library; gives the process, and its port, its address and the keys of its nights."""
    command = [sys.executable, "-c", _SERVER, str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()


@contextlib.contextmanager
def library() -> Iterator[Path]:
    """Give a folder for nights, on a disk: what lies in memory is never written."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        yield Path(folder)
