"""Where samples are put in time: each frame right after the one before, leaning towards where the map has it."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

LARGEST_SLEW = 0.01
"""Within unbroken data time is stretched or squeezed by no more than this to follow the map, where that is near."""

SLEW_TIME_S = 10.0
"""Time constant of that correction: short against the drift, long against the jitter of a frame's stamp."""

CATCH_UP_S = 20.0
"""Time constant of the correction where the map is far: from 15 s it comes within 0.1 s in less than two minutes."""

MOST_SLEW = 0.5
"""Time is never stretched or squeezed by more than this."""

LARGEST_LEAD_S = 0.05
"""No sample is put further than this beyond the arrival of the frame it came in, nor twice as far beyond where the map
has it, as far as `MOST_SLEW` allows."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a frame lies in time.

    Parameters
    ----------
    start_ns
        UTC of the frame's first sample, in ns since 1970-01-01.
    rate_hz
        Its samples' rate, in Hz: the true one, up to 1 % off while time is being corrected, and more where it must be
        corrected by far. The next frame, unless a gap precedes it, starts exactly where these samples end.
    gap_start_ns
        UTC at which a gap before the frame began, None where there is none; the gap ends at `start_ns`.
    cause
        Why there is a gap, None where there is none.
    lost
        Number of missing samples by the wearable's clock; 0 where unknown.
    """

    start_ns: int
    rate_hz: float
    gap_start_ns: int | None = None
    cause: GapCause | None = None
    lost: int = 0


class Cursor:
    """Puts frame after frame; times it gives never go back and never overlap.

    Attributes
    ----------
    due_ns
        UTC at which the next sample is due, in ns; None before the first.
    """

    def __init__(self) -> None:
        self.due_ns: int | None = None

    def jump(self, n: int, period_ns: float, end_ns: int, cause: GapCause | None, lost: int) -> Placed:
        """Put a frame where the map says, after a gap, but at least a sample after what is placed already.

        Parameters
        ----------
        n, period_ns
            Number of samples, and the time from one to the next.
        end_ns
            UTC, by the map, at which the sample after them is due.
        cause, lost
            As of `Placed`.

        Returns
        -------
        Placed
            Its place, and the gap before it.
        """
        length_ns = max(round(n * period_ns), 1)
        start_ns = end_ns - length_ns
        gap_start_ns = self.due_ns
        if gap_start_ns is not None:
            start_ns = max(start_ns, gap_start_ns + max(round(period_ns), 1))
        self.due_ns = start_ns + length_ns
        return Placed(start_ns, n * NS / length_ns, gap_start_ns, cause if gap_start_ns is not None else None, lost)

    def go_on(self, n: int, period_ns: float, end_ns: int, arrival_ns: int) -> Placed:
        """Put a frame right after the one before.

        Parameters
        ----------
        n, period_ns, end_ns
            As of `jump`.
        arrival_ns
            UTC at which it arrived.

        Returns
        -------
        Placed
            Its place, without a gap.
        """
        start_ns = self.due_ns
        assert start_ns is not None  # noqa: S101 -- for the type checker: a frame came before
        length_ns = n * period_ns
        behind_ns = end_ns - start_ns - length_ns
        lean_ns = behind_ns * min(1.0, length_ns / (SLEW_TIME_S * NS))
        most_ns = length_ns * min(max(LARGEST_SLEW, abs(behind_ns) / (CATCH_UP_S * NS)), MOST_SLEW)
        wanted_ns = length_ns + min(max(lean_ns, -most_ns), most_ns)
        latest_ns = min(arrival_ns, end_ns + LARGEST_LEAD_S * NS) + LARGEST_LEAD_S * NS - start_ns
        if wanted_ns > latest_ns:
            wanted_ns = max(latest_ns, (1 - MOST_SLEW) * length_ns)
        whole_ns = max(round(wanted_ns), 1)
        self.due_ns = start_ns + whole_ns
        return Placed(start_ns, n * NS / whole_ns)
