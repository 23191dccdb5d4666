"""Comparisons of nights, and plans for one, in words: the same at a terminal, on the page and on paper.

They say how nights differ and never why: no word here makes a date, or a treatment, the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.summary.statistics.cautions import LAST_NIGHTS
from detector.summary.statistics.conditions import LEAST_NIGHTS
from detector.summary.statistics.labels import LABELS
from detector.summary.statistics.plan import A_THEN_B, A_THIRD_LESS, PAIRS, SEEN, WEEKS

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.summary.many.comparison import Comparison, Question
    from detector.summary.statistics.cautions import Caution
    from detector.summary.statistics.conditions import Need
    from detector.summary.statistics.phases import Ratio
    from detector.summary.statistics.plan import Habit, Plan

_HALF = 0.5
_LEAST, _MOST = 0.01, 1000.0
"""Factors between which a number says something."""


def factor_words(factor: float, words: NullTranslations) -> str:
    """Write a factor: two decimals, none where it is large; what is out of all measure as that."""
    if factor < _LEAST:
        return words.gettext("less than %g") % _LEAST
    if factor > _MOST:
        return words.gettext("more than %g") % _MOST
    return f"{factor:.2f}" if factor < 10 else f"{factor:.0f}"  # noqa: PLR2004 - digits


def names_of(asked: Question, words: NullTranslations) -> tuple[str, str]:
    """Name the nights of both phases, as they stand in a sentence."""
    _ = words.gettext
    if asked.since is not None:
        day = asked.since.isoformat()
        return _("before %s") % day, _("since %s") % day
    return _("without %s") % asked.treatment, _("with %s") % asked.treatment


def interval_words(ratio: Ratio, words: NullTranslations) -> str:
    """Say a ratio's interval, and nothing else."""
    _ = words.gettext
    facts = {"low": factor_words(ratio.low, words), "high": factor_words(ratio.high, words)}
    return _("between %(low)s and %(high)s times as often") % facts


def both_words(ratio: Ratio, without_last: Ratio, words: NullTranslations) -> str:
    """Say the intervals with and without the last nights before, and that each errs, to its own side."""
    _ = words.gettext
    return _(
        "With the last %(count)d nights before: %(with)s. Without them: %(without)s. Neither is the better one: where "
        "nothing differs, the first lies too low and the second too high."
    ) % {
        "count": LAST_NIGHTS,
        "with": interval_words(ratio, words),
        "without": interval_words(without_last, words),
    }


def unknown_words(found: Comparison, words: NullTranslations) -> str:
    """Say how many nights are in neither phase; "" where none is."""
    many = found.unknown
    if not many:
        return ""
    sentence = words.ngettext(
        "Your diary does not say what was used on %d more night: it is in neither.",
        "Your diary does not say what was used on %d more nights: they are in neither.",
        many,
    )
    return sentence % many


def needs_words(found: Comparison, names: tuple[str, str], words: NullTranslations) -> list[str]:
    """Say all that is missing for a ratio; of labels, that those of a few nights are enough."""
    told = [need_words(need, names, words) for need in found.fitness.needs]
    if found.lacks_labels:
        few = words.gettext(
            "%(labels)d labels each for %(nights)d nights %(first)s and %(nights)d %(second)s are enough."
        )
        facts = {"labels": LABELS, "nights": LEAST_NIGHTS, "first": names[0], "second": names[1]}
        told.append(few % facts)
    return told


def ratio_words(ratio: Ratio, names: tuple[str, str], words: NullTranslations) -> str:
    """Say what a ratio says, in two sentences.

    Parameters
    ----------
    ratio
        Of the second phase over the first.
    names
        Of the nights of each phase, such as "before 2026-11-10".
    words
        The language.
    """
    _ = words.gettext
    facts = {
        "first": names[0],
        "second": names[1],
        "low": factor_words(ratio.low, words),
        "high": factor_words(ratio.high, words),
        "ratio": factor_words(ratio.ratio, words),
    }
    if not ratio.differs:
        return (
            _(
                "We can't tell yet whether your nights %(second)s differ from those %(first)s: anything between "
                "%(low)s and %(high)s times as many twitches an hour goes with what was counted (in the middle "
                "%(ratio)s times)."
            )
            % facts
        )
    sentence = (
        _("You twitched less in your nights %(second)s than in those %(first)s: between %(low)s and %(high)s times as "
          "often, most likely about %(ratio)s times.")
        if ratio.high < 1
        else _("You twitched more in your nights %(second)s than in those %(first)s: between %(low)s and %(high)s "
               "times as often, most likely about %(ratio)s times.")
    )  # fmt: skip
    return sentence % facts + " " + _("Why they differ this does not say.")


def need_words(need: Need, names: tuple[str, str], words: NullTranslations) -> str:
    """Say what is missing for a ratio."""
    _ = words.gettext
    facts = {"phase": names[need.phase], "have": need.have, "need": need.need, "nights": need.nights}
    if need.what == "labels":
        sentence = words.ngettext(
            "%(nights)d night %(phase)s needs more labels: %(missing)d in all.",
            "%(nights)d nights %(phase)s need more labels: %(missing)d in all.",
            need.nights,
        )
        return sentence % (facts | {"missing": need.need - need.have})
    if need.what == "same":
        named = {
            "sensor": _("another wearable"),
            "place": _("another place"),
            "side": _("the other side"),
            "version": _("another version or setting of the detector"),
        }
        sentence = words.ngettext(
            "%(nights)d night %(phase)s was recorded differently (%(differs)s) and cannot be compared with the others: "
            "%(have)d of %(need)d nights are there.",
            "%(nights)d nights %(phase)s were recorded differently (%(differs)s) and cannot be compared with the "
            "others: %(have)d of %(need)d nights are there.",
            need.nights,
        )
        return sentence % (facts | {"differs": ", ".join(named[each] for each in need.differs)})
    sentence = words.ngettext(
        "There is %(have)d night %(phase)s, and it takes %(need)d.",
        "There are %(have)d nights %(phase)s, and it takes %(need)d.",
        need.have,
    )
    return sentence % facts


def caution_words(caution: Caution, words: NullTranslations) -> str:
    """Say one thing to keep in mind."""
    _ = words.gettext
    facts = {
        "factor": factor_words(caution.size, words),
        "percent": round(100 * caution.size) if caution.what == "many" else 0,
        "size": round(caution.size) if caution.what == "gap" else 0,
        "count": caution.count,
        "names": ", ".join(caution.names),
        "few": f"{caution.size:.1f}",
    }
    return {
        "after_worst": _(
            "The last %(count)d nights before had %(factor)s times as many twitches as those before them. After bad "
            "nights come more usual ones, whatever is done. In made-up nights that do not differ, a comparison with "
            "these %(count)d shows about 0.9 times as many twitches afterwards, and one without them 1.1 to 1.3 times "
            "as many: leaving them out goes too far."
        ),
        "together": _("Something else changed between these nights, too: %(names)s. They cannot be told apart."),
        "many": _(
            "These are %(count)d comparisons: that one of them at least seems to differ where nothing does happens in "
            "%(percent)d of 100 cases."
        ),
        "drift": _("Apart from these phases your nights drift: %(factor)s times as many twitches each month."),
        "gap": _("There is a time of %(size)d days without a night among them."),
        "uneven": _("The nights of one phase are %(factor)s times as far apart as those of the other."),
        "few": _("There are hardly any twitches in them: %(few)s a night. Such counts tell little."),
    }[caution.what] % facts


def habit_words(habit: Habit, words: NullTranslations) -> str:
    """Say what a plan reckons with."""
    _ = words.gettext
    facts = {"variation": f"{habit.variation:.2f}", "rho": f"{habit.rho:.1f}", "nights": habit.nights}
    if habit.nights:
        return (
            _(
                "Reckoned with how your own %(nights)d nights scatter (coefficient of variation %(variation)s, "
                "correlation of a night with the next %(rho)s)."
            )
            % facts
        )
    return (
        _(
            "Reckoned with how people's nights usually scatter (coefficient of variation %(variation)s, correlation of "
            "a night with the next %(rho)s), for there are too few of your own yet."
        )
        % facts
    )


def design_words(design: str, words: NullTranslations) -> str:
    """Name a design."""
    _ = words.gettext
    return {
        A_THEN_B: _("first without, then with"),
        WEEKS: _("week by week in turns"),
        PAIRS: _("of each two nights one, drawn by lot"),
    }[design]


def third_words(plan: Plan, words: NullTranslations) -> str:
    """Say whether a fall by a third would be seen."""
    _ = words.gettext
    chance = plan.chance(A_THIRD_LESS)
    facts = {"half": plan.nights // 2, "percent": round(100 * chance), "design": design_words(plan.design, words)}
    if chance >= SEEN:
        sentence = _(
            "A fall by a third would be seen in %(half)d + %(half)d nights, %(design)s (in %(percent)d of 100)."
        )
    elif chance >= _HALF:
        sentence = _(
            "A fall by a third may be missed in %(half)d + %(half)d nights, %(design)s (seen in %(percent)d of 100)."
        )
    else:
        sentence = _(
            "A fall by a third cannot be relied on to be seen in %(half)d + %(half)d nights, %(design)s "
            "(in %(percent)d of 100)."
        )
    return sentence % facts


def plan_note(words: NullTranslations) -> str:
    """Say what a plan is not."""
    return words.gettext(
        "This says what nights could show, and suggests nothing: whether, when and in which order something is done is "
        "between you and whoever treats you. Turns tell something only of what leaves nothing behind by the next night."
    )
