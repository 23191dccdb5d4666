"""From what a pass over a file found to a `Recording`: rate, units and line of time, alike for every text format."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import times, units
from detector.recordings.recording import Recording
from detector.recordings.text import repair
from detector.recordings.utc import to_utc
from detector.recordings.wish import check_rate
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.recordings.text.scan import Scan
    from detector.recordings.text.stamps import Stamps
    from detector.recordings.text.table import Table
    from detector.recordings.times import Piece
    from detector.recordings.units import Unit
    from detector.recordings.utc import Ns
    from detector.recordings.wish import Wish

    ToUtc = Callable[[Ns, list[str]], Ns]

_AGREES = 0.02
_CONTRADICTS = 0.2
"""Relative differences between the given rate and the stamps' that are told, and that make the stamps useless."""
_UNSTEADY = 0.02


def local_to_utc(written: Stamps, timezone: str) -> ToUtc:
    """Return what turns stamps of a way of writing into UTC, dates without a zone by the given one."""

    def convert(stamps: Ns, notes: list[str]) -> Ns:
        if not written.is_local:
            return stamps
        notes.append(f"Its times have no time zone and were taken as {timezone}.")
        return to_utc(stamps, timezone)

    return convert


def assemble(
    table: Table,
    scan: Scan,
    wish: Wish,
    *,
    format_name: str,
    stated: Unit | None,
    in_utc: ToUtc,
    has_date: bool,
    nominal: Callable[[float], float] = float,
    notes: list[str],
) -> Recording:
    """Decide on rate, units and times, and return the recording.

    Parameters
    ----------
    table, scan
        The file, and what a pass over it found.
    wish
        What the user says about it.
    format_name
        Name of the format.
    stated
        Unit stated in the file.
    in_utc
        Turns its stamps into UTC, adding to the notes what the user should know.
    has_date
        Whether its stamps are dates.
    nominal
        Turns a true rate into the wearable's nominal one.
    notes
        Sentences for the user so far.

    Raises
    ------
    RecordingError
        Where rate, units or times cannot be had.
    """
    name = table.path.name
    if scan.rows < 2:  # noqa: PLR2004 - one sample has no rate
        count = "only one row" if scan.rows else "no rows"
        raise RecordingError(f"{name} holds {count} of acceleration; record longer or export it again.")
    notes = list(notes)
    unit, units_from = _units(name, scan, stated, wish, notes)
    if scan.broken:
        notes.append(
            f"{scan.broken} row(s) have missing or unreadable values ({scan.missing} missing, "
            f"{scan.broken - scan.missing} unreadable); they stay in place as not-a-number."
        )
    skipped = 0
    pieces: list[Piece] = []
    rate_hz = wish.rate_hz
    start_ns = 0
    if scan.stamps is not None:
        stamps = in_utc(repair.mend(scan.stamps, notes), notes)
        skipped = repair.left_over(stamps, notes)
        stamps = stamps[skipped:]
        repair.check_order(stamps, table, skipped, notes)
        start_ns = int(stamps[0])
        pieces, estimated_hz = _by_stamps(name, stamps, wish, notes)
        start_ns = pieces[0].start_ns if pieces else start_ns
        rate_hz = estimated_hz if rate_hz is None else rate_hz
    if rate_hz is None:
        raise RecordingError(f"{name} has no times, so its sampling rate is unknown; give it with --rate-hz.")
    rows = scan.rows - skipped
    if wish.rate_hz is not None:
        pieces = times.lay_at(rate_hz, rows, start_ns, pieces)
    return Recording(
        format=format_name,
        sensor=clean(table.path.stem) or "unnamed",
        rate_hz=rate_hz,
        nominal_hz=float(rate_hz if wish.rate_hz is not None else nominal(rate_hz)),
        units=unit,
        units_from=units_from,
        lsb_g=units.resolution_g(scan.grid, scan.steps, unit),
        n=rows,
        start_ns=pieces[0].start_ns,
        duration_s=(pieces[-1].end_ns - pieces[0].start_ns) / NS,
        has_date=has_date and scan.stamps is not None,
        notes=notes,
        source=table,
        pieces=tuple(pieces),
        skipped_rows=skipped,
        block_rows=wish.block_rows,
    )


def _units(name: str, scan: Scan, stated: Unit | None, wish: Wish, notes: list[str]) -> tuple[Unit, str]:
    """Choose the unit: given, else stated, else the one in which gravity has its length."""
    recognised = units.recognise(scan.median_length)
    unit, source = (wish.units, "given") if wish.units is not None else (stated, "stated in the header")
    if unit is not None:
        if recognised not in (None, unit):
            notes.append(
                f"The units are {source} as {unit}, but the median length {scan.median_length:.4g} of the acceleration "
                f"looks like gravity in {recognised}."
            )
        return unit, source
    if recognised is None:
        raise RecordingError(
            f"The units of {name} are not stated, and the median length {scan.median_length:.4g} of its acceleration "
            "is not gravity in g (1), mg (1000) or m/s2 (9.81); give them with --units."
        )
    return recognised, f"recognised by gravity: median length {scan.median_length:.4g}"


def _by_stamps(name: str, stamps: Ns, wish: Wish, notes: list[str]) -> tuple[list[Piece], float | None]:
    """Lay the samples on a line through their stamps; nothing where a given rate makes do without them."""
    if np.all(stamps == stamps[0]):
        if wish.rate_hz is None:
            raise RecordingError(
                f"The times of {name} never change, so its sampling rate is unknown; give it with --rate-hz."
            )
        notes.append("The times never change; samples are counted at the given rate.")
        return [], None
    origin = int(stamps[0])
    since_first = (stamps - origin).astype(np.float64)
    stretches = times.analyse(since_first)
    estimated_hz = NS / stretches.period_ns if stretches.period_ns > 0 else math.inf
    if wish.rate_hz is None:
        check_rate(estimated_hz, f"The sampling rate of {name} by its times")
    else:
        apart = abs(estimated_hz / wish.rate_hz - 1)
        if apart > _CONTRADICTS:
            notes.append(
                f"By its times the file has {estimated_hz:.4g} Hz: they contradict the given {wish.rate_hz:.4g} Hz "
                "and were not used."
            )
            return [], None
        if apart > _AGREES:
            notes.append(f"By its times the file has {estimated_hz:.4g} Hz; the given {wish.rate_hz:.4g} Hz was used.")
    pieces = times.lay(since_first, origin, stretches)
    rates = [piece.rate_hz for piece in pieces if piece.count * stretches.period_ns > times.BLOCK_S / 2 * NS]
    if rates and max(rates) > min(rates) * (1 + _UNSTEADY):
        notes.append(f"The sampling rate is not steady: {min(rates):.4g} to {max(rates):.4g} Hz.")
    return pieces, estimated_hz
