"""Delimited text: CSV and its relations, with or without names for its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.assembling.assemble import Origin, assemble, zone_of
from detector.recordings.text.assembling.extra import extra_rows
from detector.recordings.text.clocks.numbers import NumberStamps
from detector.recordings.text.columns import layout as columns
from detector.recordings.text.headers.facts import Facts, StartAndRate, start_ns
from detector.recordings.text.scan import scan
from detector.recordings.text.table import Counts, Table

if TYPE_CHECKING:
    from detector.recordings.recording import Recording
    from detector.recordings.text.columns.layout import Layout
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.text.dialect import Dialect
    from detector.recordings.text.scan import Scan
    from detector.recordings.text.source.content import Content
    from detector.recordings.wish import Wish

FORMAT = "CSV"

_EMPATICA_PER_G = 64.0
"""Counts in a g of the wristband that writes a start and a rate as rows before its samples."""


def open_sheet(content: Content, sheet: Sheet, wish: Wish, notes: list[str], facts: Facts) -> Recording:
    """Open a table of any make.

    Raises
    ------
    RecordingError
        Where the columns are not understood, or for the reasons any table is refused.
    """
    layout = columns.find(sheet, wish, notes)
    counts = None if wish.counts_per_g is None else Counts(wish.counts_per_g, wish.zero_count)
    table = Table(
        content,
        sheet.dialect,
        () if layout.time is None else (layout.time,),
        layout.xyz,
        layout.only,
        counts,
    )
    origin = _origin(content, sheet, layout, wish, notes, facts)
    found = scan(table, layout.stamps, wish.block_rows)
    extra = extra_rows(found, layout.stamps)
    if len(extra):
        notes.append(f"{len(extra)} row(s) without acceleration or without time are no samples and were left out.")
        table = replace(table, without=extra)
        found = scan(table, layout.stamps, wish.block_rows)
    per_g = facts.counts_per_g
    if per_g and counts is None and wish.units is None and layout.unit is None and _is_gravity(found, per_g):
        notes.append(f"Its values are taken as counts, {per_g:g} in a g, as its header says.")
        table = replace(table, counts=Counts(per_g))
        found = scan(table, layout.stamps, wish.block_rows)
    return assemble(
        table,
        found,
        wish,
        origin,
        format_name=FORMAT,
        stated=layout.unit,
        stated_words=layout.stated,
        notes=notes,
    )


def _is_gravity(found: Scan, per_g: float) -> bool:
    return per_g > 0 and found.whole and 0.5 < found.median_length / per_g < 2  # noqa: PLR2004 - g


def open_counted(content: Content, dialect: Dialect, wish: Wish, leading: StartAndRate) -> Recording:
    """Open a table that has a start and a rate as its first rows, and samples below."""
    notes = [f"Its first two rows are taken as the start and the rate of {leading.rate_hz:g} Hz."]
    counts = None if wish.counts_per_g is None else Counts(wish.counts_per_g, wish.zero_count)
    table = Table(content, dialect, (), (0, 1, 2), None, counts)
    found = scan(table, None, wish.block_rows)
    if counts is None and wish.units is None and 0.5 < found.median_length / _EMPATICA_PER_G < 2:  # noqa: PLR2004
        notes.append(f"Its values are taken as counts of 1/{_EMPATICA_PER_G:g} g, as the Empatica E4 writes them.")
        table = replace(table, counts=Counts(_EMPATICA_PER_G))
        found = scan(table, None, wish.block_rows)
    origin = Origin(None, leading.start_ns, leading.rate_hz, has_date=True)
    return assemble(table, found, wish, origin, format_name=FORMAT, stated=None, stated_words="", notes=notes)


def _origin(content: Content, sheet: Sheet, layout: Layout, wish: Wish, notes: list[str], facts: Facts) -> Origin:
    """Say where the times of a table come from: its stamps, else a start and a rate in the header."""
    stamps = layout.stamps
    if stamps is not None:
        zone = zone_of(wish, stamps.zone or facts.zone)
        if not stamps.is_date and isinstance(stamps, NumberStamps):
            begin = start_ns(content.name, facts, sheet.dialect.above, wish, notes)
            if begin is not None:
                notes.append("Its times have no date: the first one is taken for the start that its header states.")
                ns, written = begin
                zone = zone_of(wish, written.zone or facts.zone)
                return Origin(
                    stamps, ns, None, has_date=True, is_local=written.is_local, zone=zone, stated_hz=facts.rate_hz
                )
        return Origin(stamps, 0, None, has_date=stamps.is_date, zone=zone, stated_hz=facts.rate_hz)
    rate_hz = None
    if wish.rate_hz is None:
        rate_hz = facts.rate_hz
        if rate_hz is None:
            raise RecordingError(
                f"{content.name} has no times, so its sampling rate is unknown; give it with --rate-hz."
            )
        notes.append(f"The rate of {rate_hz:g} Hz is the one its header states.")
    start = start_ns(content.name, facts, sheet.dialect.above, wish, notes)
    if start is None:
        return Origin(None, 0, rate_hz, has_date=False)
    notes.append("Its start is the one its header states.")
    ns, written = start
    return Origin(
        None, ns, rate_hz, has_date=True, is_local=written.is_local, zone=zone_of(wish, written.zone or facts.zone)
    )
