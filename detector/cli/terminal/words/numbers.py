"""What a night's number is worth, in plain words: how small twitches were found, what labels say, turns, sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.time_words import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.summary import Corrected, Restlessness, Sensitivity, SensorSummary, Sides

_LEAST_FOR_A_RATE_S = 600.0
_FEW_AN_HOUR = 10


def numerals(per_hour: float, low: float, high: float) -> tuple[str, str, str]:
    """Write a rate and its interval, with a digit after the point only where the rate is small."""
    digits = 1 if per_hour < _FEW_AN_HOUR else 0
    return f"{per_hour:.{digits}f}", f"{low:.{digits}f}", f"{high:.{digits}f}"


def describe_worth(sensor: SensorSummary) -> Iterator[str]:
    """Say how small twitches were found, and what the rate is by what reviewers said."""
    if sensor.sensitivity is not None:
        yield _sensitivity(sensor.sensitivity)
    counted_s = sensor.worn_s if sensor.measurable is None else sensor.measurable.measurable_s
    if sensor.corrected.labelled and counted_s >= _LEAST_FOR_A_RATE_S:
        yield _corrected(sensor.corrected)


def _sensitivity(sensitivity: Sensitivity) -> str:
    best, worst = f"{sensitivity.best_mg:.1f}", f"{sensitivity.worst_mg:.1f}"
    over = "" if best == worst else f" ({best} to {worst} over the night)"
    return f"nine in ten twitches of {sensitivity.amplitude_mg:.1f} mg peak to peak are found{over}"


def _corrected(told: Corrected) -> str:
    if told.rate is None:
        return f"labelled: {told.labelled} of {told.found}, chosen ones, which say nothing of the others"
    per_hour, low, high = numerals(told.rate.per_hour, told.rate.low_per_hour, told.rate.high_per_hour)
    rate = f"{per_hour} an hour that are twitches (95 %: {low} to {high})"
    many = f"{told.true_low}" if told.true_low == told.true_high else f"{told.true_low} to {told.true_high}"
    how = "all labelled" if told.review == "all" else f"{told.sampled} labelled, drawn at random"
    return f"{how}: {many} of {told.found} are twitches, {rate}"


def describe_restlessness(restless: Restlessness | None) -> Iterator[str]:
    """Say how often it turned, and how the minute before compares with the other time."""
    if restless is None:
        return
    count = restless.turns.count
    turns = f"{count}, {restless.turns.per_hour:.1f} an hour" if count else "none"
    yield f"turns: {turns}; longest without a movement: {span(restless.longest_still_s)}"
    before = restless.before_turns
    if before is not None and before.ratio is not None and before.low is not None and before.high is not None:
        yield (
            f"twitches in the minute before a turn: {before.ratio:.1f} times as many as in the other time "
            f"(95 %: {before.low:.1f} to {before.high:.1f})"
        )


def describe_sides(sides: Sides) -> str:
    """Say how the left compares with the right."""
    rates = sides.rates
    what = f"twitches of {sides.amplitude_mg:g} mg and more" if sides.amplitude_mg else "twitches"
    both = f"{rates.one.per_hour:.1f} and {rates.other.per_hour:.1f} an hour"
    if rates.ratio is None or rates.low is None or rates.high is None:
        told = "we can't tell yet how they compare"
    else:
        told = f"left over right {rates.ratio:.2f} (95 %: {rates.low:.2f} to {rates.high:.2f})"
    return f"{sides.left} and {sides.right}, {span(sides.seconds)} that both could measure: {what}, {both}; {told}"
