"""Shared by the tests of the virtual radio: a bare client that speaks to a virtual Polar through bleak alone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner

from firmware_bridge.samples import Samples
from firmware_bridge.virtual.wearables.polar import CONTROL_UUID, DATA_UUID
from firmware_bridge.wearables.pmd.frames import parse_frame

START_VERITY = bytes.fromhex("0202 000134000101100002010800 040103".replace(" ", ""))
START_H10 = bytes.fromhex("020202010800000132000101 1000".replace(" ", ""))


class Bench:
    """A connected client that keeps all it is told."""

    def __init__(self, client):
        self.client = client
        self.replies = asyncio.Queue()
        self.frames = []
        self.arrivals_s = []

    async def subscribe(self):
        await self.client.start_notify(CONTROL_UUID, lambda _, data: self.replies.put_nowait(bytes(data)))
        await self.client.start_notify(DATA_UUID, self._on_frame)

    def _on_frame(self, _characteristic, data):
        self.frames.append(bytes(data))
        self.arrivals_s.append(asyncio.get_running_loop().time())

    async def command(self, command, timeout_s=5.0):
        await self.client.write_gatt_char(CONTROL_UUID, command, response=True)
        return await asyncio.wait_for(self.replies.get(), timeout_s)

    def values(self):
        return np.concatenate([parse_frame(frame).values for frame in self.frames])

    def timestamps_ns(self):
        return [parse_frame(frame).device_ns for frame in self.frames]

    def counts(self):
        return [len(parse_frame(frame).values) for frame in self.frames]


@asynccontextmanager
async def _connected(radio, name, **options):
    device = await BleakScanner.find_device_by_name(name, timeout=30.0, backend=radio.scanner_backend)
    assert device is not None
    async with BleakClient(device, backend=radio.client_backend, **options) as client:
        bench = Bench(client)
        await bench.subscribe()
        yield bench


@pytest.fixture
def connected():
    """Scan for a name, connect, subscribe: an async context manager giving a `Bench`."""
    return _connected


def _recording(seconds, rate_hz=52.0, seed=0, noise_mg=2):
    rng = np.random.default_rng(seed)
    mg = rng.normal([10.0, -20.0, 990.0], noise_mg, (round(seconds * rate_hz), 3)).round().astype(np.int64)
    return mg, Samples(0, rate_hz, (mg * 1e-3).astype(np.float32), "test")


@pytest.fixture
def recording():
    """Make a recording in whole mg: the mg, and the `Samples`."""
    return _recording


@pytest.fixture
def start_verity():
    return START_VERITY


@pytest.fixture
def start_h10():
    return START_H10
