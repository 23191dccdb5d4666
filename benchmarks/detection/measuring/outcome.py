"""What an experiment hands back: figures with their targets, rows to print, and comparisons with rivals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

NAN = math.nan
Cell = str | float | int


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work an experiment may do.

    Parameters
    ----------
    is_long
        Tight figures in an hour or so, rather than a look within minutes.
    with_rivals
        Whether to run the rivals too.
    """

    is_long: bool = False
    with_rivals: bool = True

    def scaled(self, quick: float, long: float) -> float:
        """Pick an amount of work."""
        return long if self.is_long else quick


@dataclass(frozen=True, slots=True)
class Target:
    """A range that a figure must lie in, both ends included."""

    low: float = -math.inf
    high: float = math.inf

    def is_met(self, value: float) -> bool:
        """Whether the figure lies in it; NaN never does."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if self.low == -math.inf:
            return f"<= {self.high:g}"
        if self.high == math.inf:
            return f">= {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


def at_most(value: float) -> Target:
    """A ceiling."""
    return Target(high=value)


def at_least(value: float) -> Target:
    """A floor."""
    return Target(low=value)


def within_factor(value: float, factor: float) -> Target:
    """From a factor below to a factor above."""
    return Target(value / factor, value * factor)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Parameters
    ----------
    name
        What it is, such as ``"strangers, 100 Hz, training shapes"``.
    value, low, high
        The number and its 95 % interval, NaN where there is none.
    unit
        Its unit, empty for a share or a factor.
    target
        What it must reach, where something was asked for.
    """

    name: str
    value: float
    low: float = NAN
    high: float = NAN
    unit: str = ""
    target: Target | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target was reached; None without a target."""
        return None if self.target is None else self.target.is_met(self.value)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table to print.

    Parameters
    ----------
    title
        What it shows.
    columns
        Headings, with units.
    rows
        Cells; numbers are rounded when printed.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quality of ours and of the rivals.

    Parameters
    ----------
    what
        Such as ``"recall, whole nights"``.
    ours
        Our figure.
    rivals
        Theirs by name; NaN where one gave none.
    more_is_better
        Which way is better.
    """

    what: str
    ours: float
    rivals: Mapping[str, float]
    more_is_better: bool

    @property
    def better(self) -> dict[str, float]:
        """The rivals that beat us in this."""
        sign = 1.0 if self.more_is_better else -1.0
        return {name: value for name, value in self.rivals.items() if sign * value > sign * self.ours}


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one experiment found.

    Parameters
    ----------
    name
        The word that picks it on the command line.
    title
        One line.
    figures, rows, comparisons
        As found.
    notes
        Sentences a reader needs to judge the figures.
    curves
        Points for plots: name to a mapping of axis to values.
    seeds
        What every random draw began from.
    """

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    rows: tuple[Rows, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[str, ...] = ()
    curves: Mapping[str, Mapping[str, list[float]]] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
