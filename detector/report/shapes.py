"""What twitches look like: the clearest ones, and what those of a family have in common."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from detector.summary.snippets import BEFORE_S, MISSING, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.events import Event

    _Lines = dict[tuple[str, int], tuple[float, npt.NDArray[np.float64]]]

FAMILIES = 6
"""Families that have room on a sheet."""

LEAST_MEMBERS = 5
"""Fewer have no form in common that one could show."""

_MEMBERS = 24
"""Of so many a template is made, from all over the night."""

_BEFORE_S, _AFTER_S = 0.15, 0.65
_BAD_FLAGS = frozenset({"clipped", "cut", "glitch", "jerk"})
_NEIGHBOURS_NS = 1_000_000_000
_MOST_POINTS = 160


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Twitches of one form.

    Parameters
    ----------
    number
        Of the detector or of a reviewer.
    count
        Twitches.
    p2p_mg
        Their median size, peak to peak, in mg.
    step_s
        Time between two points of the form, in s.
    middle_mg, low_mg, high_mg
        The mean, and one standard deviation below and above it.
    """

    number: int
    count: int
    p2p_mg: float
    step_s: float
    middle_mg: tuple[float, ...]
    low_mg: tuple[float, ...]
    high_mg: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A twitch.

    Parameters
    ----------
    onset_ns
        UTC in ns.
    event
        What is known of it.
    step_s
        Time between two points, in s.
    values_mg
        Acceleration along its direction, less the median.
    """

    onset_ns: int
    event: Event
    step_s: float
    values_mg: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """What the twitches of a wearable look like.

    Parameters
    ----------
    families
        The largest ones, the largest first.
    in_no_family
        How many twitches are in none of them.
    pictures
        The clearest twitches, in the order of time.
    """

    families: tuple[Family, ...]
    in_no_family: int
    pictures: tuple[Picture, ...]


NO_SHAPES = Shapes((), 0, ())
"""Of a sheet that shows none."""


def shapes_of(path: Path, wearables: Sequence[Sequence[tuple[int, Event, int]]], many: int) -> list[Shapes]:
    """Cut the forms of the largest families and the clearest twitches out of a night, all in one go.

    Parameters
    ----------
    path
        The night.
    wearables
        Of each its twitches in the order of time: onset (UTC in ns), event and number of the family.
    many
        Pictures of a wearable, at the most.

    Returns
    -------
    list of Shapes
        One for each wearable.
    """
    members = [_members(twitches) for twitches in wearables]
    clear = [_clearest(twitches, many) for twitches in wearables]
    wanted = [
        pair
        for families, pictures in zip(members, clear, strict=True)
        for pair in chain(pictures, *map(_spread_out, families.values()))
    ]
    lines = _lines(path, wanted)
    return [
        _shapes(len(twitches), families, pictures, lines)
        for twitches, families, pictures in zip(wearables, members, clear, strict=True)
    ]


def _members(twitches: Sequence[tuple[int, Event, int]]) -> dict[int, list[tuple[int, Event]]]:
    """Return the twitches of the largest families, the largest first."""
    members: defaultdict[int, list[tuple[int, Event]]] = defaultdict(list)
    for onset_ns, event, family in twitches:
        if family >= 0:
            members[family].append((onset_ns, event))
    large = sorted(
        (number for number, some in members.items() if len(some) >= LEAST_MEMBERS),
        key=lambda number: (-len(members[number]), number),
    )[:FAMILIES]
    return {number: members[number] for number in large}


def _clearest(twitches: Sequence[tuple[int, Event, int]], many: int) -> list[tuple[int, Event]]:
    """Return those with the highest score, none within a second of another, in the order of time."""
    chosen: list[tuple[int, Event]] = []
    for onset_ns, event, _ in sorted(twitches, key=lambda each: -each[1].score):
        if len(chosen) == many:
            break
        if not _BAD_FLAGS & set(event.flags.split("|")) and all(
            abs(onset_ns - other) > _NEIGHBOURS_NS for other, _ in chosen
        ):
            chosen.append((onset_ns, event))
    return sorted(chosen, key=lambda pair: pair[0])


def _shapes(
    count: int, members: dict[int, list[tuple[int, Event]]], clear: Sequence[tuple[int, Event]], lines: _Lines
) -> Shapes:
    families = tuple(_family(number, some, lines) for number, some in members.items())
    pictures = []
    for onset_ns, event in clear:
        step_s, line = lines[event.sensor, onset_ns]
        pictures.append(Picture(onset_ns, event, step_s, tuple(line.tolist())))
    return Shapes(families, count - sum(family.count for family in families), tuple(pictures))


def _family(number: int, members: Sequence[tuple[int, Event]], lines: _Lines) -> Family:
    """Tell what the members have in common."""
    own = [lines[event.sensor, onset_ns] for onset_ns, event in _spread_out(members)]
    step_s = own[0][0]
    forms = np.array([line for step, line in own if step == step_s])
    some = np.isfinite(forms).sum(axis=0)
    mean = np.where(some > 1, np.nansum(forms, axis=0) / np.maximum(some, 1), np.nan)
    spread = np.sqrt(np.nansum((forms - mean) ** 2, axis=0) / np.maximum(some - 1, 1))
    sizes = sorted(event.p2p_mg for _, event in members)
    return Family(
        number,
        len(members),
        sizes[len(sizes) // 2],
        step_s,
        tuple(mean.tolist()),
        tuple((mean - spread).tolist()),
        tuple((mean + spread).tolist()),
    )


def _spread_out(some: Sequence[tuple[int, Event]]) -> list[tuple[int, Event]]:
    places = np.unique(np.linspace(0, len(some) - 1, _MEMBERS).round().astype(int))
    return [some[place] for place in places.tolist()]


def _lines(path: Path, pairs: Iterable[tuple[int, Event]]) -> _Lines:
    """Return the step and the acceleration along its own direction around each event, by wearable and onset."""
    found: _Lines = {}
    wanted = {(event.sensor, onset_ns): event for onset_ns, event in pairs}
    ordered = [(onset_ns, event) for (_, onset_ns), event in sorted(wanted.items(), key=lambda item: item[0][1])]
    if not ordered:
        return found
    snippets = cut(path, ordered)
    for place, (first, count) in enumerate(zip(snippets.first.tolist(), snippets.count.tolist(), strict=True)):
        onset_ns, event = ordered[place]
        steps = snippets.values[first : first + 3 * count].reshape(3, count)
        mg = steps * float(snippets.scale_mg[place])
        direction = np.array([event.direction_x, event.direction_y, event.direction_z])
        line = np.where((steps == MISSING).any(axis=0), np.nan, direction @ mg)
        step_s = float(snippets.step_s[place])
        begin = max(round((BEFORE_S - _BEFORE_S) / step_s), 0)
        end = min(round((BEFORE_S + _AFTER_S) / step_s) + 1, count)
        line = line[begin:end]
        each = -(-len(line) // _MOST_POINTS)
        if np.isfinite(line).any():
            line = line - np.nanmedian(line)
        found[event.sensor, onset_ns] = (step_s * each, line[::each])
    return found
