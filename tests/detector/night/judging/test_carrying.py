"""Promise: labels go over to a night that was computed anew one to one, within 150 ms, and none is lost; where nothing
has changed nothing changes, and twice is as once."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from detector.night.judging.carrying import REACH_NS, Computed, carried, partners, united
from detector.night.judging.judgements import Action, Estimate, Judgement, Place, Regrouping, fold

MS = 1_000_000
KINDS = st.sampled_from(["twitch", "tap"])


def computed(places, families=()):
    places = sorted(set(places))
    families = dict(
        itertools.zip_longest((place.spot for place in places), list(families)[: len(places)], fillvalue=-1)
    )
    return Computed(tuple(places), families)


@st.composite
def nights(draw):
    """Events close enough for every quarrel about partners."""
    spots = draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20)), unique=True, max_size=8))
    places = [Place(sensor, at * 50 * MS, at * 50 * MS + 100 * MS, draw(KINDS)) for sensor, at in spots]
    return computed(places, draw(st.lists(st.integers(-1, 2), min_size=8, max_size=8)))


@st.composite
def logs(draw, night):
    actions = []
    places = st.sampled_from(night.places) if night.places else st.nothing()
    for _ in range(draw(st.integers(0, 6)) if night.places else 0):
        number = len(actions) + 1
        what = draw(st.sampled_from(["label", "family", "estimate", "undo"]))
        action = Action("me", what, number=number, made_utc_ns=number)
        if what == "label":
            labels = st.tuples(places, st.sampled_from(["yes", "no", "unsure", "tap", None]), st.booleans())
            said = tuple(Judgement(*each) for each in draw(st.lists(labels, max_size=4)))
            action = replace(action, judgements=said)
        elif what == "family":
            both = st.tuples(places, st.integers(-1, 5))
            action = replace(action, regroupings=tuple(Regrouping(*each) for each in draw(st.lists(both, max_size=3))))
        elif what == "estimate":
            action = replace(action, estimate=Estimate({"seed": number}, {}))
        elif actions:
            action = replace(action, undoes=draw(st.integers(1, number - 1)))
        actions.append(action)
    return actions


JUDGED = nights().flatmap(lambda night: st.tuples(st.just(night), logs(night)))


@given(JUDGED)
@settings(deadline=None)
def test_the_same_events_change_nothing(judged):
    night, log = judged
    assert carried(log, night, night) == log


@given(JUDGED, nights())
@settings(deadline=None)
def test_twice_is_as_once(judged, new):
    night, log = judged
    once = carried(log, night, new)
    assert carried(once, new, new) == once


@given(JUDGED, nights())
@settings(deadline=None)
def test_nothing_of_the_log_is_left_out(judged, new):
    night, log = judged
    after = carried(log, night, new)
    assert [
        (
            one.number,
            one.made_utc_ns,
            one.reviewer,
            one.how,
            one.undoes,
            [(each.label, each.explicit) for each in one.judgements],
        )
        for one in after
    ] == [
        (
            one.number,
            one.made_utc_ns,
            one.reviewer,
            one.how,
            one.undoes,
            [(each.label, each.explicit) for each in one.judgements],
        )
        for one in log
    ]
    marked = [one.estimate.of_old_events for one in after if one.estimate]
    assert all(marked) or night == new


@given(JUDGED, nights())
@settings(deadline=None)
def test_one_to_one_in_reach_and_as_many_as_can_be(judged, new):
    night, log = judged
    pairs = partners(log, night, new)
    assert len(set(pairs.values())) == len(pairs)
    assert all(a[0] == b[0] and abs(a[1] - b[1]) <= REACH_NS for a, b in pairs.items())
    before, after = {place.spot for place in night.places}, {place.spot for place in new.places}
    same = before & after
    assert same <= pairs.keys()
    left, right = sorted(before - same), sorted(after - same)
    assert len(pairs) == len(same) + most(left, right)


def most(left, right):
    """How many pairs there can be, by trying."""
    found = {}

    def place(one, seen):
        for other in right:
            if other not in seen and one[0] == other[0] and abs(one[1] - other[1]) <= REACH_NS:
                seen.add(other)
                if other not in found or place(found[other], seen):
                    found[other] = one
                    return True
        return False

    return sum(place(one, set()) for one in left)


def twitch(at_ms, kind="twitch"):
    return Place("a", at_ms * MS, (at_ms + 100) * MS, kind)


def said(*pairs, number=1, reviewer="me"):
    judgements = tuple(Judgement(place, label) for place, label in pairs)
    return Action(reviewer, "page", judgements, number=number, made_utc_ns=number)


def test_a_label_goes_as_far_as_150_ms_and_no_further():
    for by_ms, goes in ((150, True), (-150, True), (151, False)):
        log = carried([said((twitch(1000), "yes"))], computed([twitch(1000)]), computed([twitch(1000 + by_ms)]))
        judged = fold(log, [twitch(1000 + by_ms)])
        assert (judged.of(twitch(1000 + by_ms)) is not None) == goes
        assert len(judged.own_events) == (not goes)


def test_a_label_does_not_take_the_event_of_another():
    """Of two events one has gone: what is there is the one that lies nearer, of which nothing was said."""
    new = computed([twitch(1095)])
    log = carried([said((twitch(1000), "no"))], computed([twitch(1000), twitch(1100)]), new)
    assert fold(log).of(twitch(1095)) is None
    assert fold(log, new.places).own_events == []


def test_what_has_no_partner_is_an_own_event_or_counts_nowhere():
    old = [twitch(at) for at in (0, 1000, 2000, 3000)]
    log = carried([said(*zip(old, ("yes", "no", "unsure", "tap"), strict=True))], computed(old), computed([]))
    judged = fold(log, [])
    assert [each.kind for each in judged.own_events] == ["twitch", "tap"]
    back = fold(carried(log, computed([]), computed(old)), old)
    assert [back.of(place).label for place in old] == ["yes", "no", "unsure", "tap"]


def test_families_keep_their_events_and_a_reviewer_s_own_keeps_apart():
    old = computed([twitch(at) for at in (0, 1000, 2000)], (4, 4, 5))
    new = computed([twitch(at) for at in (10, 1010, 2010)], (0, 0, 7))
    log = [Action("me", "family", regroupings=(Regrouping(twitch(2000), 4), Regrouping(twitch(0), 7)), number=1)]
    families = fold(carried(log, old, new)).regrouped
    assert families[twitch(2010).spot] == 0
    assert families[twitch(10).spot] not in {0, 7, -1}


def test_what_was_done_in_both_nights_since_is_there_once():
    events = [twitch(at) for at in (0, 1000)]
    first = said((events[0], "yes"))
    theirs = [
        first,
        replace(said((events[1], "no")), number=2, made_utc_ns=30),
        Action("me", "undo", undoes=1, number=3, made_utc_ns=40),
    ]
    ours = [first, replace(said((events[1], "unsure")), number=2, made_utc_ns=20)]
    both = united(ours, theirs, theirs)
    assert [(each.number, each.made_utc_ns, each.undoes) for each in both] == [
        (1, 1, None),
        (2, 20, None),
        (3, 30, None),
        (4, 40, 1),
    ]
    assert united(both, theirs, theirs) == both
    assert united([], theirs, theirs) == theirs
    judged = fold(both)
    assert judged.of(events[0]) is None
    assert judged.of(events[1]).label == "no"


@given(JUDGED, nights())
@settings(deadline=None)
def test_a_log_united_with_itself_is_itself(judged, new):
    night, log = judged
    after = carried(log, night, new)
    assert united(after, log, after) == after
    assert united([], log, after) == after
