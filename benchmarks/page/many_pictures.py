"""Pictures of the views of many nights, of the diary and of the sheets for the README, of a made-up library."""

from __future__ import annotations

import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path

from benchmarks.page.library import write_diary, write_library
from benchmarks.page.opened import Opened, opened
from detector.report import READERS

_NIGHTS, _FIRST, _SINCE = 60, date(2026, 9, 28), "2026-11-08"
_DIARY_DAYS = 28
_VIEWS = {
    "trend": ("/trend?looked=1&place=left+calf", 960),
    "compare": (f"/compare?looked=1&place=left+calf&since={_SINCE}", 940),
    "plan": ("/plan?looked=1&place=left+calf", 800),
    "twenty": ("/judge/nights?looked=1", 680),
    "diary": ("/diary?evening=2026-11-26", 940),
}
_WIDE, _SHEET_WIDE = 1100, 800
_COLOURS = 256


def many_pictures(folder: Path) -> list[Path]:
    """Draw them into a folder; gives PNG files."""
    made = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        nights = Path(name)
        last = write_library(nights, _NIGHTS, first=_FIRST)[-1]
        write_diary(nights, last, _DIARY_DAYS)
        with opened(nights, width=_WIDE, height=940) as shown:
            for view, (address, height) in _VIEWS.items():
                shown.page.set_viewport_size({"width": _WIDE, "height": height})
                shown.page.goto(shown.root + address, timeout=120_000)
                shown.page.wait_for_selector("body[data-ready]", timeout=120_000)
                shown.page.wait_for_timeout(300)
                made.append(_kept(shown.page.screenshot(), folder / f"{view}.png"))
            made += _sheets(shown, last.stem, folder)
    return made


def _sheets(shown: Opened, night: str, folder: Path) -> list[Path]:
    """Draw the pages of the sheets as a screen shows them."""
    made = []
    shown.page.set_viewport_size({"width": _SHEET_WIDE, "height": 1100})
    for reader in READERS:
        shown.page.goto(f"{shown.root}/night/{shown.keys[night]}/sheet/{reader}")
        pages = shown.page.locator(".sheet").all()
        for number, page in enumerate(pages, 1):
            name = reader if len(pages) == 1 else f"{reader}-{number}"
            made.append(_kept(page.screenshot(), folder / f"{name}.png"))
    return made


def _kept(shot: bytes, path: Path) -> Path:
    """Keep a picture in few colours: a third of the bytes, and nobody sees it."""
    from PIL import Image

    with Image.open(BytesIO(shot)) as image:
        image.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    return path
