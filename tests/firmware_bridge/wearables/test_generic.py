"""Promise: firmware of one's own is read as its profile says, and a wrong profile is explained by file and key."""

from __future__ import annotations

import struct
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge import wearables
from firmware_bridge.errors import FrameError, ProfileError
from firmware_bridge.wearables import Stream, Wish, generic

EXAMPLES = Path(str(resources.files("firmware_bridge.wearables"))) / "examples"
LEAST = {
    "name": '"Mine.*"',
    "model": '"My board"',
    "service": '"1234"',
    "data": '"1235"',
    "rate_hz": "50",
    "range_g": "4",
    "scale_g": "0.001",
}


def write(folder: Path, **settings: str) -> Path:
    path = folder / "mine.toml"
    path.write_text("".join(f"{key} = {value}\n" for key, value in {**LEAST, **settings}.items() if value))
    return path


class Io:
    """What is written, and a battery."""

    name = "Mine"
    longest_write = 20

    def __init__(self) -> None:
        self.done: list[str] = []

    async def read(self, uuid: str) -> bytes:
        self.done.append(f"read {uuid[4:8]}")
        return b"\x32"

    async def subscribe(self, uuid: str) -> None:
        self.done.append(f"subscribe {uuid[4:8]}")

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        self.done.append(f"write {uuid[4:8]} {data.hex()}")


async def decoder_of(wearable: generic.GenericWearable):
    return wearable.decoder(await wearable.start(Io(), Wish()))


async def test_the_worked_example() -> None:
    wearable = generic.load(EXAMPLES / "nano33.toml")
    assert wearable.profile.model_of("Twitch Nano").name == "Arduino Nano 33 BLE"
    assert "Tape" in wearable.profile.model_of("Twitch Nano").wear
    assert wearable.profile.model_of("Another") is None
    assert await wearable.battery(Io()) is None
    decode = await decoder_of(wearable)
    xyz = np.arange(60, dtype="<i2").reshape(20, 3) * 100
    scale = np.float32(4 / 32768)

    def frame(sequence: int, ms: int) -> bytes:
        return struct.pack("<HIBBf", sequence, ms, 20, 0, scale) + xyz.tobytes()

    (first,) = decode(frame(65534, 2**32 - 100))
    assert np.array_equal(first.xyz_g, (xyz * float(scale)).astype(np.float32))
    assert (first.lost, first.lsb_g) == (0, float(scale))
    (second,) = decode(frame(65535, 68))
    assert second.lost == 0
    assert second.device_ns - first.device_ns == 168_000_000
    (third,) = decode(frame(2, 68 + 3 * 168))
    assert third.lost == 2 * 20


def test_the_sketch_and_the_profile_agree() -> None:
    sketch = (EXAMPLES / "nano33.ino").read_text(encoding="utf-8")
    profile = generic.load(EXAMPLES / "nano33.toml").profile
    assert f'"{profile.service_uuid}"' in sketch
    assert f'"{profile.data_uuid}"' in sketch
    assert profile.name_pattern.fullmatch("Twitch Nano")
    assert 'setLocalName("Twitch Nano")' in sketch


async def test_the_least_profile(tmp_path: Path) -> None:
    wearable = generic.load(write(tmp_path))
    io = Io()
    assert await wearable.battery(io) == 50
    stream = await wearable.start(io, Wish())
    await wearable.stop(io)
    assert io.done == ["read 2a19", "subscribe 1235"]
    assert (stream.nominal_hz, stream.range_g, stream.lsb_g, stream.model) == (50.0, 4.0, 0.001, "My board")
    (frame,) = wearable.decoder(stream)(struct.pack("<6h", 1, 2, 1000, -4, 5, 999))
    assert frame.device_ns is None
    assert frame.lost is None
    np.testing.assert_allclose(frame.xyz_g, [[0.001, 0.002, 1.0], [-0.004, 0.005, 0.999]])


async def test_commands_big_endian_floats_and_a_count_of_samples(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        control='"00001236-0000-1000-8000-00805F9B34FB"',
        start='"01 ff"',
        stop='"00"',
        header='">I"',
        fields='["sequence"]',
        samples='"3f"',
        scale_g="0.10197162",
        sequence_counts='"samples"',
        battery="false",
    )
    wearable = generic.load(path)
    io = Io()
    stream = await wearable.start(io, Wish())
    await wearable.stop(io)
    assert io.done == ["subscribe 1235", "write 1236 01ff", "write 1236 00"]
    assert stream.lsb_g == pytest.approx(0.10197162) or stream.lsb_g is None
    decode = wearable.decoder(stream)
    (frame,) = decode(struct.pack(">I6f", 10, 0, 0, 9.80665, 0, 0, 9.80665))
    np.testing.assert_allclose(frame.xyz_g[:, 2], 1.0, rtol=1e-6)
    (frame,) = decode(struct.pack(">I3f", 15, 0, 0, 9.80665))
    assert frame.lost == 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate_hz": ""}, "rate_hz must be given"),
        ({"colour": '"red"'}, "'colour' is not known"),
        ({"rate_hz": '"fast"'}, "rate_hz = 'fast' is of the wrong type"),
        ({"rate_hz": "0"}, "rate_hz = 0 must be 20 to 1000 to tell twitches"),
        ({"rate_hz": "10"}, "rate_hz = 10 must be 20 to 1000 to tell twitches"),
        ({"rate_hz": "2000"}, "rate_hz = 2000 must be 20 to 1000 to tell twitches"),
        ({"battery": "1"}, "battery = 1"),
        ({"name": '"("'}, "no regular expression"),
        ({"data": '"12345"'}, "'12345' is no UUID"),
        ({"start": '"01"'}, "need a control"),
        ({"control": '"1236"', "start": '"0x01"'}, "not hexadecimal"),
        ({"header": '"<!"'}, "no layout"),
        ({"header": '"H"', "fields": '["sequence"]'}, "must begin with <"),
        ({"header": '"<HI"', "fields": '["sequence"]'}, "each of the header's 2 numbers"),
        ({"header": '"<HH"', "fields": '["sequence", "sequence"]'}, "twice"),
        ({"header": '"<f"', "fields": '["time"]'}, "unsigned"),
        ({"header": '"<I"', "fields": '["scale"]'}, "scale must be f or d"),
        ({"samples": '"4h"'}, "none of 3b, 3h"),
        ({"scale_g": ""}, "scale_g must be given"),
        ({"time_of": '"middle"'}, "first or last"),
    ],
)
def test_a_wrong_profile_is_explained(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    path = write(tmp_path, **settings)
    with pytest.raises(ProfileError, match=r"mine\.toml") as caught:
        generic.load(path)
    assert words in str(caught.value)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match=r"broken\.toml cannot be read"):
        generic.load(path)
    with pytest.raises(ProfileError, match=r"none\.toml"):
        generic.load(tmp_path / "none.toml")
    assert generic.load_folder(tmp_path / "nowhere") == []


def test_profiles_of_ones_own_are_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, name='"Polar H10 .*"')
    monkeypatch.setenv("FASCIWATCH_WEARABLES", str(tmp_path))
    wearables.known_wearables.cache_clear()
    try:
        found = wearables.identify("Polar H10 12345678")
        assert found is not None
        assert found.profile.family == "My board"  # before those that are built in
        assert wearables.identify("Movesense 1") is wearables.movesense.WEARABLE
    finally:
        wearables.known_wearables.cache_clear()


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_hostile_bytes_raise_frame_errors_only(packets: list[bytes]) -> None:
    wearable = generic.load(EXAMPLES / "nano33.toml")
    decode = wearable.decoder(Stream("", 119.0, 8.0, None))
    for data in packets:
        try:
            (frame,) = decode(data)
        except FrameError:
            continue
        assert np.isfinite(frame.xyz_g).all()
        assert len(frame.xyz_g) <= 50
