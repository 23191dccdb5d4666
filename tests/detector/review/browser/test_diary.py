"""Promise: in a real browser the diary of last night is filled in by keyboard alone in few keys, or by taps, is kept at
once, and shows what was said before; nobody stumbles over it, in a window of 320 pixels either."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from detector.diary import Diary, Treatment

LAST_NIGHT = date.today() - timedelta(days=1)  # noqa: DTZ011 - as the page says
MOST_KEYS = 40


@pytest.fixture
def diary(nights, look, monkeypatch):
    """The view of last night, and the diary behind it."""
    from detector.diary import book as module

    # The library has an encrypted night: a diary that begins there is encrypted, and this one is not.
    monkeypatch.setattr(module.Diary, "_passphrase_for_new", lambda _self: None)
    book = Diary(nights)
    book.change(LAST_NIGHT - timedelta(days=1), {"treatments": (Treatment("massage", 20, "min"),)}, "Etc/UTC")
    page = look().go("/diary")
    page.wait_for_selector("body[data-ready]")
    yield page, book
    book.delete_all()


def test_by_keyboard_alone(diary):
    page, book = diary
    keys = 0

    def press(*each):
        nonlocal keys
        for key in each:
            page.keyboard.press(key)
            keys += 1

    def tab_to(holds):
        for _ in range(8):
            if page.evaluate(holds):
                return
            press("Tab")
        raise AssertionError(holds)

    page.locator("#time-bed").focus()
    press(*"2310", "Tab", *"705")
    for name, digit in (("night", "7"), ("twitching", "3"), ("pain", "2"), ("stiffness", "0")):
        tab_to(f'document.activeElement.name === "{name}"')
        press(digit)
    tab_to('document.activeElement.textContent.startsWith("As the day before")')
    press("Enter")
    page.get_by_text("Saved.").wait_for()
    entry = book.entry(LAST_NIGHT)
    assert (entry.night, entry.twitching, entry.pain, entry.stiffness) == (7, 3, 2, 0)
    assert entry.in_bed_s == 7 * 3600 + 55 * 60
    assert entry.treatments == (Treatment("massage", 20, "min"),)
    assert keys <= MOST_KEYS


def test_by_taps_corrected_and_what_was_said_before(diary):
    page, book = diary
    page.get_by_role("group", name="How was the night?").get_by_role("radio", name="4", exact=True).check()
    page.get_by_role("button", name="massage 20 min", exact=True).click()
    page.get_by_label("Another one, for your own list").fill("<b>tea</b> 2 cups")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="<b>tea</b> 2 cups", exact=True).wait_for()
    page.get_by_label("Anything else").fill("warm")
    page.get_by_text("Saved.").wait_for()
    page.wait_for_function("() => document.getElementById('saved').dataset.kind === 'well'")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    entry = book.entry(LAST_NIGHT)
    assert (entry.night, entry.note) == (4, "warm")
    assert [(each.name, each.amount) for each in entry.treatments] == [("massage", 20), ("<b>tea</b>", 2)]
    page.get_by_role("group", name="How was the night?").get_by_role("radio", name="no answer").check()
    page.get_by_text("Saved.").wait_for()
    assert book.entry(LAST_NIGHT).night is None
    page.get_by_text("What you said before").click()
    page.locator("#versions li").first.wait_for()
    page.get_by_role("button", name="The evening before").click()
    page.wait_for_function(f"() => document.body.dataset.ready === '{LAST_NIGHT - timedelta(days=1)}'")


def test_what_cannot_be_is_said_and_not_kept(diary):
    page, book = diary
    page.get_by_label("To bed").fill("noon")
    page.keyboard.press("Tab")
    assert page.get_by_label("To bed").get_attribute("aria-invalid") == "true"
    assert book.entry(LAST_NIGHT) is None


def test_nobody_stumbles(diary, axe):
    page, _ = diary
    page.get_by_role("button", name="massage 20 min", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, summary")]
        .filter((each) => each.checkVisibility() && !each.classList.contains("skip"))
        .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([words]) => words)"""
    )
    assert small == []
