"""Promise: the control point's answers are understood as Polar documents them, whatever else arrives in between, and a
Polar wearable is started and stopped by the documented sequence, out of every state it can be found in."""

from __future__ import annotations

import asyncio
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.wearables import Wish, identify, polar
from firmware_bridge.wearables.pmd.control import (
    Features,
    Reply,
    ReplyCollector,
    Setting,
    parse_features,
    parse_settings,
    write_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = {v["name"]: v for v in json.loads((Path(__file__).parent / "polar_vectors.json").read_text("utf-8"))}


def hex_of(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name]["hex"])


def named(settings: dict[Setting, list[float]]) -> dict[str, list[float]]:
    words = {Setting.RATE: "SAMPLE_RATE"}
    return {words.get(kind, kind.name): values for kind, values in settings.items()}


@pytest.mark.parametrize("name", ["polar_cp_h10_acc_settings", "polar_cp_verity_acc_settings"])
def test_documented_settings(name: str) -> None:
    reply = ReplyCollector(hex_of("polar_cp_get_acc_settings_req"))(hex_of(name))
    assert reply is not None
    assert named(parse_settings(reply.parameters)) == VECTORS[name]["expect"]


def test_documented_setting_list() -> None:
    assert named(parse_settings(hex_of("polar_setting_tlv"))) == VECTORS["polar_setting_tlv"]["expect"]


def test_documented_features() -> None:
    assert parse_features(hex_of("polar_cp_features_verity")) == Features(acceleration=True, sdk_mode=False)
    assert parse_features(bytes.fromhex("0f6e02")) == Features(acceleration=True, sdk_mode=True)
    assert parse_features(bytes.fromhex("0f01")) == Features(acceleration=False, sdk_mode=False)
    for broken in (b"", b"\x0f", b"\xf0\x01\x02"):
        with pytest.raises(FrameError):
            parse_features(broken)


def test_documented_start_commands() -> None:
    verity = {Setting.CHANNELS: 3, Setting.RANGE: 8, Setting.RESOLUTION: 16, Setting.RATE: 52}
    assert b"\x02\x02" + write_settings(verity) == hex_of("polar_cp_verity_start_52Hz_8g")
    h10 = {Setting.RATE: 200, Setting.RESOLUTION: 16, Setting.RANGE: 8}
    documented = hex_of("polar_cp_h10_start_200Hz_8g")
    assert parse_settings(write_settings(h10)) == parse_settings(documented[2:])  # there in another order
    assert len(write_settings(h10)) == len(documented) - 2


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("polar_cp_h10_start_reply", None),
        ("polar_cp_verity_start_reply_nofactor", None),
        ("polar_cp_verity_start_reply_factor", struct.unpack("<f", struct.pack("<f", 0.000244))[0]),
    ],
)
def test_documented_start_replies(name: str, factor: float | None) -> None:
    reply = ReplyCollector(b"\x02\x02\x00\x01\x34\x00")(hex_of(name))
    assert reply is not None
    assert reply.status == 0
    assert parse_settings(reply.parameters).get(Setting.FACTOR, [None]) == [factor]


def test_other_packets_are_passed_over_and_long_replies_joined() -> None:
    collect = ReplyCollector(b"\x01\x02")
    for other in (b"", b"\x0f\x6e\x00", b"\x01\x02", b"\xf0", b"\xf0\x02\x02\x00\x00", b"\xf0\x01\x09\x00\x00"):
        assert collect(other) is None
    assert collect(bytes.fromhex("f001020001 000134")) is None
    assert collect(bytes.fromhex("f001020001 00")) is None
    assert collect(bytes.fromhex("f001020000 01011000")) == Reply(0, bytes.fromhex("0001340001011000"))


def test_replies_that_break_the_protocol() -> None:
    with pytest.raises(FrameError):
        ReplyCollector(b"\x01\x02")(b"\xf0\x01\x02")
    endless = ReplyCollector(b"\x01\x02")
    part = bytes.fromhex("f001020001") + bytes(400)
    assert all(endless(part) is None for _ in range(10))
    with pytest.raises(FrameError, match="does not end"):
        endless(part)
    with pytest.raises(FrameError):
        parse_settings(bytes.fromhex("0004340032"))


@given(st.binary(max_size=300))
def test_hostile_parameters(data: bytes) -> None:
    try:
        settings = parse_settings(data)
    except FrameError:
        return
    assert all(len(values) <= len(data) for values in settings.values())


def test_choice_of_settings() -> None:
    assert Wish().choose_rate([25, 50, 100, 200]) == 50
    assert Wish().choose_rate([26, 52, 104, 208, 416]) == 52
    assert Wish().choose_rate([99]) == 99
    assert Wish().choose_rate([12, 25]) == 25
    assert Wish(rate_hz=104).choose_rate([26, 52, 104, 208]) == 104
    assert Wish(rate_hz=20).choose_rate([25, 50, 100]) == 50
    assert Wish().choose_range([2, 4, 8, 16]) == 4
    assert Wish().choose_range([8]) == 8
    assert Wish().choose_range([2]) == 2


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Polar Sense 1234ABCD", "Polar Verity Sense"),
        ("Polar H10 1234ABCD", "Polar H10"),
        ("Polar OH1 1234ABCD", "Polar OH1"),
        ("Polar H7 1234ABCD", None),
        ("Bangle.js 12ab", "Bangle.js 2"),
        (None, None),
    ],
)
def test_names(name: str | None, model: str | None) -> None:
    wearable = identify(name)
    assert (found.name if (found := wearable and wearable.profile.model_of(name)) else None) == model


def test_ended_notice() -> None:
    assert polar.ended(bytes.fromhex("0102"))
    assert polar.ended(bytes.fromhex("010102"))
    for other in (b"", b"\x01", b"\x01\x01", b"\x0f\x02", b"\xf0\x02\x02\x00\x00"):
        assert polar.ended(other) is None


class Sense:
    """A Verity Sense's control point as a table of answers; the rest of the protocol lives in the virtual wearables."""

    name = "Polar Sense 1234ABCD"

    def __init__(self, answers: dict[str, list[str]], features: str = "0f6e02") -> None:
        self.answers = answers
        self.features = bytes.fromhex(features)
        self.subscribed: list[str] = []
        self.asked: list[str] = []

    async def read(self, uuid: str) -> bytes:
        assert uuid == polar.PROFILE.control_uuid
        return self.features

    async def subscribe(self, uuid: str) -> None:
        self.subscribed.append(uuid)

    async def request(
        self, uuid: str, data: bytes, collect: Callable[[bytes], object], timeout_s: float = 5.0
    ) -> object:
        assert uuid == polar.PROFILE.control_uuid
        assert self.subscribed == [polar.PROFILE.control_uuid, polar.PROFILE.data_uuid]
        assert timeout_s <= 5.0
        self.asked.append(data.hex())
        collect(self.features)  # as BlueZ does after a read
        answers = self.answers.get(data.hex()[:4])
        if not answers:
            raise TimeoutError
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return collect(bytes.fromhex(answer))


def sense(**changed: str | list[str]) -> Sense:
    answers = {
        "0302": ["f003020000"],
        "0209": ["f002090000"],
        "0402": ["f0040200000005" + "1a0034006800d000a001" + "01011000" + "0204020004000800" + "1000" + "040103"],
        "0102": ["f0010200000001340001011000020108000401 03"],
        "0202": ["f002020000"],
        "0309": ["f003090000"],
    }
    for key, value in changed.items():
        answers[key.removeprefix("c")] = value if isinstance(value, list) else [value]
    return Sense(answers)


@pytest.fixture(autouse=True)
def no_settling(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


START_52_4G = "0202000134000101100002010400040103"


async def test_start_in_sdk_mode(no_settling: list[float]) -> None:
    io = sense()
    stream = await polar.start(io, Wish())
    assert io.asked == ["0302", "0209", "0402", START_52_4G]
    assert no_settling[0] >= 0.1
    assert (stream.model, stream.nominal_hz, stream.range_g, stream.factor) == ("Polar Verity Sense", 52.0, 4.0, None)
    assert stream.lsb_g == 1e-3


async def test_start_without_sdk_mode() -> None:
    io = sense(c0202="f0020200000501 40da7f39")
    io.features = bytes.fromhex("0f6e00")
    stream = await polar.start(io, Wish())
    assert io.asked == ["0102", VECTORS["polar_cp_verity_start_52Hz_8g"]["hex"]]
    assert stream.factor == stream.lsb_g == pytest.approx(0.000244)


async def test_already_in_sdk_mode_and_already_streaming() -> None:
    io = sense(c0302=["f003020600", "f003020000"], c0209="f002090600", c0202=["f002020600", "f002020000"])
    await polar.start(io, Wish())
    assert io.asked == ["0302", "0209", "0402", START_52_4G, "0302", START_52_4G]


async def test_sdk_mode_refused_is_no_reason_to_give_up() -> None:
    io = sense(c0209="f002090c00")
    stream = await polar.start(io, Wish())
    assert stream.range_g == 8.0


@pytest.mark.parametrize("opcode", ["c0209", "c0202"])
async def test_in_its_charger(opcode: str) -> None:
    with pytest.raises(WearableRefusedError, match="take it out of its charger"):
        await polar.start(sense(**{opcode: f"f0{opcode[1:]}0d00"}), Wish())


async def test_refusals_say_why() -> None:
    with pytest.raises(WearableRefusedError, match="sampling rate not offered, status 8"):
        await polar.start(sense(c0202="f002020800"), Wish())
    with pytest.raises(WearableRefusedError, match=r"Bluetooth 4\.2"):
        await polar.start(sense(c0202="f002020a00"), Wish())
    with pytest.raises(WearableRefusedError, match="firmware"):
        await polar.start(Sense({}, features="0f0100"), Wish())


@pytest.mark.parametrize("answer", ["f004020000", "f00402000000010000020104 00", "f00402000000013400020104000401 02"])
async def test_settings_nobody_can_stream_with(answer: str) -> None:
    with pytest.raises(FrameError):
        await polar.start(sense(c0402=answer), Wish())


async def test_a_hostile_factor() -> None:
    for factor in ("0000c07f", "0000807f", "00000080", "ffffff7f"):
        with pytest.raises(FrameError, match="scale"):
            await polar.start(sense(c0202="f0020200000501" + factor), Wish())


async def test_no_answer_is_a_timeout() -> None:
    with pytest.raises(TimeoutError):
        await polar.start(sense(c0202=[]), Wish())


async def test_stop_leaves_sdk_mode() -> None:
    io = sense()
    await polar.start(io, Wish())
    io.asked.clear()
    await polar.stop(io)
    assert io.asked == ["0302", "0309"]
    io.asked.clear()
    io.features = bytes.fromhex("0f6e00")
    await polar.stop(io)
    assert io.asked == ["0302"]
