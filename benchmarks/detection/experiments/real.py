"""The still stretches of real recordings, at the devices' own rates and steps, as they are or with twitches added.

Nobody labelled them: a detection in one may be a real twitch. The files lie in FASCIWATCH_DATA, or in ``shared/data``
beside the project.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.shapes import LASTS_S, Shapes
from benchmarks.detection.truth import KnownNight, Truth
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Samples
from firmware_bridge.virtual.twitch import log_uniform

Xyz = npt.NDArray[np.float32]

FILES = {
    "arm band (Verity Sense)": "verity_sense_arm/Polar_Sense_ACC.txt",
    "table (GT9X)": "table_noise/rest_on_table.csv",
    "left leg (phone)": "phone_tremor/2458_rest_tremor_amplitude_left_leg.csv",
    "right leg (phone)": "phone_tremor/2458_rest_tremor_amplitude_right_leg.csv",
    "put down (x-io)": "xio_handheld/sensor_data.csv",
}

STILL_FACTOR, STILL_MG = 2.5, 1.0
"""A second is still when its rms about its own line is within this factor, or this much, of the file's calm tenth."""

EDGE_S, SHORTEST_S = 1.0, 15.0
"""Left away next to unrest, and the shortest stretch worth having."""

EVERY_S = 3.0


def folder() -> Path:
    """Where the recordings are looked for."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    return Path(os.environ.get("FASCIWATCH_DATA", beside))


def still_recordings() -> tuple[list[KnownNight], list[str]]:
    """Every still stretch as a night without truth, and a sentence for each file that gave none."""
    nights: list[KnownNight] = []
    skipped: list[str] = []
    for name, file in FILES.items():
        path = folder() / file
        if not path.exists():
            skipped.append(f"{name}: {file} is not in {folder()} (set FASCIWATCH_DATA)")
            continue
        try:
            recording = open_recording(path)
        except RecordingError as error:
            skipped.append(f"{name}: {error}")
            continue
        step_mg = 1e3 * (recording.lsb_g or 0.0)
        before = len(nights)
        pieces: list[Xyz] = []
        for part in [*recording.stream(), None]:
            if isinstance(part, Samples):
                pieces.append(part.xyz)
            elif pieces:
                nights += _stretches(name, np.concatenate(pieces), recording.nominal_hz, recording.rate_hz, step_mg)
                pieces = []
        if len(nights) == before:
            skipped.append(f"{name}: no still stretch of {SHORTEST_S:g} s")
    return nights, skipped


def with_twitches(night: KnownNight, range_mg: tuple[float, float], seed: int, *, held_out: bool) -> KnownNight:
    """Add isolated twitches to a still stretch and round to the device's step again."""
    rng = np.random.default_rng(seed)
    count = int((night.observed_s - 5.0 - LASTS_S) / EVERY_S)
    if count < 1:
        return night
    onset_s = 5.0 + EVERY_S * np.arange(count) + rng.uniform(0.0, 1.0, count)
    shapes = Shapes(count, rng, held_out=held_out)
    p2p_mg = log_uniform(rng, *range_mg, count)
    rate_hz = night.true_rate_hz
    index = np.ceil(onset_s * rate_hz).astype(np.int64)
    waves = shapes.sampled(np.arange(count), index / rate_hz - onset_s, rate_hz)
    mg = 1e3 * night.xyz.astype(np.float64)
    for at, wave, size, direction in zip(index, waves, p2p_mg, shapes.directions, strict=True):
        end = min(at + len(wave), len(mg))
        mg[at:end] += size * wave[: end - at, None] * direction
    if night.resolution_mg:
        mg = np.rint(mg / night.resolution_mg) * night.resolution_mg
    truth = tuple(
        Truth(float(t), float(d), "twitch", "added twitch", float(a), -1, float(tp))
        for t, d, a, tp in zip(onset_s, shapes.lasts_s, p2p_mg, shapes.tp_s, strict=True)
    )
    return KnownNight(
        (1e-3 * mg).astype(np.float32),
        night.rate_hz,
        truth,
        night.true_rate_hz,
        resolution_mg=night.resolution_mg,
        name=night.name,
    )


def _stretches(name: str, xyz: Xyz, nominal_hz: float, rate_hz: float, step_mg: float) -> Iterator[KnownNight]:
    """Cut out what is still."""
    second = round(rate_hz)
    blocks = 1e3 * xyz[: len(xyz) // second * second].reshape(-1, second, 3).astype(np.float64)
    if not len(blocks):
        return
    time = np.linspace(-1, 1, second)[:, None]
    flat = blocks - blocks.mean(axis=1, keepdims=True)
    flat -= time * (flat * time).sum(axis=1, keepdims=True) / (time**2).sum()
    rms = np.nan_to_num(np.sqrt((flat**2).sum(axis=2).mean(axis=1)), nan=np.inf)
    calm = np.quantile(rms, 0.1)
    still = rms <= max(STILL_FACTOR * calm, calm + STILL_MG)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(np.int8), [0]])))
    for start, end in edges.reshape(-1, 2):
        a = int((start + EDGE_S * (start > 0)) * second)
        b = int((end - EDGE_S * (end < len(still))) * second)
        if b - a >= SHORTEST_S * second:
            piece = np.ascontiguousarray(xyz[a:b])
            yield KnownNight(piece, nominal_hz, (), rate_hz, resolution_mg=step_mg, name=name)
