"""Pictures of the views of many nights for the README, of a made-up library."""

from __future__ import annotations

import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.page.library import write_library
from benchmarks.page.opened import opened

_NIGHTS, _FIRST, _SINCE = 60, date(2026, 9, 28), "2026-11-08"
_VIEWS = {
    "trend": "/trend?looked=1&place=left+calf",
    "compare": f"/compare?looked=1&place=left+calf&since={_SINCE}",
    "twenty": "/judge/nights?looked=1",
}
_COLOURS = 256


def many_pictures(folder: Path) -> list[Path]:
    """Draw them into a folder; gives PNG files."""
    made = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        nights = Path(name)
        write_library(nights, _NIGHTS, first=_FIRST)
        with opened(nights, width=1100, height=940) as shown:
            for view, address in _VIEWS.items():
                shown.page.goto(shown.root + address, timeout=120_000)
                shown.page.wait_for_selector("body[data-ready]", timeout=120_000)
                if view == "twenty":
                    shown.page.set_viewport_size({"width": 1100, "height": 680})
                path = folder / f"{view}.png"
                with Image.open(BytesIO(shown.page.screenshot())) as image:
                    image.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
                made.append(path)
    return made
