"""The alarm: it rings, or shows a notice, where for a minute samples stay away or nothing can be saved."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from detector.time_words import clock_time, span
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.recorder.notices import Notices
    from detector.recorder.recorder import Progress
    from firmware_bridge.link.link import Link

ALARM_S = 60.0
"""So long something may be wrong before the alarm is given, and so long again before it rings again, in seconds."""

LOOK_S = 1.0
"""How often it is looked after, in seconds."""


class _Moment(NamedTuple):
    """A moment by the loop's clock, which nobody sets, and by the wall's, which a person reads; in seconds."""

    loop_s: float
    utc_s: float

    def __str__(self) -> str:
        return clock_time(round(self.utc_s * NS), None)[:5]


@dataclass(slots=True)
class _Fault:
    """Something that may go wrong, and whether that has been told.

    Parameters
    ----------
    began
        When all was well last; None where nothing can be wrong.
    told
        The moment that was told of; None where none was.
    """

    began: _Moment | None = None
    told: _Moment | None = None


class Alarm:
    """Looks after a recording, and gives alarm where for a minute something is wrong with it.

    That is: of a wearable come no samples, though one has been connected to before; or nothing can be saved.

    Parameters
    ----------
    ring
        Called then, and again each minute while it lasts.
    notices
        Where a notice is shown when it begins, and another when it is over.
    hide
        What the words of a notice go through; it takes out names.
    """

    def __init__(
        self,
        ring: Callable[[], None] | None,
        notices: Notices | None,
        hide: Callable[[str], str] | None = None,
    ) -> None:
        self._ring = ring
        self._notices = notices
        self._hide = hide
        self._links: Mapping[Link, str] = {}
        self._progress: Progress | None = None
        self._connected: _Moment | None = None
        self._heard: dict[Link, _Moment] = {}
        self._silence = _Fault()
        self._unsaved = _Fault()
        self._rings = 0

    def follow(self, links: Mapping[Link, str], progress: Progress) -> None:
        """Look after these from now on.

        Parameters
        ----------
        links
            The links to the wearables, and what these are called.
        progress
            How their recording stands, kept up to date.
        """
        # A night that is begun anew has heard of no link yet, and no silence either: it was not so long ago.
        self._connected = max(self._heard.values(), default=self._connected)
        self._links, self._progress, self._heard = links, progress, {}

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look after the recording while the context lasts."""
        async with contextlib.AsyncExitStack() as stack:
            if self._notices is not None:
                await stack.enter_async_context(self._notices)
            watch = asyncio.create_task(self._watch())
            try:
                yield
            finally:
                watch.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watch

    async def _watch(self) -> None:
        if self._notices is not None:
            self._notices.complain(await self._notices.why_not())  # in the evening, not first at night
        while True:
            now = _Moment(asyncio.get_running_loop().time(), time.time())
            silent = self._look(now)
            began = [fault.began.loop_s for fault in (self._silence, self._unsaved) if fault.began is not None]
            minutes = int((now.loop_s - min(began, default=now.loop_s)) // ALARM_S)
            if minutes > self._rings and self._ring is not None:
                self._ring()
            self._rings = minutes
            if self._notices is not None:
                await self._tell(now, self._notices, silent)
            await asyncio.sleep(LOOK_S)

    def _look(self, now: _Moment) -> list[Link]:
        """Look at how the recording stands; gives the links of which no samples come."""
        for link in self._links:
            if self._connected is None and link.connected_s is not None:
                self._connected = now
            before = self._heard.get(link)
            if link.heard_s is not None and (before is None or link.heard_s > before.loop_s):
                self._heard[link] = _Moment(link.heard_s, now.utc_s - (now.loop_s - link.heard_s))
        waited = {link: since for link in self._links if (since := self._heard.get(link, self._connected)) is not None}
        silent = [link for link, since in waited.items() if now.loop_s - since.loop_s >= ALARM_S]
        self._silence.began = min(waited.values(), default=None)
        if self._progress is None or self._progress.trouble is None:
            self._unsaved.began = None
        elif self._unsaved.began is None:
            self._unsaved.began = now
        return silent

    async def _tell(self, now: _Moment, notices: Notices, silent: list[Link]) -> None:
        """Show what has begun and what is over."""
        if _is_new(self._silence, now):
            names = "your wearable" if self._hide is not None else " and ".join(self._links[link] for link in silent)
            await notices.show(
                "samples",
                "fasciwatch: no samples",
                f"Nothing has come from {names} since {self._silence.told}. See whether it is worn, switched on, "
                "charged and in reach, and whether this computer's Bluetooth is on.",
                urgent=True,
            )
        if _is_new(self._unsaved, now):
            trouble = "" if self._progress is None else str(self._progress.trouble)
            trouble = trouble if self._hide is None else self._hide(trouble)
            await notices.show(
                "saving",
                "fasciwatch: nothing is saved",
                f"Nothing can be saved since {self._unsaved.told}: {trouble}. See whether the disk is full, or is not "
                "connected any more.",
                urgent=True,
            )
        for fault, subject, title, words in (
            (self._silence, "samples", "samples are back", "They come again"),
            (self._unsaved, "saving", "saving again", "It goes again"),
        ):
            if (told := _is_over(fault, now)) is not None:
                gone = span(now.loop_s - told.loop_s)
                await notices.show(subject, f"fasciwatch: {title}", f"{words} since {now}, after {gone}.")


def _is_new(fault: _Fault, now: _Moment) -> bool:
    """Tell whether a fault is to be told of now, and take it for told."""
    if fault.began is None or fault.told is not None or now.loop_s - fault.began.loop_s < ALARM_S:
        return False
    fault.told = fault.began
    return True


def _is_over(fault: _Fault, now: _Moment) -> _Moment | None:
    """Tell whether a fault that was told of is over, and forget it then; gives when it had begun."""
    if fault.told is None or (fault.began is not None and now.loop_s - fault.began.loop_s >= ALARM_S):
        return None
    told, fault.told = fault.told, None
    return told
