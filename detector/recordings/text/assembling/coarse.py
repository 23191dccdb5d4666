"""Stamps of a clock that is read in whole seconds or minutes: it is right when it turns, and late until then.

The samples between two turns are spread evenly, so that the first of a file lies where it was taken and not in the
middle of the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.timing.kept import parts
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from detector.recordings.timing.kept import Rows
    from detector.recordings.timing.utc import Ns

_GRAINS = (60 * NS, NS, NS // 10)
"""Steps of clocks that are read coarsely; those of a radio's packets are finer, or odd. Each is a part of the first."""
_LEAST_TURNS = 2
_SEVERAL = 3
"""Rows that share a stamp."""


def may_be(rows: int, turns: int) -> bool:
    """Tell whether so many rows of so many stamps may be those of a coarse clock."""
    return turns >= _LEAST_TURNS and rows >= _SEVERAL * turns


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the stamps of a coarse clock are, run by run of rows that share one.

    Parameters
    ----------
    grain
        Step of the clock in ns.
    starts
        First row of each run.
    pace
        Time from one row to the next in each run, in ns.
    first_late
        How late the first row of all is; the first second may have begun before the file.
    """

    grain: int
    starts: npt.NDArray[np.int64]
    pace: npt.NDArray[np.float64]
    first_late: float

    def of(self, first: int, end: int) -> Ns:
        """Return what is to be added to the stamps of some rows."""
        rows = np.arange(first, end)
        run = np.searchsorted(self.starts, rows, side="right") - 1
        late = (rows - self.starts[run]) * self.pace[run]
        late[run == 0] += self.first_late
        added: Ns = np.rint(np.minimum(late, self.grain)).astype(np.int64)
        return added

    def tell(self, notes: list[str]) -> None:
        """Tell that samples are spread."""
        notes.append(
            f"Its times are read in steps of {self.grain / NS:g} s; the samples of each step were spread evenly."
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """Stamps of a coarse clock spread evenly, of which some are asked for at a time."""

    stamps: Rows
    late: Lateness

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.stamps)

    def read(self, first: int = 0, end: int | None = None) -> Ns:
        """Return those of some rows, by default of all."""
        stamps = self.stamps.read(first, end)
        return stamps + self.late.of(first, first + len(stamps))


def find(some: Iterable[Ns], shift: int = 0) -> Lateness | None:
    """Find out whether stamps are read coarsely, and how late each is; None where they are not.

    Parameters
    ----------
    some
        Stamps in ns, some at a time, none missing.
    shift
        Added to all of them.
    """
    starts, begins = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    rows = last = 0
    for stamps in some:
        if not len(stamps):
            continue
        turns = (
            np.flatnonzero(np.diff(stamps, prepend=last)) if rows else np.append(0, np.flatnonzero(np.diff(stamps)) + 1)
        )
        begins.append(stamps[turns] + shift)
        if np.any(begins[-1] % _GRAINS[-1]):
            return None
        starts.append(turns + rows)
        rows, last = rows + len(stamps), int(stamps[-1])
    return _lateness(np.concatenate(starts), np.concatenate(begins), rows)


def _lateness(starts: npt.NDArray[np.int64], begins: Ns, rows: int) -> Lateness | None:
    if not may_be(rows, len(starts) - 1):
        return None
    steps = np.diff(begins)
    grain = next((each for each in _GRAINS if not np.any(begins % each)), 0)
    # Only where each turn is the next: a radio that sends a packet now and then has no such clock.
    if steps.min() < 0 or not grain or np.mean(steps == grain) < 0.9:  # noqa: PLR2004 - gaps aside
        return None
    lengths = np.diff(starts, append=rows)
    period = grain / float(np.median(lengths[1:-1]))
    pace = np.full(len(starts), period)
    whole = np.flatnonzero(steps[1:] == grain) + 1
    pace[whole] = grain / lengths[whole]
    return Lateness(grain, starts, pace, max(0.0, grain - int(lengths[0]) * period))


def spread(stamps: Ns, notes: list[str]) -> Ns:
    """Spread samples that share a coarse stamp evenly until the next.

    Parameters
    ----------
    stamps
        Nanoseconds, none missing.
    notes
        Takes what the user should know.
    """
    late = find([stamps])
    if late is None:
        return stamps
    late.tell(notes)
    return stamps + late.of(0, len(stamps))


def spread_out(stamps: Rows, notes: list[str], shift: int) -> Rows:
    """Spread samples as `spread` does, without holding their stamps; `shift` brings those to UTC."""
    late = find(parts(stamps), shift)
    if late is None:
        return stamps
    late.tell(notes)
    return Spread(stamps, late)
