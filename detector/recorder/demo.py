"""An evening over a radio that is not there: the way from a virtual wearable is the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import FasciwatchError
from detector.night import SUFFIX, NightLog
from detector.recorder.recorder import Recorder
from detector.recordings import open_recording
from detector.watch import made_by
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import wall_clock
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.wearables import Wish

if TYPE_CHECKING:
    from detector.events import Event
    from detector.recorder.recorder import Progress
    from detector.signal import DetectorConfig

WEARABLES = {"verity": VirtualVerity, "h10": VirtualH10}
_RATES_HZ = {"verity": (51.7, 52), "h10": (99.8, 100)}
"""True and nominal: no wearable keeps its nominal rate."""

_MATCH_S = 0.15

CLEAR_MG = 12.0
"""Of this and more, peak to peak, a twitch is a clear one."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the virtual wearable plays.

    Parameters
    ----------
    source
        Samples and gaps, in order of time.
    duration_s
        How long they last.
    nominal_hz
        The rate the wearable is asked for.
    start_ns
        UTC of the first sample.
    truth
        The night whose twitches are known; None for a recording.
    """

    source: Iterable[Samples | Gap]
    duration_s: float
    nominal_hz: int
    start_ns: int
    truth: SyntheticNight | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How many of the twitches that were put in were found; and how many of the clear ones.

    Parameters
    ----------
    planted, heard
        Twitches put in until the demo ended, and those of them that were found.
    clear, heard_clear
        The same of `CLEAR_MG` and more.
    """

    planted: int
    heard: int
    clear: int
    heard_clear: int


def made_up(hours: float, wearable: str, seed: int) -> Played:
    """Make up a night that began at 22:30 yesterday evening.

    Parameters
    ----------
    hours
        Length of the night.
    wearable
        One of `WEARABLES`.
    seed
        Another number, another night.

    Returns
    -------
    Played
        With the night itself as its truth.
    """
    rate_hz, nominal_hz = _RATES_HZ[wearable]
    night = SyntheticNight(hours, rate_hz, seed, start_ns=_last_evening_ns())
    return Played(night, hours * 3600, nominal_hz, night.start_ns, night)


def recorded(file: Path) -> Played:
    """Have the wearable play a recorded file.

    Returns
    -------
    Played
        What is played, and how long it lasts.

    Raises
    ------
    FasciwatchError
        Where it is none, or cannot be read.
    """
    if file.suffix == SUFFIX:
        raise FasciwatchError(f"{file} is a night and no recording: fasciwatch replay computes it again")
    recording = open_recording(file)
    return Played(recording.stream(), recording.duration_s, round(recording.nominal_hz), recording.start_ns)


class Demo:
    """A virtual wearable that is recorded as any other.

    Parameters
    ----------
    played
        What it plays.
    wearable
        One of `WEARABLES`.
    config
        Settings of the detector.
    path
        Of the night.
    faults
        Whether the link drops, stalls and loses frames, as in a real night.
    real_time
        Whether it takes as long as the night does; else `record` belongs into `firmware_bridge.virtual.time.run`.
    on_progress
        Told how it stands.
    """

    def __init__(
        self,
        played: Played,
        wearable: str,
        config: DetectorConfig,
        path: Path,
        *,
        faults: bool,
        real_time: bool,
        on_progress: Callable[[Progress], None],
    ) -> None:
        make: Any = WEARABLES[wearable]
        self._played = played
        self._config = config
        self._path = path
        self._real_time = real_time
        self._on_progress = on_progress
        self._device = make(played.source, nominal_hz=played.nominal_hz, clock_ppm=20.0)
        if faults:
            _plan_faults(self._device, played.duration_s)

    def end(self) -> None:
        """End the night before all is played."""
        self._device.finished.set()

    async def record(self) -> None:
        """Put the wearable on the air, record it, and stop when it has played all."""
        loop = asyncio.get_running_loop()
        wall_ns = wall_clock(self._played.start_ns - round(loop.time() * NS))
        recorder = Recorder(self._config, self._open_log, self._on_progress, wall_ns=wall_ns)
        async with VirtualRadio([self._device]) as radio:
            link = Link(
                None,
                Wish(rate_hz=self._played.nominal_hz),
                backend=radio,
                on_raw=recorder.on_raw,
                on_battery=recorder.on_battery,
                wall_ns=wall_ns,
            )
            await recorder.run([link], self._device.finished)

    def _open_log(self, _start_ns: int) -> NightLog:
        return NightLog(self._path, made_by("demo", self._config), wait=not self._real_time)


def compare(night: SyntheticNight, events: list[Event], length_s: float) -> Found:
    """Hold the events against what was put in, one to one.

    Parameters
    ----------
    night
        The night whose twitches are known.
    events
        What was found.
    length_s
        When the demo ended, in s from the night's start.

    Returns
    -------
    Found
        How many twitches were found of those put in.
    """
    found = sorted(event.onset_s for event in events if event.kind == "twitch")
    planted = [truth for truth in night.truth if truth.kind == "twitch" and truth.onset_s < length_s]  # by onset
    heard, heard_clear, at = 0, 0, 0
    for truth in planted:
        while at < len(found) and found[at] < truth.onset_s - _MATCH_S:
            at += 1
        if at < len(found) and found[at] <= truth.onset_s + _MATCH_S:
            heard += 1
            heard_clear += truth.p2p_mg >= CLEAR_MG
            at += 1
    clear = sum(truth.p2p_mg >= CLEAR_MG for truth in planted)
    return Found(len(planted), heard, clear, heard_clear)


def _last_evening_ns() -> int:
    """UTC of 22:30 yesterday evening, in ns."""
    now = datetime.now().astimezone()
    evening = (now - timedelta(days=1)).replace(hour=22, minute=30, second=0, microsecond=0)
    return round(evening.timestamp()) * NS


def _plan_faults(device: Any, duration_s: float) -> None:
    """Plan what a real night brings: frames lost, a stall, a walk to the kitchen."""
    device.at(0.21 * duration_s, device.lose_frames, 1)
    device.at(0.47 * duration_s, device.silence, 20.0)
    device.at(0.74 * duration_s, device.drop, 90.0)
