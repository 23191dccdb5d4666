"""Promise: what holds of a reviewer's log is what an editor would show after the same keys, however many undos there
were, and whoever else pressed keys in between."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from detector.night.judging.judgements import LABELS, Action, Estimate, Judgement, Place, Regrouping, fold

PLACES = [Place(sensor, onset, onset + 5, "twitch") for sensor in ("one", "two") for onset in (10, 20)]
LABEL = st.sampled_from([*LABELS, "tap", None])
KEYS = st.lists(
    st.one_of(
        st.just("undo"),
        st.just("redo"),
        st.dictionaries(st.sampled_from(PLACES), LABEL, min_size=1),
        st.tuples(st.sampled_from(PLACES), st.integers(-1, 3)),
    ),
    max_size=30,
)


class Log:
    """Appends as the night does."""

    def __init__(self):
        self.actions = []

    def press(self, reviewer, key):
        if isinstance(key, dict):
            action = Action(reviewer, "page", tuple(Judgement(place, label) for place, label in key.items()))
        elif isinstance(key, tuple):
            action = Action(reviewer, "family", regroupings=(Regrouping(*key),))
        else:
            judged = fold(self.actions)
            number = judged.undoable(reviewer) if key == "undo" else judged.redoable(reviewer)
            if number is None:
                return
            action = Action(reviewer, key, undoes=number)
        number = len(self.actions) + 1
        self.actions.append(replace(action, number=number, made_utc_ns=number))


def states(log):
    judged = fold(log.actions)
    return {spot: said.label for spot, said in judged.said.items()}, judged.regrouped


class Editor:
    """What every editor does: snapshots, and a place among them."""

    def __init__(self):
        self.past, self.now, self.future = [], ({}, {}), []

    def press(self, key):
        if key == "undo":
            if self.past:
                self.future.append(self.now)
                self.now = self.past.pop()
        elif key == "redo":
            if self.future:
                self.past.append(self.now)
                self.now = self.future.pop()
        else:
            labels, families = map(dict, self.now)
            if isinstance(key, dict):
                labels.update({place.spot: label for place, label in key.items()})
            else:
                families[key[0].spot] = key[1]
            self.past.append(self.now)
            self.now, self.future = ({spot: label for spot, label in labels.items() if label}, families), []


@given(KEYS)
@settings(deadline=None)
def test_one_reviewer_has_an_editor(keys):
    log, editor = Log(), Editor()
    for key in keys:
        log.press("me", key)
        editor.press(key)
        assert states(log) == editor.now
        judged = fold(log.actions)
        assert (judged.undoable("me") is None) == (not editor.past)
        assert (judged.redoable("me") is None) == (not editor.future)


@given(st.lists(st.tuples(st.sampled_from(["me", "you"]), KEYS.map(lambda keys: keys[:1])), max_size=30))
@settings(deadline=None)
def test_each_of_two_reviewers_takes_back_own_keys_alone(presses):
    both, alone = Log(), {"me": Log(), "you": Log()}
    for reviewer, keys in presses:
        for key in keys:
            both.press(reviewer, key)
            alone[reviewer].press(reviewer, key)
    for reviewer, log in alone.items():
        own = [each for each in both.actions if each.reviewer == reviewer]
        assert len(own) == len(log.actions)
        assert states(log)[0] == {spot: said.label for spot, said in fold(own).said.items()}


def numbered(*actions):
    return [replace(action, number=number, made_utc_ns=number) for number, action in enumerate(actions, 1)]


def test_what_was_said_before_holds_again_where_another_takes_back_what_was_said_after():
    place = PLACES[0]
    log = numbered(
        Action("me", "single", (Judgement(place, "yes"),)),
        Action("you", "single", (Judgement(place, "no"),)),
    )
    assert fold(log).of(place).reviewer == "you"
    log = numbered(*log, Action("you", "undo", undoes=2))
    assert (fold(log).of(place).reviewer, fold(log).of(place).label) == ("me", "yes")


def test_what_was_said_of_another_kind_is_told_of_what_the_event_is_now():
    place = PLACES[0]
    tap = place._replace(kind="tap")

    def told(label, now):
        said = fold(numbered(Action("me", "single", (Judgement(place, label),)))).of(now)
        return None if said is None else said.label

    assert [told(label, place) for label in ("yes", "no", "unsure", "tap")] == ["yes", "no", "unsure", "tap"]
    assert [told(label, tap) for label in ("yes", "no", "unsure", "tap")] == ["twitch", None, None, "yes"]


def test_an_event_that_is_no_more_is_a_reviewer_s_own_where_there_was_said_to_be_one():
    labels = dict(zip(PLACES, ("yes", "no", "unsure", "tap"), strict=True))
    log = numbered(Action("me", "page", tuple(Judgement(place, label) for place, label in labels.items())))
    own = fold(log, []).own_events
    assert [(said.place, said.kind) for said in own] == [(PLACES[0], "twitch"), (PLACES[3], "tap")]
    assert fold(log, PLACES).own_events == []
    assert fold(log).counts(PLACES) == {"twitch": {"yes": 1, "no": 1, "unsure": 1, "tap": 1}}


def test_a_default_is_counted_apart_and_an_estimate_can_be_taken_back():
    log = numbered(
        Action("me", "page", tuple(Judgement(place, "yes", explicit=False) for place in PLACES[:3])),
        Action("me", "single", (Judgement(PLACES[0], "yes"),)),
        Action("me", "estimate", estimate=Estimate({"seed": 1}, {"precision": 0.5})),
    )
    assert fold(log).counts(PLACES) == {"twitch": {"yes by default": 2, "yes": 1, "none": 1}}
    assert list(fold(log).estimates) == [3]
    assert not fold(numbered(*log, Action("me", "undo", undoes=3))).estimates
