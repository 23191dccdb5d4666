"""Whether marks are of this night at all, and by how much their clock is off if not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.matching import match
from detector.scoring.reading.numbers import AnnotationError
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.scoring.sides import Time

    Integers = npt.NDArray[np.int64]

LEAST_OVERLAP = 0.5
_MOST_S = 15 * 3600
_STEP_NS = NS // 10
_HOUR_NS = 3600 * NS
_MOST_PAIRS = 1500
_BETTER = 2.0
_LEAST_PAIRS = 8
_AN_HOUR_S = 1.0


def share_inside(marks_ns: Integers, time: Time, offset_ns: int = 0) -> float:
    """Return the share of marks between the first sample and the last; 1 without marks."""
    moved = marks_ns + offset_ns
    return float(((moved >= time.start_ns) & (moved < time.end_ns)).mean()) if len(moved) else 1.0


def see_that_they_overlap(marks_ns: Integers, found_ns: Integers, time: Time, tolerance_ns: int, what: str) -> None:
    """Refuse marks of which most lie outside of the night.

    Raises
    ------
    AnnotationError
        With the offset that would fit, where there is one.
    """
    share = share_inside(marks_ns, time)
    if share >= LEAST_OVERLAP:
        return
    words = f"only {100 * share:.0f} % of the marks in {what} lie within the recording: "
    offset_ns = _offset_that_fits(marks_ns, found_ns, time, tolerance_ns)
    if offset_ns is None:
        raise AnnotationError(f"{words}no offset would bring them there, so they are of another night")
    there = 100 * share_inside(marks_ns, time, offset_ns)
    how = f"--offset-s {_in_seconds(offset_ns)}{_in_hours(offset_ns)}"
    raise AnnotationError(f"{words}with {how} {there:.0f} % would")


def better_offset(marks_ns: Integers, found_ns: Integers, tolerance_ns: int) -> str | None:
    """Say by how much the clock of marks seems to be off where they meet few events, and far more with an offset."""
    offset_ns, pairs = _best_shift(marks_ns, found_ns, tolerance_ns)
    now = len(match(marks_ns, found_ns, tolerance_ns))
    if pairs < _LEAST_PAIRS or pairs < _BETTER * max(now, 1) or offset_ns == 0:
        return None
    return (
        f"The clocks seem to differ: {now} marks meet an event, and with --offset-s {_in_seconds(offset_ns)}"
        f"{_in_hours(offset_ns)} {pairs} would."
    )


def _offset_that_fits(marks_ns: Integers, found_ns: Integers, time: Time, tolerance_ns: int) -> int | None:
    """Return the offset at which most marks meet events; else whole hours that bring them into the night."""
    shift_ns, pairs = _best_shift(marks_ns, found_ns, tolerance_ns)
    if pairs >= _LEAST_PAIRS and share_inside(marks_ns, time, shift_ns) >= LEAST_OVERLAP:
        return shift_ns
    hours = sorted(range(-14, 15), key=abs)
    best = max(hours, key=lambda hour: share_inside(marks_ns, time, hour * _HOUR_NS))
    if share_inside(marks_ns, time, best * _HOUR_NS) >= LEAST_OVERLAP:
        return best * _HOUR_NS
    # Another day, or seconds from another beginning: the first mark may be no earlier than the first sample.
    away_ns = time.start_ns - int(marks_ns[0])
    return away_ns // NS * NS + NS if share_inside(marks_ns, time, away_ns // NS * NS + NS) >= LEAST_OVERLAP else None


def _best_shift(marks_ns: Integers, found_ns: Integers, tolerance_ns: int) -> tuple[int, int]:
    """Return the offset, in ns, of which most pairs of a mark and an event speak, and how many marks meet one then."""
    if not len(marks_ns) or not len(found_ns):
        return 0, 0
    some, others = (each[:: max(len(each) // _MOST_PAIRS, 1)] for each in (marks_ns, found_ns))
    # Steps of a tenth of a second, from the coarse place of both: days apart count as well.
    around = int(others[len(others) // 2] - some[len(some) // 2])
    around = 0 if abs(around) <= _MOST_S * NS else around
    apart = (others[None, :] - some[:, None]).ravel() - around
    apart = apart[np.abs(apart) <= _MOST_S * NS]
    if not len(apart):
        return 0, 0
    counts = np.bincount((apart + _MOST_S * NS) // _STEP_NS)
    # Two neighbours together: a true offset may lie on the edge.
    together = counts[:-1] + counts[1:] if len(counts) > 1 else counts
    edge = int(together.argmax()) * _STEP_NS - _MOST_S * NS
    near = apart[(apart >= edge) & (apart < edge + 2 * _STEP_NS)]
    offset_ns = around + round(float(np.median(near)) / 1e6) * 1_000_000
    hours_ns = round(offset_ns / _HOUR_NS) * _HOUR_NS
    best = max(
        (offset_ns, hours_ns), key=lambda each: (len(match(marks_ns + each, found_ns, tolerance_ns)), -abs(each))
    )
    return best, len(match(marks_ns + best, found_ns, tolerance_ns))


def _in_seconds(offset_ns: int) -> str:
    return f"{offset_ns / NS:.3f}".rstrip("0").rstrip(".")


def _in_hours(offset_ns: int) -> str:
    """Say where an offset is one of a time zone."""
    hours = offset_ns / _HOUR_NS
    if not round(hours) or abs(hours - round(hours)) * 3600 > _AN_HOUR_S or abs(hours) > 14:  # noqa: PLR2004 - no zone is further
        return ""
    return f" ({abs(round(hours))} h: another time zone?)"
