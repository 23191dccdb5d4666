"""Promise: what two clocks are apart is learnt from what both sensors saw; where they share nothing, nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.coincidence import Coincidence, coincidence, expected_by_chance
from detector.coincidence.jerks import Jerks
from detector.coincidence.offset import CROWD_S, ERROR, HINT_ERROR, LAG_S, MOST_S, RANGE_S, Offset, _asked
from detector.night import Night
from detector.watch import replay
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap
from tests.detector.coincidence.test_held import held_s
from tests.detector.coincidence.test_stage import (
    CONFIG,
    SENSORS,
    START_NS,
    by_onset,
    late,
    make_event,
    record,
    shaken_legs,
    stream,
    take,
)

HOURS = 8.0


def shocks_of(offset_s, per_hour=20.0, seed=1, hours=HOURS, kinds=("twitch", "movement")):
    """Events of shocks that both sensors see, the right one's clock ahead by an offset (a number, or of the time)."""
    rng = np.random.default_rng((311, seed))
    onsets = np.sort(rng.uniform(0, 3600 * hours, int(per_hour * hours)))
    onsets = onsets[np.diff(onsets, prepend=-9) > 2]
    ahead = np.array([offset_s(onset) for onset in onsets]) if callable(offset_s) else np.full(len(onsets), offset_s)
    spread = rng.laplace(0.015, 0.012, len(onsets))
    left = [make_event(onset, kinds[k % 2]) for k, onset in enumerate(onsets)]
    right = [make_event(onset, kinds[1 - k % 2], sensor="right") for k, onset in enumerate(onsets + ahead + spread)]
    return left, right


def twitches_of(sensor, per_hour, seed, hours=HOURS):
    onsets = np.random.default_rng((312, seed)).uniform(0, 3600 * hours, int(per_hour * hours))
    return [make_event(onset, sensor=sensor) for onset in np.sort(onsets)]


def count_twitches(told):
    return sum(event.kind == "twitch" for some in told.values() for event in some)


@pytest.mark.parametrize("offset_s", [-0.15, -0.1, -0.08, 0.0, 0.08, 0.1, 0.15])
@pytest.mark.parametrize("own_per_hour", [0, 2, 60])
def test_shared_shocks_are_no_twitches_whatever_the_offset(offset_s, own_per_hour):
    left, right = shocks_of(offset_s)
    shocks = len(left)
    own = {"left": twitches_of("left", own_per_hour, 1), "right": twitches_of("right", own_per_hour, 2)}
    told = coincidence({"left": left + own["left"], "right": right + own["right"]})
    remain = sum(event.kind == "twitch" for event in told["left"][:shocks] + told["right"][:shocks])
    assert remain <= (0.05 if offset_s else 0.02) * shocks
    lost = 2 * own_per_hour * HOURS - sum(
        event.kind == "twitch" for event in told["left"][shocks:] + told["right"][shocks:]
    )
    by_chance = HOURS * 2 * (expected_by_chance(own_per_hour, own_per_hour) + expected_by_chance(own_per_hour, 20))
    assert lost <= by_chance + 4 * np.sqrt(by_chance + 1)


@pytest.mark.parametrize("drift_s", [0.01, 0.05, -0.05])
def test_an_offset_that_drifts_is_followed(drift_s):
    left, right = shocks_of(lambda onset: 0.1 + drift_s * onset / (3600 * HOURS))
    assert count_twitches(coincidence({"left": left, "right": right})) <= 0.05 * len(left)


def test_an_offset_that_jumps_is_followed():
    """A clock that is set anew when its sensor comes back: a dozen shocks later all is well."""
    left, right = shocks_of(lambda onset: 0.12 if onset < 1800 * HOURS else -0.12)
    assert count_twitches(coincidence({"left": left, "right": right})) <= 24


def test_few_shocks_among_many_chance_meetings_are_found():
    left, right = shocks_of(0.15)
    own = {"left": twitches_of("left", 300, 3), "right": twitches_of("right", 300, 4)}
    told = coincidence({"left": left + own["left"], "right": right + own["right"]})
    remain = sum(event.kind == "twitch" for event in told["left"][: len(left)] + told["right"][: len(right)])
    assert remain <= 0.2 * len(left)


@pytest.mark.parametrize(("per_hour", "hinted", "believed"), [(60, 0.12, 0.0), (200, 0.3, 0.05)])
def test_sensors_that_share_nothing_seldom_get_an_offset(per_hour, hinted, believed):
    """Some 4 and 44 chance meetings a night, 100 nights: few hints, and next to none that lasts."""
    ever = last = 0
    for seed in range(100):
        one, other = (
            Jerks(twitches_of(sensor, per_hour, 900 + 2 * seed + k)) for k, sensor in enumerate(("left", "right"))
        )
        offset = Offset(one, other)
        offset.advance(2**63)
        ever += any(found for _, found in offset._found)
        last += bool(offset._found) and not offset._is_hint and offset._found[-1][1] != 0
    assert ever <= 100 * hinted
    assert last <= 100 * believed


@pytest.mark.parametrize("per_hour", [60, 300])
def test_no_more_is_lost_of_sensors_that_share_nothing(per_hour):
    lost = nights = 0
    for seed in range(20):
        told = coincidence(
            {sensor: twitches_of(sensor, per_hour, 100 + 2 * seed + k) for k, sensor in enumerate(("left", "right"))}
        )
        lost += 2 * per_hour * HOURS - count_twitches(told)
        nights += 1
    by_chance = 2 * nights * HOURS * expected_by_chance(per_hour, per_hour)
    assert lost == pytest.approx(by_chance, abs=4 * np.sqrt(2 * by_chance))


def test_pairs_at_all_distances_crowd_as_rarely_as_is_stated():
    rng = np.random.default_rng(313)
    for size in (3, 5, 11, 12, 32):
        pairs = np.sort(rng.uniform(-RANGE_S, RANGE_S, (40_000, size)), axis=1)
        asked = _asked(size)
        crowds = (pairs[:, asked - 1 :] - pairs[:, : size - asked + 1] <= CROWD_S).any(axis=1)
        error = HINT_ERROR if size < 12 else ERROR
        assert crowds.mean() <= error + 4 * np.sqrt(error / 40_000)


def test_legs_that_follow_each_other_set_no_clock():
    """The right leg moves 150 ms after the left; shocks come at once."""
    legs, right_legs = shocks_of(0.15, 60.0, 5, kinds=("limb_movement", "limb_movement"))
    left, right = shocks_of(0.0, 20.0, 6)
    told = coincidence({"left": legs + left, "right": right_legs + right})
    assert count_twitches(told) <= 0.02 * len(left)


def test_steps_set_no_clock():
    """In a walk, which here is two steps a second, the trunk moves 80 ms after the thigh."""
    steps = [make_event(0.5 * k, "tap") for k in range(1000)]
    later = [make_event(0.5 * k + 0.08, "tap", sensor="right") for k in range(1000)]
    shocks = [make_event(600.0 + 30 * k) for k in range(10)]
    told = coincidence(
        {
            "left": steps + shocks,
            "right": later + [make_event(event.onset_s - 0.05, sensor="right") for event in shocks],
        }
    )
    assert count_twitches(told) == 0


def test_before_three_were_shared_clocks_are_taken_to_agree():
    left = [make_event(30.0 * k) for k in range(1, 9)]
    right = [make_event(30.0 * k + 0.15, sensor="right") for k in range(1, 9)]
    told = coincidence({"left": left, "right": right})
    assert [event.kind for event in told["left"]] == ["twitch"] * 3 + ["movement"] * 5


def test_beyond_the_largest_offset_nothing_is_believed():
    left = [make_event(30.0 * k) for k in range(1, 30)]
    right = [make_event(30.0 * k + MOST_S + 0.01, sensor="right") for k in range(1, 30)]
    assert count_twitches(coincidence({"left": left, "right": right})) == 58


def test_names_do_not_matter():
    left, right = shocks_of(0.11, seed=8)
    one = coincidence({"a": left, "b": right})
    other = coincidence({"b": left, "a": right})
    assert sum(x.kind != y.kind for x, y in zip(one["a"], other["b"], strict=True)) <= 1


SHARED = st.lists(
    st.tuples(st.integers(-40, 40), st.sampled_from(["twitch", "tap", "movement", "limb_movement"]), st.booleans()),
    min_size=10,
    max_size=40,
)


@given(
    SHARED,
    st.integers(-200, 200),
    st.lists(st.integers(0, 12_000), max_size=20),
    st.lists(st.tuples(st.integers(0, 2), st.floats(0.05, 20))),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_as_they_come_in_any_order_is_the_rule_for_the_whole_night(shared, offset_ms, own, chunks, is_held):
    """Also while the estimate changes; with a third sensor, and detectors that hold events back."""
    events = {"a": [], "b": [], "c": []}
    for k, (spread_ms, kind, is_third) in enumerate(shared):
        onset_s = 5.0 + 5.0 * k
        events["a"].append(make_event(onset_s, "twitch", sensor="a"))
        events["b"].append(make_event(onset_s + (offset_ms + spread_ms) / 1e3, kind, sensor="b"))
        if is_third:
            events["c"].append(make_event(onset_s - (offset_ms - spread_ms) / 2e3, "twitch", sensor="c"))
    events["b"] += [make_event(onset / 50, "twitch", sensor="b") for onset in own]
    hold = {"hold_s": held_s} if is_held else {}
    told = [event for event, _ in stream(events, chunks, end_s=260.0, **hold)]
    expected = [event for some in coincidence(events).values() for event in some]
    assert sorted(told, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("cause", [GapCause.RESTARTED, GapCause.CRASHED, "no data"])
def test_a_recorder_that_begins_anew_knows_nothing_of_before(cause):
    """So that a replay of its night, which does not begin anew, tells the same."""
    stage = Coincidence()
    for sensor in ("left", "right"):
        stage.add(sensor)

    def shock(at_s):
        """Both see it, 0.15 s apart."""
        told = []
        for sensor, ahead_s in (("left", 0.0), ("right", 0.15)):
            told += take(stage, sensor, [make_event(at_s + ahead_s, sensor=sensor)], at_s + 1)
        for sensor in ("left", "right"):
            told += take(stage, sensor, [], at_s + 9)
        return [event.kind for event in told]

    assert [shock(30.0 * k) for k in range(1, 10)][-1] == ["movement"] * 2
    for sensor in ("left", "right"):
        stage.gap(Gap(START_NS + 280 * NS, START_NS + 300 * NS, cause, sensor), [])
    assert shock(310.0) == ["movement" if cause == "no data" else "twitch"] * 2


def test_memory_does_not_grow_with_the_night():
    stage = Coincidence()
    for sensor in ("left", "right"):
        stage.add(sensor)
    for second in range(3000):
        for sensor in ("left", "right"):
            take(stage, sensor, [make_event(second + 0.1, "tap", sensor=sensor)], second + 1)
    (offset,) = stage._offsets._pairs.values()
    assert len(offset._pairs) <= 96
    assert len(offset._found) < 3 * (LAG_S + 60)


def apart(items, offset_s):
    """The right one's clock is ahead."""
    return [
        replace(item, start_ns=item.start_ns + round(offset_s * NS)) if item.sensor == "right" else item
        for item in items
    ]


@pytest.mark.parametrize("offset_s", [-0.14, 0.12])
def test_live_and_replay_are_the_same_whatever_the_radio_does(tmp_path, offset_s):
    """Over a bad link, and in a night of two runs of the recorder: the second begins without an offset."""
    items, own, shared = shaken_legs(3, 240.0)
    items = apart(items, offset_s)
    events = record(late(items, 3), tmp_path / "a.night")
    found = {sensor.name: replay([sensor], [i for i in items if i.sensor == sensor.name], CONFIG) for sensor in SENSORS}
    assert by_onset(events) == by_onset(event for some in coincidence(found).values() for event in some)
    jolts = [event.onset_s for event in events if event.sensor == "left" and event.flags == "coincident"]
    assert sum(np.abs(shared - onset).min() < 0.1 for onset in jolts) >= 7
    assert not any(np.abs(own["left"] - onset).min() < 0.1 for onset in jolts)
    with Night(tmp_path / "a.night") as night:
        assert by_onset(replay(night.sensors, night.stream(), CONFIG)) == by_onset(night.events()) == by_onset(events)
    first = [item for item in items if item.start_ns < START_NS + 150 * NS]
    second = [item for item in items if item.start_ns >= START_NS + 160 * NS]
    both = record(first, tmp_path / "b.night") + record(second, tmp_path / "b.night")
    with Night(tmp_path / "b.night") as night:
        assert by_onset(replay(night.sensors, night.stream(), CONFIG)) == by_onset(night.events()) == by_onset(both)
