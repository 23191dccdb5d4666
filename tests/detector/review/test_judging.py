"""Promise: what a key says is in the night's file when it is answered and can be taken back; nonsense changes none."""

from __future__ import annotations

import contextlib
import json
import struct

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.night import Night
from detector.review.judging import routes
from detector.review.judging.estimate import sample
from detector.review.judging.loaded import Loader
from detector.review.labels import this_reviewer


def unpacked(body: bytes):
    (length,) = struct.unpack_from("<I", body)
    facts = json.loads(body[4 : 4 + length])
    for name, array in facts.pop("arrays").items():
        values = np.frombuffer(body, array["type"], int(np.prod(array["shape"])), 4 + length + array["at"])
        facts[name] = values.reshape(array["shape"])
    return facts


@pytest.fixture
def events(page, night, key):
    return unpacked(page.get(f"/api/snippets?night={key(night)}").body)


@pytest.fixture
def say(page, night, key, events):
    began = events["nights"][0]["began"]

    def post(path="label", **told):
        return page.post(f"/api/{path}", {"night": key(night), "began": began, "how": "single"} | told)

    return post


def judged(night):
    with Night(night) as opened:
        return opened.judged(), [place for place, _ in enumerate(opened.placed_events())]


def labels_of(page, night, key):
    return unpacked(page.get(f"/api/snippets?night={key(night)}").body)["label"].tolist()


def test_all_events_come_at_once(events, night):
    with Night(night) as opened:
        placed = opened.placed_events()
    assert len(events["onset"]) == len(placed)
    assert events["onset"] == pytest.approx([onset_ns / 1e6 for onset_ns, _ in placed])
    assert len(events["values"]) == 3 * events["count"].sum()
    assert not events["label"].any()
    assert events["nights"][0]["timezone"] == "Europe/Berlin"


def test_the_page_asks_for_its_events_at_once(page, night, key):
    html = page.get(f"/judge?night={key(night)}").text
    assert f'href="/api/snippets?night={key(night)}"' in html
    assert "&lt;" in page.get("/judge?night=<b>").text or "%3C" in page.get("/judge?night=<b>").text


def test_a_label_is_in_the_file_when_it_is_answered(say, page, night, key):
    answered = say(
        how="page", judgements=[{"event": 3, "label": "no"}, {"event": 4, "label": "yes", "explicit": False}]
    )
    assert answered.json() == {"action": 1}
    told, _ = judged(night)
    (action,) = told.log
    assert (action.how, action.reviewer) == ("page", this_reviewer())
    assert labels_of(page, night, key)[3:5] == [2, 1]
    assert [each.explicit for each in action.judgements] == [True, False]


def test_another_kind_and_a_family(say, page, night, key):
    say(judgements=[{"event": 0, "label": "tap"}], regroupings=[{"event": 1, "family": 9}, {"event": 2, "family": -1}])
    facts = unpacked(page.get(f"/api/snippets?night={key(night)}").body)
    assert facts["label"][0] == 4 + 6
    assert facts["family"][1:3].tolist() == [9, -1]


def test_undo_and_redo_go_back_and_forth(say, page, night, key, events):
    named = [{"night": key(night), "began": events["nights"][0]["began"]}]
    for event in (5, 6):
        say(judgements=[{"event": event, "label": "no"}])
    assert page.post("/api/undo", {"nights": named}).json() == {"nights": [{"night": key(night)}]}
    assert labels_of(page, night, key)[5:7] == [2, 0]
    page.post("/api/redo", {"nights": named})
    assert labels_of(page, night, key)[5:7] == [2, 2]


def test_what_another_window_has_said_is_not_taken_back(say, page, night, key, events):
    named = {"night": key(night), "began": events["nights"][0]["began"]}
    first = say(judgements=[{"event": 5, "label": "no"}]).json()["action"]
    say(judgements=[{"event": 6, "label": "no"}])
    assert page.post("/api/undo", {"nights": [named | {"action": first}]}).status == 409
    assert labels_of(page, night, key)[5:7] == [2, 2]


def test_a_page_that_was_opened_anew_can_undo_too(say, page, night, key, events):
    say(judgements=[{"event": 5, "label": "no"}])
    named = [{"night": key(night), "began": events["nights"][0]["began"]}]
    (told,) = page.post("/api/undo", {"nights": named, "latest": True}).json()["nights"]
    assert not any(told["label"])
    assert (told["undoable"], told["redoable"]) == (False, True)
    assert page.post("/api/undo", {"nights": named, "latest": True}).json() == {"nights": []}


@pytest.mark.parametrize(
    "told",
    [
        {"judgements": [{"event": 10_000, "label": "no"}]},
        {"judgements": [{"event": -1, "label": "no"}]},
        {"judgements": [{"event": "x", "label": "no"}]},
        {"judgements": [{"event": 0, "label": "spasm"}]},
        {"judgements": [{"event": 0, "label": ["no"]}]},
        {"judgements": [7]},
        {"judgements": 7},
        {"regroupings": [{"event": 0, "family": 1 << 60}]},
        {"judgements": [], "regroupings": []},
        {"judgements": [{"event": 0, "label": "no"}], "how": "by force"},
        {"judgements": [{"event": 0, "label": "no"}], "night": "0" * 12},
        {"judgements": [{"event": 0, "label": "no"}], "began": "17"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(say, night, told):
    answered = say(**told)
    assert answered.status in {404, 409}
    assert answered.json()["error"]
    assert not judged(night)[0].log


def test_no_object_is_refused(page):
    for path in ("label", "undo", "redo", "estimate"):
        assert page.post(f"/api/{path}", [1]).status == 400


def test_what_happened_around_an_event(page, night, key, events):
    facts = unpacked(page.get(f"/api/around?night={key(night)}&event=12").body)
    assert [lane["sensor"] for lane in facts["lanes"]] == ["Sense", "H10"]
    assert facts["lane0"].shape == (3, 60 * 52)
    assert np.isfinite(facts["lane0"]).mean() > 0.6
    assert page.get(f"/api/around?night={key(night)}&event=99999").status == 409


def test_several_nights_are_one_answer(page, night, library, key, make):
    other = library / "2026-11-24.night"
    make(other, events=10)
    facts = unpacked(page.get(f"/api/snippets?night={key(night)}&night={key(other)}").body)
    assert np.bincount(facts["night"]).tolist() == [80, 10]
    assert facts["index"][-10:].tolist() == list(range(10))
    assert page.get("/api/snippets").status == 409


def test_an_estimate_asks_stage_after_stage_and_is_kept(page, night, key, events):
    nights = [{"night": key(night), "began": events["nights"][0]["began"], "events": list(range(80))}]
    plan = page.post("/api/estimate", {"nights": nights}).json()
    assert (plan["out_of"], plan["stages"], len(plan["ask"])) == (80, [20, 40, 80], 20)
    order = np.lexsort((events["index"], events["score"]))
    assert {index for _, index in plan["ask"]} == {int(order[place]) for place in sample(80, 0, plan["start"])}
    told = {"nights": nights, "start": plan["start"], "stage": 0}
    some = [[night, index, "yes"] for night, index in plan["ask"][:-1]]
    assert page.post("/api/estimate", told | {"labels": some}).status == 409
    mixed = [
        [night, index, ("yes", "no", "unsure", "tap")[place % 4]] for place, (night, index) in enumerate(plan["ask"])
    ]
    after = page.post("/api/estimate", told | {"labels": mixed}).json()
    assert (after["stage"], len(after["ask"]), after["answer"]["unsure"]) == (1, 20, 5)
    assert not {tuple(each) for each in after["ask"]} & {tuple(each) for each in plan["ask"]}
    assert not judged(night)[0].estimates
    every = [[0, index, "yes"] for index in range(80)]
    last = page.post("/api/estimate", told | {"stage": 2, "labels": every}).json()
    assert (last["answer"]["low"], last["answer"]["high"], last["ask"]) == (80, 80, [])
    (kept,) = judged(night)[0].estimates.values()
    assert kept.result["labelled"] == 80
    assert kept.what["stages"] == [20, 40, 80]
    # By this it is known for a random sample of these events, and which of them it has drawn.
    assert sum(count for _, _, count in kept.what["covers"]) == 80
    assert sum(map(len, kept.what["drawn"].values())) == 80


def test_labels_do_not_make_a_night_be_worked_out_again(say, night):
    loader = Loader()
    before, _ = loader.load(night)
    say(judgements=[{"event": 1, "label": "no"}])
    after, told = loader.load(night)
    assert after is before
    assert len(told.log) == 1


@pytest.mark.parametrize("path", ["label", "undo", "redo", "estimate"])
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"\xff", b"[" * 100_000, b'{"width": NaN}'])
def test_what_is_no_json_is_refused_in_words(page, path, body):
    answered = page.ask("POST", f"/api/{path}", parts=[body])
    assert answered.status == 400
    assert answered.json()["error"]


@pytest.mark.parametrize("began", [None, "", "x", "²", "9" * 5000, "-", 17])
@pytest.mark.parametrize("path", ["label", "undo", "redo"])
def test_an_odd_version_of_a_night_is_refused_or_does_nothing(page, night, key, path, began):
    told = {"night": key(night), "began": began, "how": "single", "judgements": [{"event": 0, "label": "no"}]}
    answered = page.post(f"/api/{path}", told | {"nights": [told]})
    assert answered.status == 409 or answered.json() == {"nights": [{"night": key(night)}]}
    assert not judged(night)[0].log


def test_an_event_of_a_page_that_is_old_is_no_other_event(say, night, monkeypatch):
    """A recording that goes on puts events between those that a page knows."""
    monkeypatch.setattr("detector.review.judging.loaded._KEPT_BYTES", 0)
    with contextlib.closing(sqlite.connect(night)) as connection:
        connection.execute("DELETE FROM event WHERE id = (SELECT id FROM event ORDER BY onset_ns LIMIT 1)")
        connection.commit()
    routes.LOADER.load(night)
    answered = say(judgements=[{"event": 5, "label": "no"}])
    assert answered.status == 409
    assert "load this page again" in answered.json()["error"]
    assert not judged(night)[0].log


def test_a_family_too_high_for_a_page_is_refused(say, page, night, key):
    assert say(regroupings=[{"event": 0, "family": 1 << 31}]).status == 409
    assert say(regroupings=[{"event": 0, "family": (1 << 31) - 1}]).status == 200
    assert len(labels_of(page, night, key)) == 80


def test_a_redo_of_another_window_is_refused(say, page, night, key, events):
    named = {"night": key(night), "began": events["nights"][0]["began"]}
    first, second = (say(judgements=[{"event": event, "label": "no"}]).json()["action"] for event in (5, 6))
    assert page.post("/api/undo", {"nights": [named | {"action": second}]}).status == 200
    assert page.post("/api/undo", {"nights": [named | {"action": first}]}).status == 200
    assert page.post("/api/redo", {"nights": [named | {"action": second}]}).status == 409
    assert page.post("/api/redo", {"nights": [named | {"action": first}]}).status == 200
    assert page.post("/api/redo", {"nights": [named | {"action": second}]}).status == 200
    assert labels_of(page, night, key)[5:7] == [2, 2]


@pytest.mark.parametrize(
    "told",
    [
        {"labels": [[]]},
        {"labels": [[0, index] for index in range(80)]},
        {"labels": [[0, index, "spasm"] for index in range(80)]},
        {"filter": "a" * 200_000},
        {"stage": 2.5},
        {"stage": True},
        {"start": "²"},
    ],
)
def test_an_estimate_of_nonsense_is_refused_and_kept_nowhere(page, night, key, events, told):
    nights = [{"night": key(night), "began": events["nights"][0]["began"], "events": list(range(80))}]
    labels = [[0, index, "yes"] for index in range(80)]
    answered = page.post("/api/estimate", {"nights": nights, "start": 5, "stage": 2, "labels": labels} | told)
    assert answered.status == 409
    assert answered.json()["error"]
    assert not judged(night)[0].log


def test_a_night_is_estimated_once(page, night, key, events):
    one = {"night": key(night), "began": events["nights"][0]["began"], "events": list(range(80))}
    assert page.post("/api/estimate", {"nights": [one, one]}).status == 409


def test_no_event_is_missing_without_a_word_where_a_page_of_a_table_leads_elsewhere(page, night, key):
    """A flipped bit in the number of another page: the rows behind it would be none."""
    whole = night.read_bytes()
    size = int.from_bytes(whole[16:18], "big") or 65_536
    for begin in range(size, len(whole), size):
        if whole[begin] == 5:  # an inner page of a table's tree; its first child's number is where its cells begin
            cell = begin + int.from_bytes(whole[begin + 12 : begin + 14], "big")
            damaged = bytearray(whole)
            damaged[cell + 3] ^= 1
            night.write_bytes(damaged)
            assert page.get(f"/api/snippets?night={key(night)}").status == 409
            assert page.get(f"/api/night/{key(night)}").status == 409
