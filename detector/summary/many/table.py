"""One's nights by one wearable's place, in the order of their evenings: what was counted in each, and what was not.

Rates are compared above one size of twitches that all nights of the table can see, so that a noisier night or another
wearable is no better night. Where the wearable or the detector is another one the line breaks: `Setup` says what has to
be the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from detector.series import Rate, rate_per_hour
from detector.summary.judged.precision import beta_binomial
from detector.summary.many.counting import LeftOut, seen_mg, too_coarse, too_little
from detector.summary.statistics.conditions import Setup
from detector.summary.statistics.phases import Counted
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.summary.digest import NightDigest, SensorDigest
    from detector.summary.levels import Level
    from detector.summary.many.cache import Rates, Summed

_HOUR_S = 3600.0
_HASH = 8
_TAIL = 0.025
_NO_END = 20.0
"""Logarithm of a factor that leads to nothing."""

NightReview = Literal["all", "sample", "part", "none"]


@dataclass(frozen=True, slots=True)
class TrendNight:
    """What one wearable counted in one evening.

    Parameters
    ----------
    evening
        ISO 8601, in the wearer's zone.
    names
        Of the files it was recorded in, without their endings: two where a recording was broken off and begun again.
    sensors
        Number of the wearable in each of them.
    setup
        What must be the same in nights that are compared.
    level
        What was counted, of twitches of the table's size.
    sampled
        The same of every twitch found: labels are a sample of these.
    rate
        Twitches found per hour.
    review
        How much of the twitches is reviewed; see `SensorDigest`.
    true
        Twitches an hour that are true, with an interval, by the labels; None unless a random sample of them, or all,
        are labelled.
    """

    evening: str
    names: tuple[str, ...]
    sensors: tuple[int, ...]
    setup: Setup
    level: Level
    sampled: Level
    rate: Rate
    review: NightReview
    true: tuple[float, float, float] | None = None

    @property
    def day(self) -> int:
        """Number of its evening's day, which rises by one each day."""
        return date.fromisoformat(self.evening).toordinal()

    @property
    def is_reviewed(self) -> bool:
        """Whether its labels say how many of its twitches are true."""
        return self.review in {"all", "sample"}

    @property
    def hours(self) -> float:
        """In which twitches of the table's size would have been found."""
        return self.level.seconds / _HOUR_S


@dataclass(frozen=True, slots=True)
class Table:
    """Nights of one place.

    Parameters
    ----------
    place
        Where the wearable was worn; "" where nobody has said.
    amplitude_mg
        Size of the twitches that are counted, peak to peak; 0 where every one found is, since some night does not tell
        what it can see.
    nights
        Those that count, in the order of their evenings, one each.
    left_out
        The others, in the same order.
    """

    place: str
    amplitude_mg: float
    nights: tuple[TrendNight, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def segments(self) -> list[list[TrendNight]]:
        """The nights, cut where the wearable or the detector is another one."""
        cut: list[list[TrendNight]] = []
        for night in self.nights:
            if cut and cut[-1][-1].setup == night.setup:
                cut[-1].append(night)
            else:
                cut.append([night])
        return cut

    def alike(self) -> list[TrendNight]:
        """The nights that may be compared with the last one, itself among them."""
        return [night for night in self.nights if night.setup == self.nights[-1].setup]


def counted(nights: Sequence[TrendNight], *, all_sizes: bool = False) -> Counted:
    """Return nights as arrays, for `ratio_of` and the like.

    Parameters
    ----------
    nights
        In the order of their evenings.
    all_sizes
        Whether to count every twitch, whatever its size: of these the labels are a sample, and of these `fitness` asks
        for so many.
    """
    levels = [night.sampled if all_sizes else night.level for night in nights]
    return Counted.of(
        [night.day for night in nights],
        [level.found for level in levels],
        [level.seconds / _HOUR_S for level in levels],
        [level.labelled if night.is_reviewed else 0 for night, level in zip(nights, levels, strict=True)],
        [level.yes if night.is_reviewed else 0 for night, level in zip(nights, levels, strict=True)],
        [level.unsure if night.is_reviewed else 0 for night, level in zip(nights, levels, strict=True)],
    )


def places(nights: Iterable[Summed]) -> list[str]:
    """Return where wearables were worn in some nights, the place of most nights first; "" where nobody has said."""
    found: Counter[str] = Counter()
    for night in nights:
        if night.digest is not None:
            found.update({place_of(sensor) for sensor in night.digest.sensors})
    return [place for place, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def place_of(sensor: SensorDigest) -> str:
    """Return where a wearable was worn, in one spelling."""
    return place_named(sensor.place or "")


def place_named(words: str) -> str:
    """Write a place as `places` does, however it is typed: ``Left-Calf`` is ``left calf``."""
    return " ".join(words.replace("-", " ").replace("_", " ").lower().split())


def table_of(
    nights: Sequence[Summed],
    place: str | None = None,
    *,
    sensor: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Table:
    """Put the nights of one place together.

    Parameters
    ----------
    nights
        All there are, whatever became of them.
    place
        Where the wearable was worn; None for the place of most nights.
    sensor
        Name or model of the only wearable that counts; None for all.
    first, last
        Evenings between which nights are looked at, both included; None for no limit.
    """
    nights = [night for night in nights if _is_between(night, first, last)]
    if place is None:
        place = next(iter(places(nights)), "")
    left_out: list[LeftOut] = []
    found: dict[str, list[_Part]] = defaultdict(list)
    for night in nights:
        part = _part(night, place, sensor)
        if isinstance(part, LeftOut):
            left_out.append(part)
        else:
            found[part.night.evening or ""].append(part)
    whole: list[_Part] = []
    for evening in sorted(found):
        one, others = _one_of_an_evening(found[evening])
        left_out += others
        short = too_little(one.night, one.sensor)
        if short is None:
            whole.append(one)
        else:
            left_out.append(short)
    seen = [seen_mg(part.sensor) for part in whole]
    usual = [each for each, part in zip(seen, whole, strict=True) if part.setup == whole[-1].setup]
    amplitude_mg, coarse = too_coarse(seen, usual)
    counting = []
    for part, size, is_coarse in zip(whole, seen, coarse, strict=True):
        if is_coarse:
            left_out.append(LeftOut(part.night.name, part.night.evening or "", "coarse", amplitude_mg=size or 0.0))
        elif (told := part.told(amplitude_mg)) is not None:
            counting.append(told)
    return Table(place, amplitude_mg, tuple(counting), tuple(sorted(left_out, key=lambda one: (one.evening, one.name))))


@dataclass(frozen=True, slots=True)
class _Part:
    """A wearable's share of a night, or of several recordings of an evening that are joined."""

    night: NightDigest
    sensor: SensorDigest
    rates: Rates | None
    names: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def setup(self) -> Setup:
        settings = " ".join((self.night.version, *(each[:_HASH] for each in self.night.settings)))
        return Setup(self.sensor.model or self.sensor.name, place_of(self.sensor), self.sensor.side, settings)

    def told(self, amplitude_mg: float) -> TrendNight | None:
        level = self.sensor.level(amplitude_mg)
        rate = _rate(level) if self.rates is None else self.rates[self.sensor.levels.index(level)]
        if rate is None:
            return None
        return TrendNight(
            self.night.evening or "",
            self.names,
            self.numbers,
            self.setup,
            level,
            self.sensor.levels[0],
            rate,
            self.sensor.review,
            _true(level, rate) if self.sensor.review in {"all", "sample"} else None,
        )


def _rate(level: Level) -> Rate | None:
    return rate_per_hour(level.found, level.seconds, blocks=level.blocks)


def _true(level: Level, rate: Rate) -> tuple[float, float, float]:
    """Correct a rate by labels, for a picture: both uncertainties as factors, as if each knew nothing of the other."""
    unseen = level.found - level.labelled
    ends = []
    for yes in (level.yes, level.yes + level.unsure):
        chances = np.cumsum(beta_binomial(unseen, yes + 0.5, level.labelled - yes + 0.5))
        ends.append([yes + int(np.searchsorted(chances, share)) for share in (_TAIL, 0.5, 1 - _TAIL)])
    low, middle, high = ends[0][0], (ends[0][1] + ends[1][1]) / 2, ends[1][2]
    share = middle / level.found if level.found else 0.0
    per_hour = rate.per_hour * share
    if not per_hour:
        return 0.0, 0.0, rate.high_per_hour * (high + 0.5) / (level.found + 0.5)
    below = math.hypot(_factor(rate.per_hour, rate.low_per_hour), _factor(middle + 0.5, low + 0.5))
    above = math.hypot(_factor(rate.high_per_hour, rate.per_hour), _factor(high + 0.5, middle + 0.5))
    return per_hour, per_hour * math.exp(-below), per_hour * math.exp(above)


def _factor(one: float, other: float) -> float:
    return math.log(one / other) if other > 0 else _NO_END


def _is_between(night: Summed, first: date | None, last: date | None) -> bool:
    """Whether a night lies between two evenings; one that cannot be read, by the date that its name begins with."""
    words = night.line.name[:10] if night.digest is None else night.digest.evening
    try:
        evening = date.fromisoformat(words or "")
    except ValueError:
        return True
    return (first is None or first <= evening) and (last is None or evening <= last)


def _part(night: Summed, place: str, sensor: str | None) -> _Part | LeftOut:
    """Return the share of a night that is looked at, or why there is none."""
    line, digest = night.line, night.digest
    if digest is None or line.state == "recording":
        reason = "damaged" if line.state == "sound" else line.state
        return LeftOut(line.name, digest.evening or "" if digest else _dated(line.name), reason, words=line.words)
    evening = digest.evening or ""
    with_dates = [(at, each) for at, each in enumerate(digest.sensors) if each.has_date and each.recorded_s and evening]
    if not with_dates:
        return LeftOut(line.name, evening, "short" if evening else "no date")
    there = [(at, each) for at, each in with_dates if place_of(each) == place]
    if not there:
        others = ", ".join(dict.fromkeys(place_of(each) for _, each in with_dates))
        return LeftOut(line.name, evening, "place", words=others)
    chosen = [(at, each) for at, each in there if sensor is None or sensor in {each.name, each.model}]
    if not chosen:
        return LeftOut(line.name, evening, "sensor", words=", ".join(each.name for _, each in there))
    # Two wearables at one place: whichever was worn longer.
    at, found = max(chosen, key=lambda item: (item[1].worn_s, -item[0]))
    return _Part(digest, found, night.rates[at] if at < len(night.rates) else None, (line.name,), (at,))


def _dated(name: str) -> str:
    try:
        return date.fromisoformat(name[:10]).isoformat()
    except ValueError:
        return ""


def _one_of_an_evening(parts: list[_Part]) -> tuple[_Part, list[LeftOut]]:
    """Make one of the recordings of an evening: they are joined where they may be, and else the longest counts."""
    left_out = []
    once: dict[str, _Part] = {}
    for part in sorted(parts, key=lambda part: (len(part.night.name), part.night.name)):
        first = once.setdefault(part.night.night_id or part.night.name, part)
        if first is not part:
            left_out.append(LeftOut(part.night.name, part.night.evening or "", "copy", words=first.night.name))
    longest, *others = sorted(once.values(), key=lambda part: (-part.sensor.worn_s, part.night.start_ns or 0))
    for other in others:
        if other.setup == longest.setup and not _overlap(longest.night, other.night):
            longest = _joined(longest, other)
        else:
            words = longest.names[0]
            left_out.append(LeftOut(other.night.name, other.night.evening or "", "second", words=words))
    return longest, left_out


def _overlap(one: NightDigest, other: NightDigest) -> bool:
    return max(one.start_ns or 0, other.start_ns or 0) < min(one.end_ns or 0, other.end_ns or 0) - NS


def _joined(one: _Part, other: _Part) -> _Part:
    """Make one night of two recordings, as if it had been recorded without a break."""
    first, second = sorted((one, other), key=lambda part: part.night.start_ns or 0)
    a, b = first.sensor, second.sensor
    reviews = {a.review, b.review}
    review = next(iter(reviews)) if len(reviews) == 1 else "sample" if reviews <= {"all", "sample"} else "part"
    # A sample of one part is none of both.
    stands = review in {"all", "sample"}
    levels = tuple(
        replace(
            own,
            seconds=own.seconds + also.seconds,
            found=own.found + also.found,
            blocks=own.blocks + also.blocks,
            labelled=own.labelled + also.labelled if stands else 0,
            yes=own.yes + also.yes if stands else 0,
            unsure=own.unsure + also.unsure if stands else 0,
        )
        for own, also in zip(a.levels, b.levels, strict=True)
    )
    sensor = replace(
        a,
        levels=levels,
        review=review,
        recorded_s=a.recorded_s + b.recorded_s,
        worn_s=a.worn_s + b.worn_s,
        measurable_s=None if a.measurable_s is None or b.measurable_s is None else a.measurable_s + b.measurable_s,
    )
    night = replace(first.night, end_ns=second.night.end_ns)
    return _Part(night, sensor, None, first.names + second.names, first.numbers + second.numbers)
