"""What several commands share: options, progress, tables of events."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from detector.errors import FasciwatchError
from detector.events import EVENT_FIELDS, Event
from firmware_bridge.foreign_text import cell, clean, line

if TYPE_CHECKING:
    from rich.progress import Progress

    from detector.signal import DetectorConfig

F = TypeVar("F", bound=Callable[..., Any])


class Finite(click.FloatRange):
    """A number in a range; unlike click's own it refuses "nan"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Convert what the user typed."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


NOT_MEDICAL = "fasciwatch is not a medical device; a count of events is no diagnosis."


def library_option(function: F) -> F:
    """Let the user name the folder of the nights."""
    return click.option(
        "--library",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the nights, in place of your data folder.",
    )(function)


def encrypt_option(function: F) -> F:
    """Let the user have the night encrypted; the passphrase never stands on the command line."""
    return click.option(
        "--encrypt",
        is_flag=True,
        help="Encrypt the night: with the passphrase in your keyring, in the file FASCIWATCH_PASSPHRASE_FILE names, or "
        "one you are asked for.",
    )(function)


def json_option(function: F) -> F:
    """Let a program read the result."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def false_alarms_option(function: F) -> F:
    """Let the user set the one number of the detector that matters."""
    return click.option(
        "--false-alarms-per-hour",
        type=float,
        default=1.0,
        show_default=True,
        help="False twitches an hour you accept from sensor noise.",
    )(function)


def refuse_no_names(devices: Iterable[str]) -> None:
    """Refuse a wearable without a name: any would do.

    Raises
    ------
    click.UsageError
        Where one has none.
    """
    if not all(clean(device) for device in devices):
        raise click.UsageError("--device names no wearable: say its name, part of it, or its address")


def refuse_two_results(*, as_json: bool, csv_file: str | None) -> None:
    """Refuse to mix JSON and CSV on stdout.

    Raises
    ------
    click.UsageError
        Where both were asked for.
    """
    if as_json and csv_file == "-":
        raise click.UsageError("--json and CSV cannot both go to stdout: name a file for the CSV")


def refuse_to_overwrite(target: str | None, sources: Iterable[Path]) -> None:
    """Refuse to write results over what they come from.

    Raises
    ------
    FasciwatchError
        Where the file is one of the sources.
    """
    # Not by pathlib's questions of this name: of a name that is too long, or in a closed folder, they raise an error.
    if target is None or not os.path.exists(target):  # noqa: PTH110 - see above
        return
    for source in sources:
        if os.path.exists(source) and Path(target).samefile(source):  # noqa: PTH110 - as above
            raise FasciwatchError(f"{target} is what is to be read: name another file for the events")


def make_config(false_alarms_per_hour: float) -> DetectorConfig:
    """Make the detector's settings of what the user asked for.

    Raises
    ------
    click.BadParameter
        Where it cannot be had.
    """
    from detector.signal import DetectorConfig

    try:
        return DetectorConfig(false_alarms_per_hour=false_alarms_per_hour)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--false-alarms-per-hour") from error


def mend_streams() -> None:
    """Give a stand-in for streams that whoever started this has closed, and write "?" for what an encoding lacks.

    Files opened later would otherwise get the numbers of the closed streams, and Windows, where output goes into a
    file, has no letter for the bars of a summary.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until this process ends
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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


def write_events(target: Path | str, events: Iterable[Event]) -> None:
    """Write events as CSV, the fields of `Event` as columns; ``-`` is stdout.

    Words that a spreadsheet would take for a formula have an apostrophe before them.

    Raises
    ------
    FasciwatchError
        Where the file cannot be written.
    """
    if str(target) == "-":
        _write_rows(sys.stdout, events)
        return
    try:
        with Path(target).open("w", newline="", encoding="utf-8") as file:
            _write_rows(file, events)
    except OSError as error:
        raise FasciwatchError(f"cannot write {target} ({error.strerror}): name another file") from error


def _write_rows(file: Any, events: Iterable[Event]) -> None:
    writer = csv.DictWriter(file, EVENT_FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: cell(value) if isinstance(value, str) else value for name, value in asdict(event).items()}
        for event in events
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


@contextmanager
def ended_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the night as the clock would."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one is a closed terminal; Windows has none
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = {number: signal.getsignal(number) for number in signals}
    for number in signals:
        # Not loop.add_signal_handler: Windows has none.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
