"""From what a pass over a file found to a `Recording`: rate, units and line of time, alike for every text format."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.recording import Recording
from detector.recordings.text.assembling import coarse, repair
from detector.recordings.text.assembling import unit as unit_of
from detector.recordings.text.assembling.extra import complain_of_empty
from detector.recordings.text.assembling.leaps import tell_leaps
from detector.recordings.text.assembling.plain import Plain, plain
from detector.recordings.timing import times
from detector.recordings.timing.rate_changes import find_changes
from detector.recordings.timing.utc import MISSING, to_utc
from detector.recordings.wish import LOWEST_HZ, check_rate
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.scan import Scan
    from detector.recordings.text.stepped import Stepped
    from detector.recordings.text.table import Table
    from detector.recordings.timing.times import Piece
    from detector.recordings.timing.utc import Ns
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

    ToUtc = Callable[[Ns, list[str]], Ns]

_AGREES = 0.02
_CONTRADICTS = 0.2
"""Relative differences between the given rate and the stamps' that are told, and that make the stamps useless."""
_UNSTEADY = 0.02
_MINUTE_NS = 60 * NS
_FEW, _BEGIN = 8, 4096
"""Rows that show how slow a file is."""
_SUMMARY_HZ = 2.0
"""Rows that come slower are no samples."""
_FIRST_DATE_NS, _LAST_DATE_NS = 946_684_800 * NS, 4_102_444_800 * NS


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of local times.

    Parameters
    ----------
    name
        IANA name, else nothing.
    offset_s
        Seconds east of UTC where it has no name.
    source
        How it is known.
    """

    name: str
    offset_s: int
    source: str


def zone_of(wish: Wish, stated: str) -> Zone:
    """Choose the zone of local times: the user's word, else what the file states, else UTC."""
    if wish.zone_said or not stated:
        return Zone(wish.timezone, 0, "")
    if stated[0] in "+-":
        hours, minutes = map(int, stated[1:].split(":"))
        return Zone("", (hours * 3600 + minutes * 60) * (-1 if stated[0] == "-" else 1), stated)
    return Zone(stated, 0, stated)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the times of a recording come from.

    Parameters
    ----------
    stamps
        How its rows state their times, None where they do not.
    start_ns
        Its start where they do not, or not with a date, in ns since 1970-01-01.
    rate_hz
        Its rate where they do not, None where the user gives it.
    has_date
        Whether times are dates.
    is_local
        Whether the start has no zone.
    zone
        The zone of local times.
    stated_hz
        The rate that the file states beside its stamps.
    in_utc
        What else turns stamps into UTC.
    """

    stamps: Stamps | None
    start_ns: int
    rate_hz: float | None
    has_date: bool
    is_local: bool = False
    zone: Zone = field(default=Zone("UTC", 0, ""))
    stated_hz: float | None = None
    in_utc: ToUtc | None = None

    @property
    def is_anchored(self) -> bool:
        """Whether its rows state how much time has passed, and its header since when."""
        return self.in_utc is None and self.stamps is not None and not self.stamps.is_date and self.has_date

    @property
    def turning_zone(self) -> str:
        """Name of the zone by which the stamps of its rows are turned into UTC, nothing where it is by one offset."""
        if self.in_utc is not None or self.stamps is None or self.is_anchored or not self.stamps.is_local:
            return ""
        return self.zone.name if self.zone.name != "UTC" else ""

    def anchored(self, stamps: Ns, notes: list[str], *, first_ns: int) -> Ns:
        """Let stamps without a date begin at the start; a clock that has run for a minute tells nothing of it."""
        begin = int(self.placed(np.array([self.start_ns]), notes)[0])
        return stamps + (begin - (0 if 0 <= first_ns < _MINUTE_NS else first_ns))

    def placed(self, stamps: Ns, notes: list[str]) -> Ns:
        """Turn stamps of the file into UTC."""
        if self.in_utc is not None:
            return self.in_utc(stamps, notes)
        if not (self.is_local if self.stamps is None or self.is_anchored else self.stamps.is_local):
            return stamps
        if self.zone.source:
            notes.append(f"Its times were taken as {self.zone.source}, the zone the file names.")
        else:
            notes.append(f"Its times have no time zone and were taken as {self.zone.name}.")
        return to_utc(stamps, self.zone.name) if self.zone.name else stamps - self.zone.offset_s * NS


def assemble(
    table: Table,
    scan: Scan,
    wish: Wish,
    origin: Origin,
    *,
    format_name: str,
    stated: Unit | None,
    stated_words: str = "",
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
    origin
        Where its times come from.
    format_name
        Name of the format.
    stated, stated_words
        Unit stated in the file, and what stands in its place.
    nominal
        Turns a true rate into the wearable's nominal one.
    notes
        Sentences for the user so far.

    Raises
    ------
    RecordingError
        Where rate, units or times cannot be had.
    """
    name = table.name
    if scan.rows < 2:  # noqa: PLR2004 - one sample has no rate
        count = "only one row" if scan.rows else "no rows"
        raise RecordingError(f"{name} holds {count} of acceleration; record longer or export it again.")
    complain_of_empty(table, scan)
    _complain_of_summaries(name, scan, origin, wish)
    told: list[str] = []
    unit, units_from = unit_of.choose(name, scan, stated, stated_words, wish, told, counted=table.counts is not None)
    if scan.broken:
        told.append(
            f"{scan.broken} row(s) have missing or unreadable values ({scan.missing} missing, "
            f"{scan.broken - scan.missing} unreadable); they stay in place as not-a-number."
        )
    if scan.left_out:
        told.append(f"{scan.left_out} line(s) among its rows hold words, as a repeated header does, and were left out.")
    if scan.unwritten:
        told.append(f"{scan.unwritten} NUL bytes, which a crash leaves in a file, were left out.")
    notes = [*told, *notes]
    skipped = 0
    pieces: list[Piece] = []
    rate_hz = wish.rate_hz if wish.rate_hz is not None else origin.rate_hz
    has_date = origin.has_date
    if scan.stamps is not None and origin.stamps is not None:
        since_first, start_ns, middle_ns, skipped = _mended(table, scan.stamps, origin.stamps, origin, wish, notes)
        has_date = has_date or _FIRST_DATE_NS <= middle_ns < _LAST_DATE_NS
        pieces, estimated_hz = _by_stamps(name, since_first, start_ns, wish, notes, origin.stated_hz)
        start_ns = pieces[0].start_ns if pieces else start_ns
        rate_hz = estimated_hz if rate_hz is None else rate_hz
    else:
        start_ns = int(origin.placed(np.array([origin.start_ns]), notes)[0]) if has_date else origin.start_ns
    if rate_hz is None:
        raise RecordingError(f"{name} has no times, so its sampling rate is unknown; give it with --rate-hz.")
    rows = scan.rows - skipped
    if not pieces or wish.rate_hz is not None:
        if wish.rate_hz is None:
            check_rate(rate_hz, f"The sampling rate that {name} states")
        pieces = times.lay_at(rate_hz, rows, start_ns, pieces)
    unit_of.tell_held(scan, notes, rate_hz)
    unit_of.tell_stuck(scan, notes)
    unit_of.tell_frozen(scan, notes, rate_hz)
    unit_of.tell_impossible(scan, unit, notes)
    first_hz = pieces[0].nominal_hz or rate_hz
    return Recording(
        format=format_name,
        sensor=clean(table.content.stem) or "unnamed",
        rate_hz=rate_hz,
        nominal_hz=max(float(rate_hz if wish.rate_hz is not None else nominal(first_hz)), LOWEST_HZ),
        units=unit,
        units_from=units_from,
        lsb_g=units.resolution_g(scan.grid, scan.steps, unit),
        n=rows,
        start_ns=pieces[0].start_ns,
        duration_s=(pieces[-1].end_ns - pieces[0].start_ns) / NS,
        has_date=has_date and (origin.stamps is None or scan.stamps is not None),
        notes=notes,
        source=replace(table, times=()),  # they are not read again
        pieces=tuple(pieces),
        skipped_rows=skipped,
        block_rows=wish.block_rows,
    )


def _mended(table: Table, kept: Stepped, written: Stamps, origin: Origin, wish: Wish, notes: list[str]) -> Plain:
    """Turn the stamps of a file into times, with what is wrong with them put right."""
    place = partial(origin.anchored, first_ns=int(kept.read(0, 1)[0])) if origin.is_anchored else origin.placed
    found = plain(kept, written, place, notes, origin.turning_zone)
    if found is not None:
        return found
    is_local = written.is_local and not origin.is_anchored and not origin.zone.source and not wish.zone_said
    stamps = repair.mend(written.settle(kept.take(), notes), notes)
    place = partial(origin.anchored, first_ns=int(stamps[0])) if origin.is_anchored else origin.placed
    stamps = coarse.spread(place(stamps, notes), notes)
    skipped = repair.left_over(stamps, notes)
    stamps = repair.set_clock(stamps[skipped:], table, skipped, notes)
    repair.check_order(stamps, table, skipped, notes, is_local=is_local)
    tell_leaps(stamps, notes, is_local=is_local)
    start_ns = int(stamps[0])
    return Plain((stamps - start_ns).astype(np.float64), start_ns, float(np.median(stamps)), skipped)


def _by_stamps(
    name: str, since_first: times.Floats, origin: int, wish: Wish, notes: list[str], stated_hz: float | None
) -> tuple[list[Piece], float | None]:
    """Lay the samples on a line through their stamps; nothing where a given rate makes do without them."""
    if since_first[-1] == 0 and not np.any(since_first):
        if wish.rate_hz is None:
            raise RecordingError(
                f"The times of {name} never change, so its sampling rate is unknown; give it with --rate-hz."
            )
        notes.append("The times never change; samples are counted at the given rate.")
        return [], None
    changes = find_changes(since_first)
    if len(changes) and wish.rate_hz is None:
        return _at_several_rates(name, since_first, origin, changes, notes)
    stretches = times.analyse(since_first)
    estimated_hz = NS / stretches.period_ns if stretches.period_ns > 0 else math.inf
    if wish.rate_hz is None:
        _check(name, estimated_hz)
        if stated_hz is not None and abs(estimated_hz / stated_hz - 1) > _AGREES:
            notes.append(f"Its header states {stated_hz:g} Hz; by its times it has {estimated_hz:.4g} Hz.")
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


def _complain_of_summaries(name: str, scan: Scan, origin: Origin, wish: Wish) -> None:
    """Refuse rows that are too slow before anything is asked about their values."""
    if scan.stamps is None or origin.stamps is None or wish.rate_hz is not None:
        return
    begin = scan.stamps.read(0, _BEGIN)
    steps = np.diff(origin.stamps.settle(begin[begin != MISSING], []))
    if len(steps) > _FEW and float(np.median(steps)) > NS / _SUMMARY_HZ and float(np.quantile(steps, 0.1)) > 0:
        _check(name, NS / float(np.median(steps)))


def _check(name: str, rate_hz: float) -> None:
    if 0 < rate_hz < _SUMMARY_HZ:
        raise RecordingError(
            f"{name} has one row for {1 / rate_hz:.4g} s, which is too slow: it holds counts or summaries, or another "
            "unit of time than it says. Export the raw data, or give the rate with --rate-hz."
        )
    check_rate(rate_hz, f"The sampling rate of {name} by its times")


def _at_several_rates(
    name: str, since_first: times.Floats, origin: int, changes: list[int], notes: list[str]
) -> tuple[list[Piece], float]:
    """Lay each stretch of one rate by itself."""
    found, spans = times.lay_changing(since_first, origin, changes)
    for rate_hz, _ in spans:
        _check(name, rate_hz)
    said = ", then ".join(f"{rate_hz:.4g} Hz for {seconds:.4g} s" for rate_hz, seconds in spans[:4])
    notes.append(f"The sampling rate changes: {said}{' and so on' if len(spans) > 4 else ''}.")  # noqa: PLR2004
    return found, max(spans, key=lambda span: span[1])[0]
