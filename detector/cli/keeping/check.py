"""``fasciwatch check``: whether a night is sound, and what can be saved of one that is not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal import diary_beside
from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, say, show
from detector.errors import NightError

if TYPE_CHECKING:
    from detector.night.integrity.check import Report

SOUND, UNSOUND, UNREADABLE = 0, 1, 2
"""Exit codes."""

_MOST = 10


@click.command()
@click.argument("nights", nargs=-1, metavar="[NIGHT…]")
@click.option("--all", "every", is_flag=True, help="Check every night of the library, and the diary.")
@click.option("--repair", "copy", type=click.Path(dir_okay=False, path_type=Path), help="Save what is sound into COPY.")
@json_option
@library_option
@click.pass_context
def check(
    ctx: click.Context,
    nights: tuple[str, ...],
    every: bool,  # noqa: FBT001 - click hands options on by position
    copy: Path | None,
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """See whether nights are sound: pages, checksums, numbers, times, and events that lie within the samples.

    NIGHT is a file, an evening such as 2026-11-23, "last", or "diary". Exits with 1 where something is wrong, with 2
    where a night cannot be read or its copy not be written. No night is changed; --repair writes what can be saved of
    one into another file.
    """
    from detector.night import library_folder
    from detector.night import nights as all_nights

    folder = library_folder(library, make=False)
    if bool(nights) == every:
        raise click.UsageError("name the nights to check, or say --all")
    if copy is not None and (every or len(nights) > 1):
        raise click.UsageError("--repair takes one night")
    if every:
        paths = diary_beside.with_diary(all_nights(folder), folder)
    else:
        paths = [diary_beside.named(name, folder) for name in nights]
    if copy is not None and diary_beside.is_diary(paths[0]):
        raise click.UsageError("--repair takes a night: of a diary, put a copy of yours back")
    worst = SOUND
    results = []
    for path in paths:
        if diary_beside.is_diary(path):
            code, result = _check_diary(path, as_json=as_json)
        else:
            code, result = _check_one(path, copy, as_json=as_json)
        worst = max(worst, code)
        results.append(result)
    if as_json:
        print_json(results)
    elif not paths:
        say(f"There is no night in {folder} to check.")
    ctx.exit(worst)


def _check_one(path: Path, copy: Path | None, *, as_json: bool) -> tuple[int, dict[str, Any]]:
    """Check a night, repair it if that is wanted, and say how it is."""
    from detector.night.integrity.check import check as look
    from detector.night.integrity.check import repair

    try:
        report = look(path) if copy is None else repair(path, copy)
    except NightError as error:
        if not as_json:
            say(f"{path.name}: cannot be {'read' if copy is None else 'repaired'}: {error}")
        return UNREADABLE, {"night": str(path), "error": str(error)}
    if not as_json:
        show(*_words(path, report, copy))
    facts = {"night": str(path), "sound": report.is_sound, **asdict(report)}
    return SOUND if report.is_sound else UNSOUND, facts | ({} if copy is None else {"copy": str(copy)})


def _check_diary(path: Path, *, as_json: bool) -> tuple[int, dict[str, Any]]:
    """Check a diary, and say how it is."""
    try:
        is_sound, facts, lines = diary_beside.check_diary(path)
    except NightError as error:
        if not as_json:
            say(f"{path.name}: cannot be read: {error}")
        return UNREADABLE, {"diary": str(path), "error": str(error)}
    if not as_json:
        show(*lines)
    return SOUND if is_sound else UNSOUND, {"diary": str(path), **facts}


def _words(path: Path, report: Report, copy: Path | None) -> list[str]:
    from detector.time_words import clock_time, span

    wearables = f"{report.sensors} wearable{'s'[: report.sensors != 1]}"
    events = f"{report.events} event{'s'[: report.events != 1]}"
    holds = f"{span(report.recorded_s)} of {wearables}, {report.samples} samples, {events}"
    if report.is_sound:
        lines = [f"{path.name}: sound. {holds}."]
        if report.unsealed:
            lines.append(
                f"  No checksum protects {report.unsealed} of its events and gaps: an older fasciwatch wrote them."
            )
    else:
        lines = [f"{path.name}: {len(report.findings)} things are wrong. Sound are {holds}."]
        for finding in report.findings[:_MOST]:
            when = "" if finding.start_ns is None else f"{clock_time(finding.start_ns, None)} "
            whose = "" if finding.sensor is None else f"{finding.sensor}: "
            lines.append(f"  {when}{whose}{finding.what}")
        if len(report.findings) > _MOST:
            lines.append(f"  and {len(report.findings) - _MOST} more: --json tells them all")
        if copy is None:
            lines.append(f"  Save what is sound: fasciwatch check {path} --repair COPY")
    if copy is not None:
        lines.append(f"  What is sound of it is in {copy}; the night itself is as it was.")
    return lines
