"""Promise: in a real browser every view is whole: nothing is complained about, nothing asked for elsewhere, nothing
that a person who sees or hears little would stumble over, light and dark, wide and narrow."""

from __future__ import annotations

import pytest

VIEWS = ("nights", "night", "wave", "computer", "keys")


def show(look, view):
    seen = look()
    match view:
        case "nights":
            page = seen.go("/")
            page.get_by_text("cannot be read").wait_for()
            page.get_by_text("encrypted", exact=True).wait_for()
            page.get_by_text("twitches an hour").first.wait_for()
        case "computer":
            seen.go("/computer")
        case _:
            page = seen.night()
            if view == "wave":
                page.evaluate("chart.show(600, 610)")
                page.wait_for_function("() => chart.tiles.has(1, 600, 610)")
            if view == "keys":
                page.keyboard.press("?")
                page.get_by_role("dialog").wait_for()
    return seen


@pytest.mark.parametrize("view", VIEWS)
def test_nobody_stumbles_and_a_phone_of_320_pixels_scrolls_downwards_alone(look, axe, view):
    page = show(look, view).page
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


def test_names_from_wearables_and_files_are_never_html(look):
    page = look().night("<img src=x onerror=alert(1)>")
    assert page.locator("main img, main b").count() == 0


def test_an_encrypted_night_is_unlocked_on_the_page(look):
    page = look().go("/")
    field = page.get_by_label("Passphrase")
    field.fill("four or five plain words")
    field.press("Enter")
    page.get_by_text("Unlocked, for as long").wait_for()
    page.get_by_label("Passphrase").wait_for(state="detached")


def test_words_of_another_language_reach_what_is_said(look):
    """Scripts say what the server hands them."""
    seen = look()
    seen.page.route(
        "**/api/texts",
        lambda route: route.fulfill(json={"{n} night": ["⟦{n} night⟧", "⟦{n} nights⟧"], "size": "⟦size⟧"}),
    )
    page = seen.go("/")
    page.get_by_text("⟦4 nights⟧").wait_for()
    page.get_by_text("⟦size⟧").first.wait_for()


@pytest.mark.parametrize("zone", ["Mars/Phobos", "posixrules", "<b>", ""])
def test_a_zone_that_the_browser_does_not_know_is_the_computers(look, zone):
    page = look().go("/")
    told = page.evaluate(
        """async (zone) => {
            const {WearersClock, knownZone} = await import("/static/clock.js");
            const {hoursOf} = await import("/static/judge/order.js");
            const hours = hoursOf({onset: [0], night: [0]}, [zone || "x"]);
            return [knownZone("Europe/Berlin"), new WearersClock(0, zone).minutes(0).length, Number.isFinite(hours[0])];
        }""",
        zone,
    )
    assert told == ["Europe/Berlin", 5, True]


def test_a_night_of_years_has_few_marks_of_time(look):
    page = look().go("/")
    many = page.evaluate(
        """async () => {
            const {WearersClock, ticks} = await import("/static/clock.js");
            const years = 26 * 365 * 86400;
            return ticks(new WearersClock(0, "Europe/Berlin"), 0, years, years / 10).length;
        }"""
    )
    assert 5 <= many <= 12
