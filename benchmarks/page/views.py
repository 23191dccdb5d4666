"""Whether every view and every sheet is as it should be, light and dark, wide and narrow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_most
from benchmarks.page.glance import open_night
from benchmarks.page.library import write_diary, write_library
from benchmarks.page.opened import Opened, library, opened
from benchmarks.page.simulated import simulate, write
from detector.report import READERS

_NAME, _SEED, _SENSORS = "2026-11-24_2300", 3, ("calf", "thigh")
_JUDGING = ("families", "grid", "single", "estimate")
_OF_A_NIGHT = ("nights", "night", "waveform", "computer", "keys", *_JUDGING)
_MANY, _FIRST, _SINCE, _USED = 20, date(2026, 11, 1), "2026-11-12", "Magnesium"
_OF_MANY = {
    "trend": "/trend?looked=1&place=left+calf",
    "compare by a date": f"/compare?looked=1&place=left+calf&since={_SINCE}",
    "compare by the diary": f"/compare?looked=1&place=left+calf&treatment={_USED}",
    "plan": "/plan?looked=1&place=left+calf",
    "20 labels": "/judge/nights?looked=1&place=left+calf",
    "diary": "/diary",
}

_Row = tuple[str, str, int, int]


def views(effort: Effort) -> Outcome:
    """Look at every view, light and dark: complaints, requests elsewhere, what axe finds, widths."""
    rows: list[_Row] = []
    complaints: list[str] = []
    elsewhere: list[str] = []
    count = int(effort.scaled(120, 700))
    with ExitStack() as stack:
        one, many = stack.enter_context(library()), stack.enter_context(library())
        write(one / f"{_NAME}.night", simulate(count, 0.3, 1.0, 50.0, _SEED), 1.0, 50.0, _SEED, _SENSORS)
        last = write_library(many, _MANY, first=_FIRST)[-1]
        write_diary(many, last, _MANY)
        for folder, names, show in (
            (one, _OF_A_NIGHT, _show),
            (many, (*_OF_MANY, *(f"{reader}'s sheet" for reader in READERS)), _show_of_many(last)),
        ):
            with _watched(folder, complaints, elsewhere) as shown:
                rows += _looked_at(shown, names, show)
    figures = (
        Figure("complaints of the browser (of the content security policy among them)", len(complaints),
               target=at_most(0)),
        Figure("requests that go elsewhere", len(elsewhere), target=at_most(0)),
        Figure("violations that axe finds, all views, light and dark", sum(row[2] for row in rows), target=at_most(0)),
        Figure("widest view in a window of 320 pixels", max(row[3] for row in rows), target=at_most(320)),
    )  # fmt: skip
    table = Rows("each view", ("view", "scheme", "axe's violations", "width at 320"), tuple(rows))
    notes = tuple(f"complaint: {json.dumps(words)}" for words in complaints[:5])
    return Outcome("views", "every view, light and dark", figures, (table,), notes=notes, seeds=(_SEED,))


@contextmanager
def _watched(folder: Path, complaints: list[str], elsewhere: list[str]) -> Iterator[Opened]:
    """Serve a library, and note what is complained about and asked for elsewhere."""
    with opened(folder) as shown:
        shown.page.on("request", lambda asked: elsewhere.extend([asked.url] * (not asked.url.startswith(shown.root))))
        yield shown
        complaints += [words for words in shown.complaints if words]


def _looked_at(shown: Opened, names: Sequence[str], show: Callable[[Opened, str], Any]) -> list[_Row]:
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    rows = []
    for scheme in ("light", "dark"):
        shown.page.emulate_media(color_scheme=scheme)
        for name in names:
            shown.page.set_viewport_size({"width": 1400, "height": 900})
            show(shown, name)
            found = axe.run(shown.page)
            shown.page.set_viewport_size({"width": 320, "height": 700})
            wide = int(shown.page.evaluate("document.documentElement.scrollWidth"))
            rows.append((name, scheme, int(found.violations_count), wide))
    return rows


def _show(shown: Opened, name: str) -> None:
    """Open a view of a night, and wait until it is there."""
    page = shown.page
    if name in _JUDGING:
        shown.judge(_NAME, name)
    elif name == "computer":
        page.goto(f"{shown.root}/computer")
    elif name == "nights":
        page.goto(f"{shown.root}/")
        page.get_by_text("twitches an hour").first.wait_for()
    else:
        open_night(shown, _NAME)
        if name == "waveform":
            page.evaluate("chart.show(600, 610)")
            page.wait_for_function("() => chart.tiles.has(1, 600, 610)")
        if name == "keys":
            page.keyboard.press("?")
            page.get_by_role("dialog").wait_for()


def _show_of_many(last: Path) -> Callable[[Opened, str], None]:
    """Open a view of many nights, or a sheet of the last of them."""

    def show(shown: Opened, name: str) -> None:
        if name in _OF_MANY:
            shown.page.goto(shown.root + _OF_MANY[name], timeout=120_000)
            shown.page.wait_for_selector("body[data-ready]", timeout=120_000)
        else:
            shown.page.goto(f"{shown.root}/night/{shown.keys[last.stem]}/sheet/{name.partition(chr(39))[0]}")
            shown.page.wait_for_selector("main svg")

    return show
