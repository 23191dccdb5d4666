"""Promise: a wearable with a thermometer tells the temperature of the skin beside its samples, and no trouble with it
costs a sample."""

from __future__ import annotations

import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.pmd_encode import encode_temperature
from firmware_bridge.virtual.wearables.polar import Virtual360, VirtualVerity
from firmware_bridge.wearables import known_wearables, polar
from firmware_bridge.wearables.pmd.frames import parse_temperature
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, recording


def told(wearable, seconds, source, on_air=lambda: None):
    """What is told of temperature while a wearable streams; each sample of the source must come."""
    heard = []

    async def main():
        async with VirtualRadio([wearable]) as radio:
            on_air()
            link = link_to(radio, on_temperature=lambda sensor, celsius: heard.append((sensor, celsius)))
            pieces = await collect(link, seconds)
            await asyncio.sleep(5)
            assert not wearable._server.thermometer_runs
        return pieces

    pieces = run(main())
    assert gaps(pieces) == []
    check(pieces, source)
    return heard


def test_it_is_told_beside_the_samples():
    source = recording(120, 50.0)
    wearable = Virtual360([source])
    wearable.at(30, setattr, wearable, "skin_celsius", 24.5)
    heard = told(wearable, 60, source)
    assert {sensor for sensor, _ in heard} == {wearable.name}
    assert len(heard) == pytest.approx(60, abs=8)
    assert heard[0][1] == 33.0
    assert heard[-1][1] == 24.5


def test_one_without_a_thermometer_is_asked_for_nothing():
    source = recording(120)
    assert told(VirtualVerity([source]), 30, source) == []


def test_one_that_refuses_streams_all_the_same():
    source = recording(120, 50.0)
    wearable = Virtual360([source])
    wearable._server.warmed = None
    assert told(wearable, 30, source) == []


def test_it_goes_on_after_a_lost_connection():
    heard = []

    async def main():
        wearable = Virtual360([recording(300, 50.0)])
        wearable.at(60, wearable.drop, 20.0)
        async with VirtualRadio([wearable]) as radio:
            link = link_to(radio, on_temperature=lambda *_: heard.append(asyncio.get_running_loop().time()))
            pieces = await collect(link, 200)
        assert len(gaps(pieces)) == 1

    run(main())
    assert min(heard) < 60
    assert max(heard) > 150


@given(celsius=st.floats(-40, 85, width=32), frame_type=st.sampled_from([0x00, 0x80]), more=st.binary(max_size=60))
def test_the_first_temperature_of_a_frame(celsius, frame_type, more):
    frame = bytearray(encode_temperature(5, celsius) + more)
    frame[9] = frame_type
    assert parse_temperature(bytes(frame)) == celsius


@given(st.binary(max_size=300))
def test_hostile_bytes_are_no_temperature_or_one_that_can_be(data):
    for wearable in known_wearables():
        celsius = wearable.temperature(data)
        assert celsius is None or -40 <= celsius <= 85


@pytest.mark.parametrize("celsius", [float("nan"), float("inf"), 300.0, -273.0])
def test_what_is_no_temperature(celsius):
    assert polar.WEARABLE.temperature(struct.pack("<BQBf", 7, 5, 0, celsius)) is None
