"""Options that say how recorded files are to be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--rate-hz", type=float, help="Sampling rate, where the file has no times or wrong ones."),
    click.option("--units", help="Unit of the acceleration: g, mg, m/s2, cm/s2, mm/s2, ft/s2 or ug."),
    click.option("--counts-per-g", type=float, help="Counts in a g, where the values are raw counts."),
    click.option("--zero-count", type=float, default=0.0, help="The count that means 0 g, where it is not 0."),
    click.option("--columns", help="Columns of time, x, y, z (or x, y, z), by name or number, separated by commas."),
    click.option("--delimiter", help="What separates the columns, where it is not recognised."),
    click.option(
        "--timezone", default="UTC", show_default=True, help="Zone of times that name none, e.g. Europe/Berlin."
    ),
    click.option("--dates", help="What comes first in dates like 12/11/2024: day-first, month-first or year-first."),
    click.option("--sensor", help="Which sensor of a file to read, where it holds several."),
)
_NAMES = ("rate_hz", "units", "counts_per_g", "zero_count", "columns", "delimiter", "timezone", "dates", "sensor")


def reading_options(function: F) -> F:
    """Let the user say how files are to be read; `wishes_of` tells what was said."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def wishes_of(ctx: click.Context, reading: dict[str, Any]) -> dict[str, Any]:
    """Return what the user has said, as keywords of `detector.recordings.open_recording`.

    Parameters
    ----------
    ctx
        Of the command.
    reading
        The values of the options, by their names.
    """
    said = {name for name in _NAMES if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT}
    wishes = {name: reading[name] for name in _NAMES if name in said}
    if wishes.get("columns") is not None:
        wishes["columns"] = [_column(word.strip()) for word in wishes["columns"].split(",")]
    return wishes


def _column(word: str) -> str | int:
    return int(word) if word.isdecimal() else word
