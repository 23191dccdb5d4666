"""The questions of the diary at the terminal, and how what is typed is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.output import say
from detector.errors import AnswerError

if TYPE_CHECKING:
    from datetime import date

    from detector.diary import Entry, Treatment
    from detector.diary.entries import Usual

_BACK = "-"
"""Takes an answer back."""
_AS_BEFORE = "="
_QUESTIONS = (
    ("bed", "To bed at"),
    ("up", "Up at"),
    ("night", "How was the night, 0 (bad) to 10 (good)"),
    ("twitching", "Twitching you felt, 0 (none) to 10, or in words"),
    ("pain", "Pain, 0 (none) to 10"),
    ("stiffness", "Stiffness, 0 (none) to 10"),
    ("spasms", "Spasms an hour while awake, about how many, or in words"),
    ("treatments", "Treatments"),
    ("note", "Anything else"),
)
_FIELDS = {"bed": "bed_utc_ns", "up": "up_utc_ns"}


def ask(
    evening: date, zone: str, before: Entry | None, offered: Sequence[Usual], earlier: Sequence[Treatment]
) -> dict[str, Any]:
    """Ask one question after the other; what is pressed Enter at stays as it was.

    Parameters
    ----------
    evening, zone
        Of which night, and in which time zone.
    before
        What was said of it before; None where nothing was.
    offered, earlier
        Treatments to choose from, and those of the evening before.

    Returns
    -------
    dict
        What was answered, as `Diary.change` takes it; what was answered until Ctrl-C ended it.
    """
    from detector.diary.entries import Entry

    say(f"The night that began on {evening:%A} {evening}. Enter goes on, - takes an answer back, Ctrl-C ends.")
    entry = before or Entry(evening, zone)
    answers: dict[str, Any] = {}
    try:
        for name, question in _QUESTIONS:
            if name == "treatments":
                _tell_treatments(offered, earlier)
            while True:
                now = _now(name, entry)
                words = click.prompt(question, default=now, err=True, show_default=bool(now), prompt_suffix=": ")
                if words == now:
                    break
                try:
                    answer = _answers(name, words, entry, offered, earlier)
                    entry = replace(entry, **answer)
                except (ValueError, AnswerError) as error:
                    say(f"  {error}")
                    continue
                answers |= answer
                break
    except click.Abort:
        say("")
        say("That is all, then.")
    return answers


def answers_of(told: Mapping[str, str], evening: date, zone: str, before: Entry | None) -> dict[str, Any]:
    """Understand what was given by options: times, numbers, words.

    Returns
    -------
    dict
        As `Diary.change` takes it.

    Raises
    ------
    AnswerError
        Where something cannot be understood.
    """
    from detector.diary.entries import Entry

    entry = before or Entry(evening, zone)
    answers: dict[str, Any] = {}
    both = {"bed", "up"} <= told.keys()
    if both:  # a new time of going to bed need not fit the old one of getting up
        entry = replace(entry, bed_utc_ns=None, up_utc_ns=None)
    for name, _ in _QUESTIONS:
        if name in told:
            try:
                answer = _answers(name, told[name], entry, (), ())
                entry = replace(entry, **answer)
            except ValueError as error:
                raise AnswerError(f"--{name}: {error}") from error
            answers |= answer
    return answers


def typed(treatments: Sequence[str], offered: Sequence[Usual] = ()) -> tuple[Treatment, ...]:
    """Understand treatments that were given by options; an amount without a unit is in that of what is offered.

    Raises
    ------
    AnswerError
        Where one cannot be understood.
    """
    from detector.diary.grammar import treatment_in

    found = []
    for words in treatments:
        try:
            found.append(_with_unit(treatment_in(words), offered))
        except ValueError as error:
            raise AnswerError(f"{words!r}: {error}") from error
    return tuple(found)


def usual_words(each: Usual) -> str:
    """Write a treatment that is offered, with its usual amount or its unit."""
    from detector.diary.entries import plain

    if each.amount is not None:
        return f"{each.name} {plain(each.amount)} {each.unit}".rstrip()
    return f"{each.name} ({each.unit})" if each.unit else each.name


def _now(name: str, entry: Entry) -> str:
    """Return what is said now, as it would be typed."""
    from detector.diary import clock, grammar
    from detector.diary.entries import plain

    if name in _FIELDS:
        return clock.in_words(getattr(entry, _FIELDS[name]), entry.timezone)
    value = getattr(entry, name)
    if name == "treatments":
        return grammar.in_words(value)
    if name == "note":
        return str(value).replace("\n", " / ")
    return plain(value) if isinstance(value, float) else value or ""


def _answers(
    name: str, words: str, entry: Entry, offered: Sequence[Usual], earlier: Sequence[Treatment]
) -> dict[str, Any]:
    from detector.diary import clock
    from detector.diary.entries import number_in

    words = words.strip()
    field = _FIELDS.get(name, name)
    if words in {_BACK, ""}:
        return {field: "" if name == "note" else None}
    if name == "bed":
        return {field: clock.bed_time(entry.evening, entry.timezone, words)}
    if name == "up":
        return {field: clock.up_time(entry.evening, entry.timezone, words, entry.bed_utc_ns)}
    if name == "treatments":
        return {field: _chosen(words, offered, earlier)}
    if name in {"note", "twitching", "spasms"}:
        return {field: words}
    number = number_in(words)
    if number is None:
        raise ValueError(f"{words[:20]!r} is no number from 0 to 10")
    return {field: number}


def _chosen(words: str, offered: Sequence[Usual], earlier: Sequence[Treatment]) -> tuple[Treatment, ...]:
    """Understand treatments by their numbers in the list, by their names, or "=" for those of the evening before."""
    from detector.diary.entries import Treatment
    from detector.diary.grammar import treatments_in

    if words == _AS_BEFORE:
        return tuple(earlier)
    if all(part.strip().isdigit() for part in words.split(",")):
        words = words.replace(",", ";")
    found = []
    for each in treatments_in(words):
        if each.name.isdigit():
            if not 1 <= int(each.name) <= len(offered):
                raise ValueError(f"there is no number {each.name} in the list")
            usual = offered[int(each.name) - 1]
            if each.amount is None:
                each = Treatment(usual.name, usual.amount, usual.unit, each.at)  # noqa: PLW2901 - the same, by its name
            else:
                each = Treatment(usual.name, each.amount, each.unit or usual.unit, each.at)  # noqa: PLW2901 - as above
        found.append(_with_unit(each, offered))
    return tuple(found)


def _with_unit(each: Treatment, offered: Sequence[Usual]) -> Treatment:
    from detector.diary.entries import key_of

    if each.amount is None or each.unit:
        return each
    return replace(each, unit=next((one.unit for one in offered if key_of(one.name) == each.key), ""))


def _tell_treatments(offered: Sequence[Usual], earlier: Sequence[Treatment]) -> None:
    from detector.diary.grammar import in_words

    say("Treatments of that day: " + ", ".join(f"{place} {usual_words(each)}" for place, each in enumerate(offered, 1)))
    example = 'numbers as "1, 3", with amounts as "1: 30; 3: 10 min @ 21:00", or other names; none for none'
    say(f"  {example}" + (f"; = as the day before ({in_words(tuple(earlier))})" if earlier else ""))
