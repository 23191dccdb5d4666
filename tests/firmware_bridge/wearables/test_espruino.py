"""Promise: the program goes to the board line by line and whole or not at all, its frames are found in any split of the
console's bytes and among any others, and the programs in the package send just these frames.

No frames of the kind exist in public, since the format is our own; the last test lets a JavaScript engine make some.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.wearables import Stream, Wish, espruino

STREAM = Stream("Bangle.js 2", 50.0, 4.0, espruino.LSB_G)
SAMPLE = st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3)
TEXT = st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=30).map(str.encode)
NODE = shutil.which("node")


def frame(samples, sequence: int = 0, ms: int = 0) -> bytes:
    body = struct.pack("<2sHIH", b"\xaa\x55", sequence, ms, len(samples)) + np.array(samples, "<i2").tobytes()
    return body + struct.pack("<I", zlib.crc32(body))


def still(sequence: int, ms: int, count: int = 20) -> bytes:
    return frame([(0, 0, 8192)] * count, sequence, ms)


def decoded(pieces: list[bytes]) -> np.ndarray:
    decode = espruino.decoder(STREAM)
    frames = [found for piece in pieces for found in decode(piece)]
    assert all(found.lost == 0 and found.lsb_g == espruino.LSB_G for found in frames)
    return np.concatenate([found.xyz_g for found in frames]) if frames else np.empty((0, 3), np.float32)


@given(
    st.lists(st.lists(SAMPLE, min_size=1, max_size=40), min_size=1, max_size=4), st.lists(TEXT, min_size=5), st.data()
)
def test_any_split_with_text_between(blocks, texts: list[bytes], data: st.DataObject) -> None:
    whole = texts[0] + b"".join(frame(block, i) + texts[i + 1] for i, block in enumerate(blocks))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    pieces = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]
    got = decoded(pieces)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, (np.concatenate(blocks) * espruino.LSB_G).astype(np.float32))


def test_what_looks_like_a_frame_costs_no_frame() -> None:
    samples = [(0x55AA, 0x14, 20)] * 20
    samples = [tuple(np.array(xyz, np.uint16).astype(np.int16)) for xyz in samples]
    head = struct.pack("<2sHIH", b"\xaa\x55", 9, 9, 20)
    assert len(decoded([head + frame(samples), frame(samples, 1), still(2, 0)])) == 60
    assert len(decoded([b"\xaa" + frame(samples)])) == 20
    assert len(decoded([b"\xaa\x55" + frame(samples)])) == 20


def test_damage_and_losses() -> None:
    decode = espruino.decoder(STREAM)
    assert decode(still(65534, 1000))[0].lost == 0
    with pytest.raises(FrameError, match="neither a frame nor text"):
        decode(bytes((*still(65535, 1400)[:-1], 0)))
    (after,) = decode(still(1, 2200))
    assert after.lost == 40
    assert after.device_ns == pytest.approx(2200e6 + 19 * 20e6, abs=1e3)
    assert decode(still(1, 2600))[0].lost == 0  # from the past: it has begun anew
    assert decode(b"\r\nUncaught Error\r\n>\x11\x13\x1b[J") == []


@given(st.lists(st.binary(max_size=520), max_size=12), st.booleans())
def test_hostile_bytes_raise_frame_errors_only(pieces: list[bytes], headed: bool) -> None:
    decode = espruino.decoder(STREAM)
    for piece in pieces:
        try:
            frames = decode(still(7, 9)[:10] + piece if headed else piece)
        except FrameError:
            continue
        finally:
            assert len(decode._rest) < espruino._LONGEST_FRAME
        assert all(np.isfinite(found.xyz_g).all() for found in frames)


@given(st.lists(st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.integers(1, 40)), max_size=10))
def test_hostile_numbers(heads: list[tuple[int, int, int]]) -> None:
    decode = espruino.decoder(STREAM)
    for sequence, ms, count in heads:
        for found in decode(still(sequence, ms, count)):  # none where it comes again
            assert 0 <= found.lost < 40 * 2**15
            assert abs(found.device_ns) < 2**63


def test_the_clock_wraps_and_is_steadied() -> None:
    """Stamps late by up to one poll of 10 ms, as the phase of poll and sensor drifts; a rate 0.7 % off."""
    decode = espruino.decoder(STREAM)
    period_ms = 20 * 1.007
    rng = np.random.default_rng(1)
    began_ms = 2**32 - 60_000
    errors_ms, steps = [], []
    for i in range(600):
        true_ms = began_ms + 20 * i * period_ms
        stamp = int(np.ceil(true_ms / 10) * 10 + rng.integers(0, 2))
        (found,) = decode(still(i % 2**16, stamp % 2**32))
        errors_ms.append(found.device_ns / 1e6 - 19 * period_ms - true_ms)
        steps.append(found.device_ns)
    excess = np.diff(steps) / (period_ms * 1e6) - 20
    assert np.abs(excess[20:]).max() < 0.15  # samples: a loss shows as one and more
    assert np.ptp(errors_ms[20:]) < 5.0


def test_what_the_board_missed_shows_in_its_time() -> None:
    decode = espruino.decoder(STREAM)
    before = [decode(still(i, 400 * i))[0].device_ns for i in range(50)][-1]
    (after,) = decode(still(50, 400 * 50 + 100))
    assert (after.device_ns - before) / 20e6 == pytest.approx(25, abs=0.2)
    (later,) = decode(still(51, 400 * 51 + 100))
    assert (later.device_ns - after.device_ns) / 20e6 == pytest.approx(20, abs=0.2)


class Io:
    """A console that takes every line, as far as it is told to."""

    def __init__(self, name: str = "Bangle.js 12ab", longest_write: int = 244) -> None:
        self.name = name
        self.longest_write = longest_write
        self.written: list[bytes] = []
        self.text = ""
        self.answers: dict[str, bytes] = {"eval(fwText": b"fw ready BANGLEJS2 0\r\n", "getBattery": b"fw 81\r\n"}
        self.subscribed = 0

    async def subscribe(self, uuid: str) -> None:
        assert uuid == espruino.PROFILE.data_uuid
        self.subscribed += 1

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert uuid == espruino.PROFILE.control_uuid
        assert self.subscribed or b"fwStop" in data
        assert not response
        assert len(data) <= self.longest_write
        self.written.append(data)

    async def request(
        self,
        uuid: str,
        data: bytes,
        collect: Callable[[bytes], object],
        timeout_s: float = 5.0,
        *,
        response: bool = True,
    ) -> object:
        await self.write(uuid, data, response=response)
        line = self.lines()[-1]
        assert len(line) <= espruino.LONGEST_LINE + 1
        answer = next((told for key, told in self.answers.items() if key in line), None) or self.take(line)
        for at in range(len(answer)):  # byte by byte: a reply may be split anywhere
            if (got := collect(answer[at : at + 1])) is not None:
                return got
        raise TimeoutError

    def lines(self) -> list[str]:
        return b"".join(self.written).decode().split("\n")[:-1]

    def take(self, line: str) -> bytes:
        if "CRC32(fwText" in line:
            return b"fw %d\r\n" % zlib.crc32(self.text.encode())
        self.text += line.rsplit('fwAdd("', 1)[1].removesuffix('")')
        return b"\x13>fw %d\r\n" % len(self.text)


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return naps


@pytest.mark.parametrize(
    ("name", "longest_write", "wish_hz", "rate_hz", "board"),
    [
        ("Bangle.js 12ab", 244, 52.0, 50, "Bangle.js"),
        ("Bangle.js 12ab", 20, 100.0, 50, "Bangle.js"),
        ("Puck.js 34cd", 50, 52.0, 52, "Puck.js"),
        ("Puck.js 34cd", 20, 100.0, 104, "Puck.js"),
    ],
)
async def test_the_upload_line_by_line(
    slept: list[float], name: str, longest_write: int, wish_hz: float, rate_hz: int, board: str
) -> None:
    io = Io(name, longest_write)
    stream = await espruino.start(io, Wish(rate_hz=wish_hz))
    assert io.text == espruino.program(board, rate_hz)
    lines = io.lines()
    assert lines[0] == "\x03\x10reset();"
    assert lines[1].startswith('\x03\x10fwText="";function fwAdd(s)')
    assert lines[-2:] == ['\x10Bluetooth.println("fw "+E.CRC32(fwText))', '\x10eval(fwText);fwText=""']
    assert all(line.startswith('\x10fwAdd("') for line in lines[2:-2])
    assert slept[0] >= 1.5
    assert sum(slept[1:]) == pytest.approx(sum(map(len, io.written[1:])) / 2000)
    assert (stream.nominal_hz, stream.range_g, stream.lsb_g) == (rate_hz, 4.0, 1 / 8192)
    io.written.clear()
    await espruino.stop(io)
    assert io.written == [b"\x10fwStop()\n"]


async def test_models() -> None:
    io = Io()
    assert (await espruino.start(io, Wish())).model == "Bangle.js 2"
    io = Io()
    io.answers["eval(fwText"] = b"fw ready BANGLEJS 0\r\n"
    assert (await espruino.start(io, Wish())).model == "Bangle.js"
    assert espruino.PROFILE.model_of("Puck.js 34cd").name == "Puck.js"
    assert espruino.PROFILE.model_of("Pixl.js 34cd") is None


async def test_the_battery() -> None:
    io = Io()
    assert await espruino.battery(io) == 81
    assert io.lines() == ['\x03\x10Bluetooth.println("fw "+E.getBattery())']
    io.answers["getBattery"] = b"fw 255\r\n"
    assert await espruino.battery(io) is None


@pytest.mark.parametrize(
    ("line", "answer", "error", "words"),
    [
        ("function fwAdd", b">", WearableRefusedError, "programmable"),
        ("CRC32(fwText", b"fw 7\r\n", FrameError, "damaged"),
        ("CRC32(fwText", b"Uncaught Error: Function not found\r\n", WearableRefusedError, "update its firmware"),
        ("eval(fwText", b"Uncaught Error: Not available on Puck.js v1\r\n", WearableRefusedError, "version 2"),
        ("eval(fwText", b"fw ready BANGLEJS2 1\r\n", WearableRefusedError, "off its charger"),
    ],
)
async def test_refusals(line: str, answer: bytes, error: type[Exception], words: str) -> None:
    io = Io()
    io.answers[line] = answer
    with pytest.raises(error, match=words):
        await espruino.start(io, Wish())


async def test_silence_and_damage_on_the_way_time_out() -> None:
    io = Io()
    io.answers["var frame"] = b"fw 3\r\n"
    with pytest.raises(TimeoutError):
        await espruino.start(io, Wish())


def test_the_programs_can_be_sent() -> None:
    for board, rates in espruino.RATES_HZ.items():
        for rate_hz in rates:
            text = espruino.program(board, rate_hz)
            assert text.isascii()
            assert text.isprintable()
            assert not set(text) & {'"', "\\"}
            assert len(text) < 2000


BOARDS = r"""
const [text, board] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const out = [], log = [], on = {};
let now = 100;
global.getTime = () => now;
global.load = () => log.push('load');
global.E = {CRC32: data => {
  let crc = 0xFFFFFFFF;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xEDB88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}};
global.NRF = {on: (name, f) => { on[name] = f; }};
const say = text => out.push(...Buffer.from(text));
global.Bluetooth = {println: text => say(text + '\r\n'), write: data => out.push(...new Uint8Array(data))};
Object.defineProperty(process.env, 'BOARD',
  {value: board === 'Puck.js' ? 'PUCKJS' : 'BANGLEJS2', enumerable: true, configurable: true, writable: true});
const told = name => (...args) => { log.push([name, ...args]); };
global.Bangle = {
  accelWr: told('accelWr'), setPollInterval: told('poll'), setLCDPower: told('lcd'), setOptions: told('options'),
  isCharging: () => false, on: (name, f) => { on[name] = f; },
};
global.Puck = {accelOn: told('accelOn'), accelOff: told('accelOff'), on: (name, f) => { on[name] = f; }};
(0, eval)(text);
for (let i = 0; i < 65; i++) {
  const raw = {x: i * 500 - 16000, y: -i, z: 8192 + i % 3};
  const late = i % 7 === 3 ? 0.05 : 0;
  now = 100 + i * (board === 'Puck.js' ? 1 / 52 : 0.02) + late;
  if (board === 'Puck.js') on.accel({acc: raw});
  else on.accel({x: raw.x / 8192, y: raw.y / 8192, z: raw.z / 8192});
}
on.disconnect(19);
console.log(JSON.stringify([Buffer.from(out).toString('hex'), log]));
"""


@pytest.mark.skipif(NODE is None, reason="no JavaScript engine: install node to run the boards' programs")
@pytest.mark.parametrize(("board", "rate_hz"), [("Bangle.js", 50), ("Puck.js", 52)])
def test_the_programs_in_a_javascript_engine(board: str, rate_hz: int) -> None:
    given = json.dumps([espruino.program(board, rate_hz), board])
    ran = subprocess.run([NODE, "-e", BOARDS], input=given, capture_output=True, text=True, check=True, timeout=60)
    sent, log = json.loads(ran.stdout)
    sent = bytes.fromhex(sent)
    name = "PUCKJS" if board == "Puck.js" else "BANGLEJS2"
    assert sent.startswith(f"fw ready {name} 0\r\n".encode())
    frames = espruino.decoder(Stream(board, rate_hz, 4.0, espruino.LSB_G))(sent)
    rows = [(i * 500 - 16000, -i, 8192 + i % 3) for i in range(60)]
    got = np.concatenate([found.xyz_g for found in frames])
    np.testing.assert_array_equal(got, (np.array(rows) * espruino.LSB_G).astype(np.float32))
    assert [len(found.xyz_g) for found in frames] == [20, 20, 20]
    assert [found.lost for found in frames] == [0, 0, 0]
    last_ms = [found.device_ns / 1e6 for found in frames]
    assert last_ms == pytest.approx([1000 * i / rate_hz for i in (19, 39, 59)], abs=1.5)
    if board == "Puck.js":
        assert log == [["accelOn", 52], ["accelOff"], "load"]
    else:
        registers = [call[1:] for call in log if call[0] == "accelWr"]
        assert registers[:3] == [[0x18, 0x6C], [0x1B, 0x42], [0x18, 0xEC]]
        assert registers[3:] == [[0x18, 0x2C], [0x1B, 0x00], [0x18, 0xAC]]
        assert [call[1] for call in log if call[0] == "poll"] == [10, 80]
        assert log[-1] == "load"


@pytest.mark.parametrize("true_hz", [40.0, 57.0, 100.0])
def test_a_board_of_another_rate_than_it_says_has_steady_times(true_hz: float) -> None:
    """Stamps are late by up to a poll of 10 ms; the rate is 50 Hz by its name."""
    rng = np.random.default_rng(5)
    clock = espruino._Clock(1e9 / 50)
    taken_s = np.arange(3000) * 19 / true_hz
    stamps_ms = np.floor((taken_s + rng.uniform(0, 0.01, 3000)) * 1e3).astype(int)
    last_ns = np.array([clock.last_ns(int(stamp), 19, 0) for stamp in stamps_ms])
    off_ms = (last_ns * 1e-6 - (taken_s + 18 / true_hz) * 1e3)[200:]
    assert np.ptp(off_ms) < 8
    assert np.abs(np.diff(off_ms)).max() < 2
