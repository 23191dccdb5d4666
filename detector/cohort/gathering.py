"""From results to tables and sheets: everything here is read of the results, and can be made again at any time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from detector.cohort.result import Result, UnsoundError, clear_partial, save
from detector.cohort.results import tables
from detector.cohort.results.people import groups_of, people_of
from detector.cohort.results.rows import NightRow, failed, of_one_size, rows_of, without_copies
from detector.cohort.sheets.person import person_sheet, summed_of
from detector.cohort.sheets.quality import quality_sheet
from detector.cohort.task import Task
from detector.cohort.work import FOLDER, result_path
from detector.errors import FasciwatchError
from detector.version import __version__
from firmware_bridge.foreign_text import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from detector.cohort.finding.subjects import Cohort
    from detector.cohort.results.people import GroupRow, PersonRow
    from detector.cohort.settings import Settings

T = TypeVar("T")

MARK = "cohort.json"
"""In the folder of a cohort; says what it was made with."""
FAILURES = "failures.csv"
SHEETS = "people"
_PROBE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was written.

    Parameters
    ----------
    rows, people, groups
        The tables.
    large_mg
        Size of twitches that all nights that count can see, in mg.
    files
        The files, within the folder of the cohort.
    notes
        What else there is to say.
    """

    rows: tuple[NightRow, ...]
    people: tuple[PersonRow, ...]
    groups: tuple[GroupRow, ...]
    large_mg: float
    files: tuple[str, ...]
    notes: tuple[str, ...]


def see_that_it_is_ours(results: Path) -> None:
    """Refuse a folder that holds something else than a cohort.

    Raises
    ------
    FasciwatchError
        Where it does, or cannot be read.
    """
    try:
        if results.is_dir() and not (results / MARK).exists() and any(results.iterdir()):
            raise FasciwatchError(f"{results} holds something else: name a new folder for the results with -o")
    except OSError as error:
        raise FasciwatchError(f"{results} cannot be read ({error.strerror}): name another folder with -o") from error


def begin(results: Path, settings: Settings, recordings: int) -> None:
    """Make the folder of a cohort, and write into it what it is made with.

    Raises
    ------
    FasciwatchError
        Where it cannot be written to.
    """
    told = {
        "fasciwatch": __version__,
        "settings": json.loads(settings.to_json()),
        "settings_hash": settings.hash,
        "recordings": recordings,
    }
    try:
        save(results / MARK, json.dumps(told, indent=2).encode() + b"\n")
    except FasciwatchError as error:
        raise FasciwatchError(f"{error}: name another folder with -o") from error
    clear_partial(results / FOLDER)


def see_that_it_can_be_written(results: Path) -> None:
    """See that a result could be written: where none can be, the other nights would be computed for nothing.

    Raises
    ------
    FasciwatchError
        Where it cannot.
    """
    probe = results / f".probe-{os.getpid()}"
    try:
        save(probe, bytes(_PROBE_BYTES))
    except FasciwatchError as error:
        raise FasciwatchError(
            f"{error}: what is done stays; free some space, and the same command goes on from there"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def write_failures(results: Path, failures: Mapping[str, str], tasks: Sequence[Task], part: str = "") -> None:
    """Write a row for each night that could not be computed; where there is none, there is no file.

    Parameters
    ----------
    results
        Folder of the cohort.
    failures
        A sentence each, by the key of the task.
    tasks
        All of them.
    part
        Of a shard, as ``-1-of-4``; "" for all.
    """
    name = Path(FAILURES)
    target = results / f"{name.stem}{part}{name.suffix}"
    table = [
        {"subject": task.subject, "path": task.key.removeprefix(f"{task.subject} "), "sentence": failures[task.key]}
        for task in tasks
        if task.key in failures
    ]
    if table:
        tables.write_csv(target, table, tables.FAILURES)
    else:
        target.unlink(missing_ok=True)


def gather(
    cohort: Cohort,
    settings: Settings,
    results: Path,
    failures: Mapping[str, str],
    each: Callable[[Sequence[str]], Iterator[str]] = iter,
) -> Gathered:
    """Put the results together.

    Parameters
    ----------
    cohort
        Whose recordings they are.
    settings
        What they were computed with.
    results
        Folder of the cohort.
    failures
        Why nights have no result, by the key of the task.
    each
        Hands on the people one by one, and may show how far that is.

    Returns
    -------
    Gathered
        What was written.

    Raises
    ------
    FasciwatchError
        Where a file cannot be written.
    """
    rows: list[NightRow] = []
    for task in cohort.tasks:
        result = _read(task, settings, results)
        rows += [_light(row) for row in rows_of(task, result)] if result else [_none(task, failures)]
    large_mg, rows = of_one_size(without_copies(rows))
    people = people_of(rows)
    groups = groups_of([*people, *_without(cohort, people)])
    files = _write_tables(results, rows, people, groups, large_mg)
    notes = (
        [] if tables.has_parquet() else ["No Parquet was written: it needs pyarrow (pip install fasciwatch[parquet])."]
    )
    of_person = _by(people, lambda person: person.subject)
    nights = _by(rows, lambda row: row.task.subject)
    tasks = _by(cohort.tasks, lambda task: task.subject)
    for subject in each(sorted(nights)):
        summed = []
        for task in tasks[subject]:
            result = _read(task, settings, results)
            name = task.key.removeprefix(f"{subject} ")
            summed.append(summed_of(name, task.path, result, failures.get(task.key, "")))
        sheet = person_sheet(nights[subject], summed, of_person.get(subject, []))
        target = results / SHEETS / f"{_safe(subject)}.html"
        save(target, sheet.encode("utf-8", "replace"))
    _remove_what_is_left_over(results, {_safe(subject) for subject in nights})
    if nights:
        files.append(f"{SHEETS}/")
    quality = quality_sheet(rows, people, groups, large_mg, [code for code, _ in cohort.without])
    save(results / "quality.html", quality.encode("utf-8", "replace"))
    files += ["quality.html", *([FAILURES] if failures else [])]
    return Gathered(tuple(rows), tuple(people), tuple(groups), large_mg, tuple(files), tuple(notes))


def _remove_what_is_left_over(results: Path, codes: set[str]) -> None:
    """Remove what earlier runs wrote and this one does not: sheets of people not in it, and failures of parts."""
    name = Path(FAILURES)
    parts = list(results.glob(f"{name.stem}-*-of-*{name.suffix}"))
    sheets = [each for each in (results / SHEETS).glob("*.html") if each.stem not in codes]
    for each in (*parts, *sheets):
        with contextlib.suppress(OSError):
            each.unlink()


def _by(some: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    of: defaultdict[str, list[T]] = defaultdict(list)
    for each in some:
        of[name(each)].append(each)
    return dict(of)


def _read(task: Task, settings: Settings, results: Path) -> Result | None:
    try:
        return Result.read(result_path(task, settings, results), in_short=True)
    except (OSError, UnsoundError):
        return None


def _none(task: Task, failures: Mapping[str, str]) -> NightRow:
    return failed(task, failures.get(task.key, "its result is not there any more; run this again"))


def _light(row: NightRow) -> NightRow:
    """Let go of what tables do not need: of ten thousand nights it would fill the memory."""
    if row.sensor is None:
        return row
    levels = tuple(replace(level, blocks=()) for level in row.sensor.levels)
    return replace(row, sensor=replace(row.sensor, levels=levels))


def _without(cohort: Cohort, people: Sequence[PersonRow]) -> Iterator[PersonRow]:
    """Yield people of the table who have no recording: a group says how many these are."""
    place = min((person.place for person in people), default="")
    for code, group in cohort.without:
        task = Task(path=Path(), subject=code, key=code, group=group, place=place)
        yield from people_of([NightRow(task, why_not="no recording")])


def _write_tables(
    results: Path,
    rows: Sequence[NightRow],
    people: Sequence[PersonRow],
    groups: Sequence[GroupRow],
    large_mg: float,
) -> list[str]:
    files = []
    for name, table, columns in (
        ("nights", tables.nights_table(rows, large_mg), tables.NIGHTS),
        ("people", tables.people_table(people, large_mg), tables.PEOPLE),
        ("groups", tables.groups_table(groups, large_mg), tables.GROUPS),
    ):
        tables.write_csv(results / f"{name}.csv", table, columns)
        files.append(f"{name}.csv")
        if tables.has_parquet():
            tables.write_parquet(results / f"{name}.parquet", table, columns)
            files.append(f"{name}.parquet")
    return files


def _safe(code: str) -> str:
    """Return a code as the name of a file; another one for another code."""
    name = file_name(code)
    return name if name == code else f"{name}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
