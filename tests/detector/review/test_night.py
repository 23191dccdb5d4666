"""Promise: what is drawn of a night is what the night holds: every sample to the bit, every second's movement, every
event, gap and minute at its time."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from detector.night import Night
from detector.review.drawn import movement
from detector.review.pages import pack
from firmware_bridge.samples import NS


def unpack(body):
    """As `api.js` does it."""
    (length,) = struct.unpack_from("<I", body)
    facts = json.loads(body[4 : 4 + length])
    for name, told in facts.pop("arrays").items():
        count = int(np.prod(told["shape"]))
        facts[name] = np.frombuffer(body, told["type"], count, 4 + length + told["at"]).reshape(told["shape"])
    return facts


@pytest.fixture
def opened(night):
    with Night(night) as found:
        yield found


def test_facts(page, night, key, opened):
    facts = page.get(f"/api/night/{key(night)}").json()
    assert facts["start_ms"] == opened.start_ns / 1e6
    assert facts["zone"] == "Europe/Berlin"
    assert [sensor["name"] for sensor in facts["sensors"]] == ["Sense", "H10"]
    assert facts["sensors"][0]["gaps"] == [[600.0, 620.0, "connection lost"]]
    assert facts["sensors"][1]["wear"][0][2] == "worn"
    minutes = facts["sensors"][0]["minutes"]
    assert minutes["why"][3] == facts["reasons"].index("moving")
    assert minutes["share"][3] == pytest.approx(1 / 3, abs=0.001)
    assert minutes["pulse"][:2] == [None, 61.5]
    events = facts["events"]
    placed = opened.placed_events()
    assert [round(at * NS) for at in events["at"]] == pytest.approx(
        [at - opened.start_ns for at, _ in placed], abs=1000
    )
    assert [facts["kinds"][kind] for kind in events["kind"]] == [event.kind for _, event in placed]
    assert events["p2p_mg"] == [event.p2p_mg for _, event in placed]
    assert {len(column) for column in events.values()} == {80}


def test_movement_is_the_range_of_each_second(page, night, key, opened):
    found = unpack(page.get(f"/api/night/{key(night)}/movement?sensor=1").body)
    minmax = opened.minmax("H10")
    ranges = np.linalg.norm(minmax.largest.astype(float) - minmax.smallest, axis=1) * 1000
    np.testing.assert_allclose(found["range_mg"], ranges, rtol=1e-6)
    np.testing.assert_array_equal(found["at_ms"], (minmax.start_ns - opened.start_ns) // 1_000_000)


def test_every_sample_comes_once_and_as_it_was_recorded(page, night, key, opened):
    tiles = [
        unpack(page.get(f"/api/night/{key(night)}/samples?sensor=0&from={at}&to={at + 30}").body)
        for at in range(0, 1230, 30)
    ]
    assert {tile["xyz"].dtype for tile in tiles} == {np.dtype(np.int16)}
    xyz = np.concatenate([tile["xyz"] for tile in tiles], axis=1).T * tiles[0]["step_mg"] / 1000
    rows = list(opened.samples("Sense"))
    np.testing.assert_array_equal(xyz.astype(np.float32), np.concatenate([row.xyz for row in rows]))
    assert np.concatenate([tile["count"] for tile in tiles]).tolist() == [len(row.xyz) for row in rows]
    starts = np.concatenate([tile["at_s"] for tile in tiles])
    np.testing.assert_allclose(starts, [(row.start_ns - opened.start_ns) / NS for row in rows], atol=1e-9)


def test_a_wearable_without_steps_of_its_own_is_drawn_in_mg(monkeypatch):
    from detector.review import drawn

    xyz = np.array([[0.12345, 1.0, -1.0], [np.nan, np.inf, 0.0]], np.float32)
    step_g, found = drawn._in_steps(xyz, 0.001)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found * step_g, xyz, rtol=1e-6)


def test_a_stretch_is_bounded(page, night, key):
    asked = f"/api/night/{key(night)}/samples"
    assert page.get(f"{asked}?from=0&to=301").status == 413
    assert page.get(f"{asked}?from=5&to=4").status == 413
    assert page.get(f"{asked}?from=nan&to=nan").status == 413
    assert page.get(f"{asked}?from=1e300&to=1e300").status == 413
    assert page.get(f"{asked}?from=x").status == 400
    empty = unpack(page.get(f"{asked}?from=90000&to=90030&sensor=7").body)
    assert empty["xyz"].shape == (3, 0)


def test_numbers_of_the_night(page, night, key):
    told = page.get(f"/api/night/{key(night)}/summary").json()
    assert [sensor["gap_count"] for sensor in told["sensors"]] == [1, 1]
    assert told["hours"]
    assert told["kinds"]["twitch"] == 12
    assert {"review", "rate"} <= set(told["sensors"][0]["corrected"])  # what is real, by the labels


def test_packed_arrays_lie_where_a_script_can_take_them_without_a_copy():
    body = pack({"a": float("nan"), "ü": [1.5]}, one=np.arange(3, dtype=np.int8), two=np.ones((2, 2)))
    found = unpack(body)
    assert found["a"] is None
    assert found["two"].tolist() == [[1, 1], [1, 1]]
    (length,) = struct.unpack_from("<I", body)
    assert (4 + length) % 8 == 0


def test_names_are_never_html(page, library, make, key):
    name = "<img src=x onerror=alert(1)>"
    path = library / "2026-11-23 <script>.night"
    make(path, minutes=2, events=1, sensors=(name,))
    view = page.get(f"/night/{key(path)}").text
    assert "<script>." not in view
    assert "&lt;script&gt;" in view
    assert page.get(f"/api/night/{key(path)}").headers["content-type"] == "application/json"


def test_a_wearable_without_a_date_may_lie_years_before_another(opened):
    years_ns = 26 * 365 * 86_400 * NS
    moved = movement(opened, "Sense", opened.start_ns - years_ns)
    assert (moved["at_ms"] >= years_ns // 1_000_000).all()
