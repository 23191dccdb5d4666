"""Which nights count, and why the others do not."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detector.summary.levels import LEVELS_MG

if TYPE_CHECKING:
    from detector.summary.digest import NightDigest, SensorDigest

LEAST_S = 3 * 3600.0
"""So long twitches must have been measurable in a night that counts: in less, one spell of them would be the night."""

_KEPT = 0.8
"""A night can see twitches of a size if so much of its measurable time can."""
_COARSER = 2.0
"""A night that sees only twitches so many times as large as half of the nights do is left out: all would be measured by
its measure."""

Reason = Literal[
    "damaged",
    "locked",
    "recording",
    "no date",
    "place",
    "sensor",
    "not worn",
    "short",
    "unmeasurable",
    "coarse",
    "copy",
    "second",
]
"""Why a night does not count: it is damaged; encrypted, and no passphrase is known; being recorded; without a date; was
worn at another place only; was recorded with another wearable only; was not worn for long enough; is too short; could
not be measured for long enough; sees large twitches only; is another night's copy; another recording of its evening
counts."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A night that does not count.

    Parameters
    ----------
    name
        Of its file, without the ending.
    evening
        ISO 8601; "" where it is not known.
    reason
        Why.
    seconds
        Of ``short`` its length, of ``not worn`` how long it was worn, of ``unmeasurable`` how long it could be
        measured.
    words
        Of ``place`` and ``sensor`` the other ones; of ``copy`` and ``second`` the night that counts; of ``damaged``
        what is wrong.
    amplitude_mg
        Of ``coarse`` the size that it sees.
    """

    name: str
    evening: str
    reason: Reason
    seconds: float = 0.0
    words: str = ""
    amplitude_mg: float = 0.0


def too_little(night: NightDigest, sensor: SensorDigest) -> LeftOut | None:
    """Say why too little of a night was measured; None where there is enough."""
    name, evening = night.name, night.evening or ""
    if sensor.recorded_s < LEAST_S:
        return LeftOut(name, evening, "short", sensor.recorded_s)
    if sensor.worn_s < LEAST_S:
        return LeftOut(name, evening, "not worn", sensor.worn_s)
    if sensor.measurable_s is not None and sensor.measurable_s < LEAST_S:
        return LeftOut(name, evening, "unmeasurable", sensor.measurable_s)
    return None


def seen_mg(sensor: SensorDigest) -> float | None:
    """Return the smallest of `LEVELS_MG` that a night can see; None where that is not known, or larger than all."""
    whole, *levels = sensor.levels
    if not whole.seconds or sensor.measurable_s is None:
        return None
    return next((level.amplitude_mg for level in levels if level.seconds >= _KEPT * whole.seconds), None)


def too_coarse(seen: Sequence[float | None], usual: Iterable[float | None]) -> tuple[float, list[bool]]:
    """Find the size of twitches that nights can be compared by.

    Parameters
    ----------
    seen
        What each night can see, in mg; None where that is not known.
    usual
        Those among them that say what is usual.

    Returns
    -------
    amplitude_mg, coarse
        The smallest size that all others can see, 0 where some night does not tell what it sees, so that every twitch
        is counted; and of each night whether it is too coarse to be compared by that.
    """
    known = [each for each in usual if each is not None]
    if not known or any(each is None for each in seen):
        return LEVELS_MG[0], [False] * len(seen)
    most = _COARSER * statistics.median(known)
    coarse = [each is not None and each > most for each in seen]
    return max(each for each, is_coarse in zip(seen, coarse, strict=True) if each is not None and not is_coarse), coarse
