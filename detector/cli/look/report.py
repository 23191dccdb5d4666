"""``fasciwatch report``: a night on a sheet of paper."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal.options.shared import library_option
from detector.cli.terminal.output import refuse_to_overwrite, say, show
from detector.errors import FasciwatchError, NightError

if TYPE_CHECKING:
    from detector.report import NightFacts, Paper, Reader

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("nights", nargs=-1, metavar="[NIGHT…]")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["patient", "clinician"]),
    default="patient",
    show_default=True,
    help="One page in plain words, or two pages with all figures.",
)
@click.option("--from", "first", type=_DATE, metavar="DATE", help="All nights from this evening on, as 2026-11-23.")
@click.option("--to", "last", type=_DATE, metavar="DATE", help="All nights up to this evening.")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False),
    help="Write it there; - is stdout. Else into this folder.",
)
@click.option("--name", help="Whose night it is. Without it the sheet names nobody.")
@click.option("--pdf", is_flag=True, help="As PDF, by the Chromium, Chrome or Edge of this computer.")
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="What the PDF is printed on."
)
@library_option
def report(
    nights: tuple[str, ...],
    reader: Reader,
    first: datetime | None,
    last: datetime | None,
    target: str | None,
    name: str | None,
    pdf: bool,  # noqa: FBT001 - click hands options on by position
    paper: Paper,
    library: Path | None,
) -> None:
    """Write the sheet of NIGHT (a file, an evening such as 2026-11-23, or "last"; else the last one).

    Of several nights the last one is told in full, and the others beside it. The sheet is one file that opens in any
    browser and needs nothing else. It is not encrypted, also where the night is.
    """
    from detector.cli.terminal.words.waiting import one_by_one
    from detector.night import find_night, library_folder
    from detector.report import sheet_of

    if nights and (first or last):
        raise click.UsageError("name nights, or say --from and --to")
    folder = library_folder(library, make=False)
    if first or last:
        asked = _between(folder, first and first.date(), last and last.date())
    else:
        asked = list(dict.fromkeys(find_night(each, folder) for each in nights or ("last",)))
    path = _last_of(asked)
    if target is not None:
        refuse_to_overwrite(None if target == "-" else target, asked)
    html, facts = sheet_of(path, folder, reader, asked=asked, name=name, paper=paper if pdf else None, each=one_by_one)
    if facts.is_recording:
        say("The night is still being recorded: the sheet tells how it stands.")
    content = _printed(html) if pdf else html.encode("utf-8", "replace")
    if target == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    where = Path(target) if target is not None else Path(_name_of(facts, reader, "pdf" if pdf else "html"))
    _save(where, content)
    show(str(where))


def _printed(html: str) -> bytes:
    from detector.report.pdf import as_pdf

    return as_pdf(html)


def _save(where: Path, content: bytes) -> None:
    from detector.report.saving import save

    save(where, content)


def _name_of(facts: NightFacts, reader: Reader, ending: str) -> str:
    """Name the file by the evening: in it stands nobody's name."""
    from detector.report.phrases import evening_of

    evening = evening_of(facts)
    when = facts.code if evening is None else evening.isoformat()
    return f"fasciwatch-{when}-{reader}.{ending}"


def _between(folder: Path, first: date | None, last: date | None) -> list[Path]:
    """Return the nights of these evenings, the last one at the end."""
    from detector.cli.terminal.words.waiting import one_by_one
    from detector.summary.many.cache import Summaries

    found = []
    with Summaries(folder) as summaries:
        for path in one_by_one(summaries.nights()):
            digest = summaries.of(path).digest
            if digest is None or digest.evening is None:
                continue
            evening = date.fromisoformat(digest.evening)
            if (first is None or first <= evening) and (last is None or evening <= last):
                found.append((digest.start_ns or 0, path))
    if not found:
        raise NightError(f"there is no night of these evenings in {folder}")
    return [path for _, path in sorted(found)]


def _last_of(asked: list[Path]) -> Path:
    """Return the night that began last, of those that can be read."""
    from detector.night import Night

    if len(asked) == 1:
        return asked[0]
    begun: list[tuple[int, int]] = []
    wrong = ""
    for place, path in enumerate(asked):
        try:
            with Night(path) as night:
                begun.append((night.start_ns or 0, place))
        except NightError as error:
            wrong = str(error)
            say(f"{wrong}; it is left out")
    if not begun:
        raise FasciwatchError(wrong)
    return asked[max(begun)[1]]
