"""Packets to try decoders on: those of virtual wearables, mutilated in many ways, and noise that looks like them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.espruino import VirtualBangle, VirtualPuck
from firmware_bridge.virtual.wearables.metamotion import VirtualMetaMotion
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.virtual.wearables.thingy import VirtualThingy
from firmware_bridge.virtual.wearables.witmotion import VirtualWitMotion

LONGEST = 512
"""Bytes of the longest packet: what a notification can carry."""

_BATCH = 20_000
_SAMPLES = 480
_DICE = 6

_TWINS: dict[str, tuple[Callable[[], VirtualPlayer], ...]] = {
    "Polar": (lambda: VirtualVerity([]), lambda: VirtualVerity([], old_firmware=True), lambda: VirtualH10([])),
    "Movesense": (lambda: VirtualMovesense([]),),
    "MbientLab MetaMotion": (lambda: VirtualMetaMotion([]),),
    "WitMotion": (lambda: VirtualWitMotion([]), lambda: VirtualWitMotion([], frames_per_packet=5)),
    "Movella DOT": (lambda: VirtualDot([]),),
    "Espruino": (lambda: VirtualBangle([]), lambda: VirtualPuck([])),
    "Nordic Thingy:52": (lambda: VirtualThingy([]),),
}
"""Who speaks as each family does; a family without a twin gets its heads and noise only."""

_HEADS = {
    "Polar": [b"\x02" + bytes(8) + bytes((kind,)) for kind in (0x00, 0x01, 0x02, 0x80, 0x81)],
    "Movesense": [b"\x02\x63", b"\x03\x63", b"\x01\x63"],
    "MbientLab MetaMotion": [b"\x03\x1c", b"\x03\x05", b"\x03\x04"],
    "WitMotion": [b"\x55\x61", b"\x55\x71", b"\x55"],
    "Espruino": [b"\xaa\x55", b"\xaa\x55" + bytes(6) + b"\x14\0"],
    "Arduino Nano 33 BLE": [struct.pack("<HIBBf", 7, 9, n, 0, 1e-4) for n in (0, 1, 20, 255)],
}
"""What real packets begin with: without it most random bytes would be turned away at the door."""

_ANSWERS = {
    "Movesense": [b"\x01\x63\xc8\x00", b"\x01\x63\x01\xfb"],
    "MbientLab MetaMotion": [b"\x03\x80\x01\x01", b"\x11\x8c\x63\x34\x10"],
    "WitMotion": [b"\x55\x71\x03\x00\x08\x00" + bytes(14), b"\x55\x71\x64\x00\x8c\x01" + bytes(14)],
    "Arduino Nano 33 BLE": [
        struct.pack("<HIBBf", i, 170 * i, 20, 0, 1e-4) + struct.pack("<60h", *range(-30, 30)) for i in range(8)
    ],
}
"""Packets no twin's samples give: answers to commands, and the frames of the worked example of a profile."""

_WEIGHTY = b"\x00\x01\x7f\x80\xfe\xff\x55\x61"  # bytes at the edges of lengths, counts and signs


def valid_packets(family: str) -> list[bytes]:
    """Packets as the family sends them, in order: at rest, moving, and at the ends of its scale; at least one."""
    rng = np.random.default_rng(len(family))
    still = rng.integers(-9, 9, (_SAMPLES // 3, 3)) + np.array([0, 0, 1000])
    moving = rng.integers(-2000, 2000, (_SAMPLES // 3, 3)).cumsum(0).clip(-8000, 8000)
    ends = rng.choice([-(2**15), 0, 2**15 - 1], (_SAMPLES // 3, 3))
    values = np.concatenate((still, moving, ends)).astype(np.int32)
    packets = list(_ANSWERS.get(family, ()))
    for make in _TWINS.get(family, ()):
        twin = make()
        if isinstance(twin, VirtualMovesense):
            twin._ref = 0x63  # noqa: SLF001 -- its packets without its radio, as if it had been asked
        at = 0
        while at < len(values):
            most = twin._samples_per_frame()  # noqa: SLF001 -- same
            count, pack = twin._pack(values[at : at + most])  # noqa: SLF001 -- same
            packets += pack(20_000_000 * at, 20_000_000 * (at + count - 1))
            at += count
    return packets or [bytes(20)]


def packets(family: str, count: int, seed: int) -> Iterator[bytes]:
    """Yield packets: a third noise, some of it behind a real beginning; the rest made of valid ones.

    Parameters
    ----------
    family
        Family of wearables, as its profile says.
    count
        How many.
    seed
        What draws them.

    Yields
    ------
    bytes
        At most `LONGEST`.
    """
    rng = np.random.default_rng([seed, len(family), *family.encode()])
    valid = valid_packets(family)
    heads = [b"", *_HEADS.get(family, ())]
    lengths = sorted({len(packet) for packet in valid})
    left = count
    while left:
        size = min(left, _BATCH)
        left -= size
        noise = rng.bytes(LONGEST * 64)
        kinds = rng.integers(0, 9, size).tolist()
        dice = rng.integers(0, 2**20, (size, _DICE)).tolist()
        for i in range(size):
            if kinds[i] < 3:
                yield _noise(noise, heads, lengths, dice[i])
            else:
                here = dice[i][5] % len(valid)
                yield mutilated(valid[here], valid[dice[i][4] % len(valid)], kinds[i], dice[i])[:LONGEST]


def mutilated(packet: bytes, other: bytes, how: int, dice: Sequence[int]) -> bytes:
    """Spoil a packet: cut it, join it to another, repeat part of it, change bits or bytes; or let it be."""
    cut = dice[0] % (len(packet) + 1)
    if how == 3:
        return packet
    if how == 4:
        return packet[:cut]
    if how == 5:
        return packet[:cut] + other[dice[1] % (len(other) + 1) :]
    if how == 6:
        return packet[:cut] + packet[cut // 2 :] + other
    data = bytearray(packet)
    for die in dice[: 1 + dice[3] % 3] if data else ():
        at, value = die % len(data), die // len(data)
        data[at] = data[at] ^ 1 << value % 8 if how == 7 else _WEIGHTY[value % len(_WEIGHTY)]
    return bytes(data)


def _noise(noise: bytes, heads: Sequence[bytes], lengths: Sequence[int], dice: Sequence[int]) -> bytes:
    head = heads[dice[0] % len(heads)]
    length = lengths[dice[1] % len(lengths)] if dice[2] % 4 else dice[1] % LONGEST
    at = dice[3] % (len(noise) - LONGEST)
    return (head + noise[at : at + length])[: max(length, len(head))]
