"""The map from a wearable's own clock to UTC: when samples were taken, how fast, and which are missing.

A wearable stamps each frame by its own clock, which drifts by tens of ppm, while its sensor samples at a rate of its
own again, up to 2 % off the nominal one. Frames arrive late by tens of milliseconds, sometimes seconds. So the rate
comes from the stamps (`firmware_bridge.clock.sample_period`), the way to UTC from the quickest arrivals
(`firmware_bridge.clock.delay`), and losses from stamps further apart than the samples between them account for. Where
there are no stamps, or none that can be believed (`firmware_bridge.clock.stamps`), samples are counted.
"""

from __future__ import annotations

import math
from collections import deque

from firmware_bridge.clock.cursor import Cursor, Placed
from firmware_bridge.clock.delay import CRYSTAL_TOLERANCE, MinimumDelayLine
from firmware_bridge.clock.rate_check import RATE_TOLERANCE, RateCheck
from firmware_bridge.clock.sample_period import SamplePeriod
from firmware_bridge.clock.silent_loss import SilentLoss
from firmware_bridge.clock.stamps import Stamps
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

STEP_S = 5.0
"""A stamp that disagrees with the map by more than this is a step of the wearable's clock."""

EARLY_STEP_S = 0.5
"""The same for stamps ahead of the map, once that has settled: nothing arrives before it was taken."""

COUNTED_TOLERANCE = 0.01
"""Where samples are counted for want of a time, their rate is not known better than this at first."""

LATELY_TOLERANCE = 0.1
"""What a few seconds of arrivals tell of the rate is heeded from here on, once the map has settled."""

_RECENT_FRAMES = 64
_REPEATED = 0.25  # part of a frame that its stamp may be too close to the one before


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
        self._check = RateCheck(nominal_hz)
        self._period = SamplePeriod(NS / nominal_hz)
        self._stamps = Stamps()
        self._cursor = Cursor()
        self._uncertainty = CRYSTAL_TOLERANCE
        self._line = MinimumDelayLine(uncertainty=self._uncertainty)
        self._origin_ns = 0  # device time at which the line's time is 0
        self._base_ns = 0  # arrival less device time there
        self._previous_ns: int | None = None
        self._arrived_ns = 0
        self._recent: deque[tuple[int, int]] = deque(maxlen=_RECENT_FRAMES)
        self._counted_ns = 0.0  # device time where samples are counted
        self._silent_loss: SilentLoss | None = None  # None as long as there are stamps to go by
        self._cause: GapCause | None = None

    @property
    def rate_hz(self) -> float:
        """True sampling rate by the host's clock, as estimated by now, in Hz."""
        return NS / self._host_period_ns

    @property
    def nominal_hz(self) -> float:
        """The rate it was promised to be, in Hz, or the one adopted since because that was wrong, or has changed."""
        return self._check.nominal_hz

    @property
    def is_counting(self) -> bool:
        """Whether samples are counted, since there are no stamps or none that can be believed."""
        return self._silent_loss is not None

    @property
    def _host_period_ns(self) -> float:
        return self._period.value_ns * (1 + self._line.slope)

    @property
    def due_ns(self) -> int | None:
        """UTC at which the next sample is due, in ns; None before the first."""
        return self._cursor.due_ns

    @property
    def gap_cause(self) -> GapCause | None:
        """Cause of the gap that is open since `reconnected`; None where there is none."""
        return self._cause

    def reconnected(self, cause: GapCause) -> None:
        """State that the link was lost: before the next frame lies a gap, and the map begins anew.

        Parameters
        ----------
        cause
            Cause of that gap. Where the link is lost again before the next frame, it keeps the one it began with,
            unless the wearable turns out to lie in its charger.
        """
        # "No Bluetooth" or "connection lost" is what the attempts to get the wearable back meet, not why it went.
        self._cause = cause if cause == GapCause.IN_CHARGER else self._cause or cause
        if not self._stamps.are_usable:  # it may have been switched off and on, and its clock with it
            self._stamps = Stamps()
            self._silent_loss = None
            self._uncertainty = CRYSTAL_TOLERANCE
            self._period.begin(NS / self.nominal_hz)
        self._check.begin()

    def push(
        self,
        device_ns: int | None,
        n: int,
        arrival_ns: int,
        *,
        lost: int | None = None,
        cause: GapCause = GapCause.LOST_FRAMES,
        checksum: int = 0,
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
            Samples missing before this frame by the wearable's own count; heeded only where its samples are counted.
        cause
            Cause of the gap, should samples turn out to be missing before this frame.
        checksum
            Checksum of the frame: one of the same time and checksum as a recent one has been there before. A clock that
            is set back by whole frames gives the same times again, and by those alone new frames would be lost.

        Returns
        -------
        Placed or None
            None for a frame that has been there before.

        Raises
        ------
        UnsteadyRateError
            Where the samples come at no rate that could be told, from the beginning on.
        """
        if n < 1:
            raise ValueError("a frame without samples has no place in time")
        if device_ns is not None and self._stamps.are_usable:
            if (device_ns, checksum) in self._recent:
                self._stamps.repeated(arrival_ns)
                if self._stamps.are_usable:
                    return None
            else:
                self._recent.append((device_ns, checksum))
                placed = self._push_stamped(device_ns, n, arrival_ns, cause)
                if placed is not None:
                    return placed
        return self._push_counted(n, lost, arrival_ns, cause)

    def _push_stamped(self, device_ns: int, n: int, arrival_ns: int, cause: GapCause) -> Placed | None:
        """Place a frame by its stamp; None where stamps turn out not to be usable."""
        if self._previous_ns is None or self._cause is not None:
            return self._begin(device_ns, n, arrival_ns, self._cause)
        advance_ns = device_ns - self._previous_ns
        missing = self._missing(advance_ns, n, self._lateness_s(device_ns, arrival_ns))
        if missing is None:
            self._stamps.stepped(arrival_ns)
            cause = GapCause.CLOCK_STEP if cause == GapCause.LOST_FRAMES else cause
            return self._begin(device_ns, n, arrival_ns, cause) if self._stamps.are_usable else None
        self._stamps.followed(advance_ns, arrival_ns - self._arrived_ns)
        if not self._stamps.are_usable:
            return None
        if not missing:
            self._period.learn(advance_ns, n)
            self._check.add(n, advance_ns / NS)
        return self._place(device_ns, n, arrival_ns, cause, missing)

    def _push_counted(self, n: int, lost: int | None, arrival_ns: int, cause: GapCause) -> Placed:
        """Place a frame by counting samples."""
        if self._silent_loss is None:
            self._begin_counting()
        count = n + (lost or 0)
        self._counted_ns += count * self._period.value_ns
        if self._previous_ns is None or self._cause is not None:
            return self._begin(round(self._counted_ns), n, arrival_ns, self._cause)
        self._follow_rate(count, arrival_ns)
        missing = lost or 0
        if lost is None and self._check.has_measured:
            missing = self._estimate_loss(n, arrival_ns)
            cause = GapCause.LOST_ESTIMATED
        device_ns = round(self._counted_ns)
        if missing and self._lateness_s(device_ns, arrival_ns) < -STEP_S:  # more than can have been
            return self._begin(device_ns, n, arrival_ns, cause)
        return self._place(device_ns, n, arrival_ns, cause, missing)

    def _begin_counting(self) -> None:
        self._silent_loss = SilentLoss()
        self._uncertainty = COUNTED_TOLERANCE
        self._line = MinimumDelayLine(uncertainty=self._uncertainty)
        self._period.begin(NS / self.nominal_hz)
        self._check.begin()
        if self._previous_ns is not None:
            self._cause = self._cause or GapCause.CLOCK_UNUSABLE

    def _follow_rate(self, count: int, arrival_ns: int) -> None:
        """Count at another rate where samples come at another one than they are counted at."""
        adopted = self._check.add(count, (arrival_ns - self._arrived_ns) / NS)
        rate_hz = self.nominal_hz if adopted else self._check.lately_hz
        tolerance = LATELY_TOLERANCE if self._line.settled and not adopted else RATE_TOLERANCE
        if rate_hz is None or abs(rate_hz / self.rate_hz - 1) <= tolerance:
            return
        self._period.turn(NS / rate_hz)
        self._line = MinimumDelayLine(uncertainty=self._uncertainty)  # its slope was that of the other rate
        self._begin_line(round(self._counted_ns), arrival_ns)

    def _estimate_loss(self, n: int, arrival_ns: int) -> int:
        """Count the samples that are missing by their delay alone."""
        assert self._silent_loss is not None  # noqa: S101 -- for the type checker: samples are counted
        packet_s = n * self._host_period_ns / NS
        lateness_s = self._lateness_s(round(self._counted_ns), arrival_ns)
        packets = self._silent_loss.add(arrival_ns / NS, lateness_s, packet_s, settled=self._line.settled)
        if packets < 0:
            # What was taken for a loss was none, or the radio has become quicker for good.
            self._line = MinimumDelayLine(self._line.slope, self._uncertainty)
            return 0
        self._counted_ns += packets * n * self._period.value_ns
        return packets * n

    def _begin(self, device_ns: int, n: int, arrival_ns: int, cause: GapCause | None) -> Placed:
        """Begin the map at a frame: the first one, or one whose stamp says nothing about those before it."""
        self._cause = None
        self._wall_ns = max(self._wall_ns, self.wall_offset_ns)
        self._begin_line(device_ns, arrival_ns)
        self._period.interrupt()
        self._previous_ns, self._arrived_ns = device_ns, arrival_ns
        return self._cursor.jump(n, self._host_period_ns, self._due_ns(device_ns), cause, 0)

    def _begin_line(self, device_ns: int, arrival_ns: int) -> None:
        self._line = MinimumDelayLine(self._line.slope, self._uncertainty)
        if self._silent_loss is not None:
            self._silent_loss = SilentLoss()
        self._line.add(0.0, 0.0)
        self._origin_ns = device_ns
        self._base_ns = arrival_ns - device_ns

    def _place(self, device_ns: int, n: int, arrival_ns: int, cause: GapCause, missing: int) -> Placed:
        """Place a frame that follows the one before, some samples missing between the two."""
        self._previous_ns, self._arrived_ns = device_ns, arrival_ns
        self._line.add((device_ns - self._origin_ns) / NS, (arrival_ns - device_ns - self._base_ns) / NS)
        if missing:
            return self._cursor.jump(n, self._host_period_ns, self._due_ns(device_ns), cause, missing)
        return self._cursor.go_on(n, self._host_period_ns, self._due_ns(device_ns), arrival_ns + self._wall_ns)

    def _lateness_s(self, device_ns: int, arrival_ns: int) -> float:
        """How much later than the map says a frame arrived, in seconds; negative for one that came too early."""
        expected_s = self._line.offset_s((device_ns - self._origin_ns) / NS)
        return (arrival_ns - device_ns - self._base_ns) / NS - expected_s

    def _missing(self, advance_ns: int, n: int, lateness_s: float) -> int | None:
        """Count the samples missing before a frame; None where the wearable's clock was set.

        Frames are lost whole. As long as the rate is known by its nominal value only, or from a few frames, what a
        wrong rate explains is no loss.
        """
        early_s = EARLY_STEP_S if self._line.settled else STEP_S
        in_time = -early_s <= lateness_s <= STEP_S
        self._period.look(advance_ns, n, in_time=in_time)
        excess = advance_ns / self._period.value_ns - n
        slack = self._period.slack(n)
        if excess < -max(slack, n * _REPEATED):
            return 0 if in_time and self._period.is_shorter(advance_ns, n) else None
        if excess <= slack:
            return 0
        return round(excess) if in_time else None

    def _due_ns(self, device_ns: int) -> int:
        """UTC, by the map, at which the sample after a frame is due, in ns."""
        sent_s = (device_ns - self._origin_ns) / NS
        above_ns = round((sent_s + self._line.offset_s(sent_s)) * NS + self._host_period_ns)
        return self._origin_ns + self._base_ns + self._wall_ns + above_ns
