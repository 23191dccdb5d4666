"""Promise: the sheets open from a night's view; nothing is complained about, nothing fetched, nobody stumbles, and on a
phone they scroll downwards alone."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("reader", ["patient", "clinician"])
def test_a_sheet_opens_in_a_tab_and_is_whole(look, axe, reader):
    seen = look()
    page = seen.night()
    link = page.locator(f"a[href$='/sheet/{reader}']")
    assert link.get_attribute("target") == "_blank"
    page.goto(seen.origin + link.get_attribute("href"))
    assert page.locator("svg").count() >= 1
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor") == "rgb(255, 255, 255)"
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_sheet_is_saved_under_a_name_that_tells_nobodys(look):
    seen = look()
    page = seen.night()
    with page.expect_download() as waiting:
        page.locator("a[href*='/sheet/patient?save']").click()
    assert waiting.value.suggested_filename.startswith("fasciwatch-")
    assert waiting.value.suggested_filename.endswith("-patient.html")
