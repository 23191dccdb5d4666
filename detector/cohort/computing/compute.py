"""A recording through the same detector as `fasciwatch replay`, and what is kept of it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detector import replaying, watch
from detector.cohort.computing.memory import MemoryLog, MemoryNight
from detector.cohort.result import Result, Signal
from detector.errors import FasciwatchError
from detector.night import SUFFIX, Night
from detector.night.upkeep.age import is_being_recorded
from detector.summary.digest import digest
from detector.summary.many.cache import rates_of
from detector.summary.night import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.cohort.settings import Settings
    from detector.cohort.source import Source
    from detector.cohort.task import Task
    from detector.events import Event
    from detector.night import MadeBy
    from detector.replaying import Input
    from detector.summary.night import SensorSummary
    from detector.summary.told import Told


def compute(task: Task, settings: Settings, source: Source, night: Path) -> Result:
    """Compute a recording.

    Parameters
    ----------
    task, settings
        What, and how.
    source
        The recording's files as they are.
    night
        Where its night is kept, if the settings say so.

    Raises
    ------
    FasciwatchError
        Where it cannot be read, or the night cannot be written.
    """
    opened = _opened(task, settings)
    made_by = replace(
        watch.made_by(
            "replay",
            opened.config,
            source_name=source.name,
            source_sha256=source.sha256,
            started_utc_ns=opened.start_ns,
        ),
        timezone=opened.timezone,
    )
    if not (opened.is_night or settings.keep_nights):
        log = MemoryLog()
        events = watch.replay(opened.sensors, opened.stream, opened.config, log)
        replaying.log_readings(opened, log)
        return _result(task, settings, source, opened, made_by, events, MemoryNight(task.path, made_by, log))
    # Labels of a night go over to the events found now where its night is written.
    with tempfile.TemporaryDirectory(dir=night.parent if settings.keep_nights else None, prefix=".night-") as folder:
        events, written = replaying.replay(opened, Path(folder))
        if written is None:
            raise FasciwatchError(f"{task.path.name} left no night")
        with Night(written) as there:
            result = _result(task, settings, source, opened, made_by, events, there)
        if settings.keep_nights:
            written.replace(night)
    return result


def _opened(task: Task, settings: Settings) -> Input:
    replaying.refuse_what_is_no_file(task.path)
    is_night = task.path.suffix == SUFFIX
    if is_night and is_being_recorded(task.path):
        raise FasciwatchError(f"{task.path.name} is still being recorded: run this again once it has ended")
    opened = replaying.open_input(task.path, settings.config, {} if is_night else settings.wishes, as_made=False)
    opened = replace(opened, timezone=opened.timezone or settings.timezone)
    if task.place:
        if len(opened.sensors) > 1:
            raise FasciwatchError(f"{task.path.name} holds several wearables, and the table tells one place")
        (opened,) = replaying.placed([opened], {"": task.place})
    return opened


def _result(
    task: Task,
    settings: Settings,
    source: Source,
    opened: Input,
    made_by: MadeBy,
    events: Sequence[Event],
    night: Told,
) -> Result:
    summary = summarise(night)
    last_label = max((each.number for each in night.actions()), default=0)
    # A copy of a recording is known by its content, whenever it was computed.
    told = replace(
        digest(summary, task.path.stem, last_label), night_id=source.sha256, settings=(made_by.settings_sha256,)
    )
    return Result(
        key=task.key,
        place=task.place,
        source=source,
        format=opened.format,
        version=made_by.version,
        settings=replace(settings, keep_nights=False).to_json(),
        settings_hash=settings.hash,
        python=made_by.python,
        numba=made_by.numba,
        digest=told,
        rates=tuple(map(rates_of, told.sensors)),
        signals=tuple(_signal(sensor, night) for sensor in summary.sensors),
        notes=opened.notes,
        events=tuple(events),
    )


def _signal(sensor: SensorSummary, night: Told) -> Signal:
    return Signal(
        sensor.name,
        sensor.rate_hz,
        sensor.sample_count,
        tuple((gap.start_ns, gap.end_ns, str(gap.cause)) for gap in night.gaps(sensor.name)),
        tuple((each.start_ns, each.end_ns, str(each.state)) for each in sensor.wear),
        tuple(night.measured(sensor.name) or ()),
    )
