"""``fasciwatch compare``: one's nights before and after a date, or with and without something of the diary."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, say, show
from detector.errors import NightError

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.summary.many.comparison import Comparison, Diaried
    from detector.summary.many.table import Table
    from detector.summary.statistics.plan import Plan

_DATE = click.DateTime(["%Y-%m-%d"])
_WIDE = 38


@dataclass(frozen=True, slots=True)
class _Asked:
    """One comparison that is asked for."""

    title: str
    names: tuple[str, str]
    comparison: Comparison


@click.command()
@click.option("--since", type=_DATE, metavar="DATE", help="Compare the nights from this evening on with those before.")
@click.option(
    "--treatment", "treatments", multiple=True, metavar="NAME",
    help="Compare nights with this and without it, by your diary; may be repeated.",
)  # fmt: skip
@click.option("--from", "first", type=_DATE, metavar="DATE", help="The first evening that counts, as 2026-11-23.")
@click.option("--until", "last", type=_DATE, metavar="DATE", help="The last one.")
@click.option("--leave-out", type=click.IntRange(0, 28), default=0, help="Leave out so many nights before the change.")
@click.option("--place", help="Where it was worn, in place of where it mostly was.")
@click.option("--sensor", help="Count nights of this wearable only: its name or its model.")
@click.option("--plan", "is_plan", is_flag=True, help="Say what so many nights could show, before you start.")
@json_option
@library_option
def compare(
    since: datetime | None,
    treatments: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    leave_out: int,
    place: str | None,
    sensor: str | None,
    is_plan: bool,  # noqa: FBT001 - click hands options on by position
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Compare your nights before and after a date you chose.

    A ratio is told where each phase has seven nights and more of one wearable at one place, and of each night 20
    twitches at random were judged. It says whether nights differ, and not why.
    """
    from detector.words import translations

    if sum((since is not None, bool(treatments), is_plan)) != 1:
        raise click.UsageError("say --since DATE, --treatment NAME or --plan")
    table = _table(library, place, sensor, first and first.date(), last and last.date())
    words = translations()
    if is_plan:
        _plan(table, words, as_json=as_json)
        return
    asked = (
        [_by_date(table, since.date(), leave_out, library, words)]
        if since is not None
        else _by_treatments(table, treatments, leave_out, library, words)
    )
    if as_json:
        print_json([_as_json(each, table) for each in asked])
        return
    for at, each in enumerate(asked):
        if at:
            show("")
        _show(each, table, words)
    show("", "fasciwatch is no medical device: these are movements of the skin, and no diagnosis.")


def _table(library: Path | None, place: str | None, sensor: str | None, first: date | None, last: date | None) -> Table:
    from detector.cli.look.trend import once
    from detector.cli.terminal.words.waiting import one_by_one
    from detector.night import library_folder
    from detector.night.keys import RING
    from detector.summary.many.cache import Summaries
    from detector.summary.many.table import place_named, places, table_of

    RING.ask = once(RING.ask)
    with Summaries(library_folder(library, make=False)) as summaries:
        nights = [summaries.of(path) for path in one_by_one(summaries.nights())]
    known = places(nights)
    if place is not None and place_named(place) not in known:
        raise NightError(f"nothing was worn there: there are {', '.join(filter(None, known)) or 'no places told'}")
    return table_of(nights, None if place is None else place_named(place), sensor=sensor, first=first, last=last)


def _diaried(library: Path | None) -> Diaried:
    from detector.diary import Diary
    from detector.night import library_folder
    from detector.summary.many.comparison import Diaried

    diary = Diary(library_folder(library, make=False))
    return Diaried({name: frozenset(evenings) for name, evenings in diary.treatments().items()}, diary.told())


def _by_date(table: Table, since: date, leave_out: int, library: Path | None, words: NullTranslations) -> _Asked:
    from detector.errors import DiaryError
    from detector.summary.many.comparison import NOTHING_TOLD, Question
    from detector.summary.many.comparison_words import names_of

    try:
        diary = _diaried(library)
    except DiaryError as error:
        say(f"Your diary cannot be asked what else changed: {error}")
        diary = NOTHING_TOLD
    question = Question(since=since, leave_out=leave_out)
    title = f"Your nights before and after {since}"
    return _Asked(title, names_of(question, words), question.answer(table.nights, diary))


def _by_treatments(
    table: Table, names: tuple[str, ...], leave_out: int, library: Path | None, words: NullTranslations
) -> list[_Asked]:
    from detector.diary.entries import key_of
    from detector.summary.many.comparison import Question
    from detector.summary.many.comparison_words import names_of

    diary = _diaried(library)
    asked = []
    for name in names:
        spelt = next((each for each in diary.used if key_of(each) == key_of(name)), None)
        if spelt is None:
            raise NightError(f"your diary names no {name}: it has {', '.join(diary.used) or 'no treatments'}")
        question = Question(treatment=spelt, leave_out=leave_out)
        found = question.answer(table.nights, diary, comparisons=len(names))
        asked.append(_Asked(f"Your nights with and without {spelt}, by your diary", names_of(question, words), found))
    return asked


def _show(asked: _Asked, table: Table, words: NullTranslations) -> None:
    from detector.summary.many.comparison_words import (
        both_words,
        caution_words,
        needs_words,
        ratio_words,
        unknown_words,
    )
    from detector.summary.many.said import left_out_counts, place_words, size_words
    from detector.summary.statistics.labels import LABELS

    found, names = asked.comparison, asked.names
    show(asked.title)
    if table.nights:
        show(f"{place_words(table.place, words)}: {size_words(table.amplitude_mg, words)}", "")
    for phase in (0, 1):
        show(*_phase(found, phase, names[phase], is_listed=bool(found.fitness.needs), words=words))
    if table.left_out:
        count = len(table.left_out)
        why = left_out_counts(table, words)
        show(f"{count} more night{'s do' if count > 1 else ' does'} not count ({why}): fasciwatch trend lists them.")
    if found.unknown:
        show(unknown_words(found, words))
    if found.ratio is None:
        show("", "No ratio can be told yet:", *(f"- {each}" for each in needs_words(found, names, words)))
        if found.lacks_labels:
            show(
                f'fasciwatch review offers them under "{_NIGHTS}": {LABELS} twitches a night, of all nights mixed, '
                "without their dates."
            )
    else:
        show("", ratio_words(found.ratio, names, words))
        if found.without_last is not None:
            show(both_words(found.ratio, found.without_last, words))
    if found.cautions:
        show("", "Keep in mind:", *(f"- {caution_words(each, words)}" for each in found.cautions))


_NIGHTS = "Judge 20 of each night"


def _phase(found: Comparison, phase: int, name: str, *, is_listed: bool, words: NullTranslations) -> list[str]:
    from statistics import median

    from detector.summary.many.said import rate_words, review_words, shown

    nights = found.of_phase(phase)
    if not nights:
        return [f"{name}: no nights"]
    is_used = [used for used, own in zip(found.fitness.usable, found.phases, strict=True) if own == phase]
    rates = [shown(night, true=True)[0] for night, used in zip(nights, is_used, strict=True) if used or is_listed]
    left_out = "" if is_listed or all(is_used) else f" ({len(nights) - sum(is_used)} more cannot be compared)"
    middle, low, high = (rate_words(each) for each in (median(rates), min(rates), max(rates)))
    many = f"{len(rates)} nights{left_out}, from {low} to {high} twitches an hour, half above {middle}"
    lines = [f"{name}: {many if len(rates) > 1 else f'1 night{left_out}, {low} twitches an hour'}"]
    if is_listed:
        for night in nights:
            rate, lowest, highest, is_true = shown(night, true=True)
            of = "" if is_true else "found, "
            lines.append(
                f"  {night.evening}  {rate_words(rate):>5} ({rate_words(lowest)} to {rate_words(highest)}) an hour, "
                f"{of}{review_words(night, words)}"
            )
    return lines


def _plan(table: Table, words: NullTranslations, *, as_json: bool) -> None:
    from detector.summary.many.comparison_words import design_words, habit_words, plan_note, third_words
    from detector.summary.many.table import counted
    from detector.summary.statistics.plan import USUAL, four_weeks, habit_of, plans

    habit = habit_of(counted(table.alike())) if table.nights else USUAL
    found = plans(habit)
    if as_json:
        print_json({"habit": asdict(habit), "plans": [_plan_as_json(each) for each in found]})
        return
    show(habit_words(habit, words), third_words(four_weeks(found), words), "")
    show(f"{'nights':<8}  {'order':<{_WIDE}}  {'seen in 80 of 100:':<22}  a fall by a third is seen")
    for each in found:
        half = f"{each.nights // 2} + {each.nights // 2}"
        size = f"a fall to {100 * each.least_fall:.0f} %"
        show(f"{half:<8}  {design_words(each.design, words):<{_WIDE}}  {size:<22}  in {_third(each)} of 100")
    show("", plan_note(words))


def _third(plan: Plan) -> int:
    from detector.summary.statistics.plan import A_THIRD_LESS

    return round(100 * plan.chance(A_THIRD_LESS))


def _plan_as_json(plan: Plan) -> dict[str, Any]:
    return {
        "design": plan.design,
        "nights": plan.nights,
        "factor": plan.factor,
        "least_fall": plan.least_fall,
        "least_rise": plan.least_rise,
        "chance_of_a_third_less": _third(plan) / 100,
    }


def _as_json(asked: _Asked, table: Table) -> dict[str, Any]:
    found = asked.comparison
    return {
        "phases": asked.names,
        "place": table.place,
        "amplitude_mg": table.amplitude_mg,
        "ratio": None if found.ratio is None else asdict(found.ratio),
        "without_last_three": None if found.without_last is None else asdict(found.without_last),
        "needs": [asdict(each) for each in found.fitness.needs],
        "cautions": [asdict(each) | {"size": None if math.isnan(each.size) else each.size} for each in found.cautions],
        "nights": [
            {
                "evening": night.evening,
                "phase": phase,
                "is_compared": bool(is_used) and found.ratio is not None,
                "hours": night.hours,
                "found": night.level.found,
                "per_hour": night.rate.per_hour,
                "true_per_hour": night.true,
                "review": night.review,
            }
            for night, phase, is_used in zip(found.nights, found.phases.tolist(), found.fitness.usable, strict=True)
        ],
        "in_neither": found.unknown,
        "left_out": [asdict(one) for one in table.left_out],
    }
