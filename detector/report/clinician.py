"""The numbers of the sheet for a clinician, table by table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detector.figures.hours import LEAST_S
from detector.report.phrases import DASH, cut_off, percent, rate_and_interval, short_time, titles_of
from detector.report.plain import measurable_s
from detector.summary.many.said import rate_words
from detector.wear.states import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from gettext import NullTranslations

    from detector.report.facts import NightFacts, SensorFacts
    from detector.series import SensorSeries
    from detector.summary import SensorSummary

Rows = list[tuple[str, ...]]

ENOUGH = 0.8
"""A size counts as seen where it would have been found in at least this part of the measurable time."""

_LEAST_REASON_S = 30.0


def quality_rows(facts: NightFacts, words: NullTranslations) -> Rows:
    """Say how much was recorded and heard; a column for each wearable."""
    _ = words.gettext
    length_s = 0.0
    if facts.summary.start_ns is not None and facts.summary.end_ns is not None:
        length_s = (facts.summary.end_ns - facts.summary.start_ns) / 1e9
    told = any(one.summary.battery_first is not None for one in facts.sensors)
    battery = [(_("battery"), lambda one: _battery(one.summary))] if told else []
    return _table(
        facts,
        (_("wearable"), lambda one: cut_off(one.summary.model) or DASH),
        (
            _("recorded"),
            lambda one: (
                _("%(part)s of %(all)s") % {"part": short_time(one.summary.recorded_s), "all": short_time(length_s)}
            ),
        ),
        (_("missing"), lambda one: _missing(one.summary, words)),
        (_("worn"), lambda one: _worn(one.summary, words)),
        (_("measurable"), lambda one: _measurable(one.summary, words)),
        (_("why not the rest"), lambda one: _reasons(one.summary, words)),
        (_("sensitivity"), lambda one: _sensitivity(one.summary, words)),
        *battery,
    )


def rate_rows(facts: NightFacts, words: NullTranslations, *, with_names: bool) -> Rows:
    """Say how many twitches there were, and how far that has been reviewed."""
    _ = words.gettext
    level = common_level(facts)
    rows = _table(
        facts,
        (
            _("found"),
            lambda one: (
                _("%(count)d in %(time)s") % {"count": one.labels.events, "time": short_time(measurable_s(one.summary))}
            ),
        ),
        (_("per measurable hour (95 %)"), lambda one: _per_hour(one.summary, words)),
        (_("reviewed"), lambda one: _reviewed(one, words, with_names=with_names)),
        (_("corrected by review (95 %)"), lambda one: _corrected(one.summary, words)),
    )
    if level is not None:
        size = f"{one_level(facts.sensors[0].summary, level):g}"
        rows.insert(
            2,
            (
                _("%s mg p-p and more (95 %%)") % size,
                *(_above(one.summary, level, words) for one in facts.sensors),
            ),
        )
    return rows


def one_level(sensor: SensorSummary, place: int) -> float:
    """Return the size that a level counts from, in mg."""
    return sensor.levels[place].amplitude_mg


def common_level(facts: NightFacts) -> int | None:
    """Find the smallest fixed size that every wearable would have found nearly all the time; None without one."""
    sensors = [one.summary for one in facts.sensors if one.summary.levels]
    if not sensors:
        return None
    for place in range(1, min(len(sensor.levels) for sensor in sensors)):
        if all(sensor.levels[place].seconds >= max(ENOUGH * measurable_s(sensor), LEAST_S) for sensor in sensors):
            return place
    return None


def other_rows(facts: NightFacts, words: NullTranslations) -> tuple[Rows, str]:
    """Say what else was found: movements, tremor, pulse.

    Returns
    -------
    rows
        What any wearable has seen, a row each.
    none
        What none has seen, in a sentence; "" where there is nothing like that.
    """
    _ = words.gettext
    rows = _table(
        facts,
        (_("turns an hour; longest time without a movement"), lambda one: _restless(one.summary)),
        (_("twitches an hour in the minute before a turn; else"), lambda one: _before_turns(one.summary)),
        (
            _("limb movements in series (accelerometer, WASM spacing) /h"),
            lambda one: _series(one.summary, "periodic_limb_movements"),
        ),
        (
            _("movements in quick succession (0.3 to 4 Hz) /h"),
            lambda one: _series(one.summary, "high_frequency_movements"),
        ),
        (_("sudden limb movements"), lambda one: _count(one.summary.sudden_count)),
        (_("runs of beats at 5 to 8 Hz that die out"), lambda one: _count(one.summary.clonus_count)),
        (_("tremor (3 to 14 Hz): time, share of worn time, mean"), lambda one: _tremor(one.summary, words)),
        (_("trains of twitches, per measurable hour"), lambda one: _trains(one.summary)),
        (_("frequent twitches (5 a minute for 20 min): stretches"), lambda one: _frequent(one.summary)),
        (_("pulse: beats a minute, share of time it was felt"), lambda one: _pulse(one.summary, words)),
    )
    empty = [row[0] for row in rows if not any(row[1:])]
    told = [(row[0], *(cell or DASH for cell in row[1:])) for row in rows if any(row[1:])]
    names = [re.split(r"[:;(,]", head)[0].strip() for head in empty]
    return told, _("Not seen: %s.") % ", ".join(names) if names else ""


def _count(count: int) -> str:
    return f"{count}" if count else ""


def pair_lines(facts: NightFacts, words: NullTranslations) -> list[str]:
    """Say what two wearables show together."""
    _ = words.gettext
    told = []
    for pair in facts.summary.pairs:
        events = {
            "in": pair.index.events.count,
            "series": pair.index.series.count,
            "rate": rate_words(pair.index.events.per_hour),
        }
        if pair.index.name == "periodic_limb_movements":
            told.append(
                _(
                    "Both legs together, series of limb movements (accelerometer, WASM spacing): "
                    "%(in)d in %(series)d series, %(rate)s an hour."
                )
                % events
            )
        elif pair.index.name == "alternating_activation":
            told.append(_("Both in turn (0.5 to 3 Hz): %(in)d in %(series)d series, %(rate)s an hour.") % events)
    return told


def methods(facts: NightFacts, words: NullTranslations, *, with_names: bool) -> list[str]:
    """Say what made the numbers."""
    _ = words.gettext
    told = []
    for title, one in zip(titles_of([each.summary for each in facts.sensors], words), facts.sensors, strict=True):
        sensor = one.summary
        parts = [
            cut_off(sensor.model) or _("unknown wearable"),
            place := cut_off(sensor.place or "") or _("place not stated"),
        ]
        if with_names:
            parts.insert(0, cut_off(sensor.name))
        true_hz = DASH if sensor.rate_hz is None else f"{sensor.rate_hz:.2f}"
        parts.append(_("%(asked)g Hz asked for, %(true)s Hz true") % {"asked": sensor.nominal_hz, "true": true_hz})
        if len(facts.sensors) > 1:
            parts.remove(place)
            parts.insert(0, title)
        told.append(", ".join(parts))
    settings = ", ".join(each[:12] for each in facts.summary.settings_sha256) or DASH
    sources = {run.made_by.source for run in facts.summary.runs}
    source = {"replay": _("replayed from a file"), "demo": _("a made-up night of a demo")}
    told += [source[each] for each in sorted(sources) if each in source]
    zone = getattr(facts.zone, "key", None)
    told.append(
        _("fasciwatch %(version)s, settings %(settings)s, times in %(zone)s")
        % {"version": facts.summary.version or DASH, "settings": settings, "zone": zone or _("this computer's zone")}
    )
    return told


def _table(facts: NightFacts, *rows: tuple[str, Callable[[SensorFacts], str]]) -> Rows:
    return [(head, *(tell(one) for one in facts.sensors)) for head, tell in rows]


def _missing(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    if not sensor.gap_count:
        return _("nothing")
    longest = max((gap.end_ns - gap.start_ns for gap in sensor.longest_gaps), default=0) / 1e9
    told = words.ngettext("%(time)s, %(count)d gap", "%(time)s, %(count)d gaps", sensor.gap_count) % {
        "time": short_time(sensor.gap_s),
        "count": sensor.gap_count,
    }
    return told if sensor.gap_count == 1 else told + _(" (longest %s)") % short_time(longest)


def _worn(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    if not sensor.wear:
        return _("not known")
    told = short_time(sensor.worn_s)
    names = {State.OFF_BODY: _("off the body"), State.CHARGING: _("charging"), State.UNCLEAR: _("unclear")}
    rest = []
    for state, name in names.items():
        seconds = sum(each.end_ns - each.start_ns for each in sensor.wear if each.state == state) / 1e9
        if seconds:
            rest.append(f"{name} {short_time(seconds)}")
    return "; ".join([told, *rest])


def _measurable(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    if sensor.measurable is None:
        return _("not known (older night)")
    share = sensor.measurable.measurable_s / sensor.recorded_s if sensor.recorded_s else None
    return f"{short_time(sensor.measurable.measurable_s)} ({percent(share)})"


def reasons(words: NullTranslations) -> dict[str, str]:
    """Say why twitches could not be measured, in a word or two."""
    _ = words.gettext
    return {
        "moving": _("movement"),
        "pulse": _("heart beat not followed"),
        "coarse": _("too noisy"),
        "settling": _("noise not known yet"),
        "not known": _("not known"),
    }


def _reasons(sensor: SensorSummary, words: NullTranslations) -> str:
    if sensor.measurable is None or not sensor.measurable.rest_s:
        return DASH
    names = reasons(words)
    told = [(names.get(reason, reason), seconds) for reason, seconds in sensor.measurable.rest_s.items()]
    kept = [each for place, each in enumerate(told) if place == 0 or each[1] >= _LEAST_REASON_S]
    return ", ".join(f"{name} {short_time(seconds)}" for name, seconds in kept)


def _sensitivity(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    seen = sensor.sensitivity
    if seen is None:
        return _("not known")
    return _("%(half).1f mg p-p (%(best).1f to %(worst).1f)") % {
        "half": seen.amplitude_mg,
        "best": seen.best_mg,
        "worst": seen.worst_mg,
    }


def _battery(sensor: SensorSummary) -> str:
    if sensor.battery_first is None or sensor.battery_last is None:
        return DASH
    return f"{sensor.battery_first:.0f} → {sensor.battery_last:.0f} %"


def _per_hour(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    found = None if sensor.series is None else sensor.series.twitches
    if found is None or measurable_s(sensor) < LEAST_S:
        return _("too short to say")
    return rate_and_interval(found.per_hour, found.low_per_hour, found.high_per_hour, words)


def _above(sensor: SensorSummary, level: int, words: NullTranslations) -> str:
    found = sensor.levels[level].rate() if len(sensor.levels) > level else None
    return DASH if found is None else rate_and_interval(found.per_hour, found.low_per_hour, found.high_per_hour, words)


def _reviewed(one: SensorFacts, words: NullTranslations, *, with_names: bool) -> str:
    _ = words.gettext
    labels, told_of = one.labels, one.summary.corrected
    told = _("%(said)d of %(all)d") % {"said": told_of.labelled, "all": told_of.found}
    if not told_of.labelled:
        return told if not told_of.found else _("%s (some may be false)") % told
    if told_of.review == "sample":
        told += " " + _("(%d of them drawn at random)") % told_of.sampled
    if with_names:
        who = ", ".join(labels.reviewers)
    else:
        who = words.ngettext("%d reviewer", "%d reviewers", len(labels.reviewers)) % len(labels.reviewers)
    parts = [_("%d yes") % told_of.yes, _("%d no") % told_of.no]
    if told_of.unsure:
        parts.append(_("%d cannot say") % told_of.unsure)
    if labels.default:
        parts.append(_("%d by default") % labels.default)
    return _("%(told)s, by %(names)s: %(parts)s") % {"told": told, "names": who, "parts": ", ".join(parts)}


def _corrected(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    found = sensor.corrected.rate
    if found is None or measurable_s(sensor) < LEAST_S:
        return _("needs a random sample")
    return rate_and_interval(found.per_hour, found.low_per_hour, found.high_per_hour, words)


def side_lines(facts: NightFacts, words: NullTranslations) -> list[str]:
    """Say how left stands to right."""
    _ = words.gettext
    told = []
    for sides in facts.summary.sides:
        one, other = sides.rates.one, sides.rates.other
        ratio = sides.rates
        size = _("%g mg p-p and more") % sides.amplitude_mg if sides.amplitude_mg else _("any size")
        told.append(
            _("Left beside right, %(size)s, in %(time)s measurable on both: %(left)s and %(right)s an hour")
            % {
                "size": size,
                "time": short_time(sides.seconds),
                "left": rate_and_interval(one.per_hour, one.low_per_hour, one.high_per_hour, words),
                "right": rate_and_interval(other.per_hour, other.low_per_hour, other.high_per_hour, words),
            }
            + (
                "."
                if ratio.ratio is None or ratio.low is None
                else _("; left over right %(ratio).2f (%(low).2f to %(high)s).")
                % {
                    "ratio": ratio.ratio,
                    "low": ratio.low,
                    "high": "\N{INFINITY}" if ratio.high is None else f"{ratio.high:.2f}",
                }
            )
        )
    return told


def _restless(sensor: SensorSummary) -> str:
    found = sensor.restlessness
    return "" if found is None else f"{rate_words(found.turns.per_hour)}; {short_time(found.longest_still_s)}"


def _before_turns(sensor: SensorSummary) -> str:
    found = None if sensor.restlessness is None else sensor.restlessness.before_turns
    return "" if found is None else f"{rate_words(found.one.per_hour)}; {rate_words(found.other.per_hour)}"


def _trains(sensor: SensorSummary) -> str:
    found = None if sensor.series is None else sensor.series.trains
    if found is None or not found.count or measurable_s(sensor) < LEAST_S:
        return ""
    return rate_words(found.per_hour)


def _index(series: SensorSeries | None, name: str) -> tuple[str, float, int] | None:
    if series is None:
        return None
    found = next((each for each in series.indices if each.name == name), None)
    return ("0", 0.0, 0) if found is None else (rate_words(found.events.per_hour), found.total_s, found.series.count)


def _series(sensor: SensorSummary, name: str) -> str:
    found = _index(sensor.series, name)
    return "" if found is None or not found[2] else f"{found[0]} ({found[2]} series)"


def _frequent(sensor: SensorSummary) -> str:
    found = _index(sensor.series, "frequent_twitches")
    return "" if found is None or not found[2] else f"{found[2]} ({short_time(found[1])})"


def _tremor(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    tremor = sensor.tremor
    if tremor is None or not tremor.seconds or tremor.hz is None:
        return ""
    facts = {"time": short_time(tremor.seconds), "share": f"{100 * tremor.share:.1f} %", "hz": f"{tremor.hz:.1f}"}
    return _("%(time)s (%(share)s), %(hz)s Hz") % facts


def _pulse(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    pulse = None if sensor.series is None else sensor.series.pulse
    if pulse is None:
        return ""
    if pulse.is_glimpse:
        return _("felt in less than 1 % of the time")
    return _("%(middle).0f (%(low).0f to %(high).0f), felt %(share)s") % {
        "middle": pulse.beats_per_minute,
        "low": pulse.lowest_per_minute,
        "high": pulse.highest_per_minute,
        "share": percent(pulse.share),
    }
