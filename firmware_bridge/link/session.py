"""One connection to a wearable, from connecting to goodbye, through bleak; what its module sees as `WearableIO`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bleak import BleakClient
from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from firmware_bridge.errors import FrameError, ServiceMissingError, WearableRefusedError
from firmware_bridge.foreign_text import clean
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.battery import follow
from firmware_bridge.samples import NS
from firmware_bridge.wearables.protocol import REPLY_TIMEOUT_S, SERIAL_NUMBER_UUID, Model, Stream, Wish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak.backends.client import BaseBleakClient

    from firmware_bridge.discovery.find import Found

_log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 20.0
GOODBYE_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
"""How long connecting, disconnecting, and stopping the stream before it may take, in seconds."""

LEAST_WRITE = 20
"""Bytes a write carries on any connection."""

INBOX = 256
"""Notifications kept for a reader that is behind: minutes of a stream."""

_GRACE_S = 0.5  # a loop that was held up gets so long to deliver what has come, before silence is declared
T = TypeVar("T")


class LinkDownError(Exception):
    """The connection is of no use any more.

    Parameters
    ----------
    cause
        Cause of the gap that begins here.
    detail
        More of it, for the log.
    """

    def __init__(self, cause: GapCause, detail: object = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause


class NeedsPairingError(LinkDownError):
    """The wearable answers only to who has paired with it."""

    def __init__(self) -> None:
        super().__init__(GapCause.CONNECTION_LOST, "it wants to be paired")


_UNPAIRED = {
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
}


class Notification(NamedTuple):
    """A data notification: when it arrived by the loop's clock (ns), its bytes, how many before it were dropped."""

    arrival_ns: int
    data: bytes
    dropped: int


class Session:
    """A connection to one wearable.

    Parameters
    ----------
    found
        The wearable.
    client_backend
        bleak's backend to use in place of the platform's own.
    on_data
        Called with arrival (loop's clock, ns) and bytes of every data notification, from the loop; must not block.
    on_battery
        Called with the charge in percent, now and then while it streams, where the wearable tells it then.
    pair
        Whether to pair when connecting.
    as_found
        The wearable's settings as an earlier connection found them, as of `WearableIO`; filled by the first.
    """

    def __init__(
        self,
        found: Found,
        client_backend: type[BaseBleakClient] | None,
        on_data: Callable[[int, bytes], None] | None = None,
        on_battery: Callable[[int], None] | None = None,
        *,
        pair: bool = False,
        as_found: dict[int, int] | None = None,
    ) -> None:
        self.as_found = {} if as_found is None else as_found
        self._wearable = found.wearable
        self._profile = found.wearable.profile
        self._name = found.name
        self._on_data_hook = on_data
        self._on_battery_hook = on_battery
        self._following: asyncio.Task[None] | None = None
        self._pair = pair
        self._loop = asyncio.get_running_loop()
        self._client = BleakClient(
            found.device, self._on_disconnected, timeout=CONNECT_TIMEOUT_S, backend=client_backend, pair=pair
        )
        self._inbox: deque[Notification] = deque()
        self._arrived = asyncio.Event()
        self._dropped = 0
        self._down: LinkDownError | None = None
        self._pending: tuple[Callable[[bytes], Any], asyncio.Future[Any]] | None = None
        self._subscribed: set[str] = set()
        self._closed = False

    @property
    def name(self) -> str:
        """The advertised name."""
        return self._name

    @property
    def model(self) -> Model | None:
        """What the wearable is; None where its name does not tell."""
        return self._profile.model_of(self._name)

    @property
    def longest_write(self) -> int:
        """Most bytes that one write without a response may carry; raises `LinkDownError` where the link is lost."""
        try:
            characteristic = self._client.services.get_characteristic(self._profile.control_uuid)
        except BleakError as error:
            raise self._down or LinkDownError(GapCause.CONNECTION_LOST, error) from error
        return LEAST_WRITE if characteristic is None else characteristic.max_write_without_response_size

    async def connect(self) -> None:
        """Connect.

        Raises
        ------
        LinkDownError
            Where that fails; `NeedsPairingError` where pairing may be what has failed.
        TimeoutError
            Where it takes too long.
        """
        try:
            # The platform keeps its own time-out; the outer one is for a platform that does not.
            async with self._exchange(CONNECT_TIMEOUT_S + REPLY_TIMEOUT_S):
                await self._client.connect()
        except LinkDownError as error:
            if self._pair:
                raise NeedsPairingError from error  # platforms do not say which of the two has failed
            raise

    async def start(self, wish: Wish) -> Stream:
        """Start the stream; raises what the wearable's module raises."""
        stream = await self._wearable.start(self, wish)
        if self._on_battery_hook is not None and self._profile.battery_while_streaming:
            self._following = asyncio.create_task(follow(self.battery, self._on_battery_hook))
        return stream

    async def battery(self) -> int | None:
        """Read the battery's charge in percent; None where it cannot be told."""
        try:
            return await self._wearable.battery(self)
        except NeedsPairingError:
            raise
        except (LinkDownError, FrameError, WearableRefusedError, TimeoutError) as error:
            _log.info("the battery cannot be read")
            _log.debug("battery: %s", error)
            return None

    async def serial(self) -> str | None:
        """Read the serial number; None where it cannot be told."""
        try:
            text = (await self.read(SERIAL_NUMBER_UUID)).decode("utf-8", "replace")
        except (NeedsPairingError, WearableRefusedError, TimeoutError):
            return None
        except LinkDownError as error:
            _log.debug("serial number: %s", error)
            return None
        return clean(text) or None

    async def receive(self, deadline_s: float) -> Notification:
        """Return the next data notification.

        Parameters
        ----------
        deadline_s
            Time of the loop by which it must have come.

        Returns
        -------
        Notification
            The oldest that has not been returned.

        Raises
        ------
        LinkDownError
            Where the connection is lost, the wearable ends its stream, or nothing comes in time. What has come before
            is returned first.
        """
        while not self._inbox:
            if self._down is not None:
                raise self._down
            self._arrived.clear()
            began_s = self._loop.time()
            until_s = max(deadline_s, began_s + _GRACE_S)
            try:
                async with asyncio.timeout_at(until_s):
                    await self._arrived.wait()
            except TimeoutError:
                # A loop that was held up finds the deadline past and all that came meanwhile undelivered. Silence is
                # what lasts for a while after the deadline, on a loop that runs.
                if began_s >= deadline_s and self._loop.time() < until_s + _GRACE_S:
                    raise LinkDownError(GapCause.NO_DATA) from None
        return self._inbox.popleft()

    async def close(self, *, stop: bool) -> None:
        """Disconnect, whatever state the connection is in: bleak's platforms need it even after they lost it.

        Parameters
        ----------
        stop
            Stop the stream first, if there is one. A wearable that is not told goes on until its battery is empty.
        """
        if self._following is not None:
            self._following.cancel()
        try:
            if stop and self._subscribed and self._down is None:
                await self._stop()
        finally:
            self._closed = True
            try:
                async with asyncio.timeout(GOODBYE_TIMEOUT_S):
                    await self._client.disconnect()
            except Exception as error:  # noqa: BLE001 -- whatever a platform says at goodbye, the next connection follows
                _log.info("disconnecting failed (%s)", type(error).__name__)
                _log.debug("disconnecting: %s", error)  # a platform's words may hold the address

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await self._wearable.stop(self)
        except Exception as error:  # noqa: BLE001 -- stopping is a courtesy; the disconnection follows in any case
            _log.warning("the wearable was not told to stop (%s)", type(error).__name__)
            _log.debug("stopping: %s", error)

    # What the wearable's module uses (`WearableIO`).

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        async with self._exchange(REPLY_TIMEOUT_S):
            return bytes(await self._client.read_gatt_char(uuid))

    async def subscribe(self, uuid: str) -> None:
        """Ask for notifications, once."""
        if uuid in self._subscribed:
            return
        handler = self._on_data if uuid == self._profile.data_uuid else self._on_control
        async with self._exchange(REPLY_TIMEOUT_S):
            await self._client.start_notify(uuid, handler)
        self._subscribed.add(uuid)

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        """Write a command that is not answered."""
        async with self._exchange(REPLY_TIMEOUT_S):
            await self._client.write_gatt_char(uuid, data, response=response)

    async def request(
        self,
        uuid: str,
        data: bytes,
        collect: Callable[[bytes], T | None],
        timeout_s: float = REPLY_TIMEOUT_S,
        *,
        response: bool = True,
    ) -> T:
        """Write `data`, then hand each packet to `collect` until it returns the answer."""
        answer: asyncio.Future[T] = self._loop.create_future()
        self._pending = (collect, answer)
        try:
            async with self._exchange(timeout_s):
                await self._client.write_gatt_char(uuid, data, response=response)
                return await answer
        finally:
            self._pending = None
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # it may hold one nobody has waited for

    @contextlib.asynccontextmanager
    async def _exchange(self, timeout_s: float) -> AsyncIterator[None]:
        """Bound an exchange in time and turn bleak's errors into `LinkDownError`."""
        if self._down is not None:
            raise self._down
        try:
            async with asyncio.timeout(timeout_s):
                yield
        except TimeoutError:
            raise
        except BleakCharacteristicNotFoundError as error:
            raise ServiceMissingError(self._profile.missing_words) from error
        except (BleakError, OSError, EOFError) as error:
            if isinstance(error, BleakGATTProtocolError) and error.code in _UNPAIRED:
                raise NeedsPairingError from error
            raise self._down or LinkDownError(GapCause.CONNECTION_LOST, error) from error

    # What bleak calls.

    def _on_data(self, _characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
        arrival_ns = round(self._loop.time() * NS)
        if self._closed:
            return
        packet = bytes(data)
        if len(self._inbox) >= INBOX:
            self._dropped += 1
        else:
            self._inbox.append(Notification(arrival_ns, packet, self._dropped))
            self._dropped = 0
            self._arrived.set()
        if self._on_data_hook is not None:
            try:
                self._on_data_hook(arrival_ns, packet)
            except Exception:  # noqa: BLE001 -- whatever fails in keeping raw data, the night goes on
                # Raised into a platform's callback it would be lost, or take the connection with it.
                _log.exception("a data notification was not kept as it came")
        if self._profile.replies_on_data:
            self._take_control(packet)

    def _on_control(self, _characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
        self._take_control(bytes(data))

    def _take_control(self, packet: bytes) -> None:
        if (cause := self._wearable.ended(packet)) is not None:
            self._go_down(LinkDownError(cause))
        if self._pending is None or self._pending[1].done():
            return
        collect, answer = self._pending
        try:
            reply = collect(packet)
        except Exception as error:  # noqa: BLE001 -- raised where the answer is waited for
            answer.set_exception(error)
        else:
            if reply is not None:
                answer.set_result(reply)

    def _on_disconnected(self, _client: BleakClient) -> None:
        if not self._closed:
            self._go_down(LinkDownError(GapCause.CONNECTION_LOST))

    def _go_down(self, error: LinkDownError) -> None:
        if self._down is None:
            self._down = error
        if self._pending is not None and not self._pending[1].done():
            self._pending[1].set_exception(self._down)
        self._arrived.set()
