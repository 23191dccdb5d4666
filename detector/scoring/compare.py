"""One wearable of a night against marks: everything that `fasciwatch score` prints."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.agreement import Agreement, RateBias, agreement, rate_bias
from detector.scoring.matching import match
from detector.scoring.spans import holds, seconds, spans_of, without
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.scoring.marks import Mark
    from detector.scoring.sides import Found, Time
    from detector.scoring.spans import Spans

    Integers = npt.NDArray[np.int64]

TOLERANCE_MS = 150.0
BESIDE_MS = (100.0, 250.0)
IGNORED = ("bad", "ignore", "artifact", "artefact", "unsure", "not judged", "gap")
"""A mark whose label begins with one of these says that its time does not count."""

NO_EVENT = "no"
"""The label of our own tables for an event that a reviewer says is none."""

AMPLITUDES_MG = (0.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 40.0, np.inf)
_THRESHOLDS = 25
_MS_NS = 1_000_000
_AROUND_NS = NS // 4
"""Around a mark is no quiet time: an event there is near something."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many marks met an event.

    Parameters
    ----------
    hits, missed, false
        Marks with an event, marks without, events without a mark.
    """

    hits: int
    missed: int
    false: int

    @property
    def sensitivity(self) -> float | None:
        """Share of the marks that met an event; None without marks."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else None

    @property
    def precision(self) -> float | None:
        """Share of the events that met a mark; None without events."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where there is neither mark nor event."""
        total = 2 * self.hits + self.missed + self.false
        return 2 * self.hits / total if total else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.missed + other.missed, self.false + other.false)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The counts at one tolerance.

    Parameters
    ----------
    tolerance_ms
        How far the onsets of a pair may lie apart.
    counts
        What came of it.
    """

    tolerance_ms: float
    counts: Counts


@dataclass(frozen=True, slots=True)
class AmplitudeBin:
    """Marks and events of one size.

    Parameters
    ----------
    low_mg, high_mg
        Peak to peak.
    marks, found
        Marks of that size, and how many of them met an event.
    events, true
        Events of that size, and how many of them met a mark.
    """

    low_mg: float
    high_mg: float
    marks: int
    found: int
    events: int
    true: int


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What would be, were only events with at least this score told."""

    score: float
    counts: Counts
    false_per_quiet_hour: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A night against marks.

    Parameters
    ----------
    observed_s, quiet_s, ignored_s
        Time that counts; the part of it in which twitches could be measured and nothing is marked; time left out
        because a mark says so.
    is_measured
        Whether the night tells where twitches could be measured; quiet time is all observed time without a mark else.
    marks, events
        How many were compared.
    outside
        Marks at times that were not observed: they count for nothing.
    tolerances
        The asked one first.
    false_in_quiet
        Events without a mark in quiet time.
    onset_error_ms
        Quartiles of event less mark, of pairs: lower, median, upper; None without any.
    by_kind
        Where the marks name kinds as fasciwatch does: marks of a kind against events of it.
    amplitudes
        By size.
    agreement, rates
        See there.
    sweep
        From the lowest score to the highest.
    """

    observed_s: float
    quiet_s: float
    ignored_s: float
    is_measured: bool
    marks: int
    events: int
    outside: int
    tolerances: tuple[Tolerance, ...]
    false_in_quiet: int
    onset_error_ms: tuple[float, float, float] | None
    by_kind: dict[str, Counts]
    amplitudes: tuple[AmplitudeBin, ...]
    agreement: Agreement
    rates: RateBias
    sweep: tuple[SweepPoint, ...]

    @property
    def counts(self) -> Counts:
        """At the tolerance that was asked for."""
        return self.tolerances[0].counts

    @property
    def false_per_quiet_hour(self) -> float | None:
        """Events without a mark in quiet time, an hour of it; None without such time."""
        return self.false_in_quiet * 3600 / self.quiet_s if self.quiet_s > 0 else None


def is_ignored(label: str, more: Sequence[str] = ()) -> bool:
    """Whether a mark says that its time does not count."""
    return label.casefold().startswith((*IGNORED, *(word.casefold() for word in more)))


def compare(
    found: Found,
    marks: Sequence[Mark],
    time: Time,
    *,
    tolerance_ms: float = TOLERANCE_MS,
    kinds: Sequence[str] = ("twitch",),
    labels: Sequence[str] = (),
    ignore: Sequence[str] = (),
    unclear: Spans | None = None,
    mark_mg: npt.NDArray[np.float64] | None = None,
) -> Comparison:
    """Compare events with marks, one to one.

    Parameters
    ----------
    found
        All events of the wearable.
    marks
        All marks, on the clock of the night, in the order of time.
    time
        The time that counts.
    tolerance_ms
        How far the onsets of a pair may lie apart.
    kinds
        Kinds of event that are compared.
    labels
        Labels of marks that are compared; none for those named as `kinds`, or for all where none is.
    ignore
        More beginnings of labels beside `IGNORED`.
    unclear
        More time that does not count.
    mark_mg
        Size of each mark, in mg, where the file tells none; NaN where it could not be measured.

    Returns
    -------
    Comparison
        All that can be said.
    """
    masked = [mark for mark in marks if is_ignored(mark.label, ignore)]
    mask = spans_of(
        [*((mark.onset_ns, mark.end_ns) for mark in masked), *(map(tuple, () if unclear is None else unclear.tolist()))]
    )
    observed = without(time.observed, mask)
    sizes = np.full(len(marks), np.nan) if mark_mg is None else mark_mg
    sizes = np.array([size if mark.p2p_mg is None else mark.p2p_mg for size, mark in zip(sizes, marks, strict=True)])
    wanted = np.array(chosen_marks(marks, kinds, labels, ignore), bool)
    onset = np.array([mark.onset_ns for mark in marks], np.int64)
    end = np.array([mark.end_ns for mark in marks], np.int64)
    names = np.array([mark.label for mark in marks], np.str_)
    inside = holds(observed, onset)
    outside = int((wanted & ~holds(time.observed, onset)).sum())
    counted = wanted & inside
    known = found.where(holds(observed, found.onset_ns))
    events = known.where(np.isin(known.kind, list(kinds)))
    tolerance_ns = round(tolerance_ms * _MS_NS)
    pairs = match(onset[counted], events.onset_ns, tolerance_ns)
    near = spans_of(zip((onset[inside] - _AROUND_NS).tolist(), (end[inside] + _AROUND_NS).tolist(), strict=True))
    quiet = without(without(time.quiet, mask), near)
    quiet_s = seconds(quiet)
    others = sorted({*BESIDE_MS} - {tolerance_ms})
    is_false = np.ones(len(events.onset_ns), bool)
    is_false[pairs[:, 1]] = False
    errors_ms = (events.onset_ns[pairs[:, 1]] - onset[counted][pairs[:, 0]]) / _MS_NS
    return Comparison(
        observed_s=seconds(observed),
        quiet_s=quiet_s,
        ignored_s=seconds(time.observed) - seconds(observed),
        is_measured=time.is_measured,
        marks=int(counted.sum()),
        events=len(events.onset_ns),
        outside=outside,
        tolerances=tuple(
            Tolerance(each, counts_at(onset[counted], events.onset_ns, each)) for each in (tolerance_ms, *others)
        ),
        false_in_quiet=int((is_false & holds(quiet, events.onset_ns)).sum()),
        onset_error_ms=_quartiles(errors_ms),
        by_kind=_by_kind(onset[inside], names[inside], known, tolerance_ns),
        amplitudes=_by_amplitude(sizes[counted], events.p2p_mg, pairs),
        agreement=agreement((onset[counted], end[counted]), (events.onset_ns, events.end_ns), observed),
        rates=rate_bias(onset[counted], events.onset_ns, observed),
        sweep=_sweep(onset[counted], events, tolerance_ns, quiet, quiet_s),
    )


def chosen_marks(
    marks: Sequence[Mark], kinds: Sequence[str], labels: Sequence[str], ignore: Sequence[str]
) -> list[bool]:
    """Say which marks are compared: see `compare`."""
    real = [mark.label != NO_EVENT and not is_ignored(mark.label, ignore) for mark in marks]
    wanted = {label.casefold() for label in labels or kinds}
    named = [mark.label.casefold() in wanted for mark in marks]
    if not labels and not any(named):
        return real
    return [is_real and is_named for is_real, is_named in zip(real, named, strict=True)]


def counts_at(onset: Integers, found: Integers, tolerance_ms: float) -> Counts:
    """Count pairs at one tolerance."""
    hits = len(match(onset, found, round(tolerance_ms * _MS_NS)))
    return Counts(hits, len(onset) - hits, len(found) - hits)


def _quartiles(values: npt.NDArray[np.float64]) -> tuple[float, float, float] | None:
    if not len(values):
        return None
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)


def _by_kind(onset: Integers, names: npt.NDArray[np.str_], known: Found, tolerance_ns: int) -> dict[str, Counts]:
    told = {}
    for kind in sorted({*names.tolist()} & {"twitch", "train", "limb_movement", "movement", "tremor", "pulse", "tap"}):
        marks, events = onset[names == kind], known.onset_ns[known.kind == kind]
        told[kind] = counts_at(marks, events, tolerance_ns / _MS_NS)
    return told


def _by_amplitude(
    mark_mg: npt.NDArray[np.float64], event_mg: npt.NDArray[np.float64], pairs: Integers
) -> tuple[AmplitudeBin, ...]:
    is_found = np.zeros(len(mark_mg), bool)
    is_found[pairs[:, 0]] = True
    is_true = np.zeros(len(event_mg), bool)
    is_true[pairs[:, 1]] = True
    told = []
    for low, high in itertools.pairwise(AMPLITUDES_MG):
        marks = (mark_mg >= low) & (mark_mg < high)
        events = (event_mg >= low) & (event_mg < high)
        if marks.any() or events.any():
            counts = [int(each.sum()) for each in (marks, marks & is_found, events, events & is_true)]
            told.append(AmplitudeBin(low, high, *counts))
    return tuple(told)


def _sweep(onset: Integers, events: Found, tolerance_ns: int, quiet: Spans, quiet_s: float) -> tuple[SweepPoint, ...]:
    scores = events.score[np.isfinite(events.score)]
    if not len(scores):
        return ()
    told = []
    for threshold in np.unique(np.quantile(scores, np.linspace(0, 1, _THRESHOLDS), method="lower")).tolist():
        kept = events.onset_ns[events.score >= threshold]
        pairs = match(onset, kept, tolerance_ns)
        is_false = np.ones(len(kept), bool)
        is_false[pairs[:, 1]] = False
        false = int((is_false & holds(quiet, kept)).sum())
        counts = Counts(len(pairs), len(onset) - len(pairs), len(kept) - len(pairs))
        told.append(SweepPoint(threshold, counts, false * 3600 / quiet_s if quiet_s > 0 else None))
    return tuple(told)
