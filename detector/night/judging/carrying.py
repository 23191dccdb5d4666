"""Labels of a night that has been computed anew: from its events as they were to those that it has now.

Events go over one to one, within a wearable and within `REACH_NS` of each other: those that lie where they lay first,
then as many of the others as can; among ways to do that, as many as can that are of the same kind, then those that lie
nearest to each other, then those of which something was said explicitly. All old events take part, also those of which
nothing was said: a label must not go over to an event that is another's.

Nothing of the log is left out. Where an event has no partner, what was said of it stays as it was: a "yes", or another
kind, is the reviewer's own event then, and the rest counts nowhere (`detector.night.judging.judgements.fold`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from detector.night.judging.judgements import Action, Place, Spot, fold, place_of

if TYPE_CHECKING:
    from detector.events import Event

REACH_NS = 150_000_000
"""So far apart an event may lie from itself, computed anew."""

_Worth = tuple[int, int, int, int]
"""Of a way to match: how many pairs, how many of one kind, less the distances (ns), how many with an explicit label."""
_NOTHING: _Worth = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Computed:
    """What a night was computed to hold.

    Parameters
    ----------
    places
        Its events, in order of time.
    families
        Their families, by their spots.
    """

    places: tuple[Place, ...]
    families: Mapping[Spot, int]

    @classmethod
    def of(cls, placed: Iterable[tuple[int, Event]]) -> Self:
        """Take the events of a night, as `Night.placed_events` gives them."""
        both = [(place_of(onset_ns, event), event.family) for onset_ns, event in placed]
        return cls(tuple(place for place, _ in both), {place.spot: family for place, family in both})


def carried(actions: Sequence[Action], old: Computed, new: Computed) -> list[Action]:
    """Carry a log over to the events of a night that was computed anew.

    Parameters
    ----------
    actions
        All of it.
    old, new
        What the night held, and what it holds.

    Returns
    -------
    list of Action
        The same actions, with the spots and families of today; estimates of other events are marked as such. The same
        log where the events are the same.
    """
    pairs = partners(actions, old, new)
    families = _families(actions, old, new, pairs)
    is_same = old == new
    return [
        replace(
            action,
            judgements=tuple(replace(one, place=moved(one.place, pairs)) for one in action.judgements),
            regroupings=tuple(
                replace(one, place=moved(one.place, pairs), family=families.get(one.family, one.family))
                for one in action.regroupings
            ),
            estimate=(
                None
                if action.estimate is None
                else replace(action.estimate, of_old_events=action.estimate.of_old_events or not is_same)
            ),
        )
        for action in actions
    ]


def united(ours: Sequence[Action], theirs: Sequence[Action], theirs_carried: Sequence[Action]) -> list[Action]:
    """Add to a log what has been done since in the night that it was carried over from.

    Parameters
    ----------
    ours
        The log of the night that is replaced, carried over.
    theirs, theirs_carried
        The log of the night that it was made of, as it is there and carried over. What both have is told apart from
        the rest by who did it and when.

    Returns
    -------
    list of Action
        All of both, numbered anew in order of time.
    """
    known = {_key(action): action for action in ours}
    alias: dict[Spot, Spot] = {}
    fresh = []
    for action, there in zip(theirs, theirs_carried, strict=True):
        if _key(action) not in known:
            fresh.append((action, there))
            continue
        same = known[_key(action)]
        alias.update((a.place.spot, b.place.spot) for a, b in zip(action.judgements, same.judgements, strict=False))
        alias.update((a.place.spot, b.place.spot) for a, b in zip(action.regroupings, same.regroupings, strict=False))

    def where(before: Place, after: Place) -> Place:
        return Place(*alias.get(before.spot, after.spot), after.kind)

    keys_of = [{action.number: _key(action) for action in log} for log in (ours, theirs)]
    both = [(action, keys_of[0]) for action in ours]
    for action, there in fresh:
        judgements = tuple(
            replace(b, place=where(a.place, b.place)) for a, b in zip(action.judgements, there.judgements, strict=True)
        )
        regroupings = tuple(
            replace(b, place=where(a.place, b.place))
            for a, b in zip(action.regroupings, there.regroupings, strict=True)
        )
        both.append((replace(there, judgements=judgements, regroupings=regroupings), keys_of[1]))
    both.sort(key=lambda each: _key(each[0]))
    numbers = {_key(action): number for number, (action, _) in enumerate(both, 1)}
    return [
        replace(
            action,
            number=numbers[_key(action)],
            undoes=None if action.undoes is None else numbers[keys[action.undoes]],
        )
        for action, keys in both
    ]


def _key(action: Action) -> tuple[int, str]:
    return action.made_utc_ns, action.reviewer


def moved(place: Place, pairs: Mapping[Spot, Spot]) -> Place:
    """Return a place where its event lies now, of the kind that it was."""
    return Place(*pairs.get(place.spot, place.spot), place.kind)


def partners(actions: Sequence[Action], old: Computed, new: Computed) -> dict[Spot, Spot]:
    """Match the events that a night held, and those of which something was said, with those that it holds.

    Returns
    -------
    dict
        From spot to spot; those without a partner are not in it.
    """
    said = [place for action in actions for place in action.places]
    before = {place.spot: place for place in (*said, *old.places)}
    after = {place.spot: place for place in new.places}
    explicit = {spot for spot, each in fold(actions).said.items() if each.explicit}
    pairs = {spot: spot for spot in before if spot in after}
    for sensor in sorted({spot[0] for spot in before} & {spot[0] for spot in after}):
        left = [place for spot, place in before.items() if spot[0] == sensor and spot not in pairs]
        right = [place for spot, place in after.items() if spot[0] == sensor and spot not in pairs]
        pairs.update(
            (one.spot, other.spot)
            for one, other in _matched(sorted(left, key=_in_time), sorted(right, key=_in_time), explicit)
        )
    return pairs


def _in_time(place: Place) -> tuple[int, int, str]:
    return place.onset_ns, place.end_ns, place.kind


def _matched(left: list[Place], right: list[Place], explicit: set[Spot]) -> list[tuple[Place, Place]]:
    """Match two rows of events of one wearable, each in order of time, so that their order stays.

    No other way has more pairs: two that cross can be exchanged for two that do not, neither of which is longer than
    the longer of those. `best` is, for the first events of the left row and so many of the right one, the best worth
    there is; a row of it is kept for the events in reach alone.
    """
    rows: list[tuple[int, list[_Worth], list[str]]] = [(0, [_NOTHING], ["end"])]
    low = high = 0
    for one in left:
        while low < len(right) and right[low].onset_ns < one.onset_ns - REACH_NS:
            low += 1
        high = max(high, low)
        while high < len(right) and right[high].onset_ns <= one.onset_ns + REACH_NS:
            high += 1
        first, before, _ = rows[-1]

        def without(count: int, first: int = first, before: list[_Worth] = before) -> _Worth:
            return before[min(count - first, len(before) - 1)]

        best, ways = [without(low)], ["left"]
        for count in range(low + 1, high + 1):
            other = right[count - 1]
            pairs, alike, near, said = without(count - 1)
            distance_ns = abs(one.onset_ns - other.onset_ns)
            paired = (pairs + 1, alike + (one.kind == other.kind), near - distance_ns, said + (one.spot in explicit))
            choices = [(paired, "pair"), (without(count), "left"), (best[-1], "right")]
            worth, way = max(choices, key=lambda choice: choice[0])  # the first of equals
            best.append(worth)
            ways.append(way)
        rows.append((low, best, ways))
    found = []
    count = len(right)
    at = len(left)
    while at:
        first, _, ways = rows[at]
        count = min(count, first + len(ways) - 1)
        way = ways[count - first]
        if way == "pair":
            found.append((left[at - 1], right[count - 1]))
        if way != "left":
            count -= 1
        if way != "right":
            at -= 1
    return found[::-1]


def _families(actions: Sequence[Action], old: Computed, new: Computed, pairs: Mapping[Spot, Spot]) -> dict[int, int]:
    """Find the number that each family has now, of those that reviewers named.

    A family is the one now that most of its events belong to; one that is a reviewer's, or has none, keeps its number,
    or gets one that no other has.
    """
    named = {one.family for action in actions for one in action.regroupings if one.family >= 0}
    shared = Counter(
        (family, new.families[pairs[spot]])
        for spot, family in old.families.items()
        if family >= 0 and spot in pairs and new.families.get(pairs[spot], -1) >= 0
    )
    found: dict[int, int] = {}
    for (before, after), _ in sorted(shared.items(), key=lambda each: (-each[1], each[0])):
        if before not in found and after not in found.values():
            found[before] = after
    taken = set(found.values()) | set(new.families.values())
    for family in sorted(named - found.keys()):
        number = family if family not in taken else max(taken | named) + 1
        found[family] = number
        taken.add(number)
    return found
