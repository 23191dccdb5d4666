"""What goes to a person or a program: words, results, tables of events, progress."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from detector.errors import FasciwatchError
from detector.events import EVENT_FIELDS, Event
from firmware_bridge.foreign_text import cell, line

if TYPE_CHECKING:
    from rich.progress import Progress


def say(words: str) -> None:
    """Tell the user something in a line, on stderr: stdout is for results.

    Where nobody can read it any more, since a pipe broke or a disk is full, the work goes on all the same.
    """
    with suppress(OSError):
        click.echo(line(words), err=True)


def show(*lines: str) -> None:
    """Print a result for a person, line by line, on stdout."""
    click.echo("\n".join(map(line, lines)))


def print_json(value: object, *, in_a_line: bool = False) -> None:
    """Print a result for a program."""
    click.echo(json.dumps(value, indent=None if in_a_line else 2))


def refuse_to_overwrite(target: str | None, sources: Iterable[Path] = ()) -> None:
    """Refuse to write results over what they come from, and over any night or diary.

    Raises
    ------
    FasciwatchError
        Where the file is one of the sources, a night or a diary.
    """
    from detector.diary.book import NAME
    from detector.night import SUFFIX

    # Not by pathlib's questions of this name: of a name that is too long, or in a closed folder, they raise an error.
    if target is None or not os.path.exists(target):  # noqa: PTH110 - see above
        return
    real = os.path.realpath(target)
    if not os.path.isdir(real) and (real.endswith(SUFFIX) or os.path.basename(real) == NAME):  # noqa: PTH112, PTH119
        raise FasciwatchError(f"{target} is a night or a diary: name another file")
    for source in sources:
        if os.path.exists(source) and Path(target).samefile(source):  # noqa: PTH110 - as above
            raise FasciwatchError(f"{target} is what is to be read: name another file for the events")


def write_events(target: Path | str, events: Iterable[Event]) -> None:
    """Write events as CSV, the fields of `Event` as columns; else as `write_rows`."""
    write_rows(target, map(asdict, events), EVENT_FIELDS)


def write_rows(target: Path | str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as CSV; ``-`` is stdout.

    Words that a spreadsheet would take for a formula have an apostrophe before them.

    Raises
    ------
    FasciwatchError
        Where the file cannot be written.
    """
    if str(target) == "-":
        _write(sys.stdout, rows, columns)
        return
    try:
        with Path(target).open("w", newline="", encoding="utf-8") as file:
            _write(file, rows, columns)
    except OSError as error:
        raise FasciwatchError(f"cannot write {target} ({error.strerror}): name another file") from error


def write_private(target: str, words: str) -> None:
    """Write a text as it is into a file that nobody else may read; ``-`` is stdout.

    Raises
    ------
    FasciwatchError
        Where the file cannot be written.
    """
    if target == "-":
        click.echo(words, nl=False)
        return
    path = Path(target)
    try:
        path.touch(mode=0o600)
        if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(0o600)  # it was there, and open to others
        path.write_text(words, encoding="utf-8", newline="")
    except OSError as error:
        raise FasciwatchError(f"cannot write {target} ({error.strerror}): name another file") from error
    except ValueError as error:
        raise FasciwatchError(f"cannot write {target} ({error}): name another file") from error


def _write(file: Any, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: cell(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    )


def progress_bar() -> Progress:
    """Make a progress bar on stderr; it is silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def bell(terminal: TextIO) -> Callable[[], None] | None:
    """Give what rings a terminal's bell; None where it is none."""
    if not terminal.isatty():
        return None

    def ring() -> None:
        with suppress(OSError):  # the terminal was closed
            terminal.write("\a")
            terminal.flush()

    return ring
