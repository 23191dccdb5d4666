"""Runs and wearables of which something is damaged: as much of them as can be is kept, for the sake of the rest."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.codec.segment import unpack_anchors
from detector.night.codec.typed import MOST_SAMPLES, blob, integer
from detector.night.schema import definitions, sealed
from detector.night.stored import run_of, sensors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LOST = "lost"
_NO_SETTINGS = "{}"


def mended_run(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return a run that can be read, with its number.

    Parameters
    ----------
    values
        Its `sealed` columns as they are in the file.

    Returns
    -------
    tuple
        The same columns, each that cannot be replaced by one that can.
    """
    told = dict(zip(sealed("made_by"), values, strict=True))
    sound = dict.fromkeys(told) | {
        "id": 1,
        "started_utc_ns": 0,
        "version": _LOST,
        "settings": _NO_SETTINGS,
        "settings_sha256": sha256(_NO_SETTINGS.encode()).hexdigest(),
        "python": _LOST,
        "source": "record",
    }
    kept = sound | {"id": told["id"]}
    both = ("settings", "settings_sha256")
    for names in (both, *((name,) for name in told if name not in both)):
        tried = {name: told[name] for name in names}
        if _can_be(run_of, sound | tried):
            kept |= tried
    return tuple(kept.values())


def mended_sensor(values: Sequence[Any], segments: Sequence[Mapping[str, Any]]) -> tuple[Any, ...] | None:
    """Return a wearable that can be read.

    Parameters
    ----------
    values
        Its `sealed` columns as they are in the file.
    segments
        The minutes of all wearables.

    Returns
    -------
    tuple or None
        The same columns, each that cannot be replaced by one that can; None where its rate is not known from its
        samples either.
    """
    told = dict(zip(sealed("sensor"), values, strict=True))
    sound = dict.fromkeys(told) | {
        "id": told["id"],
        "name": f"wearable {told['id']}",
        "model": _LOST,
        "nominal_hz": 50.0,
        "has_date": 1,
    }
    kept = dict(sound)
    for name, value in told.items():
        if _can_be(lambda row: sensors_of([row]), sound | {name: value}):
            kept[name] = value
        elif name == "nominal_hz":
            rate_hz = _rate_of(told["id"], segments)
            if rate_hz is None:
                return None
            kept[name] = rate_hz
    return tuple(kept.values())


def unsealed(table: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the row of a table that has these `sealed` columns and no checksum: nobody knows what of it is right."""
    told = dict(zip(sealed(table), values, strict=True))
    return tuple(told.get(name) for name in definitions()[table].columns)


def _rate_of(number: object, segments: Sequence[Mapping[str, Any]]) -> float | None:
    """The rate of the first minute of a wearable that can be read, in Hz."""
    for segment in segments:
        if segment["sensor"] != number:
            continue
        try:
            count = integer(segment["row_count"], "the number of rows", 1, MOST_SAMPLES)
            rates = unpack_anchors(blob(segment["anchors"], "anchors"), count).rate_hz
        except ValueError:
            continue
        return round(float(np.median(rates)), 2)
    return None


def _can_be(restore: Callable[[Sequence[Any]], object], told: Mapping[str, Any]) -> bool:
    try:
        restore(tuple(told.values()))
    except ValueError:
        return False
    return True
