"""Whose recordings they are: by a table, by the names of BIDS, else by the folder each lies in."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from detector.cohort.finding.files import path_column, rows_of
from detector.cohort.task import Task
from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from detector.cohort.finding.files import Found

_SUBJECT = ("participant_id", "subject", "subject_id", "participant", "id")
_PATTERN = "pattern"
_BIDS = re.compile(r"(?:^|[/_])sub-([A-Za-z0-9+]+)")
_SESSION = re.compile(r"(?:^|[/_])ses-([A-Za-z0-9+]+)")
_TOLD = 5
"""So many are named where many are wrong."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The recordings of some people.

    Parameters
    ----------
    tasks
        One for each recording, in the order of their keys.
    without
        Codes of the people of the table that have no recording, with their groups.
    words
        How it is known whose they are.
    """

    tasks: tuple[Task, ...]
    without: tuple[tuple[str, str], ...] = ()
    words: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


def of_people(found: Sequence[Found], table: Path | None = None, group_column: str = "group") -> Cohort:
    """Say whose recordings these are.

    Parameters
    ----------
    found
        The recordings.
    table
        CSV, or participants.tsv of BIDS: a row for each person, or for each recording where it has a column ``file`` or
        ``pattern``; None for none.
    group_column
        The column that tells a person's group.

    Raises
    ------
    FasciwatchError
        Where a recording is nobody's, or two people's; where the table contradicts itself.
    """
    if table is None:
        return _by_names(found, group_column)
    rows = rows_of(table)
    column = next((name for name in _SUBJECT if rows and name in rows[0]), None)
    if column is None:
        raise FasciwatchError(f"{table} has no column participant_id or subject")
    group_column = group_column.lower()
    if group_column != "group" and group_column not in rows[0]:
        raise FasciwatchError(f"{table} has no column {group_column}: there are {', '.join(filter(None, rows[0]))}")
    for number, row in enumerate(rows, 2):
        if not row.get(column):
            raise FasciwatchError(f"{table}, row {number} names nobody")
    groups = _groups(table, rows, column, group_column)
    files = path_column(rows[0])
    if files is not None or _PATTERN in rows[0]:
        return _by_rows(found, table, rows, column, groups, files)
    return _by_codes(found, table, rows, column, groups)


def _code(words: str) -> str:
    """Write a person's code as BIDS does in `participant_id`, and elsewhere, without its prefix."""
    return words.removeprefix("sub-")


def _groups(table: Path, rows: Sequence[Mapping[str, str]], column: str, group_column: str) -> dict[str, str]:
    groups: dict[str, str] = {}
    for row in rows:
        code, group = _code(row[column]), row.get(group_column, "")
        if groups.setdefault(code, group) != group:
            raise FasciwatchError(f"{table} says that {code} is in two groups, {groups[code]!r} and {group!r}")
    return groups


def _by_rows(
    found: Sequence[Found],
    table: Path,
    rows: Sequence[Mapping[str, str]],
    column: str,
    groups: Mapping[str, str],
    files: str | None,
) -> Cohort:
    """Go by the rows' files, or patterns of files."""
    of: defaultdict[int, list[int]] = defaultdict(list)
    by_file: defaultdict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(found):
        by_file[PurePosixPath(each.name).name].append(at)
    for number, row in enumerate(rows):
        exact, pattern = (row.get(files, "") if files else "").replace("\\", "/"), row.get(_PATTERN, "")
        named = [at for at in by_file[PurePosixPath(exact).name] if _is_named(found[at].name, exact)]
        if len(named) > 1:
            names = _some([found[at].name for at in named])
            raise FasciwatchError(f"{table}, row {number + 2}: {exact} may be any of {names}")
        fitting = [at for at, each in enumerate(found) if _fits(each.name, pattern)] if pattern else []
        for at in sorted({*named, *fitting}):
            of[at].append(number)
    numbers_used = {number for numbers in of.values() for number in numbers}
    empty = [number for number in range(len(rows)) if number not in numbers_used]
    if empty:
        row = rows[empty[0]]
        words = (row.get(files, "") if files else "") or row.get(_PATTERN, "") or "no file"
        raise FasciwatchError(
            f"{table}: {_several(len(empty), 'row')} without a recording, the first is row {empty[0] + 2}, "
            f"{row[column]}: {words}"
        )
    nobodys = [each.name for at, each in enumerate(found) if not of[at]]
    if nobodys:
        raise FasciwatchError(f"{table} has no row for {_some(nobodys)}")
    tasks = []
    for at, each in enumerate(found):
        if len(of[at]) > 1:
            first, second = of[at][:2]
            raise FasciwatchError(f"{table} has two rows for {each.name}: rows {first + 2} and {second + 2}")
        row = rows[of[at][0]]
        tasks.append(_task(each, _code(row[column]), row, groups))
    return _cohort(tasks, f"by the rows of {table.name}", groups)


def _by_codes(
    found: Sequence[Found],
    table: Path,
    rows: Sequence[Mapping[str, str]],
    column: str,
    groups: Mapping[str, str],
) -> Cohort:
    """Go by the codes of the people, which stand in the paths."""
    count = Counter(_code(row[column]) for row in rows)
    twice = [code for code, many in count.items() if many > 1]
    if twice:
        raise FasciwatchError(f"{table} has two rows for {_some(twice)}, and no column file that tells them apart")
    by_code = {_code(row[column]): row for row in rows}
    tasks, unknown, nobodys = [], [], []
    for each in found:
        own = each.row.get("subject") or each.row.get("participant_id") or _bids_subject(each.name)
        if own:
            code = _code(own)
            if code not in by_code:
                unknown.append(f"{code} ({each.name})")
                continue
        else:
            fitting = [code for code in by_code if _is_of(each.name, code)]
            if not fitting:
                nobodys.append(each.name)
                continue
            longest = max(map(len, fitting))
            best = [code for code in fitting if len(code) == longest]
            if len(best) > 1:
                raise FasciwatchError(f"{each.name} may be of {best[0]} and of {best[1]}: add a column file to {table}")
            code = best[0]
        tasks.append(_task(each, code, by_code[code], groups))
    if unknown:
        raise FasciwatchError(f"{table} does not know {_some(unknown)}")
    if nobodys:
        raise FasciwatchError(f"{table} has nobody whose code is in the path of {_some(nobodys)}")
    return _cohort(tasks, f"by the codes of {table.name}", groups)


def _by_names(found: Sequence[Found], group_column: str) -> Cohort:
    """Go by the table of paths that was given, by BIDS, or by the folders."""
    tasks, ways = [], set()
    groups: dict[str, str] = {}
    for each in found:
        own = next((each.row[name] for name in _SUBJECT if each.row.get(name)), "")
        if each.row and not own and not _bids_subject(each.name):
            raise FasciwatchError(
                f"the table does not say whose {each.name} is: give it a column subject, or say so with --subjects"
            )
        code = (
            _code(own)
            if own
            else _bids_subject(each.name) or (each.folder or PurePosixPath(each.name).name.split(".")[0])
        )
        ways.add("table" if own else "BIDS" if _bids_subject(each.name) else "folder")
        group = each.row.get(group_column.lower(), "")
        if groups.setdefault(code, group) != group:
            raise FasciwatchError(f"{code} is in two groups, {groups[code]!r} and {group!r}")
        tasks.append(_task(each, code, each.row, {code: group}))
    words = {
        "table": "by the table of paths",
        "BIDS": "by the sub- in their paths",
        "folder": "by the folder each lies in, or its name where that is the folder you named",
    }
    return _cohort(tasks, " and ".join(words[way] for way in sorted(ways)), groups)


def _cohort(tasks: list[Task], words: str, groups: Mapping[str, str]) -> Cohort:
    there = {task.subject for task in tasks}
    without = tuple((code, group) for code, group in sorted(groups.items()) if code not in there)
    people = {code: groups[code] for code in sorted(there)}
    return Cohort(tuple(sorted(tasks, key=lambda task: task.key)), without, words, people)


def _task(found: Found, code: str, row: Mapping[str, str], groups: Mapping[str, str]) -> Task:
    session = row.get("session") or row.get("session_id") or _session(found.name)
    return Task(
        path=found.path.absolute(),
        subject=code,
        key=f"{code} {found.name}",
        session=session.removeprefix("ses-"),
        group=groups.get(code, ""),
        place=row.get("place", ""),
    )


def _bids_subject(name: str) -> str:
    match = _BIDS.search(name)
    return match[1] if match else ""


def _session(name: str) -> str:
    match = _SESSION.search(name)
    return match[1] if match else ""


def _is_named(name: str, words: str) -> bool:
    """Whether a path of a table names a recording: as far as both go, counted from the end, they are the same."""
    wanted = [part for part in PurePosixPath(words).parts if part not in {".", "/"}]
    there = PurePosixPath(name).parts
    shorter = min(len(wanted), len(there))
    return shorter > 0 and list(there[-shorter:]) == wanted[-shorter:]


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(PurePosixPath(name).name, pattern)


def _is_of(name: str, code: str) -> bool:
    """Whether a person's code is a folder of the path, or begins the file's name."""
    path = PurePosixPath(name)
    stem = path.name.split(".")[0]
    return code in path.parts[:-1] or stem == code or bool(re.match(rf"{re.escape(code)}[ _.-]", stem))


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'s are' if count > 1 else ' is'}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return ", ".join(names[:_TOLD]) + (f" and {more} more" if more > 0 else "")
