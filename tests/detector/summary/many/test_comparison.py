"""Promise: two phases of nights are put together rightly, and a ratio is told only where it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from gettext import NullTranslations

import numpy as np
import pytest

from detector.series import rate_per_hour
from detector.summary.levels import Level
from detector.summary.many.comparison import Diaried, Question, by_date, by_use, compared
from detector.summary.many.comparison_words import (
    both_words,
    caution_words,
    need_words,
    ratio_words,
    unknown_words,
)
from detector.summary.many.table import TrendNight
from detector.summary.statistics.conditions import Setup

FIRST = date(2026, 9, 1)
NAMES = ("before", "after")


def night(number: int, found: int, *, review="sample", place="left calf") -> TrendNight:
    labelled = min(found, 20) if review == "sample" else 0
    level = Level(0.0, 6 * 3600.0, found, ((found, 6 * 3600.0),), labelled, labelled, 0)
    evening = (FIRST + timedelta(days=number)).isoformat()
    rate = rate_per_hour(found, level.seconds, blocks=level.blocks)
    setup = Setup("Verity Sense", place, "left", "0.1.0")
    return TrendNight(evening, (evening,), (0,), setup, level, level, rate, review, None)


def nights(count=28, drop=1.0, start=14, **how):
    random = np.random.default_rng(5)
    return [
        night(number, int(random.poisson(90 * np.exp(0.2 * random.normal()) * (drop if number >= start else 1))), **how)
        for number in range(count)
    ]


def since(found, day=14, **how):
    return compared(found, by_date(found, FIRST + timedelta(days=day)), **how)


def test_before_and_after_a_date():
    found = since(nights(drop=0.4))
    assert [len(found.of_phase(phase)) for phase in (0, 1)] == [14, 14]
    assert found.ratio.low < 0.4 < found.ratio.high < 1
    assert not found.fitness.needs


def test_unreviewed_events_have_no_ratio_and_labels_are_asked_for():
    found = since(nights(drop=0.4, review="none"))
    assert found.ratio is None
    assert {each.what for each in found.fitness.needs} == {"labels"}
    # Some that a reviewer chose stand for nothing but themselves.
    assert since(nights(drop=0.4, review="part")).ratio is None


def test_nights_before_the_change_may_be_left_out():
    found = since(nights(), leave_out=3)
    assert len(found.of_phase(0)) == 11
    assert found.of_phase(0)[-1].evening == "2026-09-11"
    assert len(found.of_phase(1)) == 14


def test_a_start_after_the_worst_nights_is_told_with_and_without_them():
    made = nights()
    for number in (11, 12, 13):
        made[number] = night(number, 260)
    found = since(made)
    assert "after_worst" in {each.what for each in found.cautions}
    assert found.without_last.nights == (11, 14)
    assert found.without_last.ratio > found.ratio.ratio
    words = both_words(found.ratio, found.without_last, NullTranslations())
    for each in (found.ratio, found.without_last):
        assert f"between {each.low:.2f} and {each.high:.2f} times as often" in words
    assert "Neither is the better one" in words
    (caution,) = (each for each in found.cautions if each.what == "after_worst")
    assert "leaving them out goes too far" in caution_words(caution, NullTranslations())


def test_nights_of_which_the_diary_says_nothing_are_in_neither_phase():
    made = nights()
    evenings = [date.fromisoformat(each.evening) for each in made]
    used, said = set(evenings[::2]), set(evenings[:24])
    phases = by_use(made, used, said)
    assert phases[:4] == [1, 0, 1, 0]
    assert phases[25] is None
    found = compared(made, phases)
    assert [len(found.of_phase(phase)) for phase in (0, 1)] == [12, 14]
    assert found.ratio is not None
    assert found.unknown == 2
    assert "on 2 more nights: they are in neither" in unknown_words(found, NullTranslations())
    assert unknown_words(since(made), NullTranslations()) == ""
    asked = Question(treatment="Massage", leave_out=1)
    same = asked.answer(made, Diaried({"Massage": used, "Magnesium": set()}, said))
    assert same.unknown == 2
    assert len(same.nights) == len(found.nights)


def test_another_place_is_not_compared():
    found = since(nights(14) + [night(number, 90, place="right calf") for number in range(14, 28)])
    assert found.ratio is None
    assert found.fitness.needs[0].differs == ("place",)


def test_without_nights_there_is_none():
    assert since([]).ratio is None


@pytest.mark.parametrize("drop", [0.4, 1.0, 2.5])
def test_in_words(drop):
    words = ratio_words(since(nights(drop=drop)).ratio, NAMES, NullTranslations())
    assert {0.4: "twitched less", 1.0: "We can't tell yet", 2.5: "twitched more"}[drop] in words
    assert "nan" not in words


def test_needs_and_cautions_in_words():
    languages = NullTranslations()
    mixed = [replace(each, setup=replace(each.setup, version=str(at // 5))) for at, each in enumerate(nights(20))]
    for found in (since(nights(review="none")), since(nights(10)), since(mixed)):
        for need in found.fitness.needs:
            words = need_words(need, NAMES, languages)
            assert "%" not in words
            assert "nan" not in words
    others = {"magnesium": {FIRST + timedelta(days=number) for number in range(14, 28)}}
    made = [night(number, 260 if 11 <= number < 14 else 60) for number in range(28)]
    told = since(made, others=others, comparisons=4).cautions
    assert {each.what for each in told} >= {"after_worst", "together", "many"}
    for each in told:
        assert "%" not in caution_words(each, languages)
    assert any("magnesium" in caution_words(each, languages) for each in told)
