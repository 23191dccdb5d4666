"""Promise: the page shows nights side by side, and has twenty of each judged without a word of their night."""

from __future__ import annotations

import json
import struct
from datetime import date

import numpy as np
import pytest

from detector.diary import Diary, Treatment
from detector.events import KINDS
from detector.night import Night
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.summary.many.cache import Summaries
from detector.summary.many.table import table_of
from tests.detector.summary.many.conftest import write_night

NIGHTS, TWITCHES = 3, 30


@pytest.fixture
def nights(library, monkeypatch):
    """Three nights of left calf that count, one of another place, one that is too short."""
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 0)
    paths = [library / f"night {day}.night" for day in range(NIGHTS)]
    for day, path in enumerate(paths):
        write_night(path, day=day, minutes=185, twitches=TWITCHES)
    write_night(library / "elsewhere.night", day=5, minutes=185, place="neck")
    write_night(library / "short.night", day=6, minutes=20)
    return paths


def unpacked(body):
    (long,) = struct.unpack("<I", body[:4])
    facts = json.loads(body[4 : 4 + long])
    for name, told in facts.pop("arrays").items():
        begin = 4 + long + told["at"]
        size = int(np.prod(told["shape"])) * np.dtype(told["type"]).itemsize
        facts[name] = np.frombuffer(body[begin : begin + size], told["type"])
    return facts


def test_nights_that_are_not_summed_up_are_looked_at_one_by_one(page, nights):
    first = page.get("/trend")
    keys = page.get("/api/trend/waiting").json()["keys"]
    assert len(keys) == 5
    assert all(f'data-key="{key}"' in first.text for key in keys)
    for key in keys:
        page.get(f"/api/nights/{key}")
    assert page.get("/api/trend/waiting").json()["keys"] == []
    assert "3 nights count" in page.get("/trend").text


def test_the_view(page, nights):
    shown = page.get("/trend?looked=1").text
    assert "can&#39;t tell yet" in shown
    assert shown.count("<svg xmlns") == 2
    assert "worn elsewhere: neck" in shown
    assert "too short: 20 min" in shown
    assert "style=" not in shown
    assert "within the band" not in shown  # there is none yet
    for other in ("place=neck", "place=%3Cb%3E", "days=365", "days=nonsense", "place="):
        assert page.get(f"/trend?looked=1&{other}").status == 200


def test_an_empty_library(page):
    assert "No night counts yet" in page.get("/trend").text
    assert page.get("/api/blind").json() == {"nights": []}


def test_of_each_night_twenty_and_nothing_that_tells_of_it(page, nights, key):
    plan = page.get("/api/blind").json()["nights"]
    assert {one["key"] for one in plan} == {key(path) for path in nights}
    for one in plan:
        told = unpacked(page.get(f"/api/blind/{one['key']}?sensor={one['sensor']}").body)
        assert set(told) == {"began", "done", "index", "duration", "values", "count", "scale", "step"}
        assert len(told["index"]) == 20
        again = unpacked(page.get(f"/api/blind/{one['key']}?sensor={one['sensor']}").body)
        assert again["index"].tolist() == told["index"].tolist()


def judge(page, one, told, at, label="yes"):
    wish = {"night": one["key"], "sensor": one["sensor"], "began": told["began"], "event": int(told["index"][at])}
    return page.post("/api/blind/label", wish | {"label": label})


def test_labels_are_kept_at_once_and_the_sample_stands_for_the_night(page, nights, library):
    (one,) = page.get("/api/blind").json()["nights"][:1]
    told = unpacked(page.get(f"/api/blind/{one['key']}?sensor=0").body)
    for at in range(20):
        before = table_of([Summaries(library).of(path) for path in nights]).nights
        assert not any(night.is_reviewed for night in before)
        assert judge(page, one, told, at, "no" if at % 4 == 0 else "yes").json()["left"] == 19 - at
        if at == 7:  # who comes back is asked for the rest
            rest = unpacked(page.get(f"/api/blind/{one['key']}?sensor=0").body)
            assert rest["done"] == 8
            assert set(rest["index"].tolist()) == set(told["index"][8:].tolist())
            break
    for at in range(8, 20):
        judge(page, one, told, at, "no" if at % 4 == 0 else "yes")
    nights_told = table_of([Summaries(library).of(path) for path in nights]).nights
    (reviewed,) = [night for night in nights_told if night.is_reviewed]
    assert (reviewed.review, reviewed.sampled.labelled, reviewed.sampled.yes) == ("sample", 20, 15)
    assert len(page.get("/api/blind").json()["nights"]) == NIGHTS - 1


def test_a_label_may_be_given_again(page, nights, library):
    (one,) = page.get("/api/blind").json()["nights"][:1]
    told = unpacked(page.get(f"/api/blind/{one['key']}?sensor=0").body)
    for at in range(20):
        judge(page, one, told, at)
    judge(page, one, told, 3, "no")
    nights_told = table_of([Summaries(library).of(path) for path in nights]).nights
    (reviewed,) = [night for night in nights_told if night.is_reviewed]
    assert (reviewed.sampled.labelled, reviewed.sampled.yes) == (20, 19)


def test_what_was_said_before_is_not_asked_again(page, nights, key):
    path = nights[0]
    told = unpacked(page.get(f"/api/blind/{key(path)}?sensor=0").body)
    with Night(path) as night:
        place = [each for each in night.places() if each.kind == "twitch"][int(told["index"][0])]
    append(path, Action("somebody", "single", (Judgement(place, "no"),)))
    rest = unpacked(page.get(f"/api/blind/{key(path)}?sensor=0").body)
    assert rest["done"] == 1
    assert int(told["index"][0]) not in rest["index"].tolist()


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"label": "maybe"},
        {"label": KINDS[0]},
        {"event": 10_000},
        {"event": True},
        {"event": "1"},
        {"sensor": 7},
        {"sensor": None},
        {"began": "another"},
        {"night": "0" * 12},
        {"night": 5},
    ],
)
def test_nonsense_is_refused(page, nights, key, wish):
    told = unpacked(page.get(f"/api/blind/{key(nights[0])}?sensor=0").body)
    right = {"night": key(nights[0]), "sensor": 0, "began": told["began"], "event": int(told["index"][0])}
    answer = page.post("/api/blind/label", right | wish if wish else {})
    assert answer.status in {404, 409}
    with Night(nights[0]) as night:
        assert night.actions() == []


def test_an_event_that_was_not_drawn_is_refused(page, nights, key):
    told = unpacked(page.get(f"/api/blind/{key(nights[0])}?sensor=0").body)
    other = next(at for at in range(TWITCHES) if at not in told["index"].tolist())
    wish = {"night": key(nights[0]), "sensor": 0, "began": told["began"], "event": other, "label": "yes"}
    assert page.post("/api/blind/label", wish).status == 409


def test_the_list_tells_what_is_known_at_once(page, nights, key):
    assert page.get("/api/nights").json()["lines"] == {}
    line = page.get(f"/api/nights/{key(nights[0])}").json()
    assert page.get("/api/nights").json()["lines"] == {key(nights[0]): line}


def test_a_night_that_is_deleted_is_forgotten(page, nights, key, library):
    page.get(f"/api/nights/{key(nights[0])}")
    assert b"night 0.night" in (library / "summaries.cache").read_bytes()
    assert page.post(f"/api/night/{key(nights[0])}/delete", {"typed": "night 0"}).status == 200
    assert b"night 0.night" not in (library / "summaries.cache").read_bytes()


def test_nights_before_and_after_a_date(page, nights):
    shown = page.get("/compare?looked=1").text
    assert "The first evening after" in shown
    shown = page.get("/compare?looked=1&since=2026-11-24&place=left+calf").text
    assert "We can't tell yet" in shown
    assert "What is missing" in shown
    assert "/judge/nights?place=left+calf&amp;since=2026-11-24" in shown
    assert "style=" not in shown
    shown, kept = (page.get(f"/compare?looked=1&since=2026-11-25&leave_out={nights}").text for nights in (0, 1))
    assert shown.count('<tr><th scope="row">') == kept.count('<tr><th scope="row">') + 1
    for odd in ("since=", "since=yesterday", "since=0001-01-01", "treatment=none", "place=%00"):
        assert page.get(f"/compare?looked=1&{odd}").status == 200
    for odd in ("-1", "1e9", "9" * 30, "9" * 5000, ""):
        assert page.get(f"/compare?looked=1&since=2026-11-25&leave_out={odd}").status == 200


def test_nights_to_judge_lie_around_the_date(page, nights, key):
    keys = {one["key"] for one in page.get("/api/blind?since=2026-11-24&place=left+calf").json()["nights"]}
    assert keys == {key(path) for path in nights}


def test_a_treatment_of_the_diary(page, nights, library):
    from datetime import date

    from detector.diary import Diary
    from detector.diary.entries import Treatment

    diary = Diary(library)
    diary.change(date(2026, 11, 24), {"treatments": (Treatment("Massage <b>"),)}, "Europe/Berlin")
    shown = page.get("/compare?looked=1").text
    assert "Massage &lt;b&gt;" in shown
    shown = page.get("/compare?looked=1&treatment=Massage+%3Cb%3E").text
    assert "with Massage &lt;b&gt;" in shown


def test_what_nights_can_show(page, nights):
    shown = page.get("/plan?looked=1").text
    assert "14 + 14" in shown
    assert "too few of your own" in shown
    assert "suggests nothing" in shown
    assert 'href="/plan?place=left+calf"' in page.get("/trend?looked=1").text


def test_nights_with_a_treatment_and_without_it_are_judged_alike(page, nights, library):
    diary = Diary(library)
    for evening, used in (("2026-11-24", ["Massage"]), ("2026-11-25", [])):
        diary.change(date.fromisoformat(evening), {"treatments": [Treatment(each) for each in used]}, "Europe/Berlin")
    asked = page.get("/api/blind?place=left+calf&treatment=Massage").json()["nights"]
    assert len(asked) == 2  # the third night's evening says nothing of treatments
    assert len(page.get("/api/blind?place=left+calf").json()["nights"]) == NIGHTS
    shown = page.get("/compare?looked=1&place=left+calf&treatment=Massage").text
    assert "/judge/nights?place=left+calf&amp;treatment=Massage" in shown
    assert (
        "/compare?place=left+calf&amp;treatment=Massage"
        in page.get("/judge/nights?looked=1&place=left+calf&treatment=Massage").text
    )


def test_the_trend_shows_what_was_used(page, nights, library):
    name = "<b>Massage & more</b>"
    Diary(library).change(date(2026, 11, 24), {"treatments": [Treatment(name)]}, "Europe/Berlin")
    shown = page.get("/trend?looked=1").text
    assert "&lt;b&gt;Massage &amp; more&lt;/b&gt;" in shown
    assert name not in shown
    assert "your diary says that something was used" in shown
