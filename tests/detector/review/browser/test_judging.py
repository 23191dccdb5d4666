"""Promise: events are judged by keys alone or by touch, nothing said is lost or stays where it was taken back, and
nobody stumbles over any of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.night import Night
from detector.night.judging.judgements import place_of
from detector.review.opened import Shelf

from ..conftest import make_night  # noqa: TID252 - tests are no package
from .conftest import Seen, Server

VIEWS = ("families", "grid", "single", "estimate")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A library of one night of twitches and others, in three families, served."""
    folder = tmp_path_factory.mktemp("judged") / "nights"
    folder.mkdir()
    path = folder / "2026-11-23.night"
    make_night(path, minutes=30, events=70, sensors=("Sense", "H10"))
    server = Server(folder)
    yield server, path
    server.stop()


@pytest.fixture(scope="module")
def cookie(browser: Any, served: tuple[Server, Path]) -> Any:
    context = browser.new_context()
    context.new_page().goto(served[0].address)
    state = context.storage_state()
    context.close()
    return state


class Judging(Seen):
    def view(self, key: str, name: str) -> Any:
        self.go(f"/judge?night={key}&view={name}")
        self.page.wait_for_selector("#judge[data-ready]")
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def labels(self) -> list[int]:
        self.page.evaluate("() => judging.desk.sending.settled()")
        return self.page.evaluate("() => [...judging.desk.judged.label]")


@pytest.fixture
def judge(browser, served, cookie):
    opened = []

    def open_one(view, *, dark=False, width=1280, **more):
        context = browser.new_context(
            storage_state=cookie,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            **more,
        )
        seen = Judging(context, served[0].origin)
        opened.append((context, seen))
        seen.view(Shelf(served[1].parent).key(served[1]), view)
        return seen

    yield open_one
    for context, seen in opened:
        context.close()
        assert seen.complaints == []


def on_disk(served) -> tuple[list[str | None], Any]:
    with Night(served[1]) as night:
        judged = night.judged()
        said = [judged.of(place_of(*placed)) for placed in night.placed_events()]
        return [each and each.label for each in said], judged


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_stumbles(judge, dark):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe comes with the extra [browser]")
    seen = judge("families", dark=dark)
    for view in VIEWS:
        seen.page.evaluate("(view) => judging.goTo(view)", view)
        if view == "estimate":
            seen.page.get_by_role("button", name="Begin").wait_for()
        if view == "grid":
            seen.page.get_by_role("button", name="Filter").click()
            seen.press("Space")
        found = axe.Axe().run(seen.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_of_320_pixels_scrolls_downwards_alone(judge, view):
    page = judge(view, width=320).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, select, .tile")]
        .filter((each) => each.checkVisibility() && !each.classList.contains("skip"))
        .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([words]) => words)"""
    )
    assert small == []


def test_a_page_is_judged_by_keys_alone_and_taken_back(judge, served):
    seen = judge("grid")
    before, _ = on_disk(served)
    order = seen.page.evaluate("() => [...judging.desk.walk.order]")
    # The second is none; the fourth to the sixth nobody can tell; the rest of the page is yes.
    seen.press("ArrowRight", "Space", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "u", "Enter")
    assert seen.page.evaluate("() => judging.desk.walk.page") == 1
    assert seen.page.evaluate("() => [...judging.desk.walk.order]") == order
    labels = seen.labels()
    assert [labels[event] for event in order[:7]] == [1, 2, 1, 3, 3, 3, 1]
    after, judged = on_disk(served)
    assert [after[event] for event in order[:7]] == ["yes", "no", "yes", "unsure", "unsure", "unsure", "yes"]
    assert [action.how for action in judged.log[-3:]] == ["single", "selection", "page"]
    assert not any(each.explicit for each in judged.log[-1].judgements)
    seen.press("Backspace")
    assert sum(label != 0 for label in seen.labels()) == sum(each is not None for each in before) + 4
    seen.press("Backspace", "Backspace")
    seen.labels()
    assert on_disk(served)[0] == before
    seen.press("Shift+Backspace", "Shift+Backspace", "Shift+Backspace")
    seen.labels()
    assert on_disk(served)[0] == after
    # Who opens the page anew can take back what was said before.
    again = judge("grid")
    again.press("Control+z")
    again.page.wait_for_function("() => !judging.desk.sending.waiting.length")
    assert sum(label != 0 for label in again.labels()) == sum(each is not None for each in before) + 4
    again.press("z", "z")
    again.labels()
    assert on_disk(served)[0] == before


def test_one_key_says_what_a_family_is(judge, served):
    seen = judge("families")
    family, members = seen.page.evaluate("() => [judging.desk.view.here, [...judging.desk.view.walk.order]]")
    seen.press("Space", "Enter")
    labels = seen.labels()
    assert labels[members[0]] == 2
    assert {labels[event] for event in members[1:]} == {1}
    assert seen.page.evaluate("() => judging.desk.view.here") != family
    assert on_disk(served)[1].log[-1].how == "family"
    seen.press("Backspace", "Backspace")
    assert not any(seen.labels()[event] for event in members)


def test_families_are_split_and_merged_and_come_back(judge, served):
    seen = judge("families")
    count = "() => judging.desk.view.families.map(({family, events}) => [family, events.length])"
    before = seen.page.evaluate(count)
    seen.press("Shift+ArrowRight", "Shift+ArrowRight", "s")
    split = seen.page.evaluate(count)
    assert min(size for _, size in split) == 3
    assert len(split) == len(before) + 1
    seen.press("j")
    seen.page.get_by_role("dialog").wait_for()
    seen.press("Enter")
    assert len(seen.page.evaluate(count)) == len(before)
    seen.labels()
    assert len(on_disk(served)[1].regrouped) > 3
    seen.press("z", "z")
    seen.labels()
    assert seen.page.evaluate(count) == before
    assert on_disk(served)[1].regrouped == {}


def test_one_by_one_goes_on_by_itself_in_an_order_that_stays(judge, served):
    seen = judge("single")
    order = seen.page.evaluate("() => [...judging.desk.walk.order]")
    seen.press("Enter", "Space", "ArrowDown", "ArrowRight", "ArrowLeft")
    assert seen.page.evaluate("() => judging.desk.walk.at") == 3
    assert [seen.labels()[event] for event in order[:4]] == [1, 2, 3, 0]
    seen.press("k")
    seen.page.get_by_role("button", name="tremor").click()
    assert seen.labels()[order[3]] == 8
    assert on_disk(served)[0][order[3]] in {"tremor", "yes"}
    seen.press("z", "z", "z", "z")
    assert not any(seen.labels())


def test_letters_can_be_off(judge):
    seen = judge("single")
    seen.press("?")
    seen.page.get_by_label("Letters do something, too").uncheck()
    seen.press("Escape", "y", "n", "u")
    assert not any(seen.labels())
    seen.press("Enter")
    assert sum(seen.labels()) == 1
    seen.press("Backspace")
    assert not any(seen.labels())


def test_fingers_can_do_it_too(judge, served):
    seen = judge("grid", width=400, has_touch=True)
    tiles = seen.page.locator(".tile")
    tiles.nth(1).tap()
    tiles.nth(4).tap()
    seen.page.get_by_role("button", name="No", exact=True).tap()
    order = seen.page.evaluate("() => [...judging.desk.walk.order]")
    assert [place for place in range(6) if seen.labels()[order[place]] == 2] == [1, 4]
    seen.page.get_by_role("button", name="Undo").tap()
    assert not any(seen.labels())


def test_what_cannot_be_saved_is_said_and_not_lost(judge, served):
    seen = judge("single")
    seen.page.route("**/api/label", lambda route: route.abort())
    seen.press("Enter", "Space")
    seen.page.get_by_role("button", name="Not saved").wait_for()
    seen.complaints.clear()  # the browser tells of what was cut off
    seen.page.unroute("**/api/label")
    seen.page.get_by_role("button", name="Not saved").click()
    seen.page.get_by_role("button", name="Not saved").wait_for(state="hidden")
    labels = seen.labels()
    assert sorted(label for label in labels if label) == [1, 2]
    assert sorted(each for each in on_disk(served)[0] if each) == ["no", "yes"]
    seen.press("Backspace", "Backspace")
    assert not any(seen.labels())


def test_an_estimate_is_blind_and_comes_to_an_end(judge, served):
    seen = judge("estimate")
    seen.page.get_by_role("button", name="Begin").wait_for()
    seen.press("Enter")
    is_again = False
    while not seen.page.locator(".estimate .big").count():
        event = seen.page.evaluate("() => judging.desk.view.walk.event")
        if event is None:  # the next stage is being asked for
            continue
        words = seen.page.locator("#view").inner_text()
        assert "Family" not in words
        assert "mg" not in words
        seen.press("Enter" if event % 3 else "Space")
        if seen.page.evaluate("() => judging.desk.view.at") == 7:  # what is taken back is asked again
            seen.press("Backspace")
            assert seen.page.evaluate("() => judging.desk.view.walk.event") == event
            seen.press("Enter" if event % 3 else "Space")
        # Who loads the page again in the middle goes on with the same sample.
        if seen.page.evaluate("() => judging.desk.view.at") == 12 and not is_again:
            is_again = True
            seen.labels()
            said = "() => [judging.desk.view.walk.event, judging.desk.view.said.size]"
            before = seen.page.evaluate(said)
            seen.page.reload()
            seen.page.wait_for_selector("#judge[data-ready]")
            assert seen.page.evaluate(said) == before
    assert is_again
    words = seen.page.locator(".estimate").inner_text()
    assert "% are real" in words
    ((_, estimate),) = on_disk(served)[1].estimates.items()
    assert estimate.result["is_narrow"]
    assert estimate.result["low"] <= 93 <= estimate.result["high"]  # two of three of 140


def test_half_a_minute_around_an_event(judge):
    seen = judge("grid")
    seen.press("c")
    seen.page.get_by_role("dialog").wait_for()
    assert "movement, 23:09:13, 23 mg, H10" in seen.page.get_by_role("dialog").inner_text()
    assert "Sense" in seen.page.locator("canvas.around").get_attribute("aria-label")
    seen.press("Escape")
    seen.page.get_by_role("dialog").wait_for(state="hidden")


def test_filters_and_orders(judge):
    seen = judge("grid")
    page = seen.page
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("twitch", exact=True).check()
    shown = page.evaluate("() => judging.desk.shown.map((event) => judging.desk.events.kindOf(event))")
    assert set(shown) == {"twitch"}
    page.get_by_label("Order").select_option("size")
    sizes = page.evaluate("() => judging.desk.walk.order.map((event) => judging.desk.events.p2p[event])")
    assert sizes == sorted(sizes, reverse=True)
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate("() => judging.desk.shown.length") == 140
    page.get_by_role("button", name="Hide dates").click()
    assert "Nov" not in page.locator("#judge").inner_text()
    page.locator(".tiles").focus()
    event = page.evaluate("() => judging.desk.walk.event")
    seen.press("m")
    assert page.evaluate("() => judging.desk.walk.order[0]") == event
    seen.press("Escape")
    assert page.evaluate("() => judging.desk.like") is None


def test_what_the_page_says_is_seen_beside_the_buttons(judge):
    seen = judge("families")
    while seen.page.evaluate("() => judging.desk.canTakeBack('undo')"):  # what the tests before this one have said
        seen.press("z")
        seen.labels()
    seen.press("z")
    seen.page.get_by_text("There is nothing to undo.").first.wait_for()
    seen.page.evaluate("() => { document.getElementById('status').textContent = 'Not saved: the disk is full'; }")
    shown = seen.page.evaluate(
        """() => {
          const {left, top, width, height} = document.getElementById("status").getBoundingClientRect();
          const at = (part) => document.elementFromPoint(left + part * width, top + height / 2).id;
          return [0.1, 0.5, 0.9].map(at);
        }"""
    )
    assert shown == ["status"] * 3
    acts = seen.page.locator("#acts").bounding_box()
    assert acts["y"] + acts["height"] <= seen.page.locator("#status").bounding_box()["y"] + 1


def test_buttons_name_the_keys_that_work_and_a_letter_does_one_thing(judge):
    seen = judge("grid")
    unsure = seen.page.locator("#acts button", has_text="Unsure")
    assert unsure.locator("kbd").inner_text() == "u"
    seen.press("?")
    seen.page.get_by_label("Letter for: unsure").press("y")
    assert seen.page.get_by_label("Letter for: yes, it is one").input_value() == "u"
    seen.press("Escape")
    assert unsure.locator("kbd").inner_text() == "y"
    seen.press("?")
    seen.page.get_by_label("Letters do something, too").uncheck()
    seen.press("Escape")
    assert unsure.locator("kbd").count() == 0


def test_a_tile_says_what_it_was_taken_for(judge):
    words = judge("grid").page.locator(".tile .foot-words").all_inner_texts()
    assert any("tap" in each for each in words)
    assert any("mg" in each and ":" in each for each in words)
