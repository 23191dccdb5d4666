"""Promise: whatever goes wrong with reading the battery, it is read again, and no matter to the samples."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.link.battery import EVERY_S, follow
from firmware_bridge.link.session import LinkDownError, NeedsPairingError
from firmware_bridge.virtual.time import run


@pytest.mark.parametrize(
    "error", [NeedsPairingError(), LinkDownError("lost"), WearableRefusedError("no"), KeyError("x")]
)
def test_it_is_read_again(error):
    answers = [error, 50]

    async def read():
        answer = answers.pop(0) if answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def main():
        told = []
        task = asyncio.create_task(follow(read, told.append))
        await asyncio.sleep(3.5 * EVERY_S)
        assert not task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return told

    assert run(main()) == [50]
