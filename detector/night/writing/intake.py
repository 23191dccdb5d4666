"""What of a night's data goes into the queue, and what becomes of the rest where there is no room in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from detector.night.writing.inbox import Inbox
from detector.night.writing.writer import Break, Fresh, Heard, Item, Note
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

if TYPE_CHECKING:
    from detector.night.statements import Statement
    from detector.night.writing.sensor_state import SensorState
    from detector.night.writing.track import Piece


class Intake:
    """Puts data into the queue; what finds no room is dropped, counted, and becomes a gap. For one thread at a time.

    Parameters
    ----------
    inbox
        The queue.
    wait
        Whether samples and notifications wait for room in it.

    Attributes
    ----------
    dropped_samples, dropped_events, dropped_notifications
        How many found no room.
    """

    def __init__(self, inbox: Inbox[Item], *, wait: bool) -> None:
        self.dropped_samples = 0
        self.dropped_events = 0
        self.dropped_notifications = 0
        self._inbox = inbox
        self._wait = wait

    def samples(self, state: SensorState, piece: Piece, end_ns: int) -> None:
        """Put samples of a sensor; `end_ns` is the UTC at which the sample after them is due, in ns."""
        item = Fresh(state.number, piece)
        missing = state.missing
        if missing is None:
            accepted = self._put_common(item)
        else:
            # After a loss go on with a whole row, so that later rows are those the detector saw, and with some room.
            accepted = piece.begins_row and len(self._inbox) < self._inbox.limit // 2
            if accepted:
                self._end_loss(state, piece.start_ns)
                self._inbox.put(item, room=self._inbox.limit)
        if accepted:
            state.last_end_ns = end_ns
            if state.first_start_ns is None:
                state.first_start_ns = piece.start_ns
        else:
            self.dropped_samples += len(piece.xyz)
            start_ns = piece.start_ns if missing is None else missing.start_ns
            state.missing = Gap(start_ns, end_ns, GapCause.QUEUE_FULL, state.sensor.name)

    def gap(self, state: SensorState, gap: Gap) -> None:
        """Put a time without samples."""
        self._end_loss(state, gap.start_ns)
        self._put_gap(state, gap)

    def event(self, statement: Statement) -> None:
        """Put an event."""
        if not self._inbox.put_dear(Note(statement)):
            self.dropped_events += 1

    def raw(self, state: SensorState, arrival_ns: int, data: bytes) -> None:
        """Put a notification."""
        if not self._put_common(Heard(state.number, arrival_ns, data)):
            self.dropped_notifications += 1

    def note(self, statement: Statement) -> None:
        """Put what is said once, whether there is room or not: it is little."""
        self._inbox.put_always(Note(statement))

    def end_losses(self, states: Iterable[SensorState]) -> None:
        """Put what was dropped of these sensors as gaps, whether there is room or not: nothing may follow."""
        for state in states:
            self._end_loss(state, last=True)

    def _end_loss(self, state: SensorState, end_ns: int | None = None, *, last: bool = False) -> None:
        """Record what was dropped of a sensor, if anything, as a gap, once there is room for it."""
        missing, state.missing = state.missing, None
        if missing is not None:
            self._put_gap(state, missing if end_ns is None else replace(missing, end_ns=end_ns), last=last)

    def _put_gap(self, state: SensorState, gap: Gap, *, last: bool = False) -> None:
        state.last_end_ns = max(state.last_end_ns or gap.end_ns, gap.end_ns)
        missing = state.missing
        item = Break(state.number, int(gap.start_ns), int(gap.end_ns), gap.cause)
        if missing is None and (self._inbox.put_dear(item) if not last else self._inbox.put_always(item)):
            return
        # No room: what is missing, for whatever cause, is kept as one gap until it can be put.
        start_ns, end_ns = (gap.start_ns, gap.end_ns) if missing is None else (missing.start_ns, missing.end_ns)
        state.missing = Gap(start_ns, max(end_ns, gap.end_ns), GapCause.QUEUE_FULL, gap.sensor)

    def _put_common(self, item: Item) -> bool:
        if self._wait:
            return self._inbox.put_patiently(item)
        return self._inbox.put(item, room=self._inbox.limit)
