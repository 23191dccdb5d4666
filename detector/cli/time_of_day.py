"""Times of day, as a person gives them for the beginning and the end of a night."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import click

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


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


def seconds_until(until: time, now: datetime) -> float:
    """Seconds until the next time the clock shows `until`.

    Parameters
    ----------
    until
        Time of day.
    now
        The wearer's time; without a zone, this computer's.
    """
    wanted = now.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    if wanted <= now:
        # A day on the wall clock: the night of a change of summer time ends at the time that was asked for.
        wanted += timedelta(days=1)
    return wanted.timestamp() - now.timestamp()
