"""Which detections belong to which true events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.ours import FOUND_KINDS
from benchmarks.detection.limit import TOLERANCE_S
from benchmarks.detection.truth import KnownNight, Truth
from detector.events import KINDS, Event

Array = npt.NDArray[np.float64]

MASK_S, GAP_MASK_S = 1.0, 0.5
"""How far beyond a disturbance or a gap nothing is demanded."""

DISTURBANCES = ("movement", "limb_movement", "tremor", "tap")
NOTHING, MISSED = "none", "missed"
SHORT = ("twitch", "tap")
MOVEMENTS = ("movement", "limb_movement")
EITHER = ("hypnic jerk", "mattress")
"""Sources as short as a limb movement and as little of one limb as a movement: one sensor cannot tell."""

COVERED = 0.2
"""Share of a long event that must be covered by detections for it to count as found."""


def pairs(truth_s: Array, found_s: Array, tolerance_s: float = TOLERANCE_S) -> tuple[list[int], list[int]]:
    """Match onsets one to one, as many as possible; both sorted.

    With one tolerance for all, taking the earliest partner that is left is of maximum cardinality.
    """
    left: list[int] = []
    right: list[int] = []
    i = j = 0
    while i < len(truth_s) and j < len(found_s):
        if found_s[j] < truth_s[i] - tolerance_s:
            j += 1
        elif found_s[j] > truth_s[i] + tolerance_s:
            i += 1
        else:
            left.append(i)
            right.append(j)
            i, j = i + 1, j + 1
    return left, right


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How a list of onsets stands against a night.

    Parameters
    ----------
    demanded
        True twitches and trains outside all disturbances.
    hit
        Whether each was found.
    onset_error_s
        Of the found ones, detection minus truth.
    false_s
        Onsets of false twitches in quiet time.
    disturbed_s
        Onsets of unmatched detections within a disturbance or next to a gap.
    quiet_h
        Quiet hours.
    """

    demanded: tuple[Truth, ...]
    hit: npt.NDArray[np.bool_]
    onset_error_s: Array
    false_s: Array
    disturbed_s: Array
    quiet_h: float

    @property
    def recall(self) -> float:
        """Share of the demanded that was found; NaN where nothing was demanded."""
        return float(self.hit.mean()) if len(self.hit) else float("nan")

    @property
    def false_per_hour(self) -> float:
        """False twitches per quiet hour."""
        return len(self.false_s) / self.quiet_h

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision; disturbed detections count as false here."""
        wrong = len(self.false_s) + len(self.disturbed_s)
        return float(2 * self.hit.sum() / (self.hit.sum() + wrong + len(self.hit)))


def spans(night: KnownNight, kinds: Iterable[str] = DISTURBANCES) -> Array:
    """Disturbed stretches with their margins and the gaps with theirs, start and end in s, shape ``(k, 2)``."""
    found = [(event.onset_s - MASK_S, event.end_s + MASK_S) for event in night.only(*kinds)]
    for index, seconds in night.gaps:
        end = night.time_s(index)
        found.append((end - seconds - GAP_MASK_S, end + GAP_MASK_S))
    return np.array(sorted(found)).reshape(-1, 2)


def inside(times_s: Array, stretches: Array) -> npt.NDArray[np.bool_]:
    """Whether each time lies in one of the stretches."""
    result = np.zeros(len(times_s), bool)
    for start, end in stretches:
        result |= (times_s >= start) & (times_s <= end)
    return result


def score(night: KnownNight, found_s: Array) -> Score:
    """Hold onsets against a night."""
    found_s = np.sort(found_s)
    truth = night.only(*FOUND_KINDS)
    truth_s = np.array([event.onset_s for event in truth])
    mask = spans(night)
    left, right = pairs(truth_s, found_s)
    hit = np.zeros(len(truth), bool)
    hit[left] = True
    spare = np.ones(len(found_s), bool)
    spare[right] = False
    # Several detections within one train are one finding, not false ones.
    trains = np.array([(event.onset_s, event.end_s + TOLERANCE_S) for event in night.only("train")]).reshape(-1, 2)
    spare &= ~inside(found_s, trains)
    disturbed = inside(found_s, mask)
    demanded = ~inside(truth_s, mask)
    errors = found_s[right] - truth_s[left]
    return Score(
        tuple(event for event, ask in zip(truth, demanded, strict=True) if ask),
        hit[demanded],
        errors[demanded[left]],
        found_s[spare & ~disturbed],
        found_s[spare & disturbed],
        (night.observed_s - _union(mask)) / 3600,
    )


def _union(stretches: Array) -> float:
    total, until = 0.0, -np.inf
    for start, end in stretches:
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def confusion(
    night: KnownNight, events: Sequence[Event], is_asked: Callable[[Truth], bool] = lambda _event: True
) -> npt.NDArray[np.int64]:
    """Count what each true event was taken for.

    Rows are the true kinds and `NOTHING`, columns the found kinds and `MISSED`. A twitch or tap is what the nearest
    detection within `TOLERANCE_S` of its onset says. A longer event is what covers most of it, when a fifth of it is
    covered; a detection that touches it without saying so is a fragment and counts no more. A pulse goes on
    under everything else, so that its truth is held against pulses alone, and theirs against it. A source of `EITHER`
    may be called movement or limb movement. What `is_asked` turns down is in no row, whatever it is taken for.
    Detections that touch no true event are in the row `NOTHING`.
    """
    kinds = [*KINDS]
    table = np.zeros((len(kinds) + 1, len(kinds) + 1), np.int64)
    starts = np.array([event.onset_s for event in events])
    ends = starts + np.array([event.duration_s for event in events])
    kind_of = np.array([kinds.index(event.kind) for event in events], dtype=np.int64)
    is_pulse = kind_of == kinds.index("pulse")
    touched = np.zeros(len(events), bool)
    for truth in night.truth:
        own = is_pulse if truth.kind == "pulse" else ~is_pulse
        near = own & (np.abs(starts - truth.onset_s) <= TOLERANCE_S)
        overlap = np.minimum(ends, truth.end_s) - np.maximum(starts, truth.onset_s)
        on_it = own & (overlap > 0)
        touched |= near | on_it | (own & (overlap > -TOLERANCE_S))
        if not is_asked(truth):
            continue
        column = len(kinds)
        if truth.kind in SHORT:
            candidates = np.flatnonzero(near)
            if len(candidates):
                column = int(kind_of[candidates[np.argmin(np.abs(starts[candidates] - truth.onset_s))]])
        elif on_it.any():
            share = np.bincount(kind_of[on_it], weights=overlap[on_it], minlength=len(kinds)) / truth.duration_s
            if share.sum() >= COVERED:
                column = int(share.argmax())
                if truth.source in EITHER and kinds[column] in MOVEMENTS:
                    column = kinds.index(truth.kind)
        table[kinds.index(truth.kind), column] += 1
    table[-1, :-1] += np.bincount(kind_of[~touched], minlength=len(kinds))
    return table


def f1_by_kind(table: npt.NDArray[np.int64]) -> Array:
    """F1 of each kind in `KINDS`, NaN of those that neither were there nor were found."""
    true = np.diag(table)[:-1].astype(np.float64)
    total = table[:-1].sum(axis=1) + table[:, :-1].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, 2 * true / total, np.nan))
