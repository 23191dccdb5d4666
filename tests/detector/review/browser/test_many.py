"""Promise: nights side by side, and twenty labels of each: in a real browser, by keys alone, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.night import Night
from tests.detector.review.browser.conftest import Seen, Server
from tests.detector.summary.many.conftest import write_night


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "nights"
    folder.mkdir()
    for day in range(9):
        write_night(folder / f"2026-11-{day + 23}.night", day=day, minutes=185, twitches=24 + day)
    write_night(folder / "<b>short.night", day=12, minutes=20)
    return folder


@pytest.fixture(scope="module")
def served(many: Path) -> Iterator[Server]:
    started = Server(many)
    yield started
    started.stop()


@pytest.fixture
def seen(browser: Any, served: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    found = Seen(context, served.origin)
    if not (served.process.__dict__.get("entered")):
        found.page.goto(served.address)
        found.page.wait_for_url(f"{served.origin}/")
        served.process.__dict__["entered"] = context.storage_state()
    else:
        context.add_cookies(served.process.__dict__["entered"]["cookies"])
    yield found
    context.close()
    assert found.complaints == []


def test_nights_side_by_side(seen, axe):
    page = seen.go("/trend")
    page.wait_for_selector("body[data-ready]")
    assert page.locator("svg[role=img]:visible").count() == 1
    page.get_by_text("Your last night was").first.wait_for()
    assert page.locator("main b").count() == 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("svg[role=img]:visible").count() == 1
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href]")]
        .filter((each) => each.checkVisibility() && !each.classList.contains("skip"))
        .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([words]) => words)"""
    )
    assert small == []


def test_nights_are_compared_by_a_date_that_is_chosen_by_keys(seen, axe):
    page = seen.go("/compare")
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("Choose a date first.").wait_for()
    page.get_by_label("The first evening after").fill("2026-11-27")
    page.keyboard.press("Enter")
    page.wait_for_url("**since=2026-11-27**")
    page.wait_for_selector("body[data-ready]")
    page.get_by_text("We can't tell yet").wait_for()
    assert page.locator("svg[role=img]:visible").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="Judge 20 of each night").click()
    page.wait_for_url("**/judge/nights**since=2026-11-27**")


def test_what_nights_can_show(seen, axe):
    page = seen.go("/plan?looked=1")
    page.wait_for_selector("body[data-ready]")
    assert axe.run(page).violations_count == 0
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_twenty_of_each_by_keys_alone(seen, axe, many):
    page = seen.go("/judge/nights?looked=1")
    page.wait_for_selector("body[data-ready]")
    page.get_by_text("0 of 180 judged").wait_for()
    assert axe.run(page).violations_count == 0
    shown = page.locator("main").inner_text()
    assert "2026" not in shown
    page.keyboard.press("Enter")
    page.keyboard.press(" ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("y")
    page.get_by_text("3 of 180 judged").wait_for()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter((one) => one.name.endsWith('blind/label')).length === 4"
    )
    page.wait_for_timeout(200)
    said = []
    for path in sorted(many.glob("2026*.night")):
        with Night(path) as night:
            said += [said.label for said in night.judged().said.values()]
    assert sorted(said) == ["no", "yes", "yes"]
    # Whoever comes back goes on.
    page.reload()
    page.get_by_text("3 of 180 judged").wait_for()
