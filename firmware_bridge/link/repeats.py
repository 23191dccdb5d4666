"""Notifications that come twice: after a reconnection some platforms hand each one over once for every connection made.

A wearable that sends a time or a count shows by it that a frame has been there before. One that sends neither would
have twice the samples it measured. That the same bytes come again at once proves nothing, where a body is still and a
radio hands over several notifications together. That each of several different notifications comes as many times, does.
"""

from __future__ import annotations

from firmware_bridge.link.session import Notification
from firmware_bridge.samples import NS

GROUPS = 6
"""So many different notifications in a row, each come as often as the others, and they come more than once."""

LONGEST_NS = 2 * NS
FEWEST_GROUPS = 2
"""They are held back no longer than this until that is decided; slow ones are long, and so few of them are enough."""

_AT_ONCE_NS = NS // 200
_SINGLES = 2  # so many in a row that come once, and the others do no longer come again


class Repeats:
    """Leaves out what comes again; for one connection."""

    def __init__(self) -> None:
        self._times = 1  # how often each comes, once that is known
        self._group: list[Notification] = []  # the same bytes, at once
        self._before: Notification | None = None  # of the group before
        self._sizes: list[int] = []  # of the groups since something is held back
        self._held: list[Notification] = []
        self._firsts: list[Notification] = []  # of these, what is handed on where they come more than once
        self._singles = 0

    def take(self, notification: Notification) -> list[Notification]:
        """Take the next notification; return those that are to be decoded by now, in order."""
        group = self._group
        again = (
            bool(group)
            and notification.data == group[0].data
            and notification.arrival_ns - group[0].arrival_ns <= _AT_ONCE_NS
        )
        if self._times > 1:
            return self._leave_out(notification, again=again)
        if again:
            group.append(notification)
            self._held.append(notification)
            return []
        if not self._held:
            self._begin(notification)
            return [notification]
        return self._decide(notification)

    def _begin(self, notification: Notification) -> None:
        self._before = self._group[0] if self._group else None
        self._group = [notification]

    def _leave_out(self, notification: Notification, *, again: bool) -> list[Notification]:
        """Hand on one of each."""
        if again:
            self._group.append(notification)
            return [] if (len(self._group) - 1) % self._times else [notification]
        self._singles = self._singles + 1 if len(self._group) == 1 else 0
        if self._singles >= _SINGLES:
            self._times = 1
        self._begin(notification)
        return [notification]

    def _decide(self, notification: Notification) -> list[Notification]:
        """Close a group while notifications are held back, and see whether that decides it."""
        size = len(self._group)
        differs = self._before is None or self._before.data != self._group[0].data
        self._sizes.append(size)
        self._begin(notification)
        self._held.append(notification)
        fits = size > 1 and size == self._sizes[0] and differs
        is_old = notification.arrival_ns - self._held[0].arrival_ns > LONGEST_NS
        enough = len(self._sizes) >= (FEWEST_GROUPS if is_old else GROUPS)
        if fits and enough:
            self._times, self._singles = size, 0
            return self._release([*self._firsts, notification])
        if not fits or is_old:
            return self._release(self._held)
        self._firsts.append(notification)
        return []

    def _release(self, what: list[Notification]) -> list[Notification]:
        self._held, self._firsts, self._sizes = [], [], []
        return what
