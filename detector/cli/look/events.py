"""``fasciwatch events``: what a night's events are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from detector.cli.terminal.options.shared import json_option, library_option, refuse_two_results
from detector.cli.terminal.output import print_json, refuse_to_overwrite, show, write_events, write_rows
from detector.events import KINDS, Event


@click.command()
@click.argument("night")
@click.option("--kind", type=click.Choice(KINDS), help="Only events of this kind.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False), help="Write them as CSV to a file; - is stdout.")
@click.option("--labels", "with_labels", is_flag=True, help="What reviewers said of each, and their own events.")
@json_option
@library_option
def events(
    night: str,
    kind: str | None,
    csv_file: str | None,
    with_labels: bool,  # noqa: FBT001 - click hands options on by position
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """List the events of NIGHT: a path, a name in your library such as 2026-11-23, or "last"."""
    from detector.cli.terminal.words import labelled
    from detector.cli.terminal.words.night import describe_night
    from detector.night import Night, find_night, library_folder
    from detector.summary import summarise

    refuse_two_results(as_json=as_json, csv_file=csv_file)
    path = find_night(night, library_folder(library, make=False))
    refuse_to_overwrite(csv_file, [path])
    with Night(path) as opened:
        found = [event for event in opened.events() if kind in (None, event.kind)]
        summary = summarise(opened)
        rows = [row for row in labelled.labelled(opened) if kind in (None, row["kind"])] if with_labels else None
    if rows is not None:
        if csv_file is not None:
            write_rows(csv_file, rows, labelled.LABELLED_FIELDS)
        if as_json:
            print_json(rows)
        elif csv_file is None:
            show(*describe_night(summary, path).splitlines(), labelled.in_words(rows), *labelled.table(rows))
        return
    if csv_file is not None:
        write_events(csv_file, found)
    if as_json:
        print_json([asdict(event) for event in found])
    elif csv_file is None:
        show(*describe_night(summary, path).splitlines(), *_table(found))


def _table(found: list[Event]) -> list[str]:
    if not found:
        return []
    lines = [
        f"{'onset (UTC)':>27}  {'seconds':>9}  {'lasts s':>7}  {'kind':<13} {'mg p-p':>7}  {'dB':>5}  {'Hz':>5}  flags"
    ]
    lines += [
        f"{event.onset_utc or '-':>27}  {event.onset_s:>9.2f}  {event.duration_s:>7.2f}  {event.kind:<13} "
        f"{event.p2p_mg:>7.1f}  {event.snr_db:>5.1f}  {event.dominant_hz:>5.1f}  {event.flags}".rstrip()
        for event in found
    ]
    return lines
