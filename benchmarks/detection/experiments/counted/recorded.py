"""Samples of sensors made into a night, and the night summed up, as a replay does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detector.events import Event
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.summary import NightSummary, summarise
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Samples

Xyz = npt.NDArray[np.float32]
START_NS = 1_800_000_000 * NS
_PIECE_S = 10.0


def summed_up(sensors: Mapping[str, tuple[Xyz, float, str | None]]) -> tuple[NightSummary, list[Event]]:
    """Detect, store and sum up.

    Parameters
    ----------
    sensors
        By name: samples in g, rate in Hz, and where it was worn.

    Returns
    -------
    NightSummary
        Of the night.
    list of Event
        As they were told.
    """
    config = DetectorConfig()
    worn = [Sensor(name, "made up", rate_hz, place=place) for name, (_, rate_hz, place) in sensors.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.night"
        with NightLog(path, made_by("replay", config), wait=True) as log:
            events = replay(worn, _stream(sensors), config, log)
        with Night(path) as night:
            return summarise(night), events


def _stream(sensors: Mapping[str, tuple[Xyz, float, str | None]]) -> Iterator[Samples]:
    pieces = [
        Samples(START_NS + round(at / rate_hz * NS), rate_hz, xyz[at : at + round(_PIECE_S * rate_hz)], name)
        for name, (xyz, rate_hz, _) in sensors.items()
        for at in range(0, len(xyz), round(_PIECE_S * rate_hz))
    ]
    yield from sorted(pieces, key=lambda piece: piece.start_ns)
