"""Writing down what a reviewer says of a night that has been recorded: one transaction, and nothing held after it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import AnotherActionError, AnotherNightError, BeingRecordedError, NightError
from detector.night.connection import open_to_add
from detector.night.judging.judgements import Action, Judged, fold
from detector.night.judging.rows import has_room, last_action, load_heads, put_action
from detector.night.loading import load_sensors
from detector.night.seals import fetch
from detector.night.sentences import as_night_error, explain
from detector.night.statements import put_sensor
from detector.night.stored import run_of
from detector.night.whole import see_that_it_is_whole
from detector.night.writing.lock import Held, WriterLock
from firmware_bridge.foreign_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


_WHOLE: set[tuple[int, int]] = set()
"""Files, by their disk and their number there, that this process has found put together as a night should be."""


def append(path: Path, action: Action, began_ns: int | None = None) -> int:
    """Write down what a reviewer did; it is on the disk when this returns.

    Parameters
    ----------
    path
        The night.
    action
        What was done; it gets its number and its time here. Who takes something back says so by `undo`.
    began_ns
        When the night's first run began, as it was when it was looked at: another one lies there if it is not the same.
        None where it does not matter.

    Returns
    -------
    int
        The number of the action.

    Raises
    ------
    BeingRecordedError
        Where the night is being recorded.
    AnotherNightError
        Where it has been computed anew.
    NightError
        Where it cannot be written, or holds as many labels as a night may.
    ValueError
        Where what is said cannot be.
    """
    if action.undoes is not None:
        raise ValueError("what is taken back is chosen by undo and redo")
    return _append(path, lambda _: action, began_ns)


def undo(path: Path, reviewer: str, began_ns: int | None = None, action: int | None = None) -> int | None:
    """Take back the last that a reviewer did and that holds; gives the number of what was taken back, None for nothing.

    Parameters
    ----------
    path, reviewer, began_ns
        As of `append`.
    action
        The number of the action that shall be taken back; None for whichever is the last.

    Raises
    ------
    AnotherActionError
        Where another one is the last by now.
    NightError
        As of `append`.
    """
    return _take_back(path, reviewer, "undo", began_ns, action)


def redo(path: Path, reviewer: str, began_ns: int | None = None, action: int | None = None) -> int | None:
    """Take back a reviewer's last undo that holds; gives the number of that undo, None where there is nothing to redo.

    Parameters
    ----------
    path, reviewer, began_ns
        As of `append`.
    action
        The number of the action that shall hold again; None for whichever was undone last.

    Raises
    ------
    AnotherActionError
        Where another one was undone last.
    NightError
        As of `append`.
    """
    return _take_back(path, reviewer, "redo", began_ns, action)


def _take_back(path: Path, reviewer: str, how: str, began_ns: int | None, wanted: int | None) -> int | None:
    name = clean(reviewer)
    taken: list[int] = []

    def choose(connection: Any) -> Action | None:
        judged = fold(load_heads(connection))
        number = judged.undoable(name) if how == "undo" else judged.redoable(name)
        if wanted is not None and wanted != (number if how == "undo" else _undone_by(judged, number)):
            raise AnotherActionError(
                "something else was said or taken back meanwhile, in another window: load this page again"
            )
        if number is None:
            return None
        taken.append(number)
        return Action(name, how, undoes=number)

    _append(path, choose, began_ns)
    return taken[-1] if taken else None


def _undone_by(judged: Judged, number: int | None) -> int | None:
    return next((each.undoes for each in judged.log if each.number == number), None)


def _append(path: Path, choose: Callable[[Any], Action | None], began_ns: int | None) -> int:
    with adding(path) as connection:
        with as_night_error(path):
            if began_ns is not None:
                _see_that_it_is_the_same(connection, path, began_ns)
            sensors = load_sensors(connection)
            action = choose(connection)
            if action is None:
                return 0
            if not has_room(connection, action):
                raise NightError(f"{path} holds as many labels as a night may: no more can be given")
            last, last_ns = last_action(connection)
        # Later than what was done before, whatever became of the clock: the time tells actions apart.
        made_ns = max(time.time_ns(), last_ns + 1)
        numbered = replace(action, reviewer=clean(action.reviewer), number=last + 1, made_utc_ns=made_ns)
        write(connection, [numbered], {one.name: number for number, one in sensors.items()})
    return numbered.number


def set_place(path: Path, sensor: str, place: str | None) -> None:
    """Write down where on the body a wearable was worn.

    Parameters
    ----------
    path
        The night.
    sensor
        Name of the wearable.
    place
        In words, ``left calf``; None or nothing where it is not known.

    Raises
    ------
    NightError
        Where there is no such wearable, the night is being recorded, or it cannot be written.
    """
    set_places(path, {sensor: place})


def set_places(path: Path, places: Mapping[str, str | None]) -> None:
    """Write down where several wearables were worn, all or none; else as `set_place`."""
    with adding(path) as connection, as_night_error(path):
        numbers = {one.name: (number, one) for number, one in load_sensors(connection).items()}
        for sensor, place in places.items():
            if sensor not in numbers:
                raise NightError(f"{path} has no wearable {sensor}: it has {', '.join(numbers) or 'none'}")
            number, known = numbers[sensor]
            connection.execute(*put_sensor(number, replace(known, place=clean(place or "") or None)))


def write(connection: Any, actions: list[Action], numbers: dict[str, int]) -> None:
    """Write down actions that have their numbers, in a transaction that is open."""
    for action in actions:
        for sql, parameters in put_action(action, numbers):
            connection.execute(sql, parameters)


@contextlib.contextmanager
def adding(path: Path) -> Iterator[Any]:
    """Open a night that has been recorded for one transaction, which is committed where the block comes to its end.

    Raises
    ------
    BeingRecordedError
        Where somebody writes it.
    NightError
        Where it cannot be opened or written.
    """
    with as_night_error(path):
        try:
            lock = WriterLock(path, brief=True)
        except Held:
            words = f"the night {path.stem} is being recorded: wait until after the recording"
            raise BeingRecordedError(words) from None
    try:
        with contextlib.closing(open_to_add(path)) as connection:
            with as_night_error(path):
                _see_once_that_it_is_whole(connection, path)
                connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except sqlite.Error as error:
                raise explain(error, path) from error
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
    finally:
        lock.release()


def _see_once_that_it_is_whole(connection: Any, path: Path) -> None:
    """Look whether it is, else it would be damaged further; once for each file, since every page is read for it."""
    stat = path.stat()
    file = stat.st_dev, stat.st_ino
    if file not in _WHOLE:
        see_that_it_is_whole(connection, path)
        _WHOLE.add(file)


def _see_that_it_is_the_same(connection: Any, path: Path, began_ns: int) -> None:
    first = next((run_of(row) for row in fetch(connection, "made_by", "ORDER BY id LIMIT 1")), None)
    if first is None or first.made_by.started_utc_ns != began_ns:
        raise AnotherNightError(f"{path} has been computed anew since: load it again")
