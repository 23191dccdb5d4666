"""``fasciwatch score``: a night's events against anybody's marks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal.options.shared import Finite, json_option, library_option
from detector.cli.terminal.output import print_json, refuse_to_overwrite, say, show
from detector.errors import FasciwatchError
from detector.events import KINDS

if TYPE_CHECKING:
    from detector.scoring.run import Scored, Wish

_COLUMNS = ("subject", "night", "annotations")


@click.command()
@click.argument("night", required=False)
@click.argument("annotations", required=False, type=click.Path(path_type=Path))
@click.option("--tolerance-ms", type=Finite(0, 10_000), default=150.0, show_default=True, help="Onsets this far apart.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Events of this kind; twitch by default."
)
@click.option(
    "--label", "labels", multiple=True, help="Marks with this label; by default those named as the kind, or all."
)
@click.option(
    "--ignore", multiple=True, help="Marks whose label begins so mask their time, beside BAD, artifact, ignore."
)
@click.option("--offset-s", type=Finite(-1e9, 1e9), default=0.0, help="Move all marks to later times by this.")
@click.option("--start", help="When marks in seconds begin, as 2026-11-23T22:00:00Z; the first sample by default.")
@click.option("--rate-hz", type=Finite(0, 1e6, min_open=True), help="Ticks a second of a WFDB file without a header.")
@click.option("--sensor", help="The wearable, where the night has several.")
@click.option("--reviewer", help="Whose labels are the marks, where ANNOTATIONS is a night.")
@click.option("--by", help="Score this reviewer's labels in NIGHT, not the detector's events.")
@click.option(
    "--table", type=click.Path(dir_okay=False, path_type=Path), help="CSV of many: subject, night, annotations."
)
@click.option("--svg", type=click.Path(dir_okay=False), help="Draw a picture into this file.")
@json_option
@library_option
def score(
    night: str | None,
    annotations: Path | None,
    tolerance_ms: float,
    kinds: tuple[str, ...],
    labels: tuple[str, ...],
    ignore: tuple[str, ...],
    offset_s: float,
    start: str | None,
    rate_hz: float | None,
    sensor: str | None,
    reviewer: str | None,
    by: str | None,
    table: Path | None,
    svg: str | None,
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Compare the events of NIGHT with the marks in ANNOTATIONS, one to one.

    ANNOTATIONS is CSV, BIDS events.tsv, the CSV of MNE, labels of Audacity, ELAN, Luna .annot, NSRR or Profusion XML,
    WFDB, EDF+, or a night with labels. Onsets without a date count from the night's first sample.
    """
    from detector.night import find_night, library_folder
    from detector.scoring.picture import picture
    from detector.scoring.run import Wish
    from detector.scoring.words import as_json as told_as_json
    from detector.scoring.words import in_words

    wish = Wish(tolerance_ms, sensor, kinds or ("twitch",), labels, ignore, offset_s, start, rate_hz, reviewer, by)
    where = library_folder(library, make=False)
    if table is not None:
        if night is not None or svg is not None:
            raise click.UsageError("--table names the nights itself, and draws no picture")
        _score_all(table, wish, where, as_json=as_json)
        return
    if night is None or annotations is None:
        raise click.UsageError("name a night, and the annotations to score it by; or many with --table")
    path = find_night(night, where)
    marks = annotations if annotations.is_file() else find_night(str(annotations), where)
    refuse_to_overwrite(svg, [path, marks])
    scored = _scored(path, marks, wish)
    if svg is not None:
        try:
            Path(svg).write_text(picture(scored), encoding="utf-8")
        except OSError as error:
            raise FasciwatchError(f"cannot write {svg} ({error.strerror}): name another file") from error
    if as_json:
        print_json(told_as_json(scored))
    else:
        show(*in_words(scored))


def _scored(path: Path, marks: Path, wish: Wish) -> Scored:
    from detector.scoring.run import score as run

    scored = run(path, marks, wish)
    for note in scored.notes:
        say(note)
    return scored


def _score_all(table: Path, wish: Wish, library: Path, *, as_json: bool) -> None:
    from detector.night import find_night
    from detector.scoring.people import pool
    from detector.scoring.words import as_json as told_as_json
    from detector.scoring.words import in_words, pooled_as_json, pooled_in_words

    people: dict[str, list[Scored]] = {}
    for subject, night, marked in _rows(table):
        beside = table.parent / night
        path = beside if beside.is_file() else find_night(night, library)
        marks = table.parent / marked
        people.setdefault(subject, []).append(_scored(path, marks, wish))
    pooled = pool({subject: [each.comparison for each in some] for subject, some in people.items()})
    if as_json:
        nights = [{"subject": subject} | told_as_json(each) for subject, some in people.items() for each in some]
        print_json({"nights": nights, "pooled": pooled_as_json(pooled)})
        return
    for subject, some in people.items():
        for each in some:
            show(f"{subject}:", *in_words(each), "")
    show(*pooled_in_words(pooled))


def _rows(table: Path) -> list[tuple[str, str, str]]:
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if not set(_COLUMNS) <= set(reader.fieldnames or ()):
                raise FasciwatchError(f"{table.name} needs the columns {', '.join(_COLUMNS)} in its first line")
            rows = [(row["subject"], row["night"], row["annotations"]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FasciwatchError(f"{table} cannot be read ({error}): save it as CSV in UTF-8") from error
    if not rows or not all(all(row) for row in rows):
        raise FasciwatchError(f"{table.name} must name a subject, a night and annotations in each line")
    return rows
