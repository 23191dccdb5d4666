"""``fasciwatch review``: the page, on this computer alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from detector.cli.terminal.options.shared import library_option
from detector.cli.terminal.output import say
from detector.errors import FasciwatchError

_HIGHEST_PORT = 65_535


@click.command()
@click.argument("night", required=False)
@click.option("--no-browser", is_flag=True, help="Only say the address, and open it nowhere.")
@click.option(
    "--port", type=click.IntRange(0, _HIGHEST_PORT), default=0, help="Where to listen; else wherever is room."
)
@library_option
def review(
    night: str | None,
    no_browser: bool,  # noqa: FBT001 - click hands options on by position
    port: int,
    library: Path | None,
) -> None:
    """Look at your nights in the browser of this computer, and judge what was found in them.

    NIGHT (a file, an evening such as 2026-11-23, or "last") is shown first. Nobody else can open the page: its address
    is good for one use within a minute, and only from this computer. Ctrl-C ends it.
    """
    from detector.night import find_night, library_folder
    from detector.review.opened import Shelf
    from detector.review.serving.serve import Served, show

    folder = library_folder(library, make=False)
    also = None if night is None else find_night(night, folder)
    shelf = Shelf(folder, also)
    home = "/" if also is None else f"/night/{shelf.key(also)}"
    served = Served(shelf, port, say, examine=lambda: _doctor(library), home=home)
    show(served, say, with_browser=not no_browser)


def _doctor(library: Path | None) -> list[dict[str, Any]]:
    """Look whether this computer is fit for a night, in a program of its own: the page knows no radio."""
    command = [sys.executable, "-m", "detector.cli", "doctor", "--json"]
    if library is not None:
        command += ["--library", str(library)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        findings: list[dict[str, Any]] = json.loads(done.stdout)
    except ValueError:
        raise FasciwatchError("this computer could not be looked at: run fasciwatch doctor in a terminal") from None
    return findings
