"""A sheet as PDF, by the Chromium that the computer has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ON_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
_ELSEWHERE = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
        r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    ),
    "linux": ("/snap/bin/chromium", "/var/lib/flatpak/exports/bin/org.chromium.Chromium"),
}
_PATIENCE_S = 60.0


class NoBrowserError(FasciwatchError):
    """There is no browser that prints, or it does not."""


def browser() -> str:
    """Find a Chromium, Chrome or Edge.

    Raises
    ------
    NoBrowserError
        Where there is none.
    """
    found = next(_candidates(), None)
    if found is None:
        raise NoBrowserError(
            "a PDF needs Chromium, Chrome or Edge, and none was found: open the sheet in any browser and print it"
        )
    return found


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, _ON_PATH))
    for place in _ELSEWHERE.get(sys.platform, ()):
        path = os.path.expandvars(place)
        if os.access(path, os.X_OK):
            yield path


def as_pdf(html: str) -> bytes:
    """Print a sheet, on the paper that it names.

    Parameters
    ----------
    html
        The sheet. It is handed over in a folder that nobody else can look into, and deleted at once.

    Raises
    ------
    NoBrowserError
        Where there is no browser, or it fails.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="fasciwatch-", ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder, "sheet.html"), Path(folder, "sheet.pdf")
        page.write_text(html, encoding="utf-8", errors="replace")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            f"--user-data-dir={Path(folder, 'profile')}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ]
        if _is_root():
            command.insert(1, "--no-sandbox")  # as root there can be none; what is shown is our own, without a script
        try:
            done = subprocess.run(  # noqa: S603 - a browser of this computer
                command, check=False, capture_output=True, timeout=_PATIENCE_S, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoBrowserError(f"{program} did not print the sheet ({error}): print it in any browser") from error
        if not printed.is_file() or not printed.stat().st_size:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [
                f"it ended with {done.returncode}"
            ]
            raise NoBrowserError(f"{program} did not print the sheet ({last[0]}): print it in any browser")
        return printed.read_bytes()


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
