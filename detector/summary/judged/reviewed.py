"""How much of a night has been reviewed: fast enough for a list of nights."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.night.judging.judgements import YES, fold

if TYPE_CHECKING:
    from detector.night import Night


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is said of the events of one kind, or of all.

    Parameters
    ----------
    explicit
        Events of which something was said.
    default
        Events that a reviewer left as "the rest of this page is yes".
    none
        Events of which nothing is said.
    yes
        Of those in `explicit` and `default` the ones that are what the detector took them for.
    own
        Events that a reviewer says there are, and the detector no longer has, since the night was computed anew.
    """

    explicit: int = 0
    default: int = 0
    none: int = 0
    yes: int = 0
    own: int = 0

    @property
    def share(self) -> float | None:
        """The part of the events of which something is said, by default too; None without events."""
        events = self.explicit + self.default + self.none
        return (self.explicit + self.default) / events if events else None

    def __add__(self, other: Reviewed) -> Reviewed:
        return Reviewed(
            self.explicit + other.explicit,
            self.default + other.default,
            self.none + other.none,
            self.yes + other.yes,
            self.own + other.own,
        )


def reviewed(night: Night) -> dict[str, Reviewed]:
    """Count what is said of a night's events.

    Parameters
    ----------
    night
        The night.

    Returns
    -------
    dict
        By kind, of each kind that occurs; ``sum(found.values(), Reviewed())`` is all of them.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    places = night.places()
    actions = night.actions()
    if not actions:
        return {kind: Reviewed(none=count) for kind, count in sorted(Counter(each.kind for each in places).items())}
    judged = fold(actions, places)
    found: dict[str, Reviewed] = {}
    for place in places:
        said = judged.of(place)
        if said is None:
            one = Reviewed(none=1)
        else:
            one = Reviewed(explicit=int(said.explicit), default=int(not said.explicit), yes=int(said.label == YES))
        found[place.kind] = found.get(place.kind, Reviewed()) + one
    for own in judged.own_events:
        if own.kind is not None:
            found[own.kind] = found.get(own.kind, Reviewed()) + Reviewed(own=1)
    return dict(sorted(found.items()))
