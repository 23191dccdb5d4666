"""What reviewers say of a night's events: the log of what they did, and what of it holds.

An `Action` is what one key press does, be it a label for one event or for a page of forty. The log is append-only: an
undo is an action that names the one it undoes, and a redo one that names that undo. What holds is worked out in
reading, by `fold`.

Each reviewer undoes and redoes what is his or her own: nobody's key takes back what somebody else has said. Where two
have said something of the same event, what was said later holds; if that is undone, what was said before it holds
again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.events import Event

YES, NO, UNSURE = "yes", "no", "unsure"
LABELS = (YES, NO, UNSURE)
"""What may be said of an event; the name of a kind may be as well: "this is a tap"."""

Spot = tuple[str, int, int]
"""Where an event lies: its wearable, its onset and its end (UTC in ns)."""


class Place(NamedTuple):
    """An event as it was when something was said of it.

    Parameters
    ----------
    sensor
        Name of the wearable.
    onset_ns, end_ns
        UTC in ns; without a date, on the clock of the samples.
    kind
        What it was taken for.
    """

    sensor: str
    onset_ns: int
    end_ns: int
    kind: str

    @property
    def spot(self) -> Spot:
        """Where it lies, whatever it is taken for."""
        return self[:3]


def place_of(onset_ns: int, event: Event) -> Place:
    """Return the place of an event, as `Night.placed_events` gives both."""
    return Place(event.sensor, onset_ns, onset_ns + round(event.duration_s * NS), event.kind)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of an event.

    Parameters
    ----------
    place
        The event.
    label
        One of `LABELS`, or the kind that it is instead; None takes back what was said before.
    explicit
        Whether it was said of this event, and not of the rest of a page.
    """

    place: Place
    label: str | None
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Regrouping:
    """To which family an event belongs from now on: families are merged and split by this.

    Parameters
    ----------
    place
        The event.
    family
        The number of the family; -1 for none.
    """

    place: Place
    family: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of some events are true, from a sample of them.

    Parameters
    ----------
    what
        Which events, and how the sample was drawn; what JSON knows.
    result
        The precision, its interval; what JSON knows.
    of_old_events
        Whether the night has been computed anew since, with other events.
    """

    what: Mapping[str, Any]
    result: Mapping[str, Any]
    of_old_events: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What one key press did.

    Parameters
    ----------
    reviewer
        Who did it.
    how
        In a word: ``single``, ``selection``, ``page``, ``family``, ``estimate``, ``undo``, ``redo``.
    judgements, regroupings, estimate
        What was said by it.
    undoes
        Number of the action that it takes back; None for none.
    number, made_utc_ns
        Counts from 1 in the order of the log; UTC in ns. Both are given where it is appended: 0 before.
    """

    reviewer: str
    how: str
    judgements: tuple[Judgement, ...] = ()
    regroupings: tuple[Regrouping, ...] = ()
    estimate: Estimate | None = None
    undoes: int | None = None
    number: int = 0
    made_utc_ns: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """The events of which it says something."""
        return (*(one.place for one in self.judgements), *(one.place for one in self.regroupings))


@dataclass(frozen=True, slots=True)
class Said:
    """A label that holds.

    Parameters
    ----------
    place
        The event as it was when it was said.
    label, explicit
        As of `Judgement`, but that `Judged.of` tells them of the event as it is now.
    reviewer, made_utc_ns, action
        Who said it, when (UTC in ns), and by which action.
    """

    place: Place
    label: str
    explicit: bool
    reviewer: str
    made_utc_ns: int
    action: int

    @property
    def kind(self) -> str | None:
        """What the event is by this label; None where it is none, or nobody can say."""
        if self.label in {NO, UNSURE}:
            return None
        return self.place.kind if self.label == YES else self.label


@dataclass(slots=True)
class Judged:
    """What holds of all that was said of a night.

    Parameters
    ----------
    said
        The labels that hold, by the spot of their event.
    regrouped
        The families that reviewers gave events, by their spot.
    own_events
        Labels whose event is no more, and that say that there is one: the reviewers' own events, in order of time.
    estimates
        Those that hold, by the number of their action.
    log
        All actions, in their order.
    undone
        Numbers of those that do not hold.
    """

    said: dict[Spot, Said] = field(default_factory=dict)
    regrouped: dict[Spot, int] = field(default_factory=dict)
    own_events: list[Said] = field(default_factory=list)
    estimates: dict[int, Estimate] = field(default_factory=dict)
    log: tuple[Action, ...] = ()
    undone: frozenset[int] = frozenset()

    def of(self, place: Place) -> Said | None:
        """Return what is said of an event.

        A label that was given when the event was taken for another kind is told of what it is now: a "yes" to a twitch
        says of what is a tap by now that it is a twitch; that it was none says nothing of the tap.

        Parameters
        ----------
        place
            The event as it is now.

        Returns
        -------
        Said or None
            None where nothing is said of it.
        """
        said = self.said.get(place.spot)
        if said is None:
            return None
        if said.kind is not None:
            label = YES if said.kind == place.kind else said.kind
        elif said.place.kind == place.kind:
            label = said.label
        else:
            return None
        if label == said.label:
            return said
        return Said(said.place, label, said.explicit, said.reviewer, said.made_utc_ns, said.action)

    def family_of(self, place: Place) -> int | None:
        """Return the family that a reviewer gave an event; None where the detector's holds."""
        return self.regrouped.get(place.spot)

    def undoable(self, reviewer: str) -> int | None:
        """Return the number of the action that the reviewer's next undo takes back; None without one."""
        return max((each.number for each in self._holding(reviewer) if each.undoes is None), default=None)

    def redoable(self, reviewer: str) -> int | None:
        """Return the number of the undo that the reviewer's next redo takes back; None without one.

        As in an editor: who does something new after an undo cannot redo what was undone.
        """
        named = {each.number: each for each in self.log}
        own = [each for each in self.log if each.reviewer == reviewer]
        new = max((each.number for each in own if each.undoes is None), default=0)
        return max(
            (
                each.number
                for each in self._holding(reviewer)
                if each.undoes is not None and each.number > new and named[each.undoes].undoes is None
            ),
            default=None,
        )

    def counts(self, places: Iterable[Place]) -> dict[str, Counter[str]]:
        """Count by kind what is said of events: ``yes``, ``yes by default`` and so on, ``none`` where nothing is."""
        found: dict[str, Counter[str]] = {}
        for place in places:
            said = self.of(place)
            word = "none" if said is None else said.label if said.explicit else f"{said.label} by default"
            found.setdefault(place.kind, Counter())[word] += 1
        return found

    def _holding(self, reviewer: str) -> list[Action]:
        return [each for each in self.log if each.reviewer == reviewer and each.number not in self.undone]


def fold(actions: Sequence[Action], places: Iterable[Place] | None = None) -> Judged:
    """Work out what holds of a log.

    Parameters
    ----------
    actions
        In their order, as `Night.actions` gives them.
    places
        The events there are; None where it is not asked which labels have lost theirs.

    Returns
    -------
    Judged
        What holds.
    """
    undone: set[int] = set()
    for action in reversed(actions):  # an undo comes after what it undoes
        if action.undoes is not None and action.number not in undone:
            undone.add(action.undoes)
    judged = Judged(log=tuple(actions), undone=frozenset(undone))
    for action in actions:
        if action.number not in undone:
            _apply(judged, action)
    if places is not None:
        there = {place.spot for place in places}
        own = (said for spot, said in judged.said.items() if spot not in there and said.kind is not None)
        judged.own_events = sorted(own, key=lambda said: (said.place.onset_ns, said.place))
    return judged


def _apply(judged: Judged, action: Action) -> None:
    for each in action.judgements:
        if each.label is None:
            judged.said.pop(each.place.spot, None)
        else:
            judged.said[each.place.spot] = Said(
                each.place, each.label, each.explicit, action.reviewer, action.made_utc_ns, action.number
            )
    for one in action.regroupings:
        judged.regrouped[one.place.spot] = one.family
    if action.estimate is not None:
        judged.estimates[action.number] = action.estimate
