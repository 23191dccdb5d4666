"""Annotations of EDF+ and BDF+, by edfio."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from detector.scoring.marks import Annotations
from detector.scoring.reading.numbers import LONGEST_S, AnnotationError, mark
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from edfio import Bdf, Edf

_OFFSET = re.compile(r"TZ=([+-])(\d\d):?(\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(path: Path, is_bdf: bool, zone: tzinfo | None) -> Annotations:  # noqa: FBT001 - by position from one place
    """Read the annotations of a file.

    Parameters
    ----------
    path
        The file.
    is_bdf
        Whether it is BDF+.
    zone
        Of its clock, where the file does not tell it as ours and those of Faros do; None for "not known", and times
        count from its beginning then.
    """
    import edfio  # noqa: PLC0415 - slow to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = (edfio.read_bdf if is_bdf else edfio.read_edf)(path)
            marks = [
                mark(round(each.onset * NS), min(max(each.duration or 0.0, 0.0), LONGEST_S), each.text)
                for each in opened.annotations
                if abs(each.onset) < LONGEST_S
            ]
            start_ns = _start_ns(opened, zone)
    except Exception as error:
        # Of hostile bytes it raises whatever they happen to break.
        raise AnnotationError(f"{path.name} is no EDF+ that can be read ({error})") from error
    found = Annotations("EDF+", tuple(marks))
    return found if start_ns is None else found.from_beginning(start_ns)


def _start_ns(opened: Edf | Bdf, zone: tzinfo | None) -> int | None:
    """Return when it begins, UTC in ns; None where it does not tell the date, or nobody the zone."""
    try:
        start = datetime.combine(opened.startdate, opened.starttime)
        said = _OFFSET.search(" ".join(opened.recording.additional))
    except ValueError:  # anonymised
        return None
    if said is not None:
        minutes = int(said[2]) * 60 + int(said[3])
        zone = timezone(timedelta(minutes=minutes if said[1] == "+" else -minutes))
    if zone is None:
        return None
    return (start.replace(tzinfo=zone) - _EPOCH) // timedelta(microseconds=1) * 1000
