"""Runs and wearables of which something is damaged: as much of them as can be is kept, for the sake of the rest."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.codec.segment import unpack_anchors
from detector.night.codec.typed import MOST_SAMPLES, blob, integer, moment
from detector.night.records import SOURCES
from detector.night.stored import run_of, sensors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LOST = "lost"
_NO_SETTINGS = "{}"


def mended_run(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return a run that can be read, with its number; without a checksum, for nobody knows what of it is right."""
    number, started, ended, version, settings, digest, python, numba, source, name, file_sha256, timezone = values
    if not isinstance(settings, str) or sha256(settings.encode("utf-8", "replace")).hexdigest() != digest:
        settings, digest = _NO_SETTINGS, sha256(_NO_SETTINGS.encode()).hexdigest()
    mended = (
        number,
        started if _can_be(_moment, started) else 0,
        ended if _can_be(_moment, ended) else None,
        version if isinstance(version, str) else _LOST,
        settings,
        digest,
        python if isinstance(python, str) else _LOST,
        numba if isinstance(numba, str | None) else None,
        source if source in SOURCES else "record",
        *(each if isinstance(each, str | None) else None for each in (name, file_sha256, timezone)),
    )
    try:
        run_of(mended)
    except ValueError:  # its settings are no settings
        mended = (*mended[:4], _NO_SETTINGS, sha256(_NO_SETTINGS.encode()).hexdigest(), *mended[6:])
    return (*mended, None)


def mended_sensor(values: Sequence[Any], segments: Sequence[Mapping[str, Any]]) -> tuple[Any, ...] | None:
    """Return a wearable that can be read, without a checksum; None where its rate is not known from its samples either.

    Parameters
    ----------
    values
        As they are in the file.
    segments
        The minutes of all wearables.
    """
    number, *rest = values
    fallbacks = (f"wearable {number}", _LOST, None, None, None, None, None, None, 1)
    sound = (*fallbacks[:2], 50.0, *fallbacks[3:])
    kept = list(sound)
    for place, value in enumerate(rest):
        tried = [*sound]
        tried[place] = value
        if _can_be(lambda row: sensors_of([row]), (number, *tried)):
            kept[place] = value
        elif place == _RATE:
            rate_hz = _rate_of(number, segments)
            if rate_hz is None:
                return None
            kept[place] = rate_hz
    return (number, *kept, None)


_RATE = 2


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


def _moment(value: object) -> int:
    return moment(value, "a moment")


def _can_be(restore: Callable[[Any], object], value: object) -> bool:
    try:
        restore(value)
    except ValueError:
        return False
    return True
