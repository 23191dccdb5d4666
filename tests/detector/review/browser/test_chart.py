"""Promise: the chart shows what the night holds, moves under the hand, and is drawn in time."""

from __future__ import annotations

import pytest

FRAMES = """async () => {
    const took = [];
    const draw = chart.main.draw;
    for (let i = 0; i < 60; i += 1) {
        const before = performance.now();
        i % 2 ? chart.zoom(0.8) : chart.pan(0.05);
        chart.main.paint();
        chart.small.paint();
        took.push(performance.now() - before);
        await new Promise(requestAnimationFrame);
    }
    return took.sort((a, b) => a - b)[57];
}"""


@pytest.fixture
def page(look):
    return look().night()


def test_a_wheel_zooms_around_the_pointer_and_a_drag_pans(page):
    box = page.locator("#lanes").bounding_box()
    x, y = box["x"] + box["width"] * 0.6, box["y"] + 100
    page.mouse.move(x, y)
    before = page.evaluate(f"chart.at({x - box['x']})")
    page.mouse.wheel(0, -800)
    page.wait_for_function("() => chart.view.to - chart.view.from < 1500")
    assert page.evaluate(f"chart.at({x - box['x']})") == pytest.approx(before, abs=5)
    page.mouse.down()
    page.mouse.move(x - 100, y, steps=4)
    page.mouse.up()
    assert page.evaluate(f"chart.at({x - 100 - box['x']})") == pytest.approx(before, abs=5)


def test_the_overview_is_dragged_open(page):
    box = page.locator("#strip").bounding_box()
    y = box["y"] + 20
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.mouse.up()
    view = page.evaluate("[chart.view.from, chart.view.to]")
    assert view == pytest.approx([2700 * 0.25, 2700 * 0.5], rel=0.02)


def test_a_click_chooses_the_event_under_it(page):
    page.evaluate("chart.choose(7, {closer: true}); chart.choose(null)")
    place = page.evaluate(
        """() => {
        const {left, perS} = chart.lanes.across(chart.view, chart.main.width);
        const {at, sensor, kind} = chart.night.events;
        const lane = chart.lanes.lanes[sensor[7]];
        let top = 26;
        for (let i = 0; i < sensor[7]; i += 1) top += chart.lanes.heightOf(chart.lanes.lanes[i]) + 22;
        return [left + (at[7] - chart.view.from) * perS,
                top + 24 + 150 + 6 + (chart.lanes.kinds.indexOf(chart.night.kinds[kind[7]]) + 0.5) * 15];
    }"""
    )
    page.locator("#lanes").click(position={"x": place[0], "y": place[1]})
    assert page.evaluate("chart.view.chosen") == 7


def test_what_is_high_passed_in_the_browser_says_so_and_has_no_gravity(page):
    page.evaluate("chart.show(60, 64)")
    page.wait_for_function("() => chart.tiles.has(0, 60, 64)")
    button = page.get_by_role("button", name="High-passed in the browser")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    mean = page.evaluate(
        """() => {
        const run = chart.tiles.stretches(0, 60, 64)[0];
        const of = (values) => values.slice(200).reduce((a, b) => a + b, 0) / (values.length - 200);
        return [of(run.raw[2]), of(run.passed()[2])];
    }"""
    )
    assert mean[0] == pytest.approx(800, abs=1)
    assert abs(mean[1]) < 0.1


def test_no_line_is_drawn_across_a_gap(page):
    gap = page.evaluate("chart.night.sensors[0].gaps[0]")
    page.evaluate(f"chart.show({gap[0] - 10}, {gap[1] + 10})")
    page.wait_for_function(f"() => chart.tiles.has(0, {gap[0] - 10}, {gap[1] + 10})")
    runs = page.evaluate(f"chart.tiles.stretches(0, {gap[0] - 10}, {gap[1] + 10}).map((run) => [run.from, run.to])")
    assert len(runs) == 2
    assert runs[0][1] == pytest.approx(gap[0], abs=0.05)
    assert runs[1][0] == pytest.approx(gap[1], abs=0.05)


def test_a_frame_is_drawn_in_time(page):
    assert page.evaluate(FRAMES) < 33
