"""Several files of one recording, as a device or its software splits a long one, made one again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.recording import Recording
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from detector.recordings.timing.times import Piece

FOLLOWS_S = 60.0
"""A file that begins so soon after another's end is its continuation."""
_SAME_RATE = 0.05
_NO_GAP = 1.5
"""Periods from the end of one file to the start of the next, below which no sample is missing."""
_OVERLAP_S = 1.0
"""Files may overlap by so much: they were cut by whole seconds, or their clocks were fitted apart."""


@dataclass(frozen=True, slots=True)
class _Rows:
    first: int
    xyz: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The files one after another, in g."""

    name: str
    recordings: tuple[Recording, ...]

    def blocks(self, rows: int) -> Iterator[_Rows]:
        """Read them from the start."""
        del rows  # each file was opened with its own
        first = 0
        for recording in self.recordings:
            for xyz in recording.values():
                yield _Rows(first, xyz)
                first += len(xyz)


def follow_on(before: Recording, after: Recording) -> bool:
    """Tell whether a file goes on where another ends: of the same device, at the same rate, within a minute.

    Returns
    -------
    bool
        False, too, where the files do not tell their device or have no dates.
    """
    same = before.serial == after.serial != "" and before.format == after.format
    same &= abs(after.rate_hz / before.rate_hz - 1) <= _SAME_RATE
    apart_s = (after.start_ns - before.end_ns) / NS
    return same and before.has_date and after.has_date and -_OVERLAP_S <= apart_s <= FOLLOWS_S


def join(recordings: Sequence[Recording]) -> Recording:
    """Make one recording of several, in the order of their times, with a gap where there is one between them.

    Parameters
    ----------
    recordings
        At least one.

    Returns
    -------
    Recording
        Named after the first, with the notes of all.

    Raises
    ------
    RecordingError
        Where they are of different devices or rates, overlap, or have no dates.
    """
    parts = sorted(recordings, key=lambda recording: recording.start_ns)
    first = parts[0]
    if len(parts) == 1:
        return first
    pieces = list(first.pieces)
    for before, after in pairwise(parts):
        _refuse(before, after)
        pieces += _moved(after.pieces, sum(piece.count for piece in pieces), pieces[-1])
    rows = sum(piece.count for piece in pieces)
    notes = [f"Joined of {len(parts)} files: {', '.join(part.source.name for part in parts)}."]
    notes += dict.fromkeys(note for part in parts for note in part.notes)
    return Recording(
        format=first.format,
        sensor=first.sensor,
        rate_hz=rows / sum(piece.count / piece.rate_hz for piece in pieces),
        nominal_hz=first.nominal_hz,
        units=first.units,
        units_from=first.units_from,
        lsb_g=first.lsb_g,
        n=rows,
        start_ns=first.start_ns,
        duration_s=(pieces[-1].end_ns - first.start_ns) / NS,
        has_date=True,
        notes=notes,
        source=_Parts(first.source.name, tuple(parts)),
        pieces=tuple(pieces),
        skipped_rows=0,
        block_rows=first.block_rows,
        readings=tuple(reading for part in parts for reading in part.readings),
        serial=first.serial,
    )


def _refuse(before: Recording, after: Recording) -> None:
    names = f"{before.source.name} and {after.source.name}"
    if not (before.has_date and after.has_date):
        raise RecordingError(f"{names} cannot be joined: without dates nobody knows which comes first.")
    if before.serial != after.serial:
        raise RecordingError(
            f"{names} cannot be joined: they are of the devices {before.serial or 'unknown'} and "
            f"{after.serial or 'unknown'}."
        )
    if abs(after.rate_hz / before.rate_hz - 1) > _SAME_RATE:
        raise RecordingError(f"{names} cannot be joined: {before.rate_hz:.4g} Hz and {after.rate_hz:.4g} Hz.")
    over_s = (before.end_ns - after.start_ns) / NS
    if over_s > _OVERLAP_S:
        raise RecordingError(f"{names} cannot be joined: they overlap by {over_s:.0f} s.")


def _moved(pieces: Sequence[Piece], rows: int, last: Piece) -> list[Piece]:
    """Lay a file's pieces behind those before it; what is no gap is taken up by the rate of its first piece."""
    first = pieces[0]
    end_ns = first.end_ns
    moved = [replace(piece, first=piece.first + rows) for piece in pieces]
    if first.start_ns - last.end_ns > _NO_GAP * NS / first.rate_hz:
        moved[0] = replace(moved[0], after_gap=True)
        return moved
    rate_hz = first.count * NS / max(end_ns - last.end_ns, 1)
    near = abs(rate_hz / first.rate_hz - 1) <= _SAME_RATE
    moved[0] = replace(moved[0], start_ns=last.end_ns, rate_hz=rate_hz if near else first.rate_hz)
    for i in range(1, len(moved)):
        if moved[i].after_gap:
            break
        moved[i] = replace(moved[i], start_ns=moved[i - 1].end_ns)
    return moved
