"""How outcomes are shown: aligned tables, targets, where a rival is better, ``results.json`` and plots."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.experiments.outcome import Cell, Figure, Outcome, Rows

_PACKAGES = ("fasciwatch", "numpy", "scipy", "numba", "obspy")


def text(rows: Rows) -> str:
    """Align a table: words left, numbers right."""
    body = [tuple(_cell(cell) for cell in row) for row in rows.rows]
    widths = [max(map(len, column)) for column in zip(rows.columns, *body, strict=True)]
    numeric = [all(not isinstance(row[k], str) for row in rows.rows) for k in range(len(rows.columns))]

    def line(cells: Sequence[str]) -> str:
        padded = (c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cells, widths, numeric, strict=True))
        return "  ".join(padded).rstrip()

    return "\n".join([rows.title, line(rows.columns), *map(line, body)])


def targets(figures: Sequence[Figure]) -> Rows:
    """Figures that had to reach something, and whether they did."""
    asked = [figure for figure in figures if figure.target is not None]
    return Rows(
        f"targets: {sum(bool(f.is_met) for f in asked)} of {len(asked)} met",
        ("", "figure", "value [95 %]", "target"),
        tuple(("met" if f.is_met else "MISSED", f.name, _spread(f), f"{f.target} {f.unit}".strip()) for f in asked),
    )


def worse(outcomes: Sequence[Outcome]) -> Rows:
    """Where a rival is better than fasciwatch."""
    found = [
        (comparison.what, rival, comparison.ours, value)
        for outcome in outcomes
        for comparison in outcome.comparisons
        for rival, value in comparison.better.items()
    ]
    total = sum(len(comparison.rivals) for outcome in outcomes for comparison in outcome.comparisons)
    title = f"where fasciwatch is worse than a rival: {len(found)} of {total} comparisons"
    return Rows(title, ("what", "rival", "fasciwatch", "rival's"), tuple(found))


def save(outcomes: Sequence[Outcome], folder: Path, *, is_long: bool) -> list[Path]:
    """Write ``results.json`` and the plots; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    versions = {name: metadata.version(name) for name in _PACKAGES if find_spec(name) or name == "fasciwatch"}
    content = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": versions,
        "long": is_long,
        "outcomes": {outcome.name: _plain(outcome) for outcome in outcomes},
    }
    path.write_text(json.dumps(_finite(content), indent=1) + "\n", encoding="utf-8")
    return [path, *_plots(outcomes, folder)]


def _plain(outcome: Outcome) -> dict[str, Any]:
    content = asdict(outcome)
    for figure, plain in zip(outcome.figures, content["figures"], strict=True):
        plain["target"] = None if figure.target is None else str(figure.target)
        plain["met"] = figure.is_met
    return content


def _finite(value: Any) -> Any:
    """Make plain numbers of numpy's, and null of what JSON has no number for."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _spread(figure: Figure) -> str:
    if math.isnan(figure.low):
        return _cell(float(figure.value))
    return f"{_cell(float(figure.value))} [{_cell(float(figure.low))}, {_cell(float(figure.high))}]"


def _plots(outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    if find_spec("matplotlib") is None:
        return []
    import matplotlib as mpl

    mpl.use("Agg")
    written = []
    for outcome in outcomes:
        draw = {"limit": _limit_plot, "calibration": _calibration_plot}.get(outcome.name)
        if draw is None or not outcome.curves:
            continue
        figure = draw(outcome)
        for ending in ("svg", "png"):
            path = folder / f"{outcome.name}.{ending}"
            figure.savefig(path, dpi=120)
            written.append(path)
    return written


def _limit_plot(outcome: Outcome) -> Any:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(11, 5), layout="constrained")
    by_rate, by_noise = figure.subplots(1, 2, sharey=True)
    names = [name for name in outcome.curves if not name.startswith("clairvoyant") and "training" in name]
    for k, name in enumerate(names):
        points = {key: np.array(values) for key, values in outcome.curves[name].items()}
        errors = np.abs(np.array([points["low_db"], points["high_db"]]) - points["above_db"])
        for axis, keep, key in (
            (by_rate, points["density_ug"] == 100.0, "rate_hz"),
            (by_noise, points["rate_hz"] == 100.0, "density_ug"),
        ):
            order = np.flatnonzero(keep)[np.argsort(points[key][keep])]
            axis.errorbar(
                points[key][order] * (1 + 0.015 * k),  # side by side, not on top of one another
                points["above_db"][order],
                errors[:, order],
                marker="osD^vPX*"[k % 8],
                capsize=3,
                label=name.removesuffix(", training shapes"),
            )
    for axis, label, ticks in (
        (by_rate, "sampling rate (Hz), at 100 µg/√Hz", [50, 100, 200]),
        (by_noise, "noise density (µg/√Hz), at 100 Hz", [45, 100, 220]),
    ):
        axis.set_xscale("log")
        axis.set_xticks(ticks, [str(tick) for tick in ticks])
        axis.minorticks_off()
        axis.set_xlabel(label)
        axis.grid(alpha=0.3)
        axis.set_ylim(bottom=0)
    by_rate.set_ylabel("amplitude for 90 % recall, dB above the limit")
    figure.legend(*by_noise.get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize="small")
    return figure


def _calibration_plot(outcome: Outcome) -> Any:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(8, 6), layout="constrained")
    axis = figure.subplots()
    for k, (name, points) in enumerate(outcome.curves.items()):
        style = ("-", "--", ":")[k // 10 % 3]
        axis.plot(points["asked_per_hour"], points["got_per_hour"], style, marker="osD^vPX*<>"[k % 10], label=name)
    asked = np.array([0.4, 6.0])
    axis.fill_between(asked, asked / 2, asked * 2, color="0.85", zorder=0, label="within a factor of 2")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks([0.5, 1, 5], ["0.5", "1", "5"])
    axis.minorticks_off()
    axis.set_xlabel("false alarms asked for (1/h)")
    axis.set_ylabel("false alarms got (1/h)")
    axis.legend(fontsize="x-small", ncols=2)
    return figure
