"""Notices on the desktop, where there is one: what cannot be shown is said once and disturbs nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self, TypeVar

from detector.errors import FasciwatchError
from detector.recorder.listener import Say, into_the_log

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

T = TypeVar("T")

PATIENCE_S = 5.0
"""How long a desktop may take for an answer, in seconds."""

_SILENT = logging.CRITICAL + 1


class Notices:
    """Notices on the desktop, one for each subject: a new one takes the place of the one before.

    A thread of its own speaks to the desktop, so that one that hangs holds nothing up.

    Parameters
    ----------
    say
        Tells, once, that none can be shown.

    Raises
    ------
    FasciwatchError
        Where the library that shows them is not installed.
    """

    def __init__(self, say: Say = into_the_log) -> None:
        try:
            import desktop_notifier  # noqa: PLC0415 - an extra, which may not be there
        except ImportError as error:
            raise FasciwatchError(
                "desktop notifications need the library desktop-notifier: pip install 'desktop-notifier<7'"
            ) from error
        # It writes a traceback where a notice cannot be shown, and tells its caller nothing.
        logging.getLogger(desktop_notifier.__name__).setLevel(_SILENT)
        self._say = say
        self._library = desktop_notifier
        self._thread = ThreadPoolExecutor(1, "desktop notifications")
        self._runner = asyncio.Runner()
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}
        self._has_said = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._apart(self._disconnect)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._runner.close)
        self._thread.shutdown(wait=False)

    async def why_not(self) -> str:
        """Say why notices cannot be shown; empty where they can."""
        return await self._apart(lambda: self._tried(self._ask))

    async def show(self, subject: str, title: str, message: str, *, urgent: bool = False) -> None:
        """Show a notice in place of the one before on its subject; where that fails, say so the first time.

        Parameters
        ----------
        subject
            What it is about.
        title, message
            Its words.
        urgent
            Whether it is to stay until somebody has seen it.
        """

        async def replace() -> str:
            return await self._ask() or await self._replace(subject, title, message, urgent=urgent)

        async def replace_or_anew() -> str:
            was_connected = self._notifier is not None
            why_not = await self._tried(replace)
            # A connection of hours ago may have gone with a desktop that has come back meanwhile.
            return await self._tried(replace) if why_not and was_connected else why_not

        self.complain(await self._apart(replace_or_anew))

    def complain(self, why_not: str) -> None:
        """Say once that notices cannot be shown, where there is a reason why."""
        if why_not and not self._has_said:
            self._has_said = True
            self._say(f"No desktop notification can be shown ({why_not}): the night is recorded all the same.")

    async def _apart(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do something in the thread, in its own loop."""

        def run() -> T:
            # What a library leaves behind in a loop when its connection breaks is nothing to be written about.
            self._runner.get_loop().set_exception_handler(lambda *_: None)
            return self._runner.run(work())

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    # What follows runs in the thread.

    async def _tried(self, work: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """Do something that may fail in any way; gives why it has failed, empty where it has not."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                why_not = await work()
        except TimeoutError:
            why_not = "the desktop does not answer"
        except Exception as error:  # noqa: BLE001 -- each platform throws its own, and the night goes on
            why_not = str(error) or type(error).__name__
        if why_not:
            with contextlib.suppress(Exception):  # as above
                await self._disconnect()  # the next time anew: the desktop may be back
        return why_not

    async def _ask(self) -> str:
        if self._notifier is None:
            self._notifier = self._library.DesktopNotifier("fasciwatch", app_icon=None)
        can = await self._notifier.get_capabilities()
        return "" if self._library.Capability.TITLE in can else "this desktop shows none to this program"

    async def _replace(self, subject: str, title: str, message: str, *, urgent: bool) -> str:
        if self._notifier is None:
            raise RuntimeError("nothing can be shown before the desktop has been asked")
        if subject in self._shown:
            before = self._shown.pop(subject)
            if before in await self._notifier.get_current_notifications():
                await self._notifier.clear(before)
        taken: list[bool] = []
        urgency = self._library.Urgency.Critical if urgent else self._library.Urgency.Normal
        self._shown[subject] = await self._notifier.send(
            title, message, urgency, on_dispatched=lambda: taken.append(True)
        )
        return "" if taken else "the desktop does not take it"

    async def _disconnect(self) -> None:
        """Close the connection, as the library itself does not."""
        notifier, self._notifier = self._notifier, None
        self._shown.clear()
        bus = getattr(notifier._backend, "bus", None) if notifier is not None else None  # noqa: SLF001 - see above
        if bus is not None:
            bus.disconnect()
