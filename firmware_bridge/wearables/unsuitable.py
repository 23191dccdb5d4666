"""Wearables that are known, and cannot show twitches: what to tell a person who has one."""

from __future__ import annotations

import re

_NO_RAW = "it hands raw acceleration to nobody but its maker's own app"

_REASONS = (
    (
        re.compile(r"InfiniTime.*|Pinetime.*", re.IGNORECASE),
        "PineTime",
        "it sends at most 10 samples a second, and only when they change; twitches need 50",
    ),
    (
        re.compile(r"(CC\d{4} )?SensorTag.*", re.IGNORECASE),
        "TI SensorTag",
        "it sends at most 10 samples a second; twitches need 50",
    ),
    (
        re.compile(r"(COLMI )?R(0[2-9]|1[0-2])[_ ].*", re.IGNORECASE),
        "Colmi ring",
        "it sends a few samples a second; twitches need 50",
    ),
    (re.compile(r"Fitbit.*|Charge [2-6]|Versa.*|Inspire.*"), "Fitbit", _NO_RAW),
    (re.compile(r"(Garmin|Forerunner|fenix|vivo(active|smart|fit)|Venu(?!e)).*", re.IGNORECASE), "Garmin", _NO_RAW),
    (
        re.compile(r"(Apple Watch|Galaxy Watch|Pixel Watch|Oura|WHOOP|Mi (Smart )?Band|Amazfit).*"),
        "watch or band",
        _NO_RAW,
    ),
    (re.compile(r"Polar (Vantage|Grit|Ignite|Unite|Pacer|M\d+).*"), "Polar watch", _NO_RAW),
)


def why_not(name: str | None) -> tuple[str, str] | None:
    """Tell what a device is that is no use here, and why; None where the name says nothing.

    Parameters
    ----------
    name
        Advertised name.

    Returns
    -------
    (str, str) or None
        What it is, and why it is of no use.
    """
    for pattern, model, reason in _REASONS:
        if pattern.fullmatch(name or ""):
            return model, reason
    return None
