"""A comparison of nights in words: what differs, what is missing, what to keep in mind; never what it comes from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detector.summary.many.conditions import LEAST_NIGHTS

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.summary.many.cautions import Caution
    from detector.summary.many.conditions import Need
    from detector.summary.many.phases import Ratio


def factor(value: float) -> str:
    """Write a ratio."""
    return f"{value:.2f}"


def ratio_words(ratio: Ratio, words: NullTranslations) -> str:
    """Say a ratio by its interval."""
    _ = words.gettext
    told = _(
        "An hour of the nights after has between %(low)s and %(high)s times as many twitches as an hour of the nights "
        "before (most likely %(middle)s)."
    ) % {"low": factor(ratio.low), "high": factor(ratio.high), "middle": factor(ratio.ratio)}
    if ratio.high < 1:
        return told + " " + _("That is fewer.")
    if ratio.low > 1:
        return told + " " + _("That is more.")
    return told + " " + _("We can't tell whether they differ: neither more nor fewer is ruled out.")


def need_words(need: Need, names: tuple[str, str], usable: int, words: NullTranslations) -> str:
    """Say what is missing for a ratio.

    Parameters
    ----------
    need
        What is missing.
    names
        Of the phases.
    usable
        Nights of its phase that could be compared.
    words
        The language.
    """
    _ = words.gettext
    name = names[need.phase]
    if need.what == "nights":
        return _("%(phase)s: %(have)d nights count, and %(need)d are needed.") % {
            "phase": name, "have": need.have, "need": need.need,
        }  # fmt: skip
    if need.what == "labels":
        return words.ngettext(
            "%(phase)s: %(have)d night is judged, twenty twitches of it or all, and %(need)d are needed.",
            "%(phase)s: %(have)d nights are judged, twenty twitches of each or all, and %(need)d are needed.",
            usable,
        ) % {"phase": name, "have": usable, "need": LEAST_NIGHTS}
    differs = {
        "sensor": _("another wearable"),
        "place": _("another place"),
        "side": _("another side"),
        "version": _("another version or setting of the detector"),
    }
    return words.ngettext(
        "%(phase)s: %(nights)d night was recorded otherwise (%(how)s); %(have)d are left, and %(need)d are needed.",
        "%(phase)s: %(nights)d nights were recorded otherwise (%(how)s); %(have)d are left, and %(need)d are needed.",
        need.nights,
    ) % {
        "phase": name, "nights": need.nights, "have": need.have, "need": need.need,
        "how": ", ".join(differs.get(each, each) for each in need.differs),
    }  # fmt: skip


def caution_words(caution: Caution, words: NullTranslations) -> str:
    """Say one thing to keep in mind."""
    _ = words.gettext
    known = 0.0 if math.isnan(caution.size) else caution.size
    size = factor(known)
    return {
        "after_worst": _(
            "The last %(count)d nights before had %(size)s times as many twitches as those before them. After such "
            "nights come more usual ones anyway."
        )
        % {"count": caution.count, "size": size},
        "together": _("Something else changed at the same time: %s. What differs cannot be told apart.")
        % ", ".join(caution.names),
        "many": _("With %(count)d comparisons at once, one seems to differ by chance in %(share)d of 100 cases.")
        % {"count": caution.count, "share": round(100 * known)},
        "drift": _("Within the phases the nights change as well, by a factor of %s a month.") % size,
        "gap": _("There are %d days without a night that counts.") % known,
        "uneven": _("Nights of one phase are further apart than those of the other, by a factor of %s.") % size,
        "few": _("There are few twitches: %s a night.") % size,
    }.get(caution.what, caution.what)
