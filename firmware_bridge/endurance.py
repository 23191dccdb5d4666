"""Whether a wearable's battery lasts the night it is asked for."""

from __future__ import annotations

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.wearables import Model

LEAST_PERCENT = 15
"""Below this a battery is asked to be charged whatever it lasts: gauges are coarse at the end."""

RESERVE = 1.1
"""A battery is to last so many times the night."""


def check_battery(model: Model, percent: int, night_h: float) -> None:
    """See that a night can be recorded.

    Parameters
    ----------
    model
        What the wearable is.
    percent
        Its charge.
    night_h
        Length of the night, in hours.

    Raises
    ------
    WearableRefusedError
        Where the battery will not last.
    """
    if model.battery_h is not None and percent / 100 * model.battery_h < RESERVE * night_h:
        lasts_h = percent / 100 * model.battery_h
        raise WearableRefusedError(
            f"The battery of the {model.name} ({percent} %) lasts about {lasts_h:.0f} h, the night {night_h:.0f} h: "
            "charge it, or start with --anyway."
        )
    if percent < LEAST_PERCENT:
        raise WearableRefusedError(
            f"The battery of the {model.name} is nearly empty ({percent} %): charge or change it, or start with "
            "--anyway."
        )
