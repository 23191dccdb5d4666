"""A column of dates and times as time stamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.dates.cells import Reading, read, shape_of
from detector.recordings.text.dates.midnight import date_advanced, past_midnight
from detector.recordings.text.dates.order import find_order
from detector.recordings.text.dates.spelling import Spelling, spelling_of
from detector.recordings.text.dates.zones import OFFSETS
from detector.recordings.timing.utc import MISSING, find_zone
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.timing.utc import Ns
    from detector.recordings.wish import Order

_SURE = 20
"""So many cells show how long their fractions are."""
_DAY_NS, _HOUR_NS = 86_400 * NS, 3600 * NS


@dataclass(frozen=True, slots=True)
class DateStamps:
    """Time as date and time of day, or as a time of day alone, which goes on past midnight.

    Parameters
    ----------
    reading
        What the shape of a cell leaves open.
    is_local
        Whether the cells have no offset to UTC.
    is_date
        Whether they have a date.
    zone
        IANA name or offset of the time zone that the file names, or nothing.
    wrap_ns
        After so long a time of day begins anew; 0 for never.
    day_ns
        The day that is missing in the cells, if it stands elsewhere.
    """

    reading: Reading
    is_local: bool
    is_date: bool = True
    zone: str = ""
    wrap_ns: int = 0
    day_ns: int = 0
    kind: Literal["text"] = "text"

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn cells into nanoseconds."""
        ns = read(cells, self.reading)
        return np.where(ns == MISSING, MISSING, ns + self.day_ns) if self.day_ns else ns

    def settle(self, stamps: Ns, notes: list[str]) -> Ns:
        """Let a time of day go on past midnight, and a date that is late there."""
        return past_midnight(stamps, self.wrap_ns, notes) if self.wrap_ns else date_advanced(stamps, notes)


def recognise(
    name: str,
    cells: Sequence[str],
    header: Sequence[str],
    notes: list[str],
    *,
    order: Order | None = None,
    zone_said: bool = False,
    day: int | None = None,
) -> DateStamps | None:
    """Recognise how a column writes dates and times; None where most of its cells are none.

    Parameters
    ----------
    name
        Name of the file.
    cells
        The first cells, and some of the last ones.
    header
        What stands above the rows.
    notes
        Takes what the user should know.
    order
        What the user says of day and month.
    zone_said
        Whether the user says the time zone.
    day
        The day of times without one, in ns since 1970-01-01, if it is known.

    Raises
    ------
    RecordingError
        Where the user must say which of several meanings is right.
    """
    known: list[tuple[str, Spelling]] = [
        (cell, found) for cell in cells if cell and (found := spelling_of(shape_of(cell))) is not None
    ]
    if not known or len(known) * 2 <= sum(map(bool, cells)):
        return None
    spellings = [found for _, found in known]
    has_date = sum(found.has_date for found in spellings) * 2 > len(spellings)
    if has_date and not any(found.has_clock for found in spellings):
        return None  # days alone
    own = [cell for cell, found in known if found.has_date == has_date]
    chosen = find_order(name, own, header, order, notes) if has_date else "day-first"
    counted = _is_counted(own, chosen)
    if counted:
        notes.append(f"The fraction of times such as {own[0]!r} is taken as a number of milliseconds.")
    zone, has_offset = _zone(name, spellings, zone_said=zone_said, notes=notes)
    wrap_ns = 0
    if not has_date:
        in_hours = any("hour" in found.places for found in spellings)
        wrap_ns = _DAY_NS if in_hours else _HOUR_NS
    reading = Reading(chosen, counted, decimal=_are_decimals(own))
    day_ns = day if day is not None and not has_date else 0
    return DateStamps(
        reading, not has_offset and (has_date or bool(day_ns)), has_date or bool(day_ns), zone, wrap_ns, day_ns
    )


def _is_counted(cells: Sequence[str], order: Order) -> bool:
    """Tell whether fractions of several lengths are counts of milliseconds: as decimals they would run backwards."""
    lengths = {
        end - first
        for cell in cells
        if (found := spelling_of(shape_of(cell))) is not None and found.point not in (":", "_", "-")
        for first, end in [found.places.get("fraction", (0, 0))]
        if end > first
    }
    if len(lengths) < 2 or max(lengths) > 3:  # noqa: PLR2004 - milliseconds have up to three digits
        return False
    raw = np.array([cell.encode("utf-8", "replace") for cell in cells])
    back = [
        int(np.count_nonzero(np.diff(ns[ns != MISSING]) < 0))
        for ns in (read(raw, Reading(order, counted=counted)) for counted in (False, True))
    ]
    return back[1] < back[0]


def _are_decimals(cells: Sequence[str]) -> bool:
    """Tell whether what follows a last colon is tenths or hundredths: milliseconds would have any number of digits."""
    lengths = {
        end - first
        for cell in cells
        if (found := spelling_of(shape_of(cell))) is not None
        for first, end in [found.places.get("fraction", (0, 0))]
    }
    return len(cells) >= _SURE and lengths in ({1}, {2})


def _zone(name: str, spellings: Sequence[Spelling], *, zone_said: bool, notes: list[str]) -> tuple[str, bool]:
    """Return the IANA zone that cells name, or nothing, and whether they have an offset to UTC."""
    if all(found.sign for found in spellings):
        return "", True
    words = {found.zone for found in spellings if found.zone}
    if not words:
        return "", False
    word = min(words)
    if "/" in word:
        find_zone(word)
        return word, False
    if any(OFFSETS[each.lower()] is None for each in words):
        if zone_said:
            return "", False
        raise RecordingError(
            f"The times of {name} name the zone {word!r}, and several zones have that name; say which with --timezone, "
            "such as --timezone America/New_York."
        )
    other = sorted(each for each in words if OFFSETS[each.lower()])
    if other:
        notes.append(f"The zone word(s) of its times, {', '.join(other)}, are taken by their usual offset to UTC.")
    return "", True
