"""How long whoever looks at a night waits, and what the server takes for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, at_most
from benchmarks.page.opened import Opened, library, opened
from benchmarks.page.simulated import simulate, write

COUNT, WRONG, HOURS, RATE_HZ, SEED = 5000, 0.3, 8.0, 200.0, 3
SENSORS = ("calf", "thigh")
_NAME = "2026-11-24_2300"
_MB = 1e6
_OVERVIEW = """async (key) => {
  const {getArrays} = await import("/static/api.js");
  const before = performance.now();
  const found = await Promise.all([0, 1].map((place) => getArrays(`/api/night/${key}/movement?sensor=${place}`)));
  found.forEach((each, place) => chart.setMovement(place, each));
  chart.main.paint();
  chart.small.paint();
  return performance.now() - before;
}"""
_FRAMES = """async (frames) => {
  const drawn = [], apart = [];
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < frames; i += 1) {
    // There and back between the whole night and two seconds, and sideways on the way.
    const into = Math.floor(i / 60) % 2 === 0;
    const before = performance.now();
    i % 2 ? chart.zoom(into ? 0.76 : 1 / 0.76) : chart.pan(0.1);
    chart.main.paint();
    chart.small.paint();
    drawn.push(performance.now() - before);
    const now = await new Promise(requestAnimationFrame);
    apart.push(now - last);
    last = now;
  }
  return {drawn, apart};
}"""
_CHECK = """async (key) => {
  const {postJSON} = await import("/static/api.js");
  return (await postJSON(`/api/night/${key}/check`, {})).is_sound;
}"""


def glance(effort: Effort) -> Outcome:
    """Look at a night of two wearables, judge it, and have it checked."""
    frames = int(effort.scaled(240, 1200))
    with library() as folder:
        night = simulate(COUNT, WRONG, HOURS, RATE_HZ, SEED)
        write(folder / f"{_NAME}.night", night, HOURS, RATE_HZ, SEED, SENSORS)
        with opened(folder) as shown:
            begun = _memory_mb(shown, "VmRSS")
            shown.page.wait_for_selector("li h2 a")
            whole_ms = open_night(shown, _NAME)
            overview = [float(shown.page.evaluate(_OVERVIEW, shown.keys[_NAME])) for _ in range(7)]
            told = shown.page.evaluate(_FRAMES, frames)
            judged_ms = [shown.judge(_NAME, view) for view in ("grid", "grid", "families")]
            for key in ("Space", "ArrowRight", "u", "Enter"):
                shown.page.keyboard.press(key)
            shown.page.evaluate("() => judging.desk.sending.settled()")
            after, judged_peak = _memory_mb(shown, "VmRSS"), _memory_mb(shown, "VmHWM")
            open_night(shown, _NAME)
            is_sound = shown.page.evaluate(_CHECK, shown.keys[_NAME])
            peak = _memory_mb(shown, "VmHWM")
            complaints = list(shown.complaints)
    if not is_sound or complaints:
        raise AssertionError(f"the night is not sound, or the page complains: {complaints}")
    figures = (
        Figure("overview of both wearables, asked for to painted, median of 7", float(np.median(overview)), unit="ms",
               target=at_most(100)),
        Figure("frame while panning and zooming, p95, time to draw", float(np.quantile(told["drawn"], 0.95)), unit="ms",
               target=at_most(33)),
        Figure("frame while panning and zooming, p95, from one to the next", float(np.quantile(told["apart"], 0.95)),
               unit="ms", target=at_most(33)),
        Figure("the whole view of a night, opened for the first time", whole_ms, unit="ms"),
        Figure("ready to be judged, asked for right after", judged_ms[0], unit="ms"),
        Figure("server, resident, at the start", begun, unit="MB"),
        Figure("server, resident, the night looked at and judged", after, unit="MB", target=at_most(80)),
        Figure("server, most it ever took by then", judged_peak, unit="MB", target=at_most(80)),
        Figure("server, most it ever took, the night checked from the page, too", peak, unit="MB", target=at_most(80)),
    )  # fmt: skip
    title = f"{HOURS:.0f} h at {RATE_HZ:.0f} Hz of two wearables, {COUNT} events"
    return Outcome("glance", title, figures, notes=("MB are millions of bytes",), seeds=(SEED,))


def open_night(shown: Opened, name: str) -> float:
    """Open the view of a night; the ms until all of it was there."""
    shown.page.goto(f"{shown.root}/night/{shown.keys[name]}")
    shown.page.wait_for_selector("body[data-ready]", timeout=60_000)
    return float(shown.page.evaluate("performance.now()"))


def _memory_mb(shown: Opened, name: str) -> float:
    for line in Path(f"/proc/{shown.process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024 / _MB
    raise AssertionError(name)
