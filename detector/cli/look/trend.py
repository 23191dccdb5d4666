"""``fasciwatch trend``: one's nights side by side, and whether the last one was unusual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, refuse_to_overwrite, say, show
from detector.errors import FasciwatchError, NightError

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.summary.many.counting import LeftOut
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual

_SHOWN = 30
"""Nights that are shown unless others are asked for."""
_WIDE = 30
_DATE = click.DateTime(["%Y-%m-%d"])
_SIZE = (720.0, 320.0)


@click.command()
@click.option("--from", "first", type=_DATE, metavar="DATE", help="The first evening that counts, as 2026-11-23.")
@click.option("--to", "last", type=_DATE, metavar="DATE", help="The last one.")
@click.option("--place", help="Where it was worn, in place of where it mostly was.")
@click.option("--sensor", help="Count nights of this wearable only: its name or its model.")
@click.option(
    "--svg", "picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw them into this file, too."
)
@json_option
@library_option
def trend(
    first: datetime | None,
    last: datetime | None,
    place: str | None,
    sensor: str | None,
    picture: Path | None,
    as_json: bool,  # noqa: FBT001 - click hands options on by position
    library: Path | None,
) -> None:
    """Compare your last night with the nights before it.

    Nights count where the wearable was worn at one place for three hours and more in which twitches could be measured.
    Where another wearable, version or setting was used the line is broken: only nights recorded alike are compared.
    """
    from detector.cli.terminal.words.waiting import one_by_one
    from detector.night import library_folder
    from detector.night.keys import RING
    from detector.summary.many.cache import Summaries
    from detector.summary.many.table import place_named, places, table_of
    from detector.summary.many.usual import usual
    from detector.words import translations

    folder = library_folder(library, make=False)
    RING.ask = once(RING.ask)
    with Summaries(folder) as summaries:
        nights = [summaries.of(path) for path in one_by_one(summaries.nights())]
    if not nights and not as_json:
        say(f"There is no night in {folder} yet: record one, or let fasciwatch demo make one up.")
        return
    known = places(nights)
    if place is not None and place_named(place) not in known:
        raise NightError(f"nothing was worn there: there are {', '.join(filter(None, known)) or 'no places told'}")
    chosen = known if place is None else [place_named(place)]
    limits = {"first": first and first.date(), "last": last and last.date()}
    tables = [table_of(nights, each, sensor=sensor, **limits) for each in chosen or [""]]
    words = translations()
    if picture is not None:
        _draw(picture, tables[0], usual(tables[0]), words)
    if as_json:
        print_json([_as_json(table, usual(table)) for table in tables])
        return
    _show(tables[0], usual(tables[0]), words, is_all=first is not None or last is not None)
    for at, table in enumerate(each for each in tables[1:] if each.nights):
        count = len(table.nights)
        show(
            *[""] * (not at),
            f"Worn at another place, {table.place or 'not told'}: {count} night{'s' * (count != 1)} (--place).",
        )
    show("", "fasciwatch is no medical device: these are movements of the skin, and no diagnosis.")


def once(ask: Callable[[], str] | None) -> Callable[[], str] | None:
    """Ask a person once: there may be hundreds of nights that another passphrase unlocks."""
    asked = False

    def answer() -> str:
        nonlocal asked
        if asked or ask is None:
            return ""
        asked = True
        return ask()

    return ask and answer


def _draw(target: Path, table: Table, found: Usual | None, words: NullTranslations) -> None:
    from detector.figures.trend import trend_figure

    if not table.nights:
        raise NightError("there is nothing to draw: no night counts")
    drawn = str(trend_figure("trend", table, found, _SIZE, words)).replace(" height=", ' color="#111" height=', 1)
    refuse_to_overwrite(str(target))
    try:
        target.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise FasciwatchError(f"cannot write {target} ({error.strerror}): name another file") from error


def _show(table: Table, found: Usual | None, words: NullTranslations, *, is_all: bool) -> None:
    from detector.summary.many.said import basis_words, change_words, place_words, size_words, verdict, why_left_out

    if found is None:
        show("No night counts yet.")
    else:
        show(verdict(found, table.amplitude_mg, words), basis_words(found, words), "")
        show(f"{place_words(table.place, words)}: {size_words(table.amplitude_mg, words)}")
        shown = table.nights if is_all else table.nights[-_SHOWN:]
        lines = _lines(shown, table, found, words)
        for before, night, line in zip((None, *shown), shown, lines[1:], strict=False):
            if before is None:
                show(lines[0])
            elif before.setup != night.setup:
                show(f"   --- {change_words(before.setup, night.setup, words)}")
            show(line)
        show(_key(found))
        if len(shown) < len(table.nights):
            show(f"{len(table.nights) - len(shown)} nights before these count too: see them with --from.")
    if table.left_out:
        show("", "Nights that do not count:")
        left_out = table.left_out if is_all else table.left_out[-_SHOWN:]
        show(*(f"{_named(one)}: {why_left_out(one, words)}" for one in left_out))
        if len(left_out) < len(table.left_out):
            show(f"and {len(table.left_out) - len(left_out)} before them.")


def _key(found: Usual) -> str:
    """Say what the marks stand for."""
    band = "" if found.band is None else "; between [ and ] lie 19 of 20 such nights"
    return f"* judged, o not yet{band}"


def _named(one: LeftOut) -> str:
    """Name a night by its evening, and by its file where that is called otherwise."""
    return one.name if one.name == one.evening else f"{one.evening or '-':<10}  {one.name}"


def _lines(nights: tuple[TrendNight, ...], table: Table, found: Usual, words: NullTranslations) -> list[str]:
    """Write a head and a line for each night: its rate with the interval, and where that lies on a common scale."""
    from detector.summary.many.said import rate_words, review_words, shown

    band = found.band
    rates = [shown(night, true=found.is_of_true) for night in nights]
    most = max([rate for rate, *_ in rates] + [band.high if band else 0.0]) or 1.0
    alike = set(table.alike())

    def column(rate: float) -> int:
        return round(min(rate / most, 1.0) * (_WIDE - 1))

    lines = [f"{'evening':<10}  {'twitches an hour':>20}  {'hours':>5}  0{f'{most:.0f}':>{_WIDE - 1}}  judged"]
    for night, (rate, low, high, _) in zip(nights, rates, strict=True):
        scale = [" "] * _WIDE
        if band is not None and night in alike:
            scale[column(band.low)], scale[column(band.high)] = "[", "]"
        scale[column(rate)] = "*" if night.is_reviewed else "o"
        told = f"{rate_words(rate)} ({rate_words(low)} to {rate_words(high)})"
        joined = f", {len(night.names)} recordings" if len(night.names) > 1 else ""
        lines.append(
            f"{night.evening:<10}  {told:>20}  {night.hours:>5.1f}  {''.join(scale)}  "
            f"{review_words(night, words)}{joined}"
        )
    return lines


def _as_json(table: Table, found: Usual | None) -> dict[str, Any]:
    return {
        "place": table.place,
        "amplitude_mg": table.amplitude_mg,
        "usual": None
        if found is None
        else {
            "place": found.place,
            "per_hour": found.per_hour,
            "band": None if found.band is None else asdict(found.band),
            "before": [night.evening for night in found.before],
            "missing": found.missing,
            "is_of_true": found.is_of_true,
        },
        "nights": [
            {
                "evening": night.evening,
                "names": night.names,
                "setup": asdict(night.setup),
                "found": night.level.found,
                "hours": night.hours,
                "per_hour": night.rate.per_hour,
                "low_per_hour": night.rate.low_per_hour,
                "high_per_hour": night.rate.high_per_hour,
                "review": night.review,
                "labelled": night.sampled.labelled,
                "true_per_hour": night.true,
            }
            for night in table.nights
        ],
        "left_out": [asdict(one) for one in table.left_out],
    }
