"""Movella (Xsens) DOT: one sample a notification, floats, stamped in microseconds.

Facts from Movella's "DOT BLE Service Specification" (XD0506P rev. C). All numbers are little-endian.
"""

from __future__ import annotations

import re
import struct

import numpy as np

from firmware_bridge.errors import ChargingError, FrameError, WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import STANDARD_GRAVITY
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
from firmware_bridge.wearables.unwrap import Unwrap

_BASE = "1517{}-4947-11e9-8646-d663bd873d93"
_BATTERY_H = 6.0
_WEAR = "Tape it flat onto the muscle that twitches, with the maker's adhesive."
_ADVICE = "Charge it fully, which lasts six to nine hours, and take it out of its charger before the night."

PROFILE = Profile(
    family="Movella DOT",
    # Firmware differs in how it writes DOT.
    name_pattern=re.compile(r"(?P<model>Movella DOT|Xsens DOT)(?: .*)?", re.IGNORECASE),
    service_uuid=_BASE.format("2000"),
    data_uuid=_BASE.format("2003"),
    control_uuid=_BASE.format("2001"),
    models={name: Model(name, _BATTERY_H, _WEAR, _ADVICE) for name in ("Movella DOT", "Xsens DOT")},
    names_are_alike=True,
    only_model=Model("Movella DOT", _BATTERY_H, _WEAR, _ADVICE),
    missing_words="This DOT lacks a service that is needed: update its firmware with Movella's app and try again.",
    battery_while_streaming=True,
)

DEVICE_CONTROL_UUID = _BASE.format("1002")
REPORT_UUID = _BASE.format("1004")
BATTERY_UUID = _BASE.format("3001")

RATES_HZ = [1, 4, 10, 12, 15, 20, 30, 60]
"""Rates it streams at; 120 Hz is for recording inside it only."""

RATE_QUANTITIES = 21
"""Payload of time, acceleration with gravity, and rotation: 28 bytes in the medium characteristic."""

FACTORY_TIMEOUTS = bytes((10, 0, 30, 0))
"""After which it falls asleep, as it leaves the factory: minutes and seconds alone, minutes and seconds connected."""

RANGE_G = 16.0
_MEASUREMENT, _STOP, _START = 1, 0, 1
_ENDS = {1: GapCause.SWITCHED_OFF, 4: GapCause.FELL_ASLEEP}  # by the type of its report

_CONTROL_BYTES = 32
_STATE_BYTES = 3
_POWER_SAVING, _OUTPUT_RATE = 0x04, 0x10  # bits of the mask that says which fields to heed
_TIMEOUTS, _RATE = slice(3, 7), slice(24, 26)
_SAMPLE = struct.Struct("<I3f")
_LARGEST_MS2 = 500.0
_WRAP = 1 << 32  # of the clock, after 71.6 minutes
_US = 1000
_FULL = 100


async def battery(io: WearableIO) -> int | None:
    """Read the charge in percent."""
    state = await io.read(BATTERY_UUID)
    return state[0] if state and state[0] <= _FULL else None


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Switch power saving off, which ends every stream after half an hour, set the rate and start.

    Raises
    ------
    WearableRefusedError
        Where it does not take its settings, or does not start.
    FrameError
        Where its settings are not those of a DOT.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(REPORT_UUID)
    await io.subscribe(PROFILE.data_uuid)
    if await _measures(io):
        # Left running by another program; while it measures it takes no rate.
        await stop_measuring(io)
    if wish.lasting and (await io.read(BATTERY_UUID))[1:2] == b"\1":
        raise ChargingError("The DOT is being charged: take it out of its charger, put it on and try again.")
    found = await _settings(io)
    if not io.as_found:  # it keeps what it is told for good
        io.as_found.update(enumerate(found[_TIMEOUTS]))
    rate_hz = wish.choose_rate(RATES_HZ)
    wanted = bytearray(found)
    wanted[0] = _POWER_SAVING | _OUTPUT_RATE
    wanted[_TIMEOUTS] = bytes(4)
    wanted[_RATE] = rate_hz.to_bytes(2, "little")
    await io.write(DEVICE_CONTROL_UUID, bytes(wanted))
    taken = await _settings(io)
    if taken[_TIMEOUTS] != wanted[_TIMEOUTS] or taken[_RATE] != wanted[_RATE]:
        raise WearableRefusedError(
            "The DOT keeps its own sampling rate, or would fall asleep in the night: stop its recording or "
            "synchronisation in Movella's app, switch it off and on and try again."
        )
    await io.write(PROFILE.control_uuid, bytes((_MEASUREMENT, _START, RATE_QUANTITIES)))
    if not await _measures(io):
        raise WearableRefusedError(
            "The DOT does not start to measure: take it out of its charger, stop its recording or synchronisation in "
            "Movella's app and try again."
        )
    return Stream(PROFILE.model_name(io.name), float(rate_hz), RANGE_G, None)


async def stop(io: WearableIO) -> None:
    """Stop measuring, and let it fall asleep again as it did before."""
    await stop_measuring(io)
    control = bytearray(await _settings(io))
    control[0] = _POWER_SAVING
    control[_TIMEOUTS] = bytes(io.as_found.values()) or FACTORY_TIMEOUTS
    await io.write(DEVICE_CONTROL_UUID, bytes(control))
    io.as_found.clear()


async def stop_measuring(io: WearableIO) -> None:
    """Stop measuring and leave the settings as they are."""
    await io.write(PROFILE.control_uuid, bytes((_MEASUREMENT, _STOP, RATE_QUANTITIES)))


def ended(packet: bytes) -> GapCause | None:
    """Tell whether a report announces that the wearable switches off or falls asleep."""
    return _ENDS.get(packet[0]) if packet else None


async def _settings(io: WearableIO) -> bytes:
    settings = await io.read(DEVICE_CONTROL_UUID)
    if len(settings) != _CONTROL_BYTES:
        raise FrameError(f"settings of {len(settings)} bytes, {_CONTROL_BYTES} are due")
    return settings


async def _measures(io: WearableIO) -> bool:
    state = await io.read(PROFILE.control_uuid)
    if len(state) != _STATE_BYTES:
        raise FrameError(f"a state of {len(state)} bytes, {_STATE_BYTES} are due")
    return state[1] == _START


def decoder(_stream: Stream) -> Decoder:
    """Make a decoder, which unwraps the clock."""
    return _Decoder()


class _Decoder:
    def __init__(self) -> None:
        self._unwrap_us = Unwrap(_WRAP)

    def __call__(self, data: bytes) -> list[Frame]:
        if len(data) < _SAMPLE.size:
            raise FrameError(f"a sample of {len(data)} bytes, {_SAMPLE.size} are the least")
        us, *ms2 = _SAMPLE.unpack_from(data)
        xyz = np.array([ms2])
        if not (np.abs(xyz) <= _LARGEST_MS2).all():
            raise FrameError("an acceleration that no sensor measures")
        return [Frame(self._unwrap_us(us) * _US, (xyz / STANDARD_GRAVITY).astype(np.float32))]


WEARABLE = Wearable(PROFILE, start, stop, decoder, battery=battery, ended=ended)
