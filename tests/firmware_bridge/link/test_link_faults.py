"""Promise: through every fault in the table of what Bluetooth does at night the same recording goes on; what is missing
is a gap with its cause; no sample comes twice; no task, client, scan or connection is left behind.

The wearables are virtual; bleak, the attribute protocol and the HCI between are real. Time is virtual. Samples carry
their own numbers (`benchmarks.soak.ledger`), so that each is accounted for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from benchmarks.soak.ledger import numbered
from benchmarks.soak.listening import Listening, nothing_left
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.info import LinkState
from firmware_bridge.link.link import SEARCH_S
from firmware_bridge.link.retry_policy import BACKOFF_S
from firmware_bridge.link.session import CONNECT_TIMEOUT_S
from firmware_bridge.samples import NS
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.movesense import DATA_UUID as MOVESENSE_UUID
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import DATA_UUID, VirtualH10, VirtualVerity

HOUR_S = 3600.0
EITHER = {GapCause.CONNECTION_LOST, GapCause.NO_DATA}
"""Which of supervision time-out and missing data is noticed first depends on where in a frame the wearable dies."""

ROUND_S = SEARCH_S + CONNECT_TIMEOUT_S + max(BACKOFF_S)
"""A search, an attempt and a pause: a wearable that is back is found within one such round."""


def verity(hours: float = 2.0, device_id: str = "8C4CAD2F") -> VirtualVerity:
    return VirtualVerity(numbered(hours * HOUR_S, 52.0), device_id=device_id)


def listen(
    wearables: dict[VirtualPlayer, float],
    seconds: float,
    prepare: Callable[[VirtualRadio], None] = lambda _radio: None,
    words: list[str] | None = None,
) -> list[Listening]:
    """Listen to wearables of these rates for a time; whatever is wrong in the books or left behind fails."""

    def on_state(_state: LinkState, said: str) -> None:
        if words is not None:
            words.append(said)

    async def main() -> list[Listening]:
        async with VirtualRadio(wearables) as radio:
            prepare(radio)
            async with nothing_left(radio) as clients:
                all_of_them = [Listening(w, hz, clients, on_state=on_state) for w, hz in wearables.items()]
                await asyncio.gather(*(one.until(seconds) for one in all_of_them))
        await asyncio.sleep(1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return all_of_them

    found = run(main())
    for one in found:
        assert one.ledger.faults == []
        assert one.ledger.worst_s < 0.1
    return found


def causes(one: Listening) -> list[str]:
    return [gap.cause for gap in one.gaps]


def lengths_s(one: Listening) -> list[float]:
    return [(gap.end_ns - gap.start_ns) / NS for gap in one.gaps]


def delivered_s(one: Listening) -> float:
    return one.ledger.delivered / one.ledger.rate_hz


@pytest.mark.parametrize(
    ("fault", "settings", "cause", "away_s"),
    [
        ("drop", {"away_s": 7.0}, {GapCause.CONNECTION_LOST}, 7.0),
        ("lose_link", {"after_s": 2.0, "away_s": 20.0}, {GapCause.CONNECTION_LOST}, 22.0),
        ("lose_link", {"after_s": 30.0, "away_s": 0.0}, {GapCause.NO_DATA}, 30.0),
        ("silence", {"seconds": 60.0}, {GapCause.NO_DATA}, 60.0),
        ("drop", {"away_s": HOUR_S}, {GapCause.CONNECTION_LOST}, HOUR_S),
        ("run_out", {"charged_after_s": 600.0}, EITHER, 600.0),
    ],
    ids=["drop", "supervision time-out", "late supervision time-out", "silent stall", "away for an hour", "battery"],
)
def test_the_wearable_goes_and_comes_back(
    fault: str, settings: dict[str, float], cause: set[str], away_s: float
) -> None:
    wearable = verity()
    wearable.at(30, getattr(wearable, fault), **settings)
    end_s = 30 + away_s + 120
    (one,) = listen({wearable: 52.0}, end_s)
    (found,) = causes(one)
    assert found in cause
    assert away_s - 1.5 < lengths_s(one)[0] < away_s + ROUND_S
    assert delivered_s(one) > end_s - away_s - ROUND_S - 5
    assert one.open_gap is None


def test_a_battery_that_dies_for_good_leaves_an_open_gap() -> None:
    wearable = verity()
    wearable.at(30, wearable.run_out)
    (one,) = listen({wearable: 52.0}, 900)
    assert one.gaps == []
    assert one.open_gap is not None
    assert one.open_gap.cause in EITHER
    assert (one.open_gap.end_ns - one.open_gap.start_ns) / NS == pytest.approx(870, abs=5)


@pytest.mark.parametrize("unanswered", [1, 2, 5])
@pytest.mark.parametrize("at_first", [True, False], ids=["first start", "later start"])
def test_a_write_that_is_never_answered(unanswered: int, at_first: bool) -> None:
    wearable = verity()
    if not at_first:
        wearable.at(29.9, wearable.leave_unanswered, unanswered)
        wearable.at(30, wearable.drop)
    words: list[str] = []
    prepare = lambda _radio: wearable.leave_unanswered(unanswered) if at_first else None  # noqa: E731
    (one,) = listen({wearable: 52.0}, 240, prepare, words)
    assert causes(one) == [GapCause.CONNECTION_LOST] * (not at_first)
    assert any("does not answer" in said for said in words)
    assert delivered_s(one) > 100


@pytest.mark.parametrize("off_s", [0.5, 40.0, 600.0])
def test_the_adapter_is_switched_off_and_on(off_s: float) -> None:
    wearable = verity()
    words: list[str] = []
    (one,) = listen({wearable: 52.0}, off_s + 150, lambda radio: wearable.at(30, radio.switch_off, off_s), words)
    assert causes(one) == [GapCause.CONNECTION_LOST]
    assert off_s < lengths_s(one)[0] < off_s + ROUND_S
    assert any("it is switched off: switch it on" in said for said in words) == (off_s > 5)


@pytest.mark.parametrize("dead_s", [0.5, 40.0, 600.0])
def test_the_bluetooth_service_is_killed_and_only_the_watchdog_sees_it(dead_s: float) -> None:
    wearable = verity()
    words: list[str] = []
    (one,) = listen({wearable: 52.0}, dead_s + 150, lambda radio: wearable.at(30, radio.kill_service, dead_s), words)
    assert causes(one) == [GapCause.NO_DATA]
    assert dead_s < lengths_s(one)[0] < dead_s + ROUND_S
    assert any("see that the Bluetooth service runs" in said for said in words) == (dead_s > 10)


@pytest.mark.parametrize("kind", [VirtualVerity, VirtualH10])
def test_it_streams_already(kind: type[VirtualVerity | VirtualH10]) -> None:
    hz = 52.0 if kind is VirtualVerity else 50.0
    wearable = kind(numbered(HOUR_S, hz))
    wearable.at(60, wearable.already_streaming)  # another program takes it over while the link is down
    wearable.at(60, wearable.drop, away_s=5.0)
    (one,) = listen({wearable: hz}, 180, lambda _radio: wearable.already_streaming())
    assert causes(one) == [GapCause.CONNECTION_LOST]
    assert delivered_s(one) > 150


@pytest.mark.parametrize("step_s", [-HOUR_S, -4.0, 2.0, 7.0, HOUR_S, 3e8])
def test_another_program_sets_its_clock(step_s: float) -> None:
    wearable = verity()
    wearable.at(600, wearable.step_clock, step_s)
    (one,) = listen({wearable: 52.0}, 1200)
    assert causes(one) == [GapCause.CLOCK_STEP]
    assert one.ledger.missing == 0
    assert lengths_s(one)[0] < 0.1


@pytest.mark.parametrize("lost", [1, 3, 8])
@pytest.mark.parametrize("kind", [VirtualVerity, VirtualH10])
def test_the_first_notifications_are_lost(lost: int, kind: type[VirtualVerity | VirtualH10]) -> None:
    hz = 52.0 if kind is VirtualVerity else 50.0
    wearable = kind(numbered(HOUR_S, hz))

    def prepare(radio: VirtualRadio) -> None:
        radio.lose_notifications(DATA_UUID, lost)
        wearable.at(60, radio.lose_notifications, DATA_UUID, lost)
        wearable.at(60, wearable.drop)

    (one,) = listen({wearable: hz}, 240, prepare)
    assert causes(one) == [GapCause.CONNECTION_LOST]
    assert delivered_s(one) > 130


def test_the_second_notification_is_lost() -> None:
    wearable = verity()
    wearable.at(1.5, wearable.lose_frames, 1)
    (one,) = listen({wearable: 52.0}, 120)
    assert causes(one) == [GapCause.LOST_FRAMES]
    assert one.ledger.missing > 30


def test_the_first_answer_is_lost_where_answers_come_between_the_samples() -> None:
    wearable = VirtualMovesense(numbered(HOUR_S, 52.0))
    (one,) = listen({wearable: 52.0}, 120, lambda radio: radio.lose_notifications(MOVESENSE_UUID, 1))
    assert causes(one) == []
    assert delivered_s(one) > 90


def test_two_wearables_of_one_model() -> None:
    left, right = verity(device_id="AAAAAAAA"), verity(device_id="BBBBBBBB")
    for at_s, fault in ((30, left.drop), (90, left.lose_link), (200, left.stop_measuring)):
        left.at(at_s, fault)
    left.at(300, left.silence, 20.0)
    one, other = listen({left: 52.0, right: 52.0}, 420)
    lost = GapCause.CONNECTION_LOST
    assert causes(one) == [lost, lost, GapCause.STOPPED, GapCause.NO_DATA]
    assert causes(other) == []
    assert delivered_s(other) > 410


def test_two_wearables_of_one_name() -> None:
    left, right = VirtualDot(numbered(HOUR_S, 60.0)), VirtualDot(numbered(HOUR_S, 60.0))
    right.address = "C0:DE:00:00:00:02"
    left.at(30, left.drop, away_s=20.0)
    one, other = listen({left: 60.0, right: 60.0}, 120)
    assert causes(one) == [GapCause.CONNECTION_LOST]
    assert causes(other) == []


def three() -> dict[VirtualPlayer, float]:
    return {
        verity(): 52.0,
        VirtualMovesense(numbered(2 * HOUR_S, 52.0)): 52.0,
        VirtualDot(numbered(2 * HOUR_S, 60.0)): 60.0,
    }


def test_three_wearables_at_once_and_faults_of_the_computer() -> None:
    wearables = three()
    first = next(iter(wearables))

    def prepare(radio: VirtualRadio) -> None:
        first.at(100, radio.switch_off, 20.0)
        first.at(400, radio.kill_service, 20.0)

    for one in listen(wearables, 600, prepare):
        assert causes(one) == [GapCause.CONNECTION_LOST, GapCause.NO_DATA]
        assert delivered_s(one) > 420


def test_one_of_three_is_away_and_another_drops_meanwhile() -> None:
    wearables = three()
    away, drops, _ = wearables
    away.at(50, away.drop, away_s=600.0)
    for at_s in range(100, 600, 100):
        drops.at(at_s, drops.drop)
    first, second, third = listen(wearables, 800)
    assert causes(first) == [GapCause.CONNECTION_LOST]
    assert causes(second) == [GapCause.CONNECTION_LOST] * 5
    # One radio attempts one connection at a time: a wearable waits while another that is away is being called.
    assert max(lengths_s(second)) < 2 * ROUND_S
    assert causes(third) == []
