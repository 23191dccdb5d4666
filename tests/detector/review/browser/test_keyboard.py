"""Promise: a night is looked at by the keyboard alone, and letters can be switched off or changed."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(look):
    return look().night()


def view(page):
    return page.evaluate("[chart.view.from, chart.view.to]")


def focus_chart(page):
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "chart":
            return
        page.keyboard.press("Tab")
    raise AssertionError("the chart cannot be reached by Tab")


def test_from_the_list_into_a_night_and_from_hours_to_two_seconds(look):
    page = look().go("/")
    page.get_by_text("twitches an hour").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('li') !== null")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
    page.evaluate(
        "[...document.querySelectorAll('h2 a')].find((each) => each.closest('li').textContent.includes('H10')).focus()"
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready]")
    focus_chart(page)
    for _ in range(20):
        page.keyboard.press("ArrowUp")
    assert view(page)[1] - view(page)[0] == pytest.approx(2, abs=1e-6)
    page.keyboard.press("ArrowDown")
    assert view(page)[1] - view(page)[0] == pytest.approx(4, abs=1e-6)
    page.keyboard.press("End")
    assert view(page)[1] == pytest.approx(2700, abs=2)
    page.keyboard.press("Home")
    assert view(page)[0] == 0
    page.keyboard.press("ArrowRight")
    assert view(page)[0] == pytest.approx(0.8)
    page.keyboard.press("PageDown")
    assert view(page)[0] == pytest.approx(4.8)
    page.keyboard.press("0")
    assert view(page)[0] == 0


def test_events_are_gone_through_and_told(page):
    page.keyboard.press("n")
    page.keyboard.press("n")
    chosen = page.evaluate("chart.view.chosen")
    said = page.get_by_role("status").text_content()
    assert "mg peak to peak" in said
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("chart.view.chosen") == chosen - 1
    page.keyboard.press("Enter")
    assert view(page)[1] - view(page)[0] < 200
    page.get_by_text("events: ").or_(page.get_by_text("event: ")).first.wait_for()


def test_the_list_of_events_is_the_charts_twin(page):
    page.evaluate("chart.show(100, 160)")
    page.wait_for_function("() => document.querySelector('#events-words').textContent.match(/^\\d+ events?$/)")
    rows = page.locator("#events tbody tr").count()
    expected = page.evaluate("chart.night.events.at.filter((at) => at >= 100 && at <= 160).length")
    assert rows == expected > 0


def test_letters_can_be_switched_off_and_changed(page):
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Letter for: the next event").press("m")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    page.keyboard.press("n")
    assert page.evaluate("chart.view.chosen") is None
    page.keyboard.press("m")
    assert page.evaluate("chart.view.chosen") is not None
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_label("Letters do something, too").press("Space")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("m")
    assert page.evaluate("chart.view.chosen") is None
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("chart.view.chosen") is not None
    page.evaluate("localStorage.clear()")
