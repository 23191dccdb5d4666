"""The diary among the nights, for the commands that look after them: it is copied, checked and deleted with them."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.output import say, show
from detector.errors import DiaryError, NightError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DIARY = "diary"
"""What it is called where a night may be named."""


def named(name: str, folder: Path) -> Path:
    """Find the night that a user means, or the diary.

    Raises
    ------
    NightError
        Where there is none.
    """
    from detector.diary import diary_path
    from detector.night import find_night

    if name != DIARY:
        return find_night(name, folder)
    path = diary_path(folder)
    if not path.exists():
        raise DiaryError(f"there is no diary in {folder}: fasciwatch diary begins one")
    return path


def with_diary(nights: Iterable[Path], folder: Path) -> list[Path]:
    """Return these, and the diary after them, if there is one."""
    from detector.diary import diary_path

    path = diary_path(folder)
    return [*nights, path] if path.exists() else list(nights)


def is_diary(path: Path) -> bool:
    """Whether this is a diary, and no night."""
    from detector.diary.book import NAME

    return path.name == NAME


def copy_diary(path: Path, target: Path, *, replace: bool) -> bool:
    """Copy a diary; gives whether the copy is sound.

    Raises
    ------
    DiaryError
        Where that cannot be done.
    """
    from detector.diary.keeping import backup, check

    backup(path, target, replace=replace)
    return check(target).is_sound


def check_diary(path: Path) -> tuple[bool, dict[str, Any], list[str]]:
    """Check a diary: whether it is sound, that as facts, and in lines. Raises `DiaryError` where it cannot be read."""
    from detector.diary.keeping import check

    report = check(path)
    evenings = f"{report.evenings} evening{'s'[: report.evenings != 1]}"
    holds = f"{evenings} in {report.versions} version{'s'[: report.versions != 1]}, {report.marks} twitches felt"
    if report.is_sound:
        lines = [f"{path.name}: sound. {holds}."]
    else:
        lines = [f"{path.name}: {len(report.findings)} things are wrong. Sound are {holds}."]
        lines += [f"  {words}" for words in report.findings[:10]]
    facts = {"evenings": report.evenings, "versions": report.versions, "marks": report.marks}
    return report.is_sound, {"sound": report.is_sound, **facts, "findings": report.findings}, lines


def evenings_said_of(nights: Iterable[Path], folder: Path) -> list[date]:
    """Return the evenings of nights in the library of which the diary says something, or has marks.

    Where the diary is locked, or damaged, that is said, and there are none.
    """
    from detector.diary import Diary

    book = Diary(folder)
    evenings = []
    for path in nights:
        with suppress(ValueError):
            if path.parent.samefile(folder):
                evenings.append(date.fromisoformat(path.stem))
    if not evenings or not book.is_there:
        return []
    try:
        return [each for each in evenings if book.history(each) or book.marks(each, each)]
    except NightError as error:
        say(f"What the diary says of {'it' if len(evenings) == 1 else 'them'} stays: {error}")
        return []


def delete_entries(evenings: list[date], folder: Path, *, wanted: bool | None, asks: bool) -> list[date]:
    """Delete what the diary says of nights that are deleted, if that is wanted; gives the evenings.

    Parameters
    ----------
    evenings
        As of `evenings_said_of`.
    folder
        Of the nights.
    wanted
        Whether that was said; None where it was not.
    asks
        Whether the person at the terminal may be asked then; else it stays, which is said.
    """
    from detector.diary import Diary

    if not evenings:
        return []
    days = ", ".join(map(str, evenings))
    if wanted is None:
        if asks and sys.stdin.isatty() and sys.stderr.isatty():
            wanted = click.confirm(f"Delete what the diary says of {days}, too?", default=False, err=True)
        else:
            say(f"What the diary says of {days} stays: fasciwatch diary delete {' '.join(map(str, evenings))}")
    if not wanted:
        return []
    for each in evenings:
        Diary(folder).delete(each)
    return evenings


def encrypt_diary(folder: Path | None, passphrase: str | None, *, make: bool = False) -> None:
    """Have the diary encrypted from the first night on that is; where that cannot be, it is said.

    Parameters
    ----------
    folder, passphrase
        Of the night; None where none is kept, or it is not encrypted.
    make
        Whether to begin a diary where there is none: as long as no night is there, nothing else says that it shall be
        encrypted.
    """
    from detector.diary import Diary

    if folder is None or passphrase is None:
        return
    book = Diary(folder)
    if not make and not book.is_there:
        return
    try:
        if book.encrypt(passphrase):
            say("Your diary is encrypted from now on, with the passphrase of this night.")
    except NightError as error:
        say(f"Your diary could not be encrypted, and is as it was: {error}")


def show_deleted(evenings: list[date]) -> None:
    """Say of which evenings nothing stands in the diary any more."""
    for each in evenings:
        show(f"deleted what the diary said of {each}")
