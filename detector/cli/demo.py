"""``fasciwatch demo``: a whole night over a radio that is not there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.options import Finite, false_alarms_option, json_option, library_option, make_config
from detector.cli.terminal.output import progress_bar, say, show
from detector.cli.terminal.streams import ended_by_signals
from detector.errors import FasciwatchError
from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from detector.events import Event
    from detector.night import NightLog
    from detector.recorder.recorder import Progress
    from detector.signal import DetectorConfig

_MATCH_S = 0.15
_CLEAR_MG = 12.0


@dataclass(frozen=True, slots=True)
class _Played:
    """What the virtual wearable plays."""

    source: Iterable[Samples | Gap]
    duration_s: float
    nominal_hz: int
    start_ns: int


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--hours", type=Finite(0.01, 24), default=8.0, show_default=True, help="Length of the night.")
@click.option("--wearable", type=click.Choice(["verity", "h10"]), default="verity", show_default=True)
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

    from detector.cli.terminal.words import print_night
    from detector.night import SUFFIX, Night, library_folder, remove_night
    from firmware_bridge.virtual.night import SyntheticNight
    from firmware_bridge.virtual.time import run

    config = make_config(false_alarms_per_hour)
    folder = library_folder(library)
    synthetic = None
    if file is None:
        rate_hz = 51.7 if wearable == "verity" else 99.8  # no wearable keeps its nominal rate
        synthetic = SyntheticNight(hours, rate_hz, seed, start_ns=_last_evening_ns())
        played = _Played(synthetic, hours * 3600, 52 if wearable == "verity" else 100, synthetic.start_ns)
        say(f"A made-up night of {hours:g} h from a virtual {wearable}; its twitches are known.")
    else:
        played = _open(file)
        say(f"A virtual {wearable} plays {file.name}.")
    path = folder / f"demo-{wearable}{'' if file is None else '-' + file.stem}{SUFFIX}"
    remove_night(path)
    started_s = time.monotonic()
    with progress_bar() as bar:
        task = bar.add_task("recording", total=played.duration_s)

        def advance(progress: Progress) -> None:
            bar.update(task, completed=progress.recorded_s + progress.missing_s)

        with_faults = file is None if faults is None else faults
        recording = _record(
            played, wearable, config, path, faults=with_faults, real_time=real_time, on_progress=advance
        )
        (asyncio.run if real_time else run)(recording)
    took_s = time.monotonic() - started_s
    print_night(path, as_json=as_json)
    if as_json:
        return
    if synthetic is not None:
        with Night(path) as night:
            length_s = 0.0 if night.end_ns is None else (night.end_ns - synthetic.start_ns) / NS
            show(_compare(synthetic, night.events(), length_s))
    say(f"Took {took_s:.1f} s. Look at the events with: fasciwatch events {path}")


def _last_evening_ns() -> int:
    """UTC of 22:30 yesterday evening, in ns."""
    now = datetime.now().astimezone()
    evening = (now - timedelta(days=1)).replace(hour=22, minute=30, second=0, microsecond=0)
    return round(evening.timestamp()) * NS


def _open(file: Path) -> _Played:
    from detector.night import SUFFIX
    from detector.recordings import open_recording

    if file.suffix == SUFFIX:
        raise FasciwatchError(f"{file} is a night and no recording: fasciwatch replay computes it again")
    recording = open_recording(file)
    return _Played(recording.stream(), recording.duration_s, round(recording.nominal_hz), recording.start_ns)


async def _record(
    played: _Played,
    wearable: str,
    config: DetectorConfig,
    path: Path,
    *,
    faults: bool,
    real_time: bool,
    on_progress: Callable[[Progress], None],
) -> None:
    """Put the wearable on the air, record it as any other, and stop when it has played all."""
    import asyncio

    from detector.night import NightLog
    from detector.recorder.recorder import Recorder
    from detector.watch import made_by
    from firmware_bridge.link import Link
    from firmware_bridge.virtual.polar import VirtualH10, VirtualVerity
    from firmware_bridge.virtual.radio import VirtualRadio
    from firmware_bridge.virtual.time import wall_clock
    from firmware_bridge.wearables import Wish

    make: Any = VirtualVerity if wearable == "verity" else VirtualH10
    device = make(played.source, nominal_hz=played.nominal_hz, clock_ppm=20.0)
    if faults:
        _plan_faults(device, played.duration_s)

    def open_log(_start_ns: int) -> NightLog:
        return NightLog(path, made_by("demo", config), wait=not real_time)

    loop = asyncio.get_running_loop()
    wall_ns = wall_clock(played.start_ns - round(loop.time() * NS))
    recorder = Recorder(config, open_log, on_progress, wall_ns=wall_ns)
    async with VirtualRadio([device]) as radio:
        link = Link(
            None,
            Wish(rate_hz=played.nominal_hz),
            backend=radio,
            on_raw=recorder.on_raw,
            on_battery=recorder.on_battery,
            wall_ns=wall_ns,
        )
        with ended_by_signals(loop, device.finished.set):
            await recorder.run([link], device.finished)


def _plan_faults(device: Any, duration_s: float) -> None:
    """Plan what a real night brings: frames lost, a stall, a walk to the kitchen."""
    device.at(0.21 * duration_s, device.lose_frames, 1)
    device.at(0.47 * duration_s, device.silence, 20.0)
    device.at(0.74 * duration_s, device.drop, 90.0)


def _compare(night: Any, events: list[Event], length_s: float) -> str:
    """Hold the events against what was put in until the demo ended, one to one."""
    found = sorted(event.onset_s for event in events if event.kind == "twitch")
    planted = [truth for truth in night.truth if truth.kind == "twitch" and truth.onset_s < length_s]  # by onset
    heard, heard_clear, at = 0, 0, 0
    for truth in planted:
        while at < len(found) and found[at] < truth.onset_s - _MATCH_S:
            at += 1
        if at < len(found) and found[at] <= truth.onset_s + _MATCH_S:
            heard += 1
            heard_clear += truth.p2p_mg >= _CLEAR_MG
            at += 1
    clear = sum(truth.p2p_mg >= _CLEAR_MG for truth in planted)
    return (
        f"  put in: {len(planted)} twitches of 3-40 mg, {heard} found; "
        f"of {clear} of {_CLEAR_MG:g} mg and more, {heard_clear}"
    )
