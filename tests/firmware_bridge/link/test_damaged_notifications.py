"""Promise: notifications that are damaged are known losses, also of a wearable that counts nothing, and a night of them
fills no log."""

from __future__ import annotations

import logging

import numpy as np

from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.errors import FrameError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.intake import Damaged, Intake
from firmware_bridge.link.session import Notification
from firmware_bridge.samples import NS
from firmware_bridge.wearables import Frame


def decode(data):
    if data == b"damaged":
        raise FrameError("a frame of 7 bytes")
    return [Frame(None, np.zeros((5, 3), np.float32))]


def test_they_are_counted_as_lost():
    intake, clock = Intake(decode, damaged := Damaged()), DeviceClock(50.0, 0)
    placed = []
    for i in range(6000):
        data = b"damaged" if i in (3000, 3001, 4000) else i.to_bytes(7, "big")
        for frame, each in intake.take(Notification((i + 1) * NS // 10, data, 0)):
            placed.append(clock.push(frame.device_ns, len(frame.xyz_g), each.arrival_ns, lost=frame.lost))
    assert damaged.count == 3
    assert [(p.lost, p.cause) for p in placed if p.cause] == [(10, GapCause.LOST_FRAMES), (5, GapCause.LOST_FRAMES)]
    assert placed[-1].start_ns == 600 * NS - 4 * NS // 50


def test_a_night_of_them_takes_a_few_lines(caplog):
    damaged = Damaged()
    with caplog.at_level(logging.WARNING):
        for _ in range(100_000):
            damaged.add(FrameError("a frame of 7 bytes"))
    assert [record.args[0] for record in caplog.records] == [1, 10, 100, 1000, 10_000, 100_000]
