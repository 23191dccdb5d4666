"""How outcomes are shown: aligned tables, targets, where a rival is better, ``results.json`` and plots."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.measuring.outcome import Cell, Figure, Outcome, Rows
from benchmarks.detection.plots import plots
from benchmarks.header import RIVALS


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


def every(figures: Sequence[Figure]) -> Rows:
    """All figures, and whether those that had to reach something did."""
    asked = [figure for figure in figures if figure.target is not None]
    state = {True: "met", False: "MISSED", None: ""}
    return Rows(
        f"figures: {sum(bool(f.is_met) for f in asked)} of {len(asked)} targets met",
        ("", "figure", "value [95 %]", "target"),
        tuple(
            (state[f.is_met], f.name, f"{_spread(f)} {f.unit}".strip(), str(f.target) if f.target else "")
            for f in figures
        ),
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
    here = {distribution.metadata["Name"] for distribution in metadata.distributions()}
    versions = {name: metadata.version(name) for name in ("fasciwatch", *RIVALS) if name in here}
    content = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": versions,
        "long": is_long,
        "outcomes": {outcome.name: _plain(outcome) for outcome in outcomes},
    }
    path.write_text(json.dumps(_finite(content), indent=1) + "\n", encoding="utf-8")
    return [path, *plots(outcomes, folder)]


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
