"""Nights side by side, in words: the same at a terminal, on the page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.time_words import whole_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from detector.summary.many.counting import LeftOut
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual
    from detector.summary.statistics.conditions import Setup

_FEW = 10
_LEAST_WORN_S = 600
_MINUTES_PER_HOUR = 60


def rate_words(per_hour: float) -> str:
    """Write a rate: with a decimal where it is small and not none."""
    if not per_hour:
        return "0"
    return f"{per_hour:.1f}" if round(per_hour, 1) < _FEW else f"{per_hour:.0f}"


def shown(night: TrendNight, *, true: bool) -> tuple[float, float, float, bool]:
    """Return the rate of a night as it is shown, its interval, and whether it is that of true twitches."""
    if true and night.true is not None:
        return *night.true, True
    return night.rate.per_hour, night.rate.low_per_hour, night.rate.high_per_hour, False


def hours_words(seconds: float, words: NullTranslations) -> str:
    """Write a length of time: ``2 h 05 min``, ``40 min``."""
    _ = words.gettext
    hours, minutes = divmod(whole_minutes(seconds), _MINUTES_PER_HOUR)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    return _("%d min") % minutes


def size_words(amplitude_mg: float, words: NullTranslations) -> str:
    """Say which twitches are counted."""
    _ = words.gettext
    if not amplitude_mg:
        return _("every twitch found, since some night does not tell how small a twitch it could see")
    return _("twitches of %g mg and more, which all these nights could see") % amplitude_mg


def place_words(place: str, words: NullTranslations) -> str:
    """Name the place of a wearable."""
    return place or words.gettext("place not told")


def why_left_out(night: LeftOut, words: NullTranslations) -> str:
    """Say why a night does not count."""
    _ = words.gettext
    length = hours_words(night.seconds, words)
    elsewhere = night.words or _("place not told")
    not_worn = _("not worn") if night.seconds < _LEAST_WORN_S else _("worn for %s only") % length
    coarse = _("sees twitches of %g mg and more only") % night.amplitude_mg
    return {
        "damaged": _("cannot be read: %s") % night.words,
        "locked": _("encrypted, and not unlocked"),
        "recording": _("still being recorded"),
        "no date": _("its times are no dates"),
        "place": _("worn elsewhere: %s") % elsewhere,
        "sensor": _("another wearable: %s") % night.words,
        "short": _("too short: %s") % length,
        "not worn": not_worn,
        "unmeasurable": _("twitches could be measured for %s only") % length,
        "coarse": coarse if night.amplitude_mg else _("sees large twitches only"),
        "copy": _("a copy of %s") % night.words,
        "second": _("another recording of this evening counts: %s") % night.words,
    }[night.reason]


def left_out_counts(table: Table, words: NullTranslations, signs: Mapping[str, str] | None = None) -> str:
    """Say how many nights do not count, by reason, with the sign of each in a figure; "" where all do."""
    _ = words.gettext
    named = {
        "damaged": _("cannot be read"),
        "locked": _("encrypted"),
        "recording": _("being recorded"),
        "no date": _("without dates"),
        "place": _("worn elsewhere"),
        "sensor": _("another wearable"),
        "short": _("too short"),
        "not worn": _("not worn for long enough"),
        "unmeasurable": _("could not be measured for long enough"),
        "coarse": _("see large twitches only"),
        "copy": _("copied"),
        "second": _("recorded besides on the same evening"),
    }
    counts = {reason: sum(one.reason == reason for one in table.left_out) for reason in named}
    told = {reason: f"{count} {named[reason]}" for reason, count in counts.items() if count}
    return ", ".join(f"{each} ({signs[reason]})" if signs else each for reason, each in told.items())


def change_words(before: Setup, after: Setup, words: NullTranslations) -> str:
    """Say what is another one from a night on."""
    _ = words.gettext
    differs = after.differences(before)
    if "sensor" in differs:
        return _("another wearable: %s") % after.sensor
    return _("another version or setting of the detector")


def review_words(night: TrendNight, words: NullTranslations) -> str:
    """Say how much of a night is reviewed."""
    _ = words.gettext
    return {
        "all": _("all judged"),
        "sample": _("%d judged at random") % night.sampled.labelled,
        "part": _("some judged"),
        "none": _("not judged"),
    }[night.review]


def verdict(usual: Usual, amplitude_mg: float, words: NullTranslations) -> str:
    """Say whether the last night was unusual, in a sentence or two, and of which twitches that is said."""
    _ = words.gettext
    if usual.band is None:
        return (
            words.ngettext(
                "We can't tell yet whether your last night was unusual for you: it takes %d more night like it.",
                "We can't tell yet whether your last night was unusual for you: it takes %d more nights like it.",
                usual.missing,
            )
            % usual.missing
        )
    sentence = {
        "within": _("Your last night was within what your nights usually are."),
        "below": _("Your last night was below what your nights usually are."),
        "above": _("Your last night was above what your nights usually are."),
    }[usual.place]
    facts = {
        "rate": rate_words(usual.per_hour),
        "low": rate_words(usual.band.low),
        "high": rate_words(usual.band.high),
        "nights": usual.band.nights,
        "size": f"{amplitude_mg:g}",
    }
    told = _(
        "%(rate)s twitches an hour; 19 of 20 such nights lie between %(low)s and %(high)s, "
        "by %(nights)d nights before it."
    )
    if amplitude_mg:
        told = _(
            "%(rate)s twitches of %(size)s mg and more an hour; 19 of 20 such nights lie between %(low)s and %(high)s, "
            "by %(nights)d nights before it."
        )
    return f"{sentence} {told % facts}"


def basis_words(usual: Usual, words: NullTranslations) -> str:
    """Say what is compared."""
    _ = words.gettext
    if usual.is_of_true:
        return _("Compared are the twitches that are real, by your labels of each night.")
    return _("Compared are all twitches that were found, whether they are real or not.")
