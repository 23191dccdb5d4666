"""``fasciwatch export``: nights in the files of other tools."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, progress_bar, say, show
from detector.errors import FasciwatchError, NightError

if TYPE_CHECKING:
    from detector.exports import Exported

FORMATS = ("edf", "bids", "parquet", "csv", "ggir", "annot")
"""As of `detector.exports`; a test holds them equal."""
_MB = 1e6
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("nights", nargs=-1, metavar="[NIGHT…]")
@click.option("--to", "to", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for it."
)
@click.option("--from", "first", type=_DAY, help="All nights from this evening on, as 2026-11-23.")
@click.option("--until", "last", type=_DAY, help="All nights up to this evening.")
@click.option("--subject", default="P01", show_default=True, help="Code of the person, letters and digits.")
@click.option("--named", is_flag=True, help="With the names of wearables, files and reviewers, and serial numbers.")
@json_option
@library_option
def export(
    nights: tuple[str, ...],
    to: str,
    folder: Path,
    first: datetime | None,
    last: datetime | None,
    subject: str,
    named: bool,  # noqa: FBT001 - click hands options on by position
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Write nights as files of other tools: samples, events with their labels, gaps, and what made them.

    edf is EDF+C with a Luna .annot beside it, bids a motion data set, ggir the raw CSV that GGIR reads. Nothing is
    resampled. Names of wearables, files and reviewers stay out unless you say --named; dates and where a wearable was
    worn go along. The same night exported again takes its own place; no other file is ever replaced.
    """
    from detector.night import find_night, library_folder
    from detector.night import nights as all_nights

    if bool(nights) == (first is not None or last is not None):
        raise click.UsageError("name the nights, or say --from or --until which evening")
    where = library_folder(library, make=False)
    if nights:
        paths = list(dict.fromkeys(find_night(name, where) for name in nights))
    else:
        paths = [path for path in all_nights(where) if _is_between(path, first, last)]
        if not paths:
            raise NightError(f"there is no night of these evenings in {where}")
    done = []
    for path in paths:
        try:
            done.append(_told(_export(path, to, folder, subject, named=named), folder, as_json=as_json))
        except FasciwatchError as error:
            if len(paths) == 1:
                raise
            say(f"{path.name}: {error}")
            done.append({"night": str(path), "error": str(error)})
    if as_json:
        print_json(done)
    if failed := sum("error" in each for each in done):
        raise FasciwatchError(f"{failed} of {len(paths)} nights could not be exported: see above")


def _told(written: Exported, folder: Path, *, as_json: bool) -> dict[str, object]:
    """Tell of a night that has been written; gives the same for a program."""
    size = sum(file.stat().st_size for file in written.files)
    for note in written.notes:
        say(f"{written.night.name}: {note}")
    if not as_json:
        show(f"{written.night.name}: {len(written.files)} files in {folder}, {size / _MB:.1f} MB")
    return {
        "night": str(written.night),
        "name": written.name,
        "bytes": size,
        "files": [str(file) for file in written.files],
        "notes": list(written.notes),
    }


def _export(path: Path, to: str, folder: Path, subject: str, *, named: bool) -> Exported:
    from detector.exports import export as write
    from detector.night import Night

    with progress_bar() as bar:
        if bar.disable:
            return write(path, to, folder, subject=subject, named=named)
        with Night(path) as night:
            total = sum(int(night.anchors(sensor.name).length.sum()) for sensor in night.sensors)
        task = bar.add_task(path.stem, total=total)
        return write(path, to, folder, subject=subject, named=named, on_progress=lambda count: bar.advance(task, count))


def _is_between(path: Path, first: datetime | None, last: datetime | None) -> bool:
    day = _evening(path)
    return day is not None and (first is None or day >= first.date()) and (last is None or day <= last.date())


def _evening(path: Path) -> date | None:
    """Return the evening of a night: of what cannot be opened, the one its name tells."""
    from detector.night import Night, evening
    from detector.summary.zone import zone_of

    try:
        with Night(path) as night:
            if night.start_ns is None or not any(sensor.has_date for sensor in night.sensors):
                return None
            return evening(night.start_ns, zone_of(night.runs))
    except NightError:
        try:
            return date.fromisoformat(path.stem[:10])
        except ValueError:
            return None
