"""Promise: virtual time passes as fast as the CPU allows, in order, and never outruns a thread at work."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from firmware_bridge.virtual.time import VirtualTimeLoop, run, wall_clock


def test_eight_hours_of_sleep_take_less_than_a_second():
    async def night():
        for _ in range(8 * 3600):
            await asyncio.sleep(1.0)
        return asyncio.get_running_loop().time()

    began_s = time.process_time()  # not of the clock on the wall: the machine may be busy
    assert run(night()) == pytest.approx(8 * 3600)
    assert time.process_time() - began_s < 1.0


def test_timers_of_many_tasks_fire_in_the_order_of_their_times():
    order = []

    async def sleeper(delay_s):
        await asyncio.sleep(delay_s)
        order.append((asyncio.get_running_loop().time(), delay_s))

    async def main():
        await asyncio.gather(*(sleeper(d) for d in (3600.0, 0.5, 7.25, 0.0, 7.0)))

    run(main())
    assert [delay for _, delay in order] == [0.0, 0.5, 7.0, 7.25, 3600.0]
    assert [at for at, _ in order] == pytest.approx([0.0, 0.5, 7.0, 7.25, 3600.0])


def test_a_timeout_fires_at_its_own_time_and_not_before():
    async def main():
        loop = asyncio.get_running_loop()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30.0):
                await asyncio.Event().wait()
        assert loop.time() == pytest.approx(30.0)
        async with asyncio.timeout(30.0):
            await asyncio.sleep(29.999)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(2.0), 1.0)
        return loop.time()

    assert run(main()) == pytest.approx(60.999)


def test_time_stands_still_while_a_thread_works():
    async def main():
        loop = asyncio.get_running_loop()
        release = threading.Event()
        fired = []
        loop.call_later(60.0, fired.append, None)  # of real time, which no thread takes here
        job = asyncio.create_task(asyncio.to_thread(release.wait, 50.0))
        await asyncio.sleep(0)
        release.set()
        assert await job
        assert loop.time() == 0.0
        assert not fired
        await asyncio.sleep(61.0)
        assert fired

    run(main())


def test_a_thread_that_waits_for_a_timer_gets_it():
    async def main():
        release = threading.Event()
        asyncio.get_running_loop().call_later(0.05, release.set)
        return await asyncio.to_thread(release.wait, 60.0)

    assert run(main())


def test_call_soon_threadsafe_wakes_a_loop_without_timers():
    async def main():
        loop = asyncio.get_running_loop()
        done = asyncio.Event()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(done.set))
        thread.start()
        await done.wait()
        thread.join()
        return loop.time()

    assert run(main()) == 0.0


def test_an_error_in_a_thread_is_raised_and_time_goes_on():
    async def main():
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        await asyncio.sleep(3600.0)
        return asyncio.get_running_loop().time()

    assert run(main()) == pytest.approx(3600.0)


def test_two_runs_give_the_same_times():
    async def main():
        loop = asyncio.get_running_loop()
        times = []

        async def ticker(period_s):
            for _ in range(50):
                await asyncio.sleep(period_s)
                times.append((loop.time(), period_s))

        await asyncio.gather(ticker(0.1), ticker(0.3), ticker(0.7))
        return times

    assert run(main()) == run(main())


def test_it_is_a_selector_loop_as_on_every_platform():
    loop = VirtualTimeLoop()
    try:
        assert isinstance(loop, asyncio.SelectorEventLoop)
    finally:
        loop.close()


def test_the_wall_clock_goes_with_the_loop():
    async def main():
        utc_ns = wall_clock(10**18)
        await asyncio.sleep(3600.5)
        return utc_ns()

    assert run(main()) == 10**18 + 3_600_500_000_000
