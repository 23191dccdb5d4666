"""What a wearable's module is given and what it gives back: the types every firmware's file shares.

Such a module names what its firmware can do in one record at its end, `WEARABLE`; see `Wearable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from firmware_bridge.gap_cause import GapCause

if TYPE_CHECKING:
    import re

    import numpy as np
    import numpy.typing as npt

REPLY_TIMEOUT_S = 5.0
"""How long a wearable may take to answer a command, in seconds."""

SLOWEST_RATE_HZ = 50.0
"""Twitches hold energy up to about 25 Hz: a slower stream is taken only where nothing faster is offered."""

T = TypeVar("T")


BATTERY_LEVEL_UUID = "00002a19-0000-1000-8000-00805f9b34fb"
"""Battery Level, a percentage (Bluetooth Assigned Numbers)."""

SERIAL_NUMBER_UUID = "00002a25-0000-1000-8000-00805f9b34fb"
"""Serial Number String (Bluetooth Assigned Numbers)."""

_FULL = 100


@dataclass(frozen=True, slots=True)
class Model:
    """What a person needs to know of a model.

    Parameters
    ----------
    name
        Full name.
    battery_h
        Hours a full battery streams at the settings asked for, cautiously; None where it lasts for days.
    wear
        How to wear it: place, strap, contact. Whole sentences.
    advice
        What to see to before the night, empty where there is nothing. Whole sentences.
    """

    name: str
    battery_h: float | None = None
    wear: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a family of wearables is recognised and reached.

    Parameters
    ----------
    family
        Name of the family, as a person knows it.
    name_pattern
        Matches the advertised name as a whole; its group ``model`` is looked up in `models`.
    service_uuid, data_uuid, control_uuid
        GATT service, the characteristic that notifies samples, and the one that takes commands;
        128-bit, lower case.
    models
        Each model, by what the name pattern's group ``model`` matched.
    replies_on_data
        Whether answers to commands come on the data characteristic, between the samples.
    names_are_alike
        Whether all wearables of a model advertise the same name, so that their serial numbers tell them apart.
    battery_while_streaming
        Whether reading the battery leaves the samples alone.
    only_model
        The model of whatever `models` does not name.
    missing_words
        What to tell a person whose wearable lacks a characteristic: which firmware it needs, and how to get it.
    """

    family: str
    name_pattern: re.Pattern[str]
    service_uuid: str
    data_uuid: str
    control_uuid: str
    models: dict[str, Model] = field(default_factory=dict)
    replies_on_data: bool = False
    names_are_alike: bool = False
    battery_while_streaming: bool = False
    only_model: Model | None = None
    missing_words: str = "The wearable lacks a service that is needed: update its firmware and try again."

    def match(self, name: str | None) -> re.Match[str] | None:
        """Match an advertised name, whatever a firmware has let stand around it: it may come with its closing NUL."""
        return self.name_pattern.fullmatch((name or "").strip("\0 \t\r\n"))

    def model_of(self, name: str | None) -> Model | None:
        """Model of the wearable advertising as `name`, None where it is none of this family."""
        match = self.match(name)
        if match is None:
            return None
        return self.models.get(match["model"]) or self.only_model or Model(self.family)

    def model_name(self, name: str) -> str:
        """Full name of the model of the wearable advertising as `name`; the family's where the name tells none."""
        model = self.model_of(name)
        return model.name if model is not None else self.family


@dataclass(frozen=True, slots=True)
class Wish:
    """What the detector would like; the wearable's module picks the nearest it is offered.

    Parameters
    ----------
    rate_hz
        Sampling rate. 52 Hz is the rate every family reaches at least nearly.
    range_g
        Smallest full scale wanted. Gravity takes 1 g of it and a jerk of the leg 2 g and more, so a
        range of 2 g clips; above 4 g only the resolution of a 0.01 g twitch would suffer.
    lasting
        Whether the stream is to last a night: a wearable that would end it by itself is refused.
    """

    rate_hz: float = 52.0
    range_g: float = 4.0
    lasting: bool = False

    def choose_rate(self, offered: list[int]) -> int:
        """Return the offered rate nearest to the wish, of those ≥ 50 Hz; the fastest where all are slower."""
        fast = [rate for rate in offered if rate >= SLOWEST_RATE_HZ]
        if not fast:
            return max(offered)
        return min(fast, key=lambda rate: (abs(rate - self.rate_hz), rate))

    def choose_range(self, offered: list[float]) -> float:
        """Return the smallest offered full scale that holds the wish, else the largest, in g."""
        return min((full_scale for full_scale in offered if full_scale >= self.range_g), default=max(offered))


@dataclass(frozen=True, slots=True)
class Stream:
    """A started stream: what `decode` needs to know, and what the night records of it.

    Parameters
    ----------
    model
        Name of the model, as a person knows it.
    nominal_hz
        Rate agreed on; the true one differs by up to 2 %.
    range_g
        Full scale.
    lsb_g
        Grid of the values, if known at the start: each is float32(k·lsb_g) with k whole. The first
        frame's `Frame.lsb_g` has the last word.
    factor
        Scale the start reply gave, None where it gave none.
    """

    model: str
    nominal_hz: float
    range_g: float
    lsb_g: float | None
    factor: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The samples of one notification.

    Parameters
    ----------
    device_ns
        Time of the LAST sample on the wearable's own clock, in ns since that clock's own zero;
        None where the wearable sends no time.
    xyz_g
        Acceleration in g, gravity included, float32, shape ``(n, 3)``, n ≥ 1.
    lost
        Samples missing before this frame by the wearable's own count, None where it does not count.
    lsb_g
        Grid of the values: each is float32(k·lsb_g) with k whole; None where they lie on none.
    """

    device_ns: int | None
    xyz_g: npt.NDArray[np.float32]
    lost: int | None = None
    lsb_g: float | None = None


Decoder = Callable[[bytes], list[Frame]]
"""Turns the data notifications of one connection, in order of arrival, into the frames that are complete by now.

A notification that holds no samples, such as an answer to a command, gives none. One that cannot be decoded raises
`FrameError` and nothing else, and costs no later one.
"""


class WearableIO(Protocol):
    """A connection, as far as a wearable's module needs one; it knows no Bluetooth library.

    Every method raises `TimeoutError` where no answer comes in time.
    """

    @property
    def name(self) -> str:
        """The advertised name."""
        ...

    @property
    def longest_write(self) -> int:
        """Most bytes that one `write` without a response may carry."""
        ...

    @property
    def as_found(self) -> dict[int, int]:
        """Settings as they were before this program changed them, by register or place; `start` fills it.

        The same for all connections of a night: a reconnection finds what this program has set.
        """
        ...

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        ...

    async def subscribe(self, uuid: str) -> None:
        """Ask for notifications (or indications), once; where they go is settled by the profile."""
        ...

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        """Write a command that is not answered; without `response` not even its arrival is."""
        ...

    async def request(
        self,
        uuid: str,
        data: bytes,
        collect: Callable[[bytes], T | None],
        timeout_s: float = REPLY_TIMEOUT_S,
        *,
        response: bool = True,
    ) -> T:
        """Write `data`, then hand each packet that is notified to `collect` until it returns the answer.

        Packets are those of the control characteristic, and of the data characteristic too where the profile says
        that answers come there. What `collect` raises is raised here.
        """
        ...


async def battery_level(io: WearableIO) -> int | None:
    """Read the Battery Level characteristic, in percent; None where it holds none."""
    level = await io.read(BATTERY_LEVEL_UUID)
    return level[0] if level and level[0] <= _FULL else None


async def no_battery(_io: WearableIO) -> int | None:
    """Know of no battery."""
    return None


def _no_temperature(_data: bytes) -> float | None:
    return None


def _never_ends(_packet: bytes) -> GapCause | None:
    return None


@dataclass(frozen=True, slots=True)
class Wearable:
    """What a wearable's module can do: what every one has, and abilities that need not be named where there are none.

    A new ability is a field with a default here, and named by the modules that have it.

    Parameters
    ----------
    profile
        How the family is recognised and reached.
    start
        Subscribes, settles the settings and starts the stream; raises `WearableRefusedError`.
    stop
        Stops the stream and leaves the wearable as it was found.
    decoder
        Makes what decodes the notifications of one connection.
    battery
        Reads the charge in percent, None where it tells none; called before `start`, may subscribe what it needs. By
        default that of the standard service.
    temperature
        Returns the temperature of the skin in °C, where a data notification tells it, which holds no samples then;
        else None.
    ended
        Says why, where a control packet tells that the wearable ended the stream by itself; else None.
    """

    profile: Profile
    start: Callable[[WearableIO, Wish], Awaitable[Stream]]
    stop: Callable[[WearableIO], Awaitable[None]]
    decoder: Callable[[Stream], Decoder]
    battery: Callable[[WearableIO], Awaitable[int | None]] = battery_level
    temperature: Callable[[bytes], float | None] = _no_temperature
    ended: Callable[[bytes], GapCause | None] = _never_ends
