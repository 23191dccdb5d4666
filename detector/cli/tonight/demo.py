"""``fasciwatch demo``: a whole night over a radio that is not there."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.terminal.options.shared import Finite, false_alarms_option, json_option, library_option, make_config
from detector.cli.terminal.output import progress_bar, say, show
from detector.cli.terminal.streams import ended_by_signals
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.recorder.recorder import Progress
    from firmware_bridge.virtual.night import SyntheticNight


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--hours", type=Finite(0.01, 24), default=8.0, show_default=True, help="Length of the night.")
@click.option(
    "--wearable",
    type=click.Choice(["verity", "h10"]),
    default="verity",
    show_default=True,
    help="Which one is made up: a Polar Verity Sense, or a Polar H10.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another number, another night.")
@click.option("--real-time", is_flag=True, help="Take as long as the night does.")
@click.option(
    "--faults/--no-faults",
    default=None,
    help="Let the link drop, stall and lose frames; by default in a made-up night only.",
)
@false_alarms_option
@json_option
@library_option
def demo(
    file: Path | None,
    hours: float,
    wearable: str,
    seed: int,
    real_time: bool,  # noqa: FBT001 - click hands options on by position
    faults: bool | None,  # noqa: FBT001 - as above
    false_alarms_per_hour: float,
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Record a made-up night from a virtual wearable, faster than real time.

    The wearable is not there, but the way from it is the real one: Bluetooth packets, connection, clock, detector and
    night. With FILE, the wearable plays that recording.
    """
    import asyncio

    from detector.cli.terminal.words.night import print_night
    from detector.night import SUFFIX, library_folder, remove_night
    from detector.recorder.demo import Demo, made_up, recorded
    from detector.recorder.warming import warm_up
    from firmware_bridge.virtual.time import run

    config = make_config(false_alarms_per_hour)
    folder = library_folder(library)
    if file is None:
        played = made_up(hours, wearable, seed)
        say(f"A made-up night of {hours:g} h from a virtual {wearable}; its twitches are known.")
    else:
        played = recorded(file)
        say(f"A virtual {wearable} plays {file.name}.")
    path = folder / f"demo-{wearable}{'' if file is None else '-' + file.stem}{SUFFIX}"
    warm_up(say=say)  # here, where it is told: it would be done on the way, and nobody would know why it takes so long
    remove_night(path)
    started_s = time.monotonic()
    with progress_bar() as bar:
        task = bar.add_task("recording", total=played.duration_s)

        def advance(progress: Progress) -> None:
            bar.update(task, completed=progress.recorded_s + progress.missing_s)

        with_faults = file is None if faults is None else faults
        evening = Demo(played, wearable, config, path, faults=with_faults, real_time=real_time, on_progress=advance)

        async def record() -> None:
            with ended_by_signals(asyncio.get_running_loop(), evening.end):
                await evening.record()

        (asyncio.run if real_time else run)(record())
    took_s = time.monotonic() - started_s
    print_night(path, as_json=as_json)
    if as_json:
        return
    if played.truth is not None:
        show(_words(path, played.truth))
    night = shlex.quote(path.stem) + ("" if library is None else f" --library {shlex.quote(str(library))}")
    say(f"Took {took_s:.1f} s.")
    for what, command in (("Look at it", "review"), ("On paper", "report"), ("Every event", "events")):
        say(f"{what}: fasciwatch {command} {night}")


def _words(path: Path, truth: SyntheticNight) -> str:
    """Say how many of the twitches that were put in were found."""
    from detector.night import Night
    from detector.recorder.demo import CLEAR_MG, compare

    with Night(path) as night:
        length_s = 0.0 if night.end_ns is None else (night.end_ns - truth.start_ns) / NS
        found = compare(truth, night.events(), length_s)
    return (
        f"  put in: {found.planted} twitches of 3-40 mg, {found.heard} found; "
        f"of {found.clear} of {CLEAR_MG:g} mg and more, {found.heard_clear}"
    )
