"""Options that several commands have, and what they refuse."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from firmware_bridge.foreign_text import clean

if TYPE_CHECKING:
    from detector.signal import DetectorConfig

F = TypeVar("F", bound=Callable[..., Any])

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Finite(click.FloatRange):
    """A number in a range; unlike click's own it refuses "nan"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Convert what the user typed."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


def time_of_day(_ctx: click.Context | None, _param: click.Parameter | None, words: str | None) -> time | None:
    """Convert what the user typed for an option; None where it was not given.

    Raises
    ------
    click.BadParameter
        Where that is no time of day.
    """
    if words is None:
        return None
    match = _FORM.fullmatch(words.strip())
    if match is None:
        raise click.BadParameter(f"{words!r} is no time of day such as 07:00")
    return time(int(match[1]), int(match[2]))


def places_of(_ctx: click.Context | None, _param: click.Parameter | None, words: tuple[str, ...]) -> dict[str, str]:
    """Convert what the user typed of where wearables are worn: the place of each name, or of "" for any.

    Raises
    ------
    click.BadParameter
        Where a place is empty, or two are given of one wearable.
    """
    places: dict[str, str] = {}
    for word in words:
        name, _, place = (clean(part).strip() for part in word.rpartition("="))
        if not place or name in places:
            raise click.BadParameter(f"{word!r}: give one place such as left-leg, or NAME=left-leg for each wearable")
        places[name] = place
    return places


def place_option(function: F) -> F:
    """Let the user say where wearables are worn; see `places_of`."""
    return click.option(
        "--place",
        "places",
        multiple=True,
        callback=places_of,
        help="Where it is worn, as left-leg; of several wearables NAME=left-leg, once for each. Kept in the night.",
    )(function)


def library_option(function: F) -> F:
    """Let the user name the folder of the nights."""
    return click.option(
        "--library",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the nights, in place of your data folder.",
    )(function)


def encrypt_option(function: F) -> F:
    """Let the user have the night encrypted; the passphrase never stands on the command line."""
    return click.option(
        "--encrypt",
        is_flag=True,
        help="Encrypt the night: with the passphrase in your keyring, in the file FASCIWATCH_PASSPHRASE_FILE names, or "
        "one you are asked for.",
    )(function)


def json_option(function: F) -> F:
    """Let a program read the result."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def false_alarms_option(function: F) -> F:
    """Let the user set the one number of the detector that matters."""
    return click.option(
        "--false-alarms-per-hour",
        type=float,
        default=1.0,
        show_default=True,
        help="False twitches an hour you accept from sensor noise.",
    )(function)


def refuse_no_names(devices: Iterable[str]) -> None:
    """Refuse a wearable without a name: any would do.

    Raises
    ------
    click.UsageError
        Where one has none.
    """
    if not all(clean(device) for device in devices):
        raise click.UsageError("--device names no wearable: say its name, part of it, or its address")


def refuse_two_results(*, as_json: bool, csv_file: str | None) -> None:
    """Refuse to mix JSON and CSV on stdout.

    Raises
    ------
    click.UsageError
        Where both were asked for.
    """
    if as_json and csv_file == "-":
        raise click.UsageError("--json and CSV cannot both go to stdout: name a file for the CSV")


def make_config(false_alarms_per_hour: float) -> DetectorConfig:
    """Make the detector's settings of what the user asked for.

    Raises
    ------
    click.BadParameter
        Where it cannot be had.
    """
    from detector.signal import DetectorConfig

    try:
        return DetectorConfig(false_alarms_per_hour=false_alarms_per_hour)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--false-alarms-per-hour") from error
