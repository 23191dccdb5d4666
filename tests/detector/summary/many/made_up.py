"""Digests of nights that were never recorded, for the rules about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from detector.summary.digest import LEVELS_MG, Level, NightDigest, SensorDigest
from detector.summary.line import NightLine
from detector.summary.many.cache import Summed

FIRST = date(2026, 3, 1)
HOUR_S = 3600.0
_NOON_NS = 1_772_366_400 * 10**9


def sensor(
    per_hour: float = 20.0,
    hours: float = 7.0,
    *,
    seen_mg: float = 8.0,
    review: str = "none",
    yes: float = 0.75,
    **facts: Any,
) -> SensorDigest:
    """Make a wearable's share: twitches are the fewer the larger they are."""
    levels = []
    for amplitude_mg in LEVELS_MG:
        seconds = HOUR_S * hours if amplitude_mg == 0 or amplitude_mg >= seen_mg else 0.0
        found = round(per_hour * seconds / HOUR_S * (1 if amplitude_mg == 0 else min(1.0, 8 / amplitude_mg)))
        labelled = {"all": found, "sample": min(20, found)}.get(review, 0)
        blocks = tuple((found // 20, seconds / 20) for _ in range(20)) if seconds else ()
        levels.append(Level(amplitude_mg, seconds, found, blocks, labelled, round(yes * labelled)))
    usual = SensorDigest(
        name="Sense", model="Verity Sense", place="left calf", side="left", has_date=True, nominal_hz=52.0,
        recorded_s=HOUR_S * hours, worn_s=HOUR_S * hours, measurable_s=HOUR_S * hours, rest_s={},
        sensitivity_mg=seen_mg, levels=tuple(levels), per_hour=per_hour, low=per_hour / 1.3, high=per_hour * 1.3,
        true_per_hour=None, true_low=None, true_high=None, review=review, turns_per_hour=None,
        longest_still_s=None, tremor_share=None, tremor_hz=None, limb_series_per_hour=None,
        sudden_count=0, pulse_per_min=None,
        **dict.fromkeys(_NEWER, 0),
    )  # fmt: skip
    return replace(usual, **facts)


_KNOWN = {
    "name", "model", "place", "side", "has_date", "nominal_hz", "recorded_s", "worn_s", "measurable_s", "rest_s",
    "sensitivity_mg", "levels", "per_hour", "low", "high", "true_per_hour", "true_low", "true_high", "review",
    "turns_per_hour", "longest_still_s", "tremor_share", "tremor_hz", "limb_series_per_hour", "sudden_count",
    "pulse_per_min",
}  # fmt: skip
_NEWER = set(SensorDigest.__dataclass_fields__) - _KNOWN


def night(day: int, *sensors: SensorDigest, name: str = "", start_h: float = 10.0, **facts: Any) -> Summed:
    """Make the night of an evening; it begins so many hours after noon."""
    evening = (FIRST + timedelta(days=day)).isoformat()
    start_ns = _NOON_NS + round((day * 24 + start_h) * 3600 * 1e9)
    worn = sensors or (sensor(),)
    long_ns = round(max(one.recorded_s for one in worn) * 1e9)
    digest = NightDigest(
        name=name or evening, night_id=str(start_ns), start_ns=start_ns, end_ns=start_ns + long_ns,
        timezone="Europe/Berlin", evening=evening, version="0.1.0", settings=("a" * 64,), sensors=worn, last_label=0,
        **dict.fromkeys(set(NightDigest.__dataclass_fields__) - _KNOWN_OF_NIGHT),
    )  # fmt: skip
    digest = replace(digest, **facts)
    rates = tuple(tuple(level.rate() for level in one.levels) for one in digest.sensors)
    return Summed(NightLine(digest.name, f"/nights/{digest.name}.night", "sound", "", 1), digest, rates)


_KNOWN_OF_NIGHT = {
    "name", "night_id", "start_ns", "end_ns", "timezone", "evening", "version", "settings", "sensors", "last_label",
}  # fmt: skip


def unreadable(name: str, state: str, words: str = "") -> Summed:
    """Make a night that cannot be read."""
    return Summed(NightLine(name, f"/nights/{name}.night", state, words, 1), None)
