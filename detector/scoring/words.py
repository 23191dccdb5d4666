"""A comparison in words and as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from detector.scoring.people import LEAST_PEOPLE
from detector.time_words import span

if TYPE_CHECKING:
    from detector.scoring.compare import Comparison, Counts
    from detector.scoring.people import Pooled
    from detector.scoring.run import Scored

_RARE = 0.02
"""Where fewer seconds than this hold a mark, kappa says little."""


def in_words(scored: Scored) -> list[str]:
    """Tell a comparison line by line."""
    told = scored.comparison
    lines = [
        f"{scored.night.name}, {scored.sensor}, against {scored.annotations.name} ({scored.form})",
        f"  observed {span(told.observed_s)}, of it quiet {span(told.quiet_s)}; left out {span(told.ignored_s)}",
        f"  {told.marks} marks, {told.events} events",
        "",
        f"  {'within':>9}  {'found':>6} {'missed':>6} {'false':>6}  {'sensitivity':>11} {'precision':>9} {'F1':>6}",
    ]
    lines += [f"  {f'± {each.tolerance_ms:g} ms':>9}  {_row(each.counts)}" for each in told.tolerances]
    lines += ["", f"  false alarms an hour of quiet time: {_number(told.false_per_quiet_hour)} ({told.false_in_quiet})"]
    if told.onset_error_ms is not None:
        low, middle, high = told.onset_error_ms
        lines.append(
            f"  onset of an event after its mark: median {middle:+.0f} ms, quartiles {low:+.0f} and {high:+.0f}"
        )
    lines += _rates(told) + _kinds(told) + _amplitudes(told) + _agreement(told)
    return lines


def pooled_in_words(pooled: Pooled) -> list[str]:
    """Tell what holds of all people."""
    counts = pooled.counts
    figures = {
        "sensitivity": counts.sensitivity,
        "precision": counts.precision,
        "f1": counts.f1,
        "false_per_quiet_hour": pooled.false_per_quiet_hour,
    }
    names = {"f1": "F1", "false_per_quiet_hour": "false alarms an hour of quiet time"}
    lines = [f"all together: {pooled.people} people, {pooled.nights} nights"]
    for name, value in figures.items():
        interval = pooled.intervals.get(name)
        sure = f" (95 %: {interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
        lines.append(f"  {names.get(name, name)}: {_number(value)}{sure}")
    if pooled.people < LEAST_PEOPLE:
        lines.append(f"  no intervals: they need {LEAST_PEOPLE} people, and there are {pooled.people}")
    return lines


def as_json(scored: Scored) -> dict[str, Any]:
    """Return a comparison as JSON knows it."""
    told = asdict(scored.comparison)
    told["tolerances"] = [
        {"tolerance_ms": each.tolerance_ms} | counts_as_json(each.counts) for each in scored.comparison.tolerances
    ]
    told["by_kind"] = {kind: counts_as_json(counts) for kind, counts in scored.comparison.by_kind.items()}
    told["sweep"] = [
        {"score": each.score, "false_per_quiet_hour": each.false_per_quiet_hour} | counts_as_json(each.counts)
        for each in scored.comparison.sweep
    ]
    for each in told["amplitudes"]:
        each["high_mg"] = each["high_mg"] if math.isfinite(each["high_mg"]) else None
    told["false_per_quiet_hour"] = scored.comparison.false_per_quiet_hour
    return {
        "night": str(scored.night),
        "annotations": str(scored.annotations),
        "sensor": scored.sensor,
        "form": scored.form,
        **told,
        "notes": list(scored.notes),
    }


def pooled_as_json(pooled: Pooled) -> dict[str, Any]:
    """Return what holds of all people as JSON knows it."""
    return {
        "people": pooled.people,
        "nights": pooled.nights,
        **counts_as_json(pooled.counts),
        "false_per_quiet_hour": pooled.false_per_quiet_hour,
        "intervals": {name: list(interval) for name, interval in pooled.intervals.items()},
    }


def counts_as_json(counts: Counts) -> dict[str, Any]:
    """Return counts with their shares."""
    return asdict(counts) | {"sensitivity": counts.sensitivity, "precision": counts.precision, "f1": counts.f1}


def _row(counts: Counts) -> str:
    shares = f"{_number(counts.sensitivity):>11} {_number(counts.precision):>9} {_number(counts.f1):>6}"
    return f"{counts.hits:>6} {counts.missed:>6} {counts.false:>6}  {shares}"


def _rates(told: Comparison) -> list[str]:
    rates = told.rates
    if rates.mean is None or rates.low is None or rates.high is None:
        return ["  rate: too short for five minutes at a time"]
    within = f"95 % within {rates.low:+.1f} and {rates.high:+.1f} ({rates.bins} times)"
    return [f"  events less marks in 5 min: {rates.mean:+.2f} on average, {within}"]


def _kinds(told: Comparison) -> list[str]:
    if not told.by_kind:
        return []
    lines = [
        "",
        f"  {'kind':<13}  {'found':>6} {'missed':>6} {'false':>6}  {'sensitivity':>11} {'precision':>9} {'F1':>6}",
    ]
    return lines + [f"  {kind:<13}  {_row(counts)}" for kind, counts in told.by_kind.items()]


def _amplitudes(told: Comparison) -> list[str]:
    if not told.amplitudes:
        return []
    lines = ["", f"  {'mg p-p':<10} {'marks':>6} {'found':>6} {'':>5}   {'events':>6} {'true':>6}"]
    for each in told.amplitudes:
        high = f"to {each.high_mg:g}" if math.isfinite(each.high_mg) else "and more"
        found = _share(each.found, each.marks)
        true = _share(each.true, each.events)
        lines.append(
            f"  {f'{each.low_mg:g} {high}':<10} {each.marks:>6} {each.found:>6} {found:>5}   "
            f"{each.events:>6} {each.true:>6} {true:>5}".rstrip()
        )
    return lines


def _agreement(told: Comparison) -> list[str]:
    both = told.agreement
    marked = both.both + both.only_reference + both.only_found
    lines = [
        "",
        (
            f"  second by second ({both.bins} s): positive agreement {_number(both.positive)}, "
            f"Gwet's AC1 {_number(both.ac1)}, kappa {_number(both.kappa)}"
        ),
    ]
    if both.bins and marked / both.bins < _RARE:
        lines.append(
            "  Events are rare here: kappa is low then, and AC1 near 1, whoever marks. Go by positive agreement."
        )
    return lines


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
