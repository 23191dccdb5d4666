"""``fasciwatch replay``: recorded files through the same detector and into the same kind of night."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from detector.cli.terminal import diary_beside
from detector.cli.terminal.options.reading import reading_options, wishes_of
from detector.cli.terminal.options.shared import (
    encrypt_option,
    false_alarms_option,
    json_option,
    library_option,
    make_config,
    place_option,
    refuse_two_results,
)
from detector.cli.terminal.output import print_json, progress_bar, refuse_to_overwrite, say, show, write_events
from detector.cli.terminal.unlock import passphrase_to_encrypt
from detector.errors import NightError
from firmware_bridge.foreign_text import line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from detector.events import Event
    from detector.night import NightSummary
    from detector.replaying import Input
    from firmware_bridge.samples import Samples


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@reading_options
@click.option("--join", is_flag=True, help="Make one night of several files of one recording.")
@place_option
@click.option("--events", "events_file", type=click.Path(dir_okay=False), help="Write all events as CSV; - is stdout.")
@click.option("--no-log", is_flag=True, help="Keep no night.")
@false_alarms_option
@encrypt_option
@json_option
@library_option
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    join: bool,  # noqa: FBT001 - click hands options on by position
    places: dict[str, str],
    events_file: str | None,
    no_log: bool,  # noqa: FBT001 - as above
    false_alarms_per_hour: float,
    encrypt: bool,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
    **reading: Any,
) -> None:
    """Find the events in recorded files: text, what devices write (CWA, GT3X, GENEActiv, EDF …), or nights.

    A night is a file, an evening such as 2026-11-23, or "last".

    Each file becomes a night in your library, unless --no-log is given. A night made of an encrypted one is encrypted.
    For --place the NAME is that of a wearable in a night, or of a file.
    What was said of the events before goes over to those that lie within 150 ms.
    """
    from detector import replaying
    from detector.night import library_folder
    from detector.recorder.warming import warm_up

    refuse_two_results(as_json=as_json, csv_file=events_file)
    files = tuple(_meant(file, library) for file in files)
    refuse_to_overwrite(events_file, files)
    config = make_config(false_alarms_per_hour)
    if encrypt and no_log:
        raise click.UsageError("--encrypt and --no-log cannot both be: there is no night to encrypt")
    passphrase = passphrase_to_encrypt() if encrypt else None
    wishes = wishes_of(ctx, reading)
    has_config = ctx.get_parameter_source("false_alarms_per_hour") is not ParameterSource.DEFAULT
    folder = None if no_log else library_folder(library)
    diary_beside.encrypt_diary(folder, passphrase)
    all_events: list[Event] = []
    results: list[dict[str, Any]] = []
    sources = []
    for file in files:
        replaying.refuse_what_is_no_file(file)
    for file in files:  # all of them first: a wrong one is told of before the work on the others is done
        source = replaying.open_input(file, config, wishes, as_made=not has_config)
        _introduce(source)
        sources.append(source)
    warm_up(say=say)
    sources = replaying.placed(_joined(sources) if join else _offered(sources), places)
    _say_that_it_takes_a_while()
    for source in sources:
        with progress_bar() as bar:
            task = bar.add_task(line(source.path.name), total=source.duration_s)

            def advance(samples: Samples, bar: Progress = bar, task: TaskID = task) -> None:
                bar.advance(task, len(samples.xyz) / samples.rate_hz)

            events, night = replaying.replay(source, folder, passphrase, on_progress=advance)
        all_events += events
        results.append(_result(source, events, night))
        if not as_json and events_file != "-":
            show(*_words(source, events, night).splitlines())
    if events_file is not None:
        write_events(events_file, all_events)
    if as_json:
        print_json(results)


def _say_that_it_takes_a_while() -> None:
    """Tell of the minute or more in which nothing seems to happen, the first time."""
    from detector.signal import is_compiled

    if not is_compiled():
        say("Making the detector ready, once after an installation: this takes a minute or two.")


def _meant(file: Path, library: Path | None) -> Path:
    """Return a night's file where there is no file of the name, but such a night, as other commands take it."""
    from detector.night import find_night, library_folder

    if not os.path.exists(file):  # noqa: PTH110 - a path that cannot be is none, and no error
        with suppress(NightError):
            return find_night(file, library_folder(library, make=False))
    return file


def _joined(sources: list[Input]) -> list[Input]:
    """Make one of all files, and say which they were."""
    from detector import replaying

    whole = replaying.joined(sources)
    if len(sources) > 1:
        say(f"  {whole.notes[1]}")
    return [whole]


def _offered(sources: list[Input]) -> list[Input]:
    """Say so where files look like parts of one recording."""
    from detector import replaying

    if offer := replaying.parts_of_one(sources):
        say(f"  {offer}")
    return sources


def _introduce(source: Input) -> None:
    say(f"{source.path.name}: {source.format}, {source.rate_hz:.2f} Hz, {source.duration_s:.0f} s")
    for note in source.notes:
        say(f"  {note}")
    if source.gaps:
        say(f"  {_gaps(source)}")


def _gaps(source: Input) -> str:
    return f"{source.gaps} gap{'s' if source.gaps > 1 else ''}, {source.missing_s:.3g} s missing"


def _result(source: Input, events: list[Event], night: Path | None) -> dict[str, Any]:
    return {
        "file": str(source.path),
        "format": source.format,
        "sensors": [asdict(sensor) for sensor in source.sensors],
        "rate_hz": source.rate_hz,
        "duration_s": source.duration_s,
        "notes": list(source.notes),
        "gaps": source.gaps,
        "missing_s": source.missing_s,
        "night": None if night is None else str(night),
        "summary": None if night is None else asdict(_summary(night)),
        "events": [asdict(event) for event in events],
    }


def _summary(night: Path) -> NightSummary:
    from detector.night import Night
    from detector.summary import summarise

    with Night(night) as opened:
        return summarise(opened)


def _labels(night: Path) -> list[str]:
    """Say what has become of the labels that the night had before, if it had any."""
    from detector.cli.terminal.words.labelled import in_words, labelled
    from detector.night import Night

    with Night(night) as opened:
        return [in_words(labelled(opened))] if opened.actions() else []


def _words(source: Input, events: list[Event], night: Path | None) -> str:
    from detector.cli.terminal.words.night import describe_night

    if night is not None:
        return "\n".join([describe_night(_summary(night), night), *_labels(night)])
    kinds = sorted({event.kind for event in events})
    found = ", ".join(f"{sum(e.kind == kind for e in events)} {kind}" for kind in kinds) or "none"
    missing = f"; {_gaps(source)}" if source.gaps else "; no gaps"
    return f"{source.path.name}: events: {found}{missing}"
