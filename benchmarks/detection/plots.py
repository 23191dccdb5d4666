"""Pictures of outcomes, as SVG and PNG."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.measuring.outcome import Outcome


def plots(outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Draw what outcomes hold curves for; the files written, none where matplotlib is absent."""
    if find_spec("matplotlib") is None:
        return []
    import matplotlib as mpl

    mpl.use("Agg")
    written = []
    for outcome in outcomes:
        draw = {
            "limit": _limit_plot,
            "calibration": _calibration_plot,
            "kinds": _kinds_plot,
            "whole": _recall_plot,
        }.get(outcome.name)
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


def _kinds_plot(outcome: Outcome) -> Any:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(13, 6), layout="constrained")
    for axis, (name, rows) in zip(figure.subplots(1, 2), outcome.curves.items(), strict=True):
        counts = np.array(list(rows.values()))
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axis.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
        for i, j in np.ndindex(counts.shape):
            if counts[i, j]:
                colour = "white" if shares[i, j] > 0.5 else "black"
                axis.text(j, i, f"{counts[i, j]:.0f}", ha="center", va="center", color=colour, fontsize="small")
        truths = list(rows)
        axis.set_yticks(range(len(truths)), truths)
        axis.set_xticks(range(len(truths)), [*truths[:-1], "missed"], rotation=40, ha="right")
        axis.set_xlabel("taken for")
        axis.set_title(name)
    figure.axes[0].set_ylabel("truth")
    return figure


def _recall_plot(outcome: Outcome) -> Any:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(11, 5), layout="constrained")
    panes = figure.subplots(1, 2, sharey=True)
    families = list(dict.fromkeys(name.rpartition(", ")[2] for name in outcome.curves))
    for axis, family in zip(panes, families, strict=False):
        own = [name for name in outcome.curves if name.endswith(f", {family}")]
        for k, name in enumerate(own):
            points = outcome.curves[name]
            is_ours = name.startswith("fasciwatch")
            axis.plot(
                points["p2p_mg"],
                points["recall"],
                marker="osD^vPX*"[k % 8],
                linewidth=2.5 if is_ours else 1.2,
                color="black" if is_ours else None,
                label=f"{name.rpartition(', ')[0]} ({points['false_per_hour'][0]:.1f} false/h)",
            )
        axis.set_xscale("log")
        axis.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
        axis.minorticks_off()
        axis.set_ylim(0, 1)
        axis.set_xlabel("peak to peak (mg)")
        axis.set_title(f"whole nights, {family} shapes, chips, sites")
        axis.grid(alpha=0.3)
        axis.legend(fontsize="x-small")
    panes[0].set_ylabel("recall")
    return figure
