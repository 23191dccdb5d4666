"""``fasciwatch backup``, ``delete``, ``place`` and ``thin``: what happens to nights, and the diary, later on."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal import diary_beside
from detector.cli.terminal.options.shared import json_option, library_option, places_of
from detector.cli.terminal.output import print_json, say, show
from detector.errors import DamagedNightError, NightError
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_MB = 1e6
_DAY_NS = 86_400 * NS


@click.command()
@click.argument("nights", nargs=-1, metavar="[NIGHT…]")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--all", "every", is_flag=True, help="Every night, and the diary, if it is not in TARGET yet or has changed since."
)
@json_option
@library_option
def backup(
    nights: tuple[str, ...],
    target: Path,
    every: bool,  # noqa: FBT001 - click hands options on by position
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Copy nights into TARGET, a folder (or for one night a file ending in .night), also while one is being recorded.

    A copy is looked at as by "check"; of a damaged night it is made all the same, and that is said.

    "diary" among the nights is your diary.

    Never copy the file of a night by hand while it is recorded: what was recorded last lies beside it.
    """
    from detector.night import SUFFIX, library_folder
    from detector.night import nights as all_nights
    from detector.night.upkeep.backup import is_newer

    folder = library_folder(library, make=False)
    if bool(nights) == every:
        raise click.UsageError("name the nights to copy and where to, or say --all and where to")
    if every:
        if target.resolve() == folder.resolve():
            raise NightError(f"{target} is the folder of the nights itself: name another one")
        there_are = diary_beside.with_diary(all_nights(folder), folder)
        into = library_folder(target, make=bool(there_are))
        pairs = [(night, into / night.name) for night in there_are]
        copies = {night: there for night, there in pairs if not there.exists() or is_newer(night, there)}
        if not copies and not as_json:
            say(
                "There is nothing to copy: all nights are there."
                if there_are
                else f"There is no night in {folder} to copy."
            )
    else:
        found = [diary_beside.named(name, folder) for name in nights]
        if target.suffix == SUFFIX and not target.is_dir():
            if len(found) > 1:
                raise NightError(f"{target} is no folder: several nights need one")
            copies = {found[0]: target}
        else:
            into = library_folder(target)
            copies = {night: into / night.name for night in found}

    def make_copy(night: Path) -> dict[str, object]:
        there = copies[night]
        is_sound = _copied(night, there, replace=every)
        size = there.stat().st_size
        if not as_json:
            show(f"{night.name}: copied to {there}, {size / _MB:.1f} MB")
        if not is_sound:
            raise DamagedNightError(f"it is damaged, and so is its copy {there}: fasciwatch check tells what is wrong")
        return {"copy": str(there), "bytes": size}

    _with_each(copies, make_copy, as_json=as_json)


@click.command()
@click.argument("nights", nargs=-1, required=True, metavar="NIGHT…")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--with-diary/--keep-diary",
    default=None,
    help="What becomes of the diary's words on them; else it asks, and keeps them where nobody answers.",
)
@json_option
@library_option
def delete(
    nights: tuple[str, ...],
    yes: bool,  # noqa: FBT001 - click hands options on by position
    with_diary: bool | None,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Delete nights for good, with all that lies beside them.

    They go into no bin. What a disk's own memory, or your backups, still hold of them no program can reach: encrypt
    what must not be found there.
    """
    from detector.night import find_night, library_folder, remove_night
    from detector.night.upkeep.library import LAST, files_of, parts_aside
    from detector.summary.many.cache import forget

    if LAST in nights:
        raise NightError(f"name the night to delete: {LAST!r} is another one each day")
    folder = library_folder(library, make=False)
    paths = {path: _describe(path) for path in dict.fromkeys(find_night(name, folder) for name in nights)}
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise NightError("there is nobody to ask whether to delete: say --yes if you mean it")
        for words in paths.values():
            say(words)
        click.confirm("Delete for good?", abort=True, err=True)
    said = diary_beside.evenings_said_of(paths, folder)
    gone = []
    for path, words in paths.items():
        files = {file.name: file.lstat().st_size for file in files_of(path)}
        remove_night(path)
        forget(path)
        gone.append({"night": str(path), "files": files})
        if not as_json:
            show(f"deleted {words} ({', '.join(files)})")
    entries = diary_beside.delete_entries(said, folder, wanted=with_diary, asks=not yes)
    if not as_json:
        diary_beside.show_deleted(entries)
    if as_json:
        print_json(gone)
    for part in dict.fromkeys(part for path in paths for part in parts_aside(path)):
        say(f"{part} is an earlier part of it that was damaged and put aside, and stays: delete it, too, by its name.")


@click.command()
@click.argument("night")
@click.argument("places", nargs=-1, required=True, metavar="PLACE…", callback=places_of)
@json_option
@library_option
def place(night: str, places: dict[str, str], as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - as above
    """Write down where on the body the wearables of NIGHT were worn, once it has been recorded.

    PLACE is such as "left calf"; of several wearables, one NAME="left calf" each.
    """
    from detector.night import Night, find_night, library_folder
    from detector.night.writing.labels import set_places

    path = find_night(night, library_folder(library, make=False))
    with Night(path) as opened:
        names = [sensor.name for sensor in opened.sensors]
    if "" in places and len(names) != 1:
        raise NightError(f"{path.name} has {len(names)} wearables ({', '.join(names)}): say of which, as NAME=PLACE")
    told = {name or names[0]: where for name, where in places.items()}
    set_places(path, told)
    if as_json:
        print_json({"night": str(path), "places": told})
    else:
        show(*(f"{path.name}: {name} was worn on the {where}" for name, where in told.items()))


@click.command()
@click.argument("nights", nargs=-1, metavar="[NIGHT…]")
@click.option("--older-than", "days", type=click.IntRange(min=0), help="All nights recorded so many days ago.")
@json_option
@library_option
def thin(
    nights: tuple[str, ...],
    days: int | None,
    as_json: bool,  # noqa: FBT001 - click hands options on by position
    library: Path | None,
) -> None:
    """Make nights smaller: delete the raw Bluetooth notifications, which serve to mend a night and nothing else.

    Samples, events, gaps and everything shown stay as they are.
    """
    from detector.night import find_night, library_folder
    from detector.night import nights as all_nights
    from detector.night.upkeep.age import recorded_ns
    from detector.night.upkeep.thin import thin as leave_out

    folder = library_folder(library, make=False)
    if bool(nights) == (days is not None):
        raise click.UsageError("name the nights, or say --older-than DAYS")
    paths: Sequence[Path]
    if days is None:
        paths = [find_night(name, folder) for name in nights]
    else:
        paths = [path for path in all_nights(folder) if recorded_ns(path) < time.time_ns() - days * _DAY_NS]
    if not paths and not as_json:
        say(f"No night in {folder} is older than {days} day{'s'[: days != 1]}.")

    def make_smaller(path: Path) -> dict[str, object]:
        freed_bytes = leave_out(path)
        if not as_json:
            show(f"{path.name}: {freed_bytes / _MB:.1f} MB freed")
        return {"freed_bytes": freed_bytes}

    _with_each(paths, make_smaller, as_json=as_json)


def _with_each(nights: Iterable[Path], work: Callable[[Path], dict[str, object]], *, as_json: bool) -> None:
    """Do something with each night, give the results, and exit with 1 where it could not be done with one.

    The others have their turn all the same: a damaged night that was put aside stays in the library for years.
    """
    results: list[dict[str, object]] = []
    failed = False
    for night in nights:
        try:
            results.append({_kind(night): str(night), **work(night)})
        except NightError as error:
            failed = True
            results.append({_kind(night): str(night), "error": str(error)})
            if not as_json:
                say(f"{night.name}: {error}")
    if as_json:
        print_json(results)
    if failed:
        sys.exit(1)


def _copied(night: Path, there: Path, *, replace: bool) -> bool:
    """Copy a night, or the diary; gives whether the copy is sound."""
    from detector.night.integrity.check import check
    from detector.night.upkeep.backup import backup as copy

    if diary_beside.is_diary(night):
        return diary_beside.copy_diary(night, there, replace=replace)
    copy(night, there, replace=replace)
    return check(there).is_sound


def _kind(path: Path) -> str:
    return "diary" if diary_beside.is_diary(path) else "night"


def _describe(path: Path) -> str:
    """Say what a night is, as far as it can be read: a damaged one can be deleted, too.

    Raises
    ------
    NightError
        Where neither what the file holds nor its name says that it is a night.
    """
    from detector.night import SUFFIX, Night
    from detector.night.upkeep.library import files_of
    from detector.time_words import span

    if path.is_symlink():
        return f"{path.name}, which is a link: what it leads to ({os.path.realpath(path)}) stays"
    size = sum(file.lstat().st_size for file in files_of(path)) / _MB
    try:
        with Night(path) as night:
            recorded_s = sum(float(night.anchors(sensor.name).seconds.sum()) for sensor in night.sensors)
    except NightError:
        if path.suffix != SUFFIX:
            raise
        return f"{path.name}, {size:.1f} MB, which cannot be read"
    return f"{path.name}, {size:.1f} MB, {span(recorded_s)} recorded"
