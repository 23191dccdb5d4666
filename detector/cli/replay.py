"""``fasciwatch replay``: recorded files through the same detector and into the same kind of night."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from detector.cli.terminal.options import (
    encrypt_option,
    false_alarms_option,
    json_option,
    library_option,
    make_config,
    refuse_two_results,
)
from detector.cli.terminal.output import print_json, progress_bar, refuse_to_overwrite, say, show, write_events
from detector.cli.terminal.unlock import passphrase_to_encrypt
from detector.errors import DamagedNightError, FasciwatchError, NightError
from detector.events import Event
from firmware_bridge.foreign_text import file_name, line
from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from detector.night import NightLog, NightSummary, Sensor
    from detector.signal import DetectorConfig


_FALSE_ALARMS = "false_alarms_per_hour"
_OF_FILES = ("rate_hz", "units", "columns", "delimiter", "timezone", _FALSE_ALARMS)
"""Options that say how to read a file, which a night knows by itself, and the one that changes the detector."""


@dataclass(frozen=True, slots=True)
class _Input:
    """A file that can be replayed, whatever its format."""

    path: Path
    format: str
    sensors: tuple[Sensor, ...]
    stream: Iterable[Samples | Gap]
    config: DetectorConfig
    duration_s: float
    start_ns: int
    rate_hz: float
    notes: tuple[str, ...]
    sha256: str
    passphrase: str | None = field(default=None, repr=False)
    timezone: str | None = None


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--rate-hz", type=float, help="Sampling rate, where the file has no times or wrong ones.")
@click.option("--units", help="Unit of the acceleration: g, mg or m/s2.")
@click.option("--columns", help="Columns of time, x, y, z (or x, y, z), by name or number, separated by commas.")
@click.option("--delimiter", help="What separates the columns, where it is not recognised.")
@click.option("--timezone", default="UTC", show_default=True, help="Zone of times that name none, e.g. Europe/Berlin.")
@click.option("--events", "events_file", type=click.Path(dir_okay=False), help="Write all events as CSV; - is stdout.")
@click.option("--no-log", is_flag=True, help="Keep no night.")
@false_alarms_option
@encrypt_option
@json_option
@library_option
@click.pass_context
def replay(
    ctx: click.Context,
    files: tuple[Path, ...],
    rate_hz: float | None,
    units: str | None,
    columns: str | None,
    delimiter: str | None,
    timezone: str,
    events_file: str | None,
    no_log: bool,  # noqa: FBT001 - click hands options on by position
    false_alarms_per_hour: float,
    encrypt: bool,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Find the events in recorded files: CSV, Polar Sensor Logger text, or a night of fasciwatch.

    Each file becomes a night in your library, unless --no-log is given. A night made of an encrypted one is encrypted.
    """
    from detector.night import SUFFIX, library_folder

    refuse_two_results(as_json=as_json, csv_file=events_file)
    refuse_to_overwrite(events_file, files)
    config = make_config(false_alarms_per_hour)
    if encrypt and no_log:
        raise click.UsageError("--encrypt and --no-log cannot both be: there is no night to encrypt")
    passphrase = passphrase_to_encrypt() if encrypt else None
    stated = {
        name
        for name, source in ((name, ctx.get_parameter_source(name)) for name in _OF_FILES)
        if source is not ParameterSource.DEFAULT
    }
    folder = None if no_log else library_folder(library)
    names = None if columns is None else [_column(word.strip()) for word in columns.split(",")]
    all_events: list[Event] = []
    results: list[dict[str, Any]] = []
    sources = []
    for file in files:
        _refuse_what_is_no_file(file)
    for file in files:  # all of them first: a wrong one is told of before the work on the others is done
        if file.suffix == SUFFIX and os.path.isfile(file):  # noqa: PTH113 - what pathlib raises is another thing in each Python
            source = _open_night(file, config, stated)
        else:
            source = _open_file(
                file, config, rate_hz=rate_hz, units=units, columns=names, delimiter=delimiter, timezone=timezone
            )
        _introduce(source)
        sources.append(source)
    for source in sources:
        events, night = _replay(source, folder, passphrase)
        all_events += events
        results.append(_result(source, events, night))
        if not as_json and events_file != "-":
            show(*_words(source, events, night).splitlines())
    if events_file is not None:
        write_events(events_file, all_events)
    if as_json:
        print_json(results)


def _refuse_what_is_no_file(file: Path) -> None:
    """Refuse a pipe, which would be waited for; what is not there is told of where it is opened.

    Raises
    ------
    FasciwatchError
        Where it is one, or a device.
    """
    with contextlib.suppress(OSError, ValueError):
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise FasciwatchError(f"{file} is no file but a pipe or a device: save what comes out of it first")


def _column(word: str) -> str | int:
    return int(word) if word.isdecimal() else word


def _open_night(file: Path, config: DetectorConfig, stated: set[str]) -> _Input:
    """Open a night; without other wishes it is computed again as it was."""
    from detector.night import Night
    from detector.night.identity import digest
    from detector.signal import DetectorConfig

    unfit = sorted(stated - {_FALSE_ALARMS})
    if unfit:
        raise FasciwatchError(f"{file.name} is a night and knows its own {', '.join(unfit)}: leave the option out")
    night = Night(file)
    night.see_that_it_is_whole()
    if night.start_ns is None or night.end_ns is None:
        night.close()
        raise NightError(f"{file} holds no samples: there is nothing to replay")
    if not night.runs:
        night.close()
        raise DamagedNightError(f"{file} is damaged: it does not say what made it")
    notes = []
    if _FALSE_ALARMS not in stated:
        made_by = night.runs[0].made_by
        try:
            config = DetectorConfig(**made_by.settings)
        except (TypeError, ValueError) as error:
            night.close()
            raise NightError(
                f"{file} was made by fasciwatch {made_by.version} with settings this version does not have: "
                f"say {_FALSE_ALARMS} to compute it anew with this version's",
            ) from error
        if len({run.settings_sha256 for run in night.runs}) > 1:
            notes.append("Its runs were made with different settings; those of the first one are used.")
    return _Input(
        path=file,
        format="fasciwatch night",
        sensors=night.sensors,
        stream=_closing(night),
        config=config,
        duration_s=(night.end_ns - night.start_ns) / NS,
        start_ns=night.start_ns,
        rate_hz=night.sensors[0].nominal_hz,
        notes=tuple(notes),
        sha256=digest(night),
        passphrase=night.passphrase,
        timezone=night.runs[0].made_by.timezone,
    )


def _open_file(file: Path, config: DetectorConfig, **options: Any) -> _Input:
    from detector.night import Sensor
    from detector.recordings import open_recording

    recording = open_recording(file, **options)
    sensor = Sensor(
        name=recording.sensor,
        model=recording.format,
        nominal_hz=recording.nominal_hz,
        lsb_g=recording.lsb_g,
        has_date=recording.has_date,
    )
    return _Input(
        path=file,
        format=recording.format,
        sensors=(sensor,),
        stream=recording.stream(),
        config=config,
        duration_s=recording.duration_s,
        start_ns=recording.start_ns,
        rate_hz=recording.rate_hz,
        notes=(f"acceleration in {recording.units}, {recording.units_from}", *recording.notes),
        sha256=_digest(file),
    )


def _closing(night: Any) -> Iterator[Samples | Gap]:
    with night:
        yield from night.stream()


def _introduce(source: _Input) -> None:
    say(f"{source.path.name}: {source.format}, {source.rate_hz:.2f} Hz, {source.duration_s:.0f} s")
    for note in source.notes:
        say(f"  {note}")


def _replay(source: _Input, folder: Path | None, passphrase: str | None) -> tuple[list[Event], Path | None]:
    """Replay into a file of another name, which takes its place once it is whole."""
    from detector import watch
    from detector.night import remove_night

    with progress_bar() as bar:
        task = bar.add_task(line(source.path.name), total=source.duration_s)

        def advance(samples: Samples) -> None:
            bar.advance(task, len(samples.xyz) / samples.rate_hz)

        if folder is None:
            return watch.replay(source.sensors, source.stream, source.config, on_progress=advance), None
        night = _night_path(folder, source)
        partial = night.with_name(f".{night.name}.{source.sha256[:8]}.partial")
        remove_night(partial)
        with _new_night(partial, source, source.passphrase or passphrase) as log:
            events = watch.replay(source.sensors, source.stream, source.config, log, on_progress=advance)
        try:
            partial.replace(night)
        except OSError as error:
            raise NightError(f"cannot write {night} ({error.strerror}): name another folder with --library") from error
    return events, night


@contextlib.contextmanager
def _new_night(path: Path, source: _Input, passphrase: str | None) -> Iterator[NightLog]:
    """Open a new night; where the block fails it is deleted, for half a replay is no night."""
    from detector.night import NightLog
    from detector.watch import made_by

    maker = made_by("replay", source.config, source_name=source.path.name, source_sha256=source.sha256)
    if source.timezone is not None:  # the wearer's, wherever it is replayed
        maker = replace(maker, timezone=source.timezone)
    log = NightLog(path, maker, wait=True, fresh=True, passphrase=passphrase)
    try:
        yield log
    except BaseException:
        log.discard()
        raise
    log.close()


def _night_path(folder: Path, source: _Input) -> Path:
    """Name the night after the evening and the file; a replay of another file of the same name is another night."""
    from detector.night import SUFFIX, Night, evening

    stem = file_name(source.path.stem)
    if source.sensors[0].has_date and source.path.suffix != SUFFIX:
        stem = f"{evening(source.start_ns).isoformat()}-{stem}"
    elif source.path.suffix == SUFFIX:
        stem += "-replayed"
    for number in range(1, 1000):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        if not path.exists():
            return path
        with contextlib.suppress(NightError), Night(path) as there:
            if all(run.made_by.source_sha256 == source.sha256 for run in there.runs):
                return path
    raise FasciwatchError(f"{folder} holds a thousand nights named {stem}: tidy it up, or name another with --library")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _result(source: _Input, events: list[Event], night: Path | None) -> dict[str, Any]:
    return {
        "file": str(source.path),
        "format": source.format,
        "sensors": [asdict(sensor) for sensor in source.sensors],
        "rate_hz": source.rate_hz,
        "duration_s": source.duration_s,
        "notes": list(source.notes),
        "night": None if night is None else str(night),
        "summary": None if night is None else asdict(_summary(night)),
        "events": [asdict(event) for event in events],
    }


def _summary(night: Path) -> NightSummary:
    from detector.night import Night

    with Night(night) as opened:
        return opened.summary()


def _words(source: _Input, events: list[Event], night: Path | None) -> str:
    from detector.cli.terminal.words import describe_night

    if night is not None:
        return describe_night(_summary(night), night)
    kinds = sorted({event.kind for event in events})
    found = ", ".join(f"{sum(e.kind == kind for e in events)} {kind}" for kind in kinds) or "none"
    return f"{source.path.name}: events: {found}"
