"""The map from a wearable's own clock to UTC: when samples were taken, how fast, and which are missing.

A wearable stamps each frame by its own clock, which drifts by tens of ppm, while its sensor samples at a rate of its
own again, up to 2 % off the nominal one. Frames arrive late by tens of milliseconds, sometimes seconds. So the rate
comes from the stamps, the way to UTC from the quickest arrivals (`firmware_bridge.delay`), and losses from stamps
further apart than the samples between them account for.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from firmware_bridge.delay import CRYSTAL_TOLERANCE, MinimumDelayLine
from firmware_bridge.samples import IN_CHARGER, NS
from firmware_bridge.silent_loss import SilentLoss

LOST_FRAMES = "lost frames"
CLOCK_STEP = "device clock step"
"""Causes of a gap that the stamps tell by themselves."""

LOST_ESTIMATED = "lost frames (estimated)"
"""The same where the wearable sends no time: that frames are missing shows seconds later, in their delays alone."""

RATE_TOLERANCE = 0.05
"""A sensor's true rate lies this close to its nominal one; Polar's differ by 0.6 to 2 %."""

LARGEST_SLEW = 0.01
"""Within unbroken data time is stretched or squeezed by no more than this to follow the map."""

SLEW_TIME_S = 10.0
"""Time constant of that correction: short against the drift, long against the jitter of a frame's stamp."""

STEP_S = 5.0
"""A stamp that disagrees with the map by more than this is a step of the wearable's clock."""

EARLY_STEP_S = 0.5
"""The same for stamps ahead of the map, once that has settled: nothing arrives before it was taken."""

RATE_MEMORY_S = 600.0
"""The rate is averaged over about this long; it changes with temperature."""

COUNTED_TOLERANCE = 0.01
"""Where samples are counted for want of a time, their rate is not known better than this at first."""

_RECENT_FRAMES = 64
_REPEATED = 0.25  # part of a frame that its stamp may be too close to the one before


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a frame lies in time.

    Parameters
    ----------
    start_ns
        UTC of the frame's first sample, in ns since 1970-01-01.
    rate_hz
        Its samples' rate, in Hz: the true one, up to 1 % off while time is being corrected. The next frame, unless a
        gap precedes it, starts exactly where these samples end.
    gap_start_ns
        UTC at which a gap before the frame began, None where there is none; the gap ends at `start_ns`.
    cause
        Why there is a gap, ``""`` where there is none.
    lost
        Number of missing samples by the wearable's clock; 0 where unknown.
    """

    start_ns: int
    rate_hz: float
    gap_start_ns: int | None = None
    cause: str = ""
    lost: int = 0


class DeviceClock:
    """Places frames in UTC. Times it gives never go back and never overlap.

    Parameters
    ----------
    nominal_hz
        Rate the wearable promised, in Hz.
    wall_offset_ns
        UTC less the host's monotonic clock, in ns.

    Attributes
    ----------
    wall_offset_ns
        May be set anew at any time. A later UTC (the host slept, its clock was set forward) takes effect where time
        may jump, after `reconnected` or a clock step; an earlier one never does, since time would go back.
    """

    def __init__(self, nominal_hz: float, wall_offset_ns: int) -> None:
        if not (math.isfinite(nominal_hz) and nominal_hz > 0):
            raise ValueError(f"a nominal rate of {nominal_hz} Hz")
        self.wall_offset_ns = wall_offset_ns
        self._wall_ns = wall_offset_ns
        self._nominal_ns = NS / nominal_hz
        self._period_ns = self._nominal_ns
        self._span_ns = 0.0  # device time and samples of unbroken data, fading
        self._span_samples = 0.0
        self._uncertainty = CRYSTAL_TOLERANCE
        self._line = MinimumDelayLine(uncertainty=self._uncertainty)
        self._origin_ns = 0  # device time at which the line's time is 0
        self._base_ns = 0  # arrival less device time there
        self._previous_ns: int | None = None
        self._recent: deque[tuple[int, int]] = deque(maxlen=_RECENT_FRAMES)
        self._counted = 0
        self._silent_loss: SilentLoss | None = None  # of a wearable that sends no time
        self._cursor_ns: int | None = None  # UTC at which the next sample is due
        self._cause: str | None = None

    @property
    def rate_hz(self) -> float:
        """True sampling rate by the host's clock, as estimated by now, in Hz."""
        return NS / self._host_period_ns

    @property
    def _host_period_ns(self) -> float:
        return self._period_ns * (1 + self._line.slope)

    @property
    def due_ns(self) -> int | None:
        """UTC at which the next sample is due, in ns; None before the first."""
        return self._cursor_ns

    @property
    def gap_cause(self) -> str | None:
        """Cause of the gap that is open since `reconnected`; None where there is none."""
        return self._cause

    def reconnected(self, cause: str) -> None:
        """State that the link was lost: before the next frame lies a gap, and the map begins anew.

        Parameters
        ----------
        cause
            Cause of that gap. Where the link is lost again before the next frame, it keeps the one it began with,
            unless the wearable turns out to lie in its charger.
        """
        # "No Bluetooth" or "connection lost" is what the attempts to get the wearable back meet, not why it went.
        self._cause = cause if cause == IN_CHARGER else self._cause or cause

    def push(
        self,
        device_ns: int | None,
        n: int,
        arrival_ns: int,
        *,
        lost: int | None = None,
        cause: str = LOST_FRAMES,
        mark: int = 0,
    ) -> Placed | None:
        """Place the next frame.

        Parameters
        ----------
        device_ns
            Time of the frame's last sample on the wearable's clock, in ns; None where it sends none: its samples are
            then counted.
        n
            Number of samples, ≥ 1.
        arrival_ns
            Arrival by the host's monotonic clock, in ns.
        lost
            Samples missing before this frame by the wearable's own count; heeded only where it sends no time.
        cause
            Cause of the gap, should samples turn out to be missing before this frame.
        mark
            Checksum of the frame: one of the same time and mark as a recent one has been there before. A clock that
            is set back by whole frames gives the same times again, and by those alone new frames would be lost.

        Returns
        -------
        Placed or None
            None for a frame that has been there before.
        """
        if n < 1:
            raise ValueError("a frame without samples has no place in time")
        if device_ns is None:
            device_ns, estimated = self._count(n, lost, arrival_ns)
            cause = LOST_ESTIMATED if estimated else cause
        elif (device_ns, mark) in self._recent:
            return None
        self._recent.append((device_ns, mark))
        if self._previous_ns is None or self._cause is not None:
            return self._begin(device_ns, n, arrival_ns, self._cause)
        missing = self._missing(device_ns - self._previous_ns, n, self._lateness_s(device_ns, arrival_ns))
        if missing is None:
            return self._begin(device_ns, n, arrival_ns, CLOCK_STEP if cause == LOST_FRAMES else cause)
        self._learn_rate(device_ns - self._previous_ns, n, missing)
        self._previous_ns = device_ns
        sent_s = (device_ns - self._origin_ns) / NS
        self._line.add(sent_s, (arrival_ns - device_ns - self._base_ns) / NS)
        if missing:
            return self._place_after_gap(device_ns, n, cause, missing)
        return self._continue(device_ns, n)

    def _count(self, n: int, lost: int | None, arrival_ns: int) -> tuple[int, bool]:
        """Time a frame by counting samples; tell whether some are missing by their delay alone."""
        if self._silent_loss is None:
            self._silent_loss = SilentLoss()
            self._uncertainty = COUNTED_TOLERANCE
            self._line = MinimumDelayLine(uncertainty=self._uncertainty)
        self._counted += n + (lost or 0)
        device_ns = round(self._counted * self._nominal_ns)
        if lost is not None or self._previous_ns is None or self._cause is not None:
            return device_ns, False
        packet_s = n * self._host_period_ns / NS
        lateness_s = self._lateness_s(device_ns, arrival_ns)
        packets = self._silent_loss.add(arrival_ns / NS, lateness_s, packet_s, settled=self._line.settled)
        if packets < 0:
            # What was taken for a loss was none, or the radio has become quicker for good.
            self._line = MinimumDelayLine(self._line.slope, self._uncertainty)
            return device_ns, False
        self._counted += packets * n
        return round(self._counted * self._nominal_ns), packets > 0

    def _begin(self, device_ns: int, n: int, arrival_ns: int, cause: str | None) -> Placed:
        """Begin the map at a frame: the first one, or one whose stamp says nothing about those before it."""
        self._cause = None
        self._wall_ns = max(self._wall_ns, self.wall_offset_ns)
        self._line = MinimumDelayLine(self._line.slope, self._uncertainty)
        if self._silent_loss is not None:
            self._silent_loss = SilentLoss()
        self._line.add(0.0, 0.0)
        self._origin_ns = self._previous_ns = device_ns
        self._base_ns = arrival_ns - device_ns
        return self._place_after_gap(device_ns, n, cause or "", 0)

    def _lateness_s(self, device_ns: int, arrival_ns: int) -> float:
        """How much later than the map says a frame arrived, in seconds; negative for one that came too early."""
        expected_s = self._line.offset_s((device_ns - self._origin_ns) / NS)
        return (arrival_ns - device_ns - self._base_ns) / NS - expected_s

    def _missing(self, advance_ns: int, n: int, lateness_s: float) -> int | None:
        """Count the samples missing before a frame; None where the wearable's clock was set.

        Frames are lost whole. As long as the rate is known by its nominal value only, or from a few frames, what a
        wrong rate explains is no loss.
        """
        excess = advance_ns / self._period_ns - n
        unsure = min(RATE_TOLERANCE, 0.5 / self._span_samples) if self._span_samples else RATE_TOLERANCE
        slack = 0.5 + n * unsure
        if excess < -max(slack, n * _REPEATED):
            return None
        if excess <= slack:
            return None if lateness_s < -STEP_S else 0
        early_s = EARLY_STEP_S if self._line.settled else STEP_S
        return round(excess) if -early_s <= lateness_s <= STEP_S else None

    def _learn_rate(self, advance_ns: int, n: int, missing: int) -> None:
        """Average the period over unbroken data, the far past fading."""
        if missing:
            return
        fade = math.exp(-advance_ns / (RATE_MEMORY_S * NS))
        self._span_ns = self._span_ns * fade + advance_ns
        self._span_samples = self._span_samples * fade + n
        period_ns = self._span_ns / self._span_samples
        low, high = self._nominal_ns / (1 + RATE_TOLERANCE), self._nominal_ns * (1 + RATE_TOLERANCE)
        self._period_ns = min(max(period_ns, low), high)

    def _due_ns(self, device_ns: int) -> float:
        """UTC, by the map, at which the sample after a frame is due; in ns above the map's own origin."""
        sent_s = (device_ns - self._origin_ns) / NS
        return (sent_s + self._line.offset_s(sent_s)) * NS + self._host_period_ns

    def _map_origin_ns(self) -> int:
        return self._origin_ns + self._base_ns + self._wall_ns

    def _place_after_gap(self, device_ns: int, n: int, cause: str, lost: int) -> Placed:
        """Place a frame where the map says, but at least a sample after what is placed already."""
        length_ns = round(n * self._host_period_ns)
        start_ns = self._map_origin_ns() + round(self._due_ns(device_ns)) - length_ns
        gap_start_ns = self._cursor_ns
        if gap_start_ns is not None:
            start_ns = max(start_ns, gap_start_ns + max(round(self._host_period_ns), 1))
        self._cursor_ns = start_ns + length_ns
        return Placed(start_ns, n * NS / length_ns, gap_start_ns, cause if gap_start_ns is not None else "", lost)

    def _continue(self, device_ns: int, n: int) -> Placed:
        """Place a frame right after the one before, its length leaning towards what the map says."""
        start_ns = self._cursor_ns
        assert start_ns is not None  # noqa: S101 -- for the type checker: a frame came before
        length_ns = n * self._host_period_ns
        behind_ns = self._due_ns(device_ns) + (self._map_origin_ns() - start_ns) - length_ns
        lean_ns = behind_ns * min(1.0, length_ns / (SLEW_TIME_S * NS))
        most_ns = LARGEST_SLEW * length_ns
        whole_ns = max(round(length_ns + min(max(lean_ns, -most_ns), most_ns)), 1)
        self._cursor_ns = start_ns + whole_ns
        return Placed(start_ns, n * NS / whole_ns)
