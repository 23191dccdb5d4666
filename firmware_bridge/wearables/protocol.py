"""What a wearable's module is given and what it gives back: the types every firmware's file shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

REPLY_TIMEOUT_S = 5.0
"""How long a wearable may take to answer a command, in seconds."""

SLOWEST_RATE_HZ = 50.0
"""Twitches hold energy up to about 25 Hz: a slower stream is taken only where nothing faster is offered."""

T = TypeVar("T")


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
        Full name of each model, by what the name pattern's group ``model`` matched.
    """

    family: str
    name_pattern: re.Pattern[str]
    service_uuid: str
    data_uuid: str
    control_uuid: str
    models: dict[str, str] = field(default_factory=dict)

    def model_of(self, name: str | None) -> str | None:
        """Full model name of the wearable advertising as `name`, None where it is none of this family."""
        match = self.name_pattern.fullmatch(name or "")
        if match is None:
            return None
        return self.models.get(match["model"], self.family)


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
    """

    rate_hz: float = 52.0
    range_g: float = 4.0

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
        Model of the wearable, as a person knows it.
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


class WearableIO(Protocol):
    """A connection, as far as a wearable's module needs one; it knows no Bluetooth library.

    Every method raises `TimeoutError` where no answer comes in time.
    """

    @property
    def name(self) -> str:
        """The advertised name."""
        ...

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        ...

    async def subscribe(self, uuid: str) -> None:
        """Ask for notifications (or indications); where they go is settled by the profile's UUIDs."""
        ...

    async def request(
        self, uuid: str, data: bytes, collect: Callable[[bytes], T | None], timeout_s: float = REPLY_TIMEOUT_S
    ) -> T:
        """Write `data`, then hand each packet the characteristic notifies to `collect` until it returns the answer."""
        ...


class Wearable(Protocol):
    """The functions of a wearable's module."""

    @property
    def PROFILE(self) -> Profile:  # noqa: N802 -- a module's constant
        """How the family is recognised and reached."""
        ...

    async def start(self, io: WearableIO, wish: Wish) -> Stream:
        """Subscribe, settle the settings and start the stream; raises `WearableRefusedError`."""
        ...

    async def stop(self, io: WearableIO) -> None:
        """Stop the stream and leave the wearable as it was found."""
        ...

    def decode(self, data: bytes, stream: Stream) -> Frame:
        """Turn a data notification into samples; raises `FrameError` and nothing else."""
        ...

    def ended(self, packet: bytes) -> str | None:
        """Say why, where a control packet tells that the wearable ended the stream by itself; else None."""
        ...
