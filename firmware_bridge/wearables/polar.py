"""Polar H10, Verity Sense and OH1: acceleration over the Polar Measurement Data service.

Facts from Polar's SDK documentation and sources, as noted in `pmd.frames` and `pmd.control`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re

import numpy as np

from firmware_bridge.errors import ChargingError, FrameError, WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.wearables.pmd.control import (
    GET_SDK_SETTINGS,
    GET_SETTINGS,
    MEASUREMENT_STOPPED,
    SDK_MODE,
    START,
    STATUS_WORDS,
    STOP,
    Reply,
    ReplyCollector,
    Setting,
    Status,
    parse_features,
    parse_settings,
    write_settings,
)
from firmware_bridge.wearables.pmd.frames import (
    ACCELERATION,
    DELTA_0,
    DELTA_1,
    SKIN_TEMPERATURE,
    parse_frame,
    parse_temperature,
)
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

_log = logging.getLogger(__name__)

VERITY = "Polar Verity Sense"

_BAND_H = 24.0  # no figure for a night's stream is known: a cautious guess, days being its maker's word for a pulse
_BAND_WEAR = "Wear it on the wrist or the ankle, the band snug over the muscle that twitches."
_BAND_ADVICE = (
    "It pairs with one computer or phone only: set it up once in the Polar Flow app, unpair it there, and hold it "
    "next to this computer at the first start."
)

PROFILE = Profile(
    family="Polar",
    name_pattern=re.compile(r"Polar (?P<model>H10|Sense|OH1|360|Loop)(?: .*)?"),
    service_uuid="fb005c80-02e7-f387-1cad-8acd2d8df0c8",
    data_uuid="fb005c82-02e7-f387-1cad-8acd2d8df0c8",
    control_uuid="fb005c81-02e7-f387-1cad-8acd2d8df0c8",
    models={
        "H10": Model(
            "Polar H10",
            wear="Wet the strap's electrodes and wear it around the chest or, shortened, around the thigh: it wakes on "
            "skin contact.",
        ),
        "Sense": Model(
            VERITY,
            battery_h=18.0,
            wear="Wear it on the calf, ankle or forearm, the strap snug over the muscle that twitches.",
        ),
        "OH1": Model(
            "Polar OH1",
            battery_h=10.0,
            wear="Wear it on the calf, ankle or forearm, the strap snug over the muscle that twitches.",
            advice="It turns itself off after some minutes without a pulse: wear it where it finds one.",
        ),
        "360": Model("Polar 360", _BAND_H, _BAND_WEAR, _BAND_ADVICE),
        "Loop": Model("Polar Loop", _BAND_H, _BAND_WEAR, _BAND_ADVICE),
    },
    battery_while_streaming=True,
)

MG = 1e-3
"""A milli-g, in g."""

SDK_MODE_SETTLE_S = 0.2
"""Verity firmware 2.1.0 loses a start that follows SDK mode by less than 0.1 s."""

_AXES = 3
_LARGEST_FACTOR = 1000.0


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Start the acceleration stream.

    Where the wearable has an SDK mode it is entered first: out of it a Verity Sense that sees no pulse, as on a calf,
    turns itself off after ten minutes. A stream that still runs, from before a lost connection, is stopped first.

    Raises
    ------
    WearableRefusedError
        Where it answers a command with an error, or would end a stream that is to last.
    FrameError
        Where an answer breaks the protocol.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(PROFILE.control_uuid)
    await io.subscribe(PROFILE.data_uuid)
    features = parse_features(await io.read(PROFILE.control_uuid))
    if not features.acceleration:
        raise WearableRefusedError(
            "The wearable offers no acceleration stream: update its firmware with the Polar Flow app and try again."
        )
    sdk_mode = features.sdk_mode and await _enter_sdk_mode(io)
    model = PROFILE.model_name(io.name)
    if wish.lasting and not sdk_mode and model == VERITY:
        raise WearableRefusedError(
            "The Verity Sense does not enter SDK mode, and out of it turns itself off after ten minutes without a "
            "pulse: update its firmware with the Polar Flow app, close other apps that use it, switch it off and on "
            "and try again; or wear it where it finds a pulse and start with --anyway."
        )
    offered = await _offered_settings(io, sdk_mode=sdk_mode)
    chosen, range_g = _choose(offered, wish)
    command = bytes((START, ACCELERATION)) + write_settings(chosen)
    reply = await _command(io, command)
    if reply.status == Status.ALREADY_IN_STATE:
        await _command(io, bytes((STOP, ACCELERATION)))
        reply = await _command(io, command)
    _succeeded(reply, "start its acceleration stream")
    if features.skin_temperature:
        await _start_temperature(io)
    factor = _factor(reply)
    return Stream(
        model=model,
        nominal_hz=float(chosen[Setting.RATE]),
        range_g=range_g,
        # Firmware that names a factor compresses in units of it, other firmware in mg.
        lsb_g=MG if factor is None else factor,
        factor=factor,
    )


async def stop(io: WearableIO) -> None:
    """Stop the stream and leave SDK mode, so that the wearable turns itself off as its owner expects.

    Raises
    ------
    FrameError
        Where an answer breaks the protocol.
    TimeoutError
        Where it does not answer.
    """
    await _command(io, bytes((STOP, ACCELERATION)))
    features = parse_features(await io.read(PROFILE.control_uuid))
    if features.skin_temperature:
        with contextlib.suppress(TimeoutError, FrameError):  # what follows matters more
            await _command(io, bytes((STOP, SKIN_TEMPERATURE)))
    if features.sdk_mode:
        await _command(io, bytes((STOP, SDK_MODE)))


def decode(data: bytes, stream: Stream) -> Frame:
    """Decode a data notification.

    Whole numbers are scaled in float64 and rounded once to float32, as the readers of recorded files do: the same
    milli-g give the same bits on both roads.

    Raises
    ------
    FrameError
        Where it is not a complete acceleration frame.
    """
    raw = parse_frame(data)
    if raw.frame_type == DELTA_0:
        # Without a factor the values fill the full scale: 16 bits for ±range.
        lsb_g = stream.range_g / 2**15 if stream.factor is None else stream.factor
    elif raw.frame_type == DELTA_1 and stream.factor is not None:
        lsb_g = stream.factor * MG
    else:
        lsb_g = MG
    return Frame(raw.device_ns, (raw.values * lsb_g).astype(np.float32), None, lsb_g)


def decoder(stream: Stream) -> Decoder:
    """Make a decoder; each notification is one frame."""
    return lambda data: [decode(data, stream)]


def ended(packet: bytes) -> GapCause | None:
    """Tell whether a control packet announces that the wearable ended the stream by itself."""
    if packet[:1] == bytes((MEASUREMENT_STOPPED,)) and ACCELERATION in packet[1:]:
        return GapCause.STOPPED
    return None


async def _command(io: WearableIO, command: bytes) -> Reply:
    return await io.request(PROFILE.control_uuid, command, ReplyCollector(command))


def _succeeded(reply: Reply, doing: str) -> None:
    """Raise `WearableRefusedError` unless the reply is a success."""
    if reply.status == Status.SUCCESS:
        return
    if reply.status == Status.IN_CHARGER:
        raise ChargingError("The wearable does not measure while it charges: take it out of its charger.")
    if reply.status == Status.INVALID_MTU:
        raise WearableRefusedError(
            "The Bluetooth connection carries packets too small for this wearable: use an adapter of Bluetooth 4.2 "
            "or newer."
        )
    words = STATUS_WORDS.get(reply.status, "an unknown error")
    raise WearableRefusedError(
        f"The wearable refused to {doing} ({words}, status {reply.status}): "
        "close other apps that use it, switch it off and on, and try again."
    )


async def _enter_sdk_mode(io: WearableIO) -> bool:
    """Enter SDK mode; return whether the wearable is in it."""
    await _command(io, bytes((STOP, ACCELERATION)))  # SDK mode cannot be entered while a stream runs
    reply = await _command(io, bytes((START, SDK_MODE)))
    if reply.status in (Status.SUCCESS, Status.ALREADY_IN_STATE):
        await asyncio.sleep(SDK_MODE_SETTLE_S)
        return True
    if reply.status == Status.IN_CHARGER:
        _succeeded(reply, "enter SDK mode")
    _log.warning("the wearable did not enter SDK mode (status %d): it may turn itself off at rest", reply.status)
    return False


async def _start_temperature(io: WearableIO) -> None:
    """Have the temperature of the skin told as seldom as it can be: it tells whether the wearable is worn.

    A wearable that does not tell it is as good as one that has none.
    """
    try:
        reply = await _command(io, bytes((GET_SETTINGS, SKIN_TEMPERATURE)))
        _succeeded(reply, "tell the settings of its thermometer")
        offered = parse_settings(reply.parameters)
        slowest: dict[Setting, int] = {kind: int(min(offered[kind])) for kind in offered if offered[kind]}
        slowest.pop(Setting.FACTOR, None)
        reply = await _command(io, bytes((START, SKIN_TEMPERATURE)) + write_settings(slowest))
        if reply.status != Status.ALREADY_IN_STATE:
            _succeeded(reply, "start its thermometer")
    except (WearableRefusedError, FrameError, TimeoutError) as error:
        _log.info("no temperature: %s", error)


async def _offered_settings(io: WearableIO, *, sdk_mode: bool) -> dict[Setting, list[float]]:
    """Ask which settings are offered; firmware that does not tell those of SDK mode apart is asked for the plain."""
    if sdk_mode:
        reply = await _command(io, bytes((GET_SDK_SETTINGS, ACCELERATION)))
        if reply.status == Status.SUCCESS:
            return parse_settings(reply.parameters)
    reply = await _command(io, bytes((GET_SETTINGS, ACCELERATION)))
    _succeeded(reply, "tell its settings")
    return parse_settings(reply.parameters)


def _choose(offered: dict[Setting, list[float]], wish: Wish) -> tuple[dict[Setting, int], float]:
    """Choose one value of each setting offered; return them and the full scale in g."""
    rates = [int(rate) for rate in offered.get(Setting.RATE, []) if rate > 0]
    unit, in_g = (Setting.RANGE, 1) if offered.get(Setting.RANGE) else (Setting.RANGE_MILLI, 1000)
    ranges = [value / in_g for value in offered.get(unit, []) if value > 0]
    if not rates or not ranges:
        raise FrameError("the wearable offers no rate or no range")
    range_g = wish.choose_range(ranges)
    chosen = {Setting.RATE: wish.choose_rate(rates), unit: round(range_g * in_g)}
    if offered.get(Setting.RESOLUTION):
        chosen[Setting.RESOLUTION] = int(max(offered[Setting.RESOLUTION]))
    if offered.get(Setting.CHANNELS):
        if _AXES not in offered[Setting.CHANNELS]:
            raise FrameError("the wearable offers no three axes")
        chosen[Setting.CHANNELS] = _AXES
    return chosen, range_g


def _factor(reply: Reply) -> float | None:
    """Read the scale out of a start reply, None where it has none."""
    factors = parse_settings(reply.parameters).get(Setting.FACTOR)
    if not factors:
        return None
    # A bounded scale keeps every value a 32-bit difference can reach finite in float32.
    if not 0 < factors[0] <= _LARGEST_FACTOR:
        raise FrameError(f"a scale of {factors[0]}")
    return factors[0]


WEARABLE = Wearable(PROFILE, start, stop, decoder, temperature=parse_temperature, ended=ended)
