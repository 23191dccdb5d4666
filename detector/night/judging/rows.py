"""The rows of what reviewers said: how an action is written, and how the log is read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from detector.events import KINDS
from detector.night.codec.typed import LONGEST_NS, integer, moment, shown, text
from detector.night.judging.judgements import LABELS, Action, Estimate, Judgement, Place, Regrouping
from detector.night.seals import MOST_ROWS, fetch, insert
from firmware_bridge.foreign_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.night.records import Sensor

MOST_FAMILY = (1 << 31) - 1
"""What an int32 holds."""
_MOST_NUMBER = 1 << 31
_LONGEST_NAME = 200
_LONGEST_JSON = 100_000
_SAID = frozenset((*LABELS, *KINDS))


def put_action(action: Action, numbers: Mapping[str, int]) -> list[tuple[str, tuple[Any, ...]]]:
    """Write down an action that has its number.

    Parameters
    ----------
    action
        What was done.
    numbers
        Of the wearables, by name.

    Returns
    -------
    list
        SQL and its parameters.

    Raises
    ------
    ValueError
        Where what it says cannot be.
    """
    head = (action.number, action.made_utc_ns, action.reviewer, action.how, action.undoes)
    sensors = {number: name for name, number in numbers.items()}
    action_of(head)
    found = [insert("action", head)]
    for item, judgement in enumerate(action.judgements):
        row = (action.number, item, *_place(judgement.place, numbers), judgement.label, int(judgement.explicit))
        label_of(row, sensors)
        found.append(insert("label", row))
    for item, regrouping in enumerate(action.regroupings):
        row = (action.number, item, *_place(regrouping.place, numbers), int(regrouping.family))
        regrouping_of(row, sensors)
        found.append(insert("regrouping", row))
    if action.estimate is not None:
        told = action.estimate
        row = (action.number, _words(told.what), _words(told.result), int(told.of_old_events))
        estimate_of(row)
        found.append(insert("estimate", row))
    return found


def load_heads(connection: Any) -> list[Action]:
    """Return the log without what was said, which is enough to know what can be undone.

    Raises
    ------
    ValueError
        Where it is damaged.
    """
    return [action_of(row) for row in fetch(connection, "action", "ORDER BY number")]


def load_actions(connection: Any, sensors: Mapping[int, Sensor]) -> list[Action]:
    """Return the log of a night in its order; none where the night is older than labels.

    Raises
    ------
    ValueError
        Where it is damaged.
    """
    names = {number: one.name for number, one in sensors.items()}
    heads = load_heads(connection)
    if not heads:
        return []
    judgements: dict[int, list[Judgement]] = defaultdict(list)
    for row in fetch(connection, "label", "ORDER BY action, item"):
        judgements[row[0]].append(label_of(row, names))
    regroupings: dict[int, list[Regrouping]] = defaultdict(list)
    for row in fetch(connection, "regrouping", "ORDER BY action, item"):
        regroupings[row[0]].append(regrouping_of(row, names))
    estimates = {row[0]: estimate_of(row) for row in fetch(connection, "estimate")}
    return list(_joined(heads, judgements, regroupings, estimates))


def _joined(
    heads: Sequence[Action],
    judgements: Mapping[int, list[Judgement]],
    regroupings: Mapping[int, list[Regrouping]],
    estimates: Mapping[int, Estimate],
) -> Iterator[Action]:
    known = {head.number for head in heads}
    if not known >= judgements.keys() | regroupings.keys() | estimates.keys():
        raise ValueError("a label belongs to nothing that a reviewer did")
    for head in heads:
        if head.undoes is not None and head.undoes not in known:
            raise ValueError("what a reviewer took back is not there")
        yield Action(
            head.reviewer,
            head.how,
            tuple(judgements.get(head.number, ())),
            tuple(regroupings.get(head.number, ())),
            estimates.get(head.number),
            head.undoes,
            head.number,
            head.made_utc_ns,
        )


def has_room(connection: Any, action: Action) -> bool:
    """Whether all that an action says can be read again: a table of more rows than that is refused."""
    for table, count in (("action", 1), ("label", len(action.judgements)), ("regrouping", len(action.regroupings))):
        (there,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our names
        if there + count > MOST_ROWS:
            return False
    return True


def last_action(connection: Any) -> tuple[int, int]:
    """Return the number of the last action, and when it was done (UTC in ns); 0 and 0 without one.

    Raises
    ------
    ValueError
        Where it is damaged.
    """
    for row in fetch(connection, "action", "ORDER BY number DESC LIMIT 1"):
        last = action_of(row)
        return last.number, last.made_utc_ns
    return 0, 0


def action_of(values: Sequence[Any]) -> Action:
    """Return an action, as yet without what was said by it."""
    number, made_utc_ns, reviewer, how, undoes = values
    numbered = integer(number, "the number of an action", 1, _MOST_NUMBER)
    return Action(
        _name(reviewer, "a reviewer's name"),
        _name(how, "how a label was given"),
        undoes=None if undoes is None else integer(undoes, "what a reviewer took back", 1, numbered - 1),
        number=numbered,
        made_utc_ns=moment(made_utc_ns, "when a reviewer did something"),
    )


def label_of(values: Sequence[Any], sensors: Mapping[int, str]) -> Judgement:
    """Return what was said of an event."""
    *where, label, explicit = values
    place = _placed(where, sensors)
    if label is not None and label not in _SAID:
        raise ValueError(f"a label cannot be {shown(label)}")
    return Judgement(place, label, integer(explicit, "whether a label was explicit", 0, 1) == 1)


def regrouping_of(values: Sequence[Any], sensors: Mapping[int, str]) -> Regrouping:
    """Return to which family an event was given."""
    *where, family = values
    return Regrouping(_placed(where, sensors), integer(family, "a family", -1, MOST_FAMILY))


def estimate_of(values: Sequence[Any]) -> Estimate:
    """Return an estimate."""
    action, what, result, of_old_events = values
    integer(action, "the number of an action", 1, _MOST_NUMBER)
    return Estimate(_json(what), _json(result), integer(of_old_events, "whether an estimate is old", 0, 1) == 1)


def _placed(where: Sequence[Any], sensors: Mapping[int, str]) -> Place:
    action, item, number, onset_ns, end_ns, kind = where
    integer(action, "the number of an action", 1, _MOST_NUMBER)
    integer(item, "the number of a label")
    if not isinstance(number, int) or number not in sensors:
        raise ValueError("a label belongs to no wearable")
    if kind not in KINDS:
        raise ValueError(f"a label is of no kind that is known: {shown(kind)}")
    began_ns, ended_ns = moment(onset_ns, "an event's onset"), moment(end_ns, "an event's end")
    if not 0 <= ended_ns - began_ns <= LONGEST_NS:
        raise ValueError("an event ends before it begins, or more than a hundred years after")
    return Place(sensors[number], began_ns, ended_ns, kind)


def _place(place: Place, numbers: Mapping[str, int]) -> tuple[Any, ...]:
    if place.sensor not in numbers:
        raise ValueError(f"there is no wearable {place.sensor}")
    return numbers[place.sensor], int(place.onset_ns), int(place.end_ns), place.kind


def _name(value: object, what: str) -> str:
    words = text(value, what)
    if len(words) > _LONGEST_NAME:
        raise ValueError(f"{what} is longer than {_LONGEST_NAME} characters")
    return clean(words)


def _words(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _json(words: object) -> Mapping[str, Any]:
    told = text(words, "an estimate")
    if len(told) > _LONGEST_JSON:
        raise ValueError("an estimate is too long")
    try:
        found = json.loads(told)
    except RecursionError:
        found = None
    if not isinstance(found, Mapping):
        raise ValueError("an estimate is none")  # noqa: TRY004 - damage, not a mistake of the caller
    return found
