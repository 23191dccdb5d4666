"""Recorded files through the same detector as live samples, and into the same kind of night."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from detector import watch
from detector.errors import DamagedNightError, FasciwatchError, NightError
from detector.events import Event
from detector.night import SUFFIX, Night, NightLog, Sensor, evening, remove_night
from detector.night.integrity.identity import digest
from detector.night.writing.carried import put_in_place
from detector.recordings import Recording, follow_on, join, open_recording
from detector.recordings.battery import levels
from detector.signal import DetectorConfig
from firmware_bridge.foreign_text import file_name
from firmware_bridge.samples import CHIP_CELSIUS, NS, Gap, Samples

_NIGHT = "fasciwatch night"


@dataclass(frozen=True, slots=True)
class Input:
    """A file that can be replayed, whatever its format.

    Parameters
    ----------
    path, format
        The file, and the name of its format.
    sensors, stream
        Whose samples it holds, and those, in order of time; the stream can be taken once.
    config
        Settings of the detector.
    duration_s, start_ns, rate_hz
        How long it is, when it begins (UTC), and its first sensor's rate.
    notes
        Sentences worth telling the user.
    sha256
        Of what it holds: it tells files of the same name apart.
    passphrase
        That of an encrypted night; None for none.
    timezone
        The wearer's, by its IANA name; None where the file does not tell it.
    recording
        The file, opened; None for a night.
    gaps, missing_s
        How often samples are missing, and for how long together.
    warmth, levels
        Name of a sensor, UTC in ns, and its temperature in °C or its battery's level in per cent.
    """

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
    recording: Recording | None = field(default=None, repr=False)
    gaps: int = 0
    missing_s: float = 0.0
    warmth: tuple[tuple[str, int, float], ...] = field(default=(), repr=False)
    levels: tuple[tuple[str, int, float], ...] = field(default=(), repr=False)

    @property
    def is_night(self) -> bool:
        """Whether it is a night itself, which may have been judged."""
        return self.format == _NIGHT


def refuse_what_is_no_file(file: Path) -> None:
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


def open_input(file: Path, config: DetectorConfig, wishes: Mapping[str, Any], *, as_made: bool) -> Input:
    """Open a file, a night or a recording, and check all of it.

    Parameters
    ----------
    file
        The file.
    config
        Settings of the detector.
    wishes
        How to read it, where that was said: the keywords of `detector.recordings.open_recording`. A night takes none.
    as_made
        Whether a night is computed with the settings it was made with, and not with `config`.

    Returns
    -------
    Input
        What `replay` takes.

    Raises
    ------
    FasciwatchError
        Where it cannot be read, or not as wished.
    """
    if file.suffix == SUFFIX and os.path.isfile(file):  # noqa: PTH113 - what pathlib raises is another thing in each Python
        if wishes:
            raise FasciwatchError(
                f"{file.name} is a night and knows its own {', '.join(sorted(wishes))}: leave the option out"
            )
        return _open_night(file, None if as_made else config)
    return _open_file(file, config, wishes)


def joined(sources: Sequence[Input]) -> Input:
    """Make one of several files of one recording.

    Returns
    -------
    Input
        Named after the first in time; known by what all hold.

    Raises
    ------
    FasciwatchError
        Where one is a night, or they do not go together.
    """
    recordings = [source.recording for source in sources if source.recording is not None]
    if len(recordings) < len(sources):
        raise FasciwatchError("--join joins recorded files, and nights are none: replay those apart")
    whole = join(recordings)
    first = min(sources, key=lambda source: source.start_ns)
    together = hashlib.sha256("".join(sorted(source.sha256 for source in sources)).encode()).hexdigest()
    return _of_recording(first.path, whole, first.config, together if len(sources) > 1 else first.sha256)


def parts_of_one(sources: Sequence[Input]) -> str | None:
    """Tell whether some files look like parts of one recording: a sentence that offers to join them, or None."""
    ordered = sorted((s for s in sources if s.recording is not None), key=lambda source: source.start_ns)
    for before, after in pairwise(ordered):
        if before.recording and after.recording and follow_on(before.recording, after.recording):
            return (
                f"{after.path.name} goes on where {before.path.name} ends, of the same device: --join makes one night "
                "of them."
            )
    return None


def placed(sources: Sequence[Input], places: Mapping[str, str]) -> list[Input]:
    """Say where the sensors of some files were worn.

    Parameters
    ----------
    sources
        The files. A night knows where its sensors were worn; what is said here comes before that.
    places
        Where, by the name of a sensor or of the file of a single one; that of "" is for any other.

    Returns
    -------
    list of Input
        The same files.

    Raises
    ------
    FasciwatchError
        Where a name is none of theirs.
    """
    wanted = {name.casefold(): place for name, place in places.items()}
    known = {""}.union(*(_names(source, sensor) for source in sources for sensor in source.sensors))
    for name in places:
        if name.casefold() not in known:
            there = ", ".join(sorted({sensor.name for source in sources for sensor in source.sensors}))
            raise FasciwatchError(f"--place {name}=…: there is no wearable of that name, but {there}")
    return [
        replace(source, sensors=tuple(_worn_at(source, sensor, wanted) for sensor in source.sensors))
        for source in sources
    ]


def replay(
    source: Input,
    folder: Path | None,
    passphrase: str | None = None,
    *,
    on_progress: Callable[[Samples], None] | None = None,
) -> tuple[list[Event], Path | None]:
    """Replay into a night of another name, which takes its place once it is whole.

    What reviewers said of the night that was there goes over to it, and what they said of the night that is replayed.

    Parameters
    ----------
    source
        What to replay.
    folder
        Of the nights; None to keep none.
    passphrase
        Encrypts the night, where it is not made of an encrypted one, whose own does; None for none.
    on_progress
        Called with each stretch of samples once it is done.

    Returns
    -------
    list of Event
        In the order in which they became final.
    Path or None
        The night.

    Raises
    ------
    NightError
        Where it cannot be written.
    """
    if folder is None:
        return watch.replay(source.sensors, source.stream, source.config, on_progress=on_progress), None
    night = _night_path(folder, source)
    judged = source.path if source.is_night else None
    for before in (night, judged):
        if before is not None and before.exists():  # what is damaged is told of before the work is done
            with Night(before) as there:
                there.actions()
                passphrase = passphrase or there.passphrase
    partial = night.with_name(f".{night.name}.{source.sha256[:8]}.partial")
    remove_night(partial)
    with _new_night(partial, source, source.passphrase or passphrase) as log:
        events = watch.replay(source.sensors, source.stream, source.config, log, on_progress=on_progress)
        log_readings(source, log)
    try:
        put_in_place(partial, night, judged)
    except OSError as error:
        raise NightError(f"cannot write {night} ({error.strerror}): name another folder with --library") from error
    return events, night


class _Readings(Protocol):
    def temperature(self, sensor: str, utc_ns: int, celsius: float, /) -> None: ...
    def battery(self, sensor: str, utc_ns: int, percent: float, /) -> None: ...


def log_readings(source: Input, log: _Readings) -> None:
    """Log the temperature and battery that a file tells beside its samples."""
    for sensor, utc_ns, celsius in source.warmth:
        log.temperature(sensor, utc_ns, celsius)
    for sensor, utc_ns, percent in source.levels:
        log.battery(sensor, utc_ns, percent)


def _names(source: Input, sensor: Sensor) -> list[str]:
    """Names a sensor may be called by, without capitals."""
    of_the_file = [source.path.name, source.path.stem] if len(source.sensors) == 1 else []
    return [name.casefold() for name in (sensor.name, *of_the_file)]


def _worn_at(source: Input, sensor: Sensor, places: Mapping[str, str]) -> Sensor:
    place = next((places[name] for name in (*_names(source, sensor), "") if name in places), sensor.place)
    return replace(sensor, place=place)


def _open_night(file: Path, config: DetectorConfig | None) -> Input:
    """Open a night; without settings of its own it is computed again as it was."""
    night = Night(file)
    night.see_that_it_is_whole()
    if night.start_ns is None or night.end_ns is None:
        night.close()
        raise NightError(f"{file} holds no samples: there is nothing to replay")
    if not night.runs:
        night.close()
        raise DamagedNightError(f"{file} is damaged: it does not say what made it")
    notes = []
    if config is None:
        made_by = night.runs[0].made_by
        try:
            config = DetectorConfig(**made_by.settings)
        except (TypeError, ValueError) as error:
            night.close()
            raise NightError(
                f"{file} was made by fasciwatch {made_by.version} with settings this version does not have: "
                f"say false_alarms_per_hour to compute it anew with this version's",
            ) from error
        if len({run.settings_sha256 for run in night.runs}) > 1:
            notes.append("Its runs were made with different settings; those of the first one are used.")
    gaps = night.gaps()
    return Input(
        path=file,
        format=_NIGHT,
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
        warmth=tuple((each.sensor, each.utc_ns, each.celsius) for each in night.temperature()),
        levels=tuple((each.sensor, each.utc_ns, each.percent) for each in night.battery()),
        gaps=len(gaps),
        missing_s=sum(gap.end_ns - gap.start_ns for gap in gaps) / NS,
    )


def _open_file(file: Path, config: DetectorConfig, wishes: Mapping[str, Any]) -> Input:
    return _of_recording(file, open_recording(file, **wishes), config, _digest(file))


def _of_recording(file: Path, recording: Recording, config: DetectorConfig, sha256: str) -> Input:
    sensor = Sensor(
        name=recording.sensor,
        model=recording.format,
        nominal_hz=recording.nominal_hz,
        lsb_g=recording.lsb_g,
        has_date=recording.has_date,
    )
    return Input(
        path=file,
        format=recording.format,
        sensors=(sensor,),
        stream=recording.stream(),
        config=config,
        duration_s=recording.duration_s,
        start_ns=recording.start_ns,
        rate_hz=recording.rate_hz,
        notes=(f"acceleration in {recording.units}, {recording.units_from}", *recording.notes),
        sha256=sha256,
        recording=recording,
        warmth=tuple(
            (recording.sensor, reading.utc_ns, reading.value)
            for reading in recording.readings
            if reading.what == "celsius" and CHIP_CELSIUS[0] <= reading.value <= CHIP_CELSIUS[1]
        ),
        levels=tuple((recording.sensor, utc_ns, percent) for utc_ns, percent in levels(recording.readings)),
        gaps=len(recording.gaps),
        missing_s=recording.missing_s,
    )


def _closing(night: Night) -> Iterator[Samples | Gap]:
    with night:
        yield from night.stream()


@contextlib.contextmanager
def _new_night(path: Path, source: Input, passphrase: str | None) -> Iterator[NightLog]:
    """Open a new night; where the block fails it is deleted, for half a replay is no night."""
    maker = watch.made_by("replay", source.config, source_name=source.path.name, source_sha256=source.sha256)
    if source.timezone is not None:  # the wearer's, wherever it is replayed
        maker = replace(maker, timezone=source.timezone)
    log = NightLog(path, maker, wait=True, fresh=True, passphrase=passphrase)
    try:
        yield log
    except BaseException:
        log.discard()
        raise
    log.close()


def _night_path(folder: Path, source: Input) -> Path:
    """Name the night after the evening and the file; a replay of another file of the same name is another night."""
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
