"""What a night says, in plain words: short sentences for whom it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from detector.figures.hours import LEAST_S
from detector.report.phrases import between, hours_and_minutes, short_time, titles_of

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.report.facts import NightFacts, SensorFacts
    from detector.summary import SensorSummary

GOOD_S, GOOD_SHARE = 4 * 3600.0, 0.7
"""A night is good of which at least so much could be measured, and at least that part of what was recorded."""
FAIR_S = 3600.0
"""With less than that there is too little to go by."""

_LEAST_REASON_S = 300.0
_GLIMPSE = 0.05
"""Of less of the night than this a pulse says nothing of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question.

    Parameters
    ----------
    question
        As a person would ask it.
    lines
        The answer, large: what of (a wearable, or "" for all), and the answer itself.
    sentences
        What else there is to say.
    """

    question: str
    lines: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]


def measurable_s(sensor: SensorSummary) -> float:
    """In how much of the time twitches could be looked for, in s; where that is not known, how long it was worn."""
    return sensor.worn_s if sensor.measurable is None else sensor.measurable.measurable_s


def was_it_good(facts: NightFacts, words: NullTranslations) -> Answer:
    """Say whether it was a good recording."""
    _ = words.gettext
    question = _("Was it a good recording?")
    recorded_s = max((one.summary.recorded_s for one in facts.sensors), default=0.0)
    if recorded_s <= 0:
        return Answer(question, (("", _("No")),), (_("Nothing was recorded."),))
    best = max(facts.sensors, key=lambda one: measurable_s(one.summary))
    heard_s = measurable_s(best.summary)
    share = heard_s / best.summary.recorded_s if best.summary.recorded_s else 0.0
    if heard_s >= GOOD_S and share >= GOOD_SHARE:
        short = _("Yes")
    elif heard_s >= FAIR_S:
        short = _("In part")
    else:
        short = _("No")
    told = []
    titles = titles_of([one.summary for one in facts.sensors], words)
    for title, one in zip(titles, facts.sensors, strict=True):
        tell = short_time if len(facts.sensors) > 1 else partial(hours_and_minutes, words=words)
        facts_of_one = {
            "recorded": tell(one.summary.recorded_s),
            "heard": tell(measurable_s(one.summary)),
            "of": title,
        }
        if len(facts.sensors) > 1:
            told.append(_("%(of)s: we could look in %(heard)s of %(recorded)s.") % facts_of_one)
        else:
            told.append(_("We recorded %(recorded)s. We could look for twitches in %(heard)s of it.") % facts_of_one)
    told += _why_not(best.summary, words)
    if heard_s < FAIR_S:
        told.append(_("That is too short to tell much."))
    return Answer(question, (("", short),), tuple(told))


def _why_not(sensor: SensorSummary, words: NullTranslations) -> list[str]:
    """Say the main reasons why the rest could not be measured."""
    _ = words.gettext
    told = []
    away_s = sensor.recorded_s - sensor.worn_s
    if away_s >= _LEAST_REASON_S:
        told.append(
            _("For %s the sensor was not on your body, or we could not tell.") % hours_and_minutes(away_s, words)
        )
    reasons = {
        "moving": _("For %s you moved too much."),
        "pulse": _("For %s your heart beat got in the way."),
        "coarse": _("For %s there was too much noise."),
        "settling": _("For %s we had to wait until things were calm."),
        "not known": _("Of %s we do not know."),
    }
    for reason, seconds in {} if sensor.measurable is None else sensor.measurable.rest_s.items():
        if seconds >= _LEAST_REASON_S and reason in reasons and len(told) < 2:  # noqa: PLR2004 - it is to be read
            told.append(reasons[reason] % hours_and_minutes(seconds, words))
    if sensor.gap_s >= _LEAST_REASON_S:
        told.append(_("For %s the link to the sensor was lost.") % hours_and_minutes(sensor.gap_s, words))
    return told


def how_much(facts: NightFacts, words: NullTranslations) -> Answer:
    """Say how much the person twitched."""
    _ = words.gettext
    question = _("How much did I twitch?")
    lines = []
    told = []
    titles = titles_of([one.summary for one in facts.sensors], words)
    for title, one in zip(titles, facts.sensors, strict=True):
        of = title if len(facts.sensors) > 1 else ""
        lines.append((of, _amount(one.summary, words)))
    known = [one for one in facts.sensors if is_known(one.summary)]
    if not known:
        told.append(_("There was too little time in which we could look."))
    counts = [one.labels.events for one in facts.sensors]
    if not any(counts):
        told.append(_("We found none."))
    elif len(counts) == 1:
        told.append(_("We found %d.") % counts[0])
    else:
        some = ", ".join(f"{count} ({title})" for count, title in zip(counts, titles, strict=True))
        told.append(_("We found %s.") % some)
    told += _checked(facts.sensors, words)
    return Answer(question, tuple(lines) or (("", _("We can't tell")),), tuple(told))


def is_known(sensor: SensorSummary) -> bool:
    """Whether there was time enough to tell a rate."""
    return sensor.series is not None and sensor.series.twitches is not None and measurable_s(sensor) >= LEAST_S


def _amount(sensor: SensorSummary, words: NullTranslations) -> str:
    _ = words.gettext
    if not is_known(sensor) or sensor.series is None or sensor.series.twitches is None:
        return _("We can't tell")
    found = sensor.corrected.rate or sensor.series.twitches
    text = between(found.low_per_hour, found.high_per_hour, words)
    return text[:1].upper() + text[1:]


def _checked(sensors: tuple[SensorFacts, ...], words: NullTranslations) -> list[str]:
    """Say how much of it somebody has looked at, and what follows from that."""
    _ = words.gettext
    told_of = [one.summary.corrected for one in sensors]
    facts = {
        "events": sum(one.found for one in told_of),
        "said": sum(one.labelled for one in told_of),
        "no": sum(one.no for one in told_of),
    }
    if not facts["events"]:
        return []
    if not facts["said"]:
        return [_("No one has looked at them yet. Some may not be real.")]
    if all(one.rate is not None for one in told_of):
        told = (
            _("Someone looked at all of them.")
            if all(one.review == "all" for one in told_of)
            else _("Someone looked at %(said)d of them, drawn by chance.")
        )
        return [told % facts, _("%(no)d of those were not real. The numbers above allow for that.") % facts]
    return [_("Someone looked at %(said)d of them. %(no)d of those were not real, but still count here.") % facts]


def what_else(facts: NightFacts, words: NullTranslations) -> list[str]:
    """Say what else was seen, briefly: each thing once, of the wearable that saw most of it."""
    _ = words.gettext
    titles = titles_of([one.summary for one in facts.sensors], words)
    told = []
    for tell in (_turns, _sudden, _in_a_row, _tremor, _pulse):
        found = [(*tell(one.summary, words), title) for title, one in zip(titles, facts.sensors, strict=True)]
        much, sentence, title = max(found, key=lambda each: each[0], default=(0.0, "", ""))
        if much > 0:
            told.append(f"{sentence} ({title})" if len(facts.sensors) > 1 else sentence)
    return told or [_("There was not much to see besides.")]


def _turns(sensor: SensorSummary, words: NullTranslations) -> tuple[float, str]:
    _ = words.gettext
    found = sensor.restlessness
    if found is None:
        return 0.0, ""
    turns = round(found.turns.per_hour)
    facts = {"turns": turns, "still": hours_and_minutes(found.longest_still_s, words)}
    told = words.ngettext(
        "You turned or moved about once an hour.",
        "You turned or moved about %(turns)d times an hour.",
        turns,
    )
    if not turns:
        told = _("You turned or moved less than once an hour.")
    return sensor.worn_s, f"{told} {_('The longest time you lay still was %(still)s.')}" % facts


def _sudden(sensor: SensorSummary, words: NullTranslations) -> tuple[float, str]:
    count = sensor.sudden_count
    told = words.ngettext(
        "The limb moved once, quick and out of rest.", "The limb moved %d times, quick and out of rest.", count
    )
    return count, told.replace("%d", str(count))


def _in_a_row(sensor: SensorSummary, words: NullTranslations) -> tuple[float, str]:
    _ = words.gettext
    indices = () if sensor.series is None else sensor.series.indices
    count = sum(index.events.count for index in indices if index.name == "periodic_limb_movements")
    return count, _("The limb moved again and again, in a row: %d times in all.") % count


def _tremor(sensor: SensorSummary, words: NullTranslations) -> tuple[float, str]:
    _ = words.gettext
    seconds = 0.0 if sensor.tremor is None else sensor.tremor.seconds
    return seconds, _("There was a fine, fast shake, for %s in all.") % _at_least_a_minute(seconds, words)


def _pulse(sensor: SensorSummary, words: NullTranslations) -> tuple[float, str]:
    _ = words.gettext
    pulse = None if sensor.series is None else sensor.series.pulse
    if pulse is None or pulse.share < _GLIMPSE:
        return 0.0, ""
    return pulse.share, _("Your heart beat about %d times a minute when we felt it.") % round(pulse.beats_per_minute)


def _at_least_a_minute(seconds: float, words: NullTranslations) -> str:
    _ = words.gettext
    return _("less than a minute") if seconds < 60 else hours_and_minutes(seconds, words)  # noqa: PLR2004


def cannot_tell(words: NullTranslations) -> list[str]:
    """Say what the sheet cannot tell."""
    _ = words.gettext
    return [
        _("It can't tell why you twitch."),
        _("It can't tell if you are ill or well."),
        _("It sees only the spot where the sensor sits. The rest of the body may do more, or less."),
        _("It can miss very small twitches. It can also take a small bump for a twitch."),
        _("It can't tell if you slept."),
    ]
