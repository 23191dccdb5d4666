"""What twitches look like: the clearest ones, and what those of a family have in common."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.summary.snippets import BEFORE_S, MISSING, cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.events import Event

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


def families_of(path: Path, twitches: Sequence[tuple[int, Event, int]]) -> tuple[tuple[Family, ...], int]:
    """Find the largest families, and cut their forms out of the night.

    Parameters
    ----------
    path
        The night.
    twitches
        Onset (UTC in ns), event and number of the family of each; of one wearable, in the order of time.

    Returns
    -------
    families
        The largest first.
    rest
        How many twitches are in none of them.
    """
    members: defaultdict[int, list[tuple[int, Event]]] = defaultdict(list)
    for onset_ns, event, family in twitches:
        if family >= 0:
            members[family].append((onset_ns, event))
    large = sorted(
        (number for number, some in members.items() if len(some) >= LEAST_MEMBERS),
        key=lambda number: (-len(members[number]), number),
    )[:FAMILIES]
    chosen = {number: _spread_out(members[number]) for number in large}
    lines = _lines(path, [pair for some in chosen.values() for pair in some])
    found = []
    for number in large:
        of_family = [lines[pair[0]] for pair in chosen[number]]
        step_s = of_family[0][0]
        forms = np.array([line for step, line in of_family if step == step_s])
        some = np.isfinite(forms).sum(axis=0)
        safe = np.maximum(some, 1)
        mean = np.where(some > 1, np.nansum(forms, axis=0) / safe, np.nan)
        spread = np.sqrt(np.nansum((forms - mean) ** 2, axis=0) / np.maximum(some - 1, 1))
        sizes = sorted(event.p2p_mg for _, event in members[number])
        found.append(
            Family(
                number,
                len(members[number]),
                sizes[len(sizes) // 2],
                step_s,
                tuple(mean.tolist()),
                tuple((mean - spread).tolist()),
                tuple((mean + spread).tolist()),
            )
        )
    return tuple(found), len(twitches) - sum(family.count for family in found)


def pictures_of(path: Path, twitches: Sequence[tuple[int, Event]], many: int) -> tuple[Picture, ...]:
    """Cut the clearest twitches out of the night: those with the highest score, none within a second of another.

    Parameters
    ----------
    path
        The night.
    twitches
        Onset (UTC in ns) and event; of one wearable.
    many
        How many at the most.

    Returns
    -------
    tuple of Picture
        In the order of time.
    """
    chosen: list[tuple[int, Event]] = []
    for onset_ns, event in sorted(twitches, key=lambda pair: -pair[1].score):
        if len(chosen) == many:
            break
        if not _BAD_FLAGS & set(event.flags.split("|")) and all(
            abs(onset_ns - other) > _NEIGHBOURS_NS for other, _ in chosen
        ):
            chosen.append((onset_ns, event))
    chosen.sort(key=lambda pair: pair[0])
    lines = _lines(path, chosen)
    return tuple(
        Picture(onset_ns, event, lines[onset_ns][0], tuple(lines[onset_ns][1].tolist())) for onset_ns, event in chosen
    )


def _spread_out(some: Sequence[tuple[int, Event]]) -> list[tuple[int, Event]]:
    places = np.unique(np.linspace(0, len(some) - 1, _MEMBERS).round().astype(int))
    return [some[place] for place in places.tolist()]


def _lines(path: Path, pairs: Sequence[tuple[int, Event]]) -> dict[int, tuple[float, npt.NDArray[np.float64]]]:
    """Return the step and the acceleration along its own direction around each event, by its onset."""
    found: dict[int, tuple[float, npt.NDArray[np.float64]]] = {}
    ordered = sorted(pairs, key=lambda pair: pair[0])
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
        found[onset_ns] = (step_s * each, line[::each])
    return found
