"""Whether a wearable's battery lasts the night it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.wearables import Model

LEAST_PERCENT = 15
"""Below this a battery is asked to be charged whatever it lasts: gauges are coarse at the end."""

RESERVE = 1.1
"""A battery is to last so many times the night."""


def shortfall(model: Model | None, percent: int, night_h: float) -> str:
    """Say why a battery will not last a night; empty where it will.

    Parameters
    ----------
    model
        What the wearable is; None where that is not known.
    percent
        Its charge.
    night_h
        Length of the night, in hours.

    Returns
    -------
    str
        A sentence without its full stop, or nothing.
    """
    if model is None:
        return ""
    if model.battery_h is not None and percent / 100 * model.battery_h < RESERVE * night_h:
        lasts_h = percent / 100 * model.battery_h
        return f"The battery of the {model.name} ({percent} %) lasts about {lasts_h:.0f} h, the night {night_h:.0f} h"
    if percent < LEAST_PERCENT:
        return f"The battery of the {model.name} is nearly empty ({percent} %)"
    return ""


def check_battery(
    model: Model | None, percent: int, night_h: float, on_shortfall: Callable[[str], None] | None = None
) -> None:
    """See that a night can be recorded.

    Parameters
    ----------
    model, percent, night_h
        As of `shortfall`.
    on_shortfall
        Told why the battery will not last, in place of the error.

    Raises
    ------
    WearableRefusedError
        Where the battery will not last, and nobody is to be told instead.
    """
    words = shortfall(model, percent, night_h)
    if not words:
        return
    if on_shortfall is None:
        raise WearableRefusedError(f"{words}: charge or change it, or start with --anyway.")
    on_shortfall(words)
