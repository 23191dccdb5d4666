"""Nordic Thingy:52: raw motion, one sample a notification, without a time or a count.

Facts from Nordic's firmware (Nordic-Thingy52-FW, ``ble_tms.h`` and ``m_motion.c``). All numbers are little-endian.
"""

from __future__ import annotations

import re
import struct

import numpy as np

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables.protocol import (
    Decoder,
    Frame,
    Model,
    Profile,
    Stream,
    Wearable,
    WearableIO,
    Wish,
)

_BASE = "ef68{}-9b35-4933-9b10-52ffa9740042"

PROFILE = Profile(
    family="Nordic Thingy:52",
    name_pattern=re.compile(r"(?P<model>Thingy)(?:[: ].*)?"),
    service_uuid=_BASE.format("0400"),
    data_uuid=_BASE.format("0406"),
    control_uuid=_BASE.format("0401"),
    models={
        "Thingy": Model(
            "Nordic Thingy:52",
            wear="Fix it with an elastic bandage onto the muscle that twitches; it is bulky.",
            advice="It has no clock of its own, so that times and gaps of the night are estimates.",
        )
    },
    names_are_alike=True,
    battery_while_streaming=True,
)

RATES_HZ = [50, 100, 200]
RANGE_G = 32.0
"""What its numbers can hold; the sensor's own full scale is not told."""

LSB_G = 1 / 1024
RESTING_HZ = 10
"""The rate it leaves the factory with."""

_CONFIG = struct.Struct("<4HB")
_SAMPLE = struct.Struct("<9h")


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Set the rate, then listen: samples at another rate, without a time or a count, would bend the night's clock.

    Raises
    ------
    FrameError
        Where its settings are not those of a Thingy:52.
    TimeoutError
        Where it does not answer.
    """
    rate_hz = wish.choose_rate(RATES_HZ)
    await _set_rate(io, rate_hz)
    await io.subscribe(PROFILE.data_uuid)
    return Stream("Nordic Thingy:52", float(rate_hz), RANGE_G, LSB_G)


async def stop(io: WearableIO) -> None:
    """Go back to the resting rate; it stops when nobody listens."""
    await _set_rate(io, RESTING_HZ)


async def _set_rate(io: WearableIO, rate_hz: int) -> None:
    config = await io.read(PROFILE.control_uuid)
    if len(config) != _CONFIG.size:
        raise FrameError(f"settings of {len(config)} bytes, {_CONFIG.size} are due")
    pedometer, temperature, compass, _, wake = _CONFIG.unpack(config)
    await io.write(PROFILE.control_uuid, _CONFIG.pack(pedometer, temperature, compass, rate_hz, wake))


def decoder(_stream: Stream) -> Decoder:
    """Make a decoder; each notification is one sample."""
    return decode


def decode(data: bytes) -> list[Frame]:
    """Decode a notification: acceleration, rotation and magnetic field.

    Raises
    ------
    FrameError
        Where it is not whole.
    """
    if len(data) != _SAMPLE.size:
        raise FrameError(f"a sample of {len(data)} bytes, {_SAMPLE.size} are due")
    xyz = np.array([_SAMPLE.unpack(data)[:3]]) * LSB_G
    return [Frame(None, xyz.astype(np.float32), None, LSB_G)]


WEARABLE = Wearable(PROFILE, start, stop, decoder)
