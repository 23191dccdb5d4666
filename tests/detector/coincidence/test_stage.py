"""What two sensors see at once is a twitch of neither, and is told alike by night, as it comes, and in replay."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.coincidence import LONGEST_S, ORDER_S, SILENT_S, TOLERANCE_S, Coincidence, coincidence, expected_by_chance
from detector.events import KINDS, Event
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.watch import Watch, made_by, replay
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.twitch import acceleration

CONFIG = DetectorConfig()
START_NS = 1_790_000_000_000_000_000
START = datetime.fromtimestamp(START_NS / NS, UTC)
DELAY_S = 0.2
SENSORS = [Sensor("left", "none", 52.0, lsb_g=0.001), Sensor("right", "none", 100.0, lsb_g=0.001)]


def make_event(onset_s, kind="twitch", duration_s=0.12, sensor="left", flags="", *, dated=True):
    onset = START + timedelta(microseconds=round(1e6 * onset_s))
    utc = onset.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dated else ""
    return Event(onset_s, utc, duration_s, kind, 5.0, 9.0, 14.0, 1.7, 9.0, 1.0, 0.0, 0.0, -1, sensor, flags)


def told_of(left, right):
    """What the left one's event is told as, beside one of the right one."""
    (told,) = coincidence({"left": [left], "right": [replace(right, sensor="right")]})["left"]
    return told


@pytest.mark.parametrize(
    ("apart_s", "coincides"),
    [(0.0, True), (TOLERANCE_S, True), (-TOLERANCE_S, True), (TOLERANCE_S + 1e-6, False), (-TOLERANCE_S - 1e-6, False)],
)
def test_onsets_within_the_tolerance(apart_s, coincides):
    event = make_event(10.0)
    told = told_of(event, make_event(10.0 + apart_s))
    assert told == (replace(event, kind="movement", flags="coincident") if coincides else event)


@pytest.mark.parametrize("kind", KINDS)
def test_only_twitches_and_trains_are_told_otherwise(kind):
    event = make_event(10.0, kind, flags="clipped")
    told = told_of(event, make_event(10.0))
    if kind in {"twitch", "train"}:
        assert (told.kind, told.flags) == ("movement", "clipped|coincident")
    else:
        assert told == event


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_is_anything_that_begins_with_a_jerk(kind):
    """A bed that rings down is told as a short tremor; a pulse begins when it is recognised."""
    assert (told_of(make_event(10.0), make_event(10.0, kind)).kind == "movement") == (kind != "pulse")


@pytest.mark.parametrize(
    "odd",
    [{"duration_s": LONGEST_S + 0.01}, {"flags": "cut"}, {"flags": "clipped|cut"}, {"dated": False}],
    ids=["too long", "cut", "clipped and cut", "without a date"],
)
def test_what_takes_no_part(odd):
    whole, other = make_event(10.0), make_event(10.0, "train", **odd)
    assert told_of(whole, other) == whole
    assert told_of(other, whole) == other
    assert told_of(whole, make_event(10.0, "movement", LONGEST_S)).kind == "movement"


def test_a_sensor_does_not_coincide_with_itself():
    events = [make_event(10.0), make_event(10.05)]
    assert coincidence({"left": events}) == {"left": events}
    assert coincidence({"left": events, "right": []}) == {"left": events, "right": []}


def test_chance_is_rare_and_as_stated():
    """With 60 twitches an hour under each sensor, one in 300 is lost; a burst of 10 a minute loses one in 30."""
    assert expected_by_chance(60, 60) == pytest.approx(0.2)
    rng = np.random.default_rng(1)
    hours = 300
    events = {
        sensor: [make_event(onset_s) for onset_s in rng.uniform(0, 3600 * hours, 60 * hours)]
        for sensor in ("left", "right")
    }
    for told in coincidence(events).values():
        lost = sum(event.kind == "movement" for event in told)
        assert lost / hours == pytest.approx(0.2, rel=4 / np.sqrt(0.2 * hours))


# As they come


def take(stage, sensor, events, end_s, settled_s=None):
    settled_s = end_s - DELAY_S if settled_s is None else settled_s
    return stage.take(sensor, events, START_NS + round(end_s * NS), START_NS + round(settled_s * NS))


def end_of(event):
    return event.onset_s + event.duration_s


def stream(events_by_sensor, chunks, end_s=100.0, hold_s=lambda _: DELAY_S):
    """Feed a stage as radios do: a sensor's next stretch of samples, and what its detector finds up to there."""
    stage = Coincidence()
    for sensor in events_by_sensor:
        stage.add(sensor)
    waiting = {sensor: sorted(events, key=end_of) for sensor, events in events_by_sensor.items()}
    told = []

    def hear(sensor, until_s):
        found = []
        while waiting[sensor] and end_of(waiting[sensor][0]) + hold_s(waiting[sensor][0]) <= until_s:
            found.append(waiting[sensor].pop(0))
        settled_s = min([until_s - DELAY_S, *(end_of(event) for event in waiting[sensor])])
        told.extend((event, until_s) for event in take(stage, sensor, found, until_s, settled_s))

    reached = dict.fromkeys(events_by_sensor, 0.0)
    names = list(events_by_sensor)
    for which, seconds in chunks:
        sensor = names[which % len(names)]
        # No radio is ahead of another by more than a link's patience.
        until_s = min(reached[sensor] + seconds, min(reached.values()) + ORDER_S, end_s)
        reached[sensor] = until_s
        hear(sensor, until_s)
    while min(reached.values()) < end_s:
        sensor = min(reached, key=reached.get)
        reached[sensor] += 1.0
        hear(sensor, reached[sensor])
    told += [(event, end_s) for event in stage.finish([event for left in waiting.values() for event in left])]
    return told


ONSETS = st.integers(0, 5000).map(lambda n: n * 0.02)
FOUND = st.lists(
    st.tuples(
        ONSETS, st.sampled_from(KINDS), st.sampled_from([0.1, 0.5, 2.9, 3.5, 20.0]), st.sampled_from(["", "cut"])
    ),
    max_size=40,
)


@given(st.lists(FOUND, min_size=1, max_size=3), st.lists(st.tuples(st.integers(0, 2), st.floats(0.05, 20))))
@settings(max_examples=150, deadline=None)
def test_as_they_come_in_any_order_is_the_rule_for_the_whole_night(found, chunks):
    events = {
        name: [make_event(*one[:3], name, one[3]) for one in some] for name, some in zip("abc", found, strict=False)
    }
    told = [event for event, _ in stream(events, chunks)]
    expected = [event for some in coincidence(events).values() for event in some]
    assert sorted(told, key=repr) == sorted(expected, key=repr)


def test_a_twitch_is_told_within_a_few_seconds():
    events = {"left": [make_event(20.0)], "right": []}
    ((event, told_s),) = stream(events, [(k, 0.25) for k in range(400)])
    assert event == events["left"][0]
    assert told_s - (event.onset_s + event.duration_s) < LONGEST_S + DELAY_S + 0.5


def test_one_sensor_is_not_held_up():
    stage = Coincidence()
    stage.add("left")
    event = make_event(1.0)
    assert take(stage, "left", [event], 1) == [event]


def test_a_sensor_that_was_never_introduced_passes():
    stage = Coincidence()
    stage.add("left")
    stage.add("right")
    undated = make_event(1.0, sensor="bed", dated=False)
    assert take(stage, "bed", [undated], 0) == [undated]
    assert stage.gap(Gap(START_NS, START_NS + NS, "away", "bed"), [undated]) == [undated]
    assert stage.finish([undated]) == [undated]


def test_a_silent_sensor_holds_nothing_up_for_ever():
    stage = Coincidence()
    stage.add("left")
    stage.add("right")
    event = make_event(1.0)
    assert take(stage, "left", [event], 2) == []
    assert take(stage, "left", [], 1 + SILENT_S - 1e-6) == []
    assert take(stage, "left", [], 1 + SILENT_S) == [event]


def test_a_sensor_known_to_be_away_is_not_waited_for():
    stage = Coincidence()
    stage.add("left")
    stage.add("right")
    stage.gap(Gap(START_NS, START_NS + 60 * NS, "no data", "right"), [])
    event = make_event(1.0)
    assert take(stage, "left", [event], 2) == [event]


def test_memory_does_not_grow_with_the_night():
    stage = Coincidence()
    for sensor in ("left", "right"):
        stage.add(sensor)
    for second in range(3000):
        for sensor in ("left", "right"):
            take(stage, sensor, [make_event(second + 0.1, "tap", sensor=sensor)], second + 1)
    assert max(len(sensor.jerks) for sensor in stage._sensors.values()) < 100


# In a night


def shaken_legs(seed=2, seconds=240.0, *, away=None):
    """Two legs with twitches of their own and jolts of the bed, as samples in the order of time.

    Returns
    -------
    items, own, shared
        Samples and gaps of both, as a radio brings them; onsets of each one's own twitches and of the jolts, in s.
    """
    rng = np.random.default_rng(seed)
    slots = rng.permutation(np.arange(8.0, seconds - 8.0, 4.0)) + 1.0
    shared = np.sort(slots[:15])
    own = {"left": np.sort(slots[15:30]), "right": np.sort(slots[30:45])}
    items = []
    for sensor, batch in zip(SENSORS, (36, 71), strict=True):
        rate_hz = sensor.nominal_hz * 1.001
        t = np.arange(int(seconds * rate_hz)) / rate_hz
        xyz = 6e-4 * rng.standard_normal((len(t), 3)) + [0.0, 0.0, 1.0]
        for onset in [*own[sensor.name], *(shared + (0.02 if sensor.name == "right" else 0.0))]:
            shape = acceleration(t - onset, 0.06)
            xyz += 0.03 * shape[:, None] / np.ptp(shape) * np.array([0.6, 0.0, 0.8])
        xyz = (np.rint(1000 * xyz) * 1e-3).astype(np.float32)
        for at in range(0, len(xyz), batch):
            start_ns = START_NS + round(at * NS / rate_hz)
            items.append(Samples(start_ns, rate_hz, xyz[at : at + batch], sensor.name))
    items.sort(key=lambda item: item.start_ns)
    if away is not None:
        items = with_gap(items, *away)
    return items, own, shared


def with_gap(items, sensor, from_s, to_s):
    """Take a sensor's batches out, and tell of the gap when it is back, as a link does."""
    kept, lost = [], []
    for item in items:
        if item.sensor == sensor and from_s <= (item.start_ns - START_NS) / NS < to_s:
            lost.append(item)
            continue
        if lost and item.sensor == sensor:
            kept.append(Gap(lost[0].start_ns, item.start_ns, "no data", sensor))
            lost = []
        kept.append(item)
    return kept


def late(items, seed, sensor="right"):
    """Let the batches of a sensor come up to 8 s late and in bursts, as over a bad link."""
    rng = np.random.default_rng(seed)
    arrives = []
    stalled_ns = 0
    for item in items:
        came_ns = item.start_ns
        if item.sensor == sensor and not isinstance(item, Gap):
            if came_ns >= stalled_ns and rng.random() < 0.05:
                stalled_ns = came_ns + rng.integers(0, 8 * NS)
            came_ns = max(came_ns, stalled_ns)
        elif item.sensor == sensor:
            came_ns = stalled_ns = max(item.end_ns, stalled_ns)
        arrives.append(came_ns)
    return [items[k] for k in np.argsort(arrives, kind="stable")]


def record(items, path, source="record"):
    with NightLog(path, made_by(source, CONFIG), wait=True) as log:
        return replay(SENSORS, items, CONFIG, log)


def by_onset(events):
    return sorted(events, key=lambda event: (event.onset_utc, event.sensor, repr(event)))


def test_jolts_of_the_bed_are_no_twitches(tmp_path):
    items, own, shared = shaken_legs()
    events = record(items, tmp_path / "a.night")
    for sensor in ("left", "right"):
        twitches = [event.onset_s for event in events if event.sensor == sensor and event.kind == "twitch"]
        assert np.allclose(twitches, own[sensor], atol=0.08)
        jolts = [event.onset_s for event in events if event.sensor == sensor and event.flags == "coincident"]
        assert np.allclose(jolts, shared, atol=0.1)
        # Alone, each takes them for twitches.
        one = next(one for one in SENSORS if one.name == sensor)
        alone = replay([one], [item for item in items if item.sensor == sensor], CONFIG)
        assert sum(event.kind == "twitch" for event in alone) == len(own[sensor]) + len(shared)
    with Night(tmp_path / "a.night") as night:
        assert by_onset(night.events()) == by_onset(events)
        assert night.kinds() == {"movement": 30, "twitch": 30}


@pytest.mark.parametrize("seed", range(4))
def test_live_and_replay_are_the_same_whatever_the_radio_does(tmp_path, seed):
    items, _, _ = shaken_legs(seed, away=("right", 60.0 + seed, 110.0))
    events = record(late(items, seed), tmp_path / "a.night")
    assert any(event.flags == "coincident" for event in events)
    with Night(tmp_path / "a.night") as night:
        assert [gap.cause for gap in night.gaps()] == ["no data"]
        again = replay(night.sensors, night.stream(), CONFIG)
        assert by_onset(again) == by_onset(night.events()) == by_onset(events)


def test_a_night_of_two_runs_is_the_same_in_replay(tmp_path):
    items, _, _ = shaken_legs(7)
    first = [item for item in items if item.start_ns < START_NS + 100 * NS]
    second = [item for item in items if item.start_ns >= START_NS + 110 * NS]
    path = tmp_path / "a.night"
    events = record(first, path) + record(second, path)
    with Night(path) as night:
        assert [gap.cause for gap in night.gaps()] == [GapCause.RESTARTED] * 2
        again = replay(night.sensors, night.stream(), CONFIG)
        assert by_onset(again) == by_onset(night.events()) == by_onset(events)


@pytest.mark.parametrize("after_s", [1.0, 2.0, 3.3])
@pytest.mark.parametrize("silent", [None, "left", "right"])
def test_a_recorder_that_was_killed_never_told_what_it_held_back(tmp_path, after_s, silent):
    """Neither does the replay: also where one of the sensors had fallen silent before."""
    items, own, _ = shaken_legs(8)
    killed_s = next(onset for onset in own["right" if silent == "left" else "left"] if onset > 100) + after_s
    path = tmp_path / "a.night"
    first = [item for item in items if item.end_ns < START_NS + killed_s * NS]
    if silent is not None:
        first = [item for item in first if item.sensor != silent or item.end_ns < START_NS + 80 * NS]
    killed = NightLog(path, made_by("record", CONFIG))
    watch = Watch(CONFIG, killed)
    for sensor in SENSORS:
        watch.add(sensor)
    for item in first:
        watch.take(item)
    assert watch._coincidence._held
    killed.flush()
    shutil.copytree(tmp_path, tmp_path / "later")  # as the disk was at that moment
    killed.close()
    path = tmp_path / "later" / "a.night"
    record([item for item in items if item.start_ns >= START_NS + (killed_s + 9) * NS], path)
    with Night(path) as night:
        assert [gap.cause for gap in night.gaps()] == [GapCause.CRASHED] * 2
        again = replay(night.sensors, night.stream(), CONFIG)
        assert by_onset(again) == by_onset(night.events())


def test_sensors_without_a_date_are_not_compared():
    items, _, _ = shaken_legs()
    undated = [replace(sensor, has_date=False) for sensor in SENSORS]
    events = replay(undated, items, CONFIG)
    assert {event.onset_utc for event in events} == {""}
    assert {event.kind for event in events} == {"twitch"}


@pytest.mark.parametrize("who", ["adults_S024", "seniors_508"])
def test_steps_of_a_real_person_are_no_twitches(shared_data, who):
    """Thigh and lower back of a person who is up and about (HARTH, HAR70+): more is at once than chance brings."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="reading parquet needs pyarrow")
    found = {}
    items = []
    sensors = []
    for place in ("thigh", "trunk"):
        table = parquet.read_table(shared_data(f"harth_thigh_back/{who}_{place}.parquet"))
        xyz = np.stack([table[f"acc_{axis}"].to_numpy() for axis in "xyz"], axis=1).astype(np.float32)
        utc_ns = table["datetime"].to_numpy().astype("datetime64[ns]").astype(np.int64)
        sensors.append(Sensor(place, "AX3", 50.0))
        cuts = np.flatnonzero(np.diff(utc_ns) > NS // 10) + 1
        for first, last in zip([0, *cuts], [*cuts, len(xyz)], strict=True):
            if first:
                items.append(Gap(int(utc_ns[first - 1]) + NS // 50, int(utc_ns[first]), "no data", place))
            items += [
                Samples(int(utc_ns[at]), 50.0, xyz[at : min(at + 50, last)], place) for at in range(first, last, 50)
            ]
    items.sort(key=lambda item: item.start_ns)
    for sensor in sensors:
        found[sensor.name] = replay([sensor], [item for item in items if item.sensor == sensor.name], CONFIG)
    both = replay(sensors, items, CONFIG)
    assert by_onset(both) == by_onset(event for some in coincidence(found).values() for event in some)
    shifted = [
        replace(event, onset_utc=(datetime.fromisoformat(event.onset_utc) + timedelta(seconds=7.3)).isoformat())
        for event in found["trunk"]
    ]
    by_chance = coincidence({"thigh": found["thigh"], "trunk": shifted})
    twitches = count_twitches(found.values())
    apart, together = twitches - count_twitches(by_chance.values()), twitches - count_twitches([both])
    assert together > 1.5 * apart or twitches < FEW * sum(map(len, found.values()))


FEW = 0.02
"""Where so few of a person's events are called twitches by one sensor alone, two have nothing to add."""


def count_twitches(parts):
    return sum(event.kind == "twitch" for part in parts for event in part)
