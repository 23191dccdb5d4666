"""From the notifications of a connection to frames: what comes again is left out, what cannot be decoded is counted."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from firmware_bridge.errors import FrameError
from firmware_bridge.link.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_bridge.link.session import Notification
    from firmware_bridge.wearables import Decoder, Frame

_log = logging.getLogger(__name__)


def is_told(count: int) -> bool:
    """Whether what has happened so many times is worth a line: 1, 10, 100 … A night may bring it a million times."""
    return str(count).rstrip("0") == "1"


class Damaged:
    """Counts the notifications of a night that could not be decoded."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, error: FrameError) -> None:
        """Count another one, and say so now and then."""
        self.count += 1
        if is_told(self.count):
            _log.warning("notification %d that cannot be decoded: %s", self.count, error)


class Intake:
    """Takes the notifications of one connection.

    Parameters
    ----------
    decode
        The wearable's decoder.
    damaged
        Counts what cannot be decoded.
    is_counting
        Tells whether the wearable's stamps are of no use: then they do not tell either what comes again.
    """

    def __init__(self, decode: Decoder, damaged: Damaged, is_counting: Callable[[], bool] = lambda: False) -> None:
        self._is_counting = is_counting
        self._decode = decode
        self._damaged = damaged
        self._repeats = Repeats()
        self._are_stamped = False  # so that the clock finds what comes again
        self._usual = 0  # samples in a notification
        self._lost = 0  # samples in notifications that were damaged, since the last that was not

    def take(self, notification: Notification) -> list[tuple[Frame, Notification]]:
        """Take a notification.

        Returns
        -------
        frames
            Those that are complete by now, each with the notification that completed it. A wearable that does not
            count its samples has those of damaged notifications among `Frame.lost`, as many as one usually has.
        """
        known = self._are_stamped and not self._is_counting()
        fresh = [notification] if known else self._repeats.take(notification)
        return [(frame, each) for each in fresh for frame in self._frames(each)]

    def _frames(self, notification: Notification) -> list[Frame]:
        try:
            frames = self._decode(notification.data)
        except FrameError as error:
            self._damaged.add(error)
            self._lost += self._usual
            return []
        if not frames:
            return []
        self._are_stamped = frames[0].device_ns is not None
        self._usual = sum(len(frame.xyz_g) for frame in frames)
        if self._lost and frames[0].lost is None:
            frames[0] = replace(frames[0], lost=self._lost)
        self._lost = 0
        return frames
