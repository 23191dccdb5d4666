"""The still stretches of real recordings: as they are, or with simulated twitches at the device's rate and step.

Nobody labelled them, so what a detector finds in one may be a real twitch or a heart beat. The files lie in the folder
FASCIWATCH_DATA, or in ``shared/data`` beside the project.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.detection.simulator.draws import Seed, stream
from benchmarks.detection.simulator.forms import LASTS_S, twitch_forms
from benchmarks.detection.simulator.sites import ANYWHERE
from benchmarks.detection.truth import KnownNight, Truth
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Samples

Xyz = npt.NDArray[np.float32]

READABLE = {
    "Verity Sense, arm": "verity_sense_arm/Polar_Sense_ACC.txt",
    "GT9X, table": "table_noise/rest_on_table.csv",
    "phone, left leg": "phone_tremor/2458_rest_tremor_amplitude_left_leg.csv",
    "phone, right leg": "phone_tremor/2458_rest_tremor_amplitude_right_leg.csv",
    "x-io, put down": "xio_handheld/sensor_data.csv",
}
STEPS_MG = {"GT9X, table": 3.0, "phone, left leg": 0.122, "phone, right leg": 0.122}
"""Steps that the files do not tell: as the values in them lie."""

MUSE = "muse_cardiac/muse_rest.npz"
MUSE_STEP_MG = 0.061
UNREADABLE = {"HARTH, thigh and back": "harth_thigh_back is Parquet, which needs pyarrow, and in steps of 15.6 mg"}

SHORTEST_S = 15.0
EDGE_S = 1.0
"""Left away beside what is not still."""

STILL_FACTOR = 2.0
"""A second is still while its noise is below so many times that of the recording's calm fifth."""

LEAD_S = 5.0
"""Left without twitches at the start."""


def folder() -> Path:
    """Where the recordings are looked for."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("FASCIWATCH_DATA", beside))


def quiet_recordings() -> tuple[list[KnownNight], list[str]]:
    """Every still stretch at its true length, none joined or repeated.

    Returns
    -------
    tuple
        Nights without truth, and a sentence for each recording that gave none.
    """
    nights: list[KnownNight] = []
    skipped: list[str] = []
    for name, file in (*READABLE.items(), ("MuSe", MUSE)):
        path = folder() / file
        if not path.exists():
            skipped.append(f"{name}: {path} does not exist; set FASCIWATCH_DATA to the folder of recordings")
            continue
        try:
            found = list(_muse(path) if file == MUSE else _opened(name, path))
        except RecordingError as error:
            skipped.append(f"{name}: {error}")
            continue
        nights += found
        if not found:
            skipped.append(f"{name}: it has no still stretch of {SHORTEST_S:g} s")
    skipped += [f"{name}: {reason}" for name, reason in UNREADABLE.items()]
    return nights, skipped


def with_twitches(
    night: KnownNight, p2p_mg: tuple[float, float], seed: Seed, *, every_s: float = 3.0, held_out: bool = False
) -> KnownNight:
    """Add isolated twitches, each of its own shape and direction, and round to the device's step again.

    Parameters
    ----------
    night
        Of `quiet_recordings`.
    p2p_mg
        Range of the log-uniform peak to peak.
    seed
        For the draws.
    every_s
        Mean time from one twitch to the next.
    held_out
        Family of shapes.

    Returns
    -------
    KnownNight
        Its truth is the twitches that were added, in order.
    """
    rate_hz = night.true_rate_hz
    count = max(int((night.observed_s - LEAD_S - LASTS_S) / every_s), 0)
    rng = stream(seed, "added twitches")
    forms = twitch_forms(count, stream(seed, "unit shapes"), ANYWHERE.tp_s, 0.5, held_out=held_out)
    onset_s = LEAD_S + every_s * np.arange(count) + rng.uniform(0.0, max(every_s - LASTS_S, 0.0), count)
    size_mg = p2p_mg[0] * (p2p_mg[1] / p2p_mg[0]) ** rng.random(count)
    mg = 1e3 * night.xyz.astype(np.float64)
    for i in range(count):
        first = int(np.ceil(onset_s[i] * rate_hz))
        index = np.arange(first, min(first + int(LASTS_S * rate_hz), len(mg)))
        mg[index] += size_mg[i] * forms.at(i, index / rate_hz - onset_s[i])[:, None] * forms.directions[i]
    if night.resolution_mg:
        mg = np.rint(mg / night.resolution_mg) * night.resolution_mg
    truth = tuple(
        Truth(float(t), float(d), "twitch", "added twitch", float(a), -1, float(tp))
        for t, d, a, tp in zip(onset_s, forms.lasts_s, size_mg, forms.tp_s, strict=True)
    )
    return dataclasses.replace(night, xyz=(1e-3 * mg).astype(np.float32), truth=truth, name=f"{night.name}, twitches")


def _opened(name: str, path: Path) -> Iterator[KnownNight]:
    """Still stretches of a file that fasciwatch reads, cut at its gaps."""
    recording = open_recording(path)
    step_mg = STEPS_MG.get(name, 1e3 * (recording.lsb_g or 0.0))
    pieces: list[Xyz] = []
    for part in [*recording.stream(), None]:
        if isinstance(part, Samples):
            pieces.append(part.xyz)
        elif pieces:
            yield from _still(name, np.concatenate(pieces), recording.nominal_hz, recording.rate_hz, step_mg)
            pieces = []


def _muse(path: Path) -> Iterator[KnownNight]:
    """Still stretches of the sternum, chest, bed and chair recordings, whose clock counts whole seconds."""
    with np.load(path) as arrays:
        for key in arrays:
            if key.endswith("_acc_mg"):
                series = key.removesuffix("_acc_mg")
                clock_s = arrays[series + "_t_s"].astype(np.int64)
                # Rows of another log are left over at the start: the longest run without a jump is the recording.
                edges = [0, *(np.flatnonzero((np.diff(clock_s) < 0) | (np.diff(clock_s) > 1)) + 1), len(clock_s)]
                first, last = max(itertools.pairwise(edges), key=lambda edge: edge[1] - edge[0])
                mg, clock_s = arrays[key][first:last], clock_s[first:last]
                # The first and the last second are cut; the others are whole.
                whole = np.count_nonzero((clock_s > clock_s[0]) & (clock_s < clock_s[-1]))
                rate_hz = float(whole / max(clock_s[-1] - clock_s[0] - 1, 1))
                yield from _still(f"MuSe, {series}", (1e-3 * mg).astype(np.float32), rate_hz, rate_hz, MUSE_STEP_MG)


def _still(name: str, xyz: Xyz, nominal_hz: float, rate_hz: float, step_mg: float) -> Iterator[KnownNight]:
    """Cut out the stretches in which each second's scatter about its own trend is near the calm fifth's."""
    second = round(rate_hz)
    blocks = xyz[: len(xyz) // second * second].reshape(-1, second, 3).astype(np.float64)
    if not len(blocks):
        return
    trend = np.polynomial.polynomial.polyvander(np.linspace(-1, 1, second), 2)
    flat = blocks - np.einsum("ij,bjk->bik", trend @ np.linalg.pinv(trend), np.nan_to_num(blocks))
    rms = np.sqrt((flat**2).sum(axis=2).mean(axis=1))  # NaN where a value is missing, which is not still
    still = rms <= STILL_FACTOR * np.nanquantile(rms, 0.2)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(np.int8), [0]])))
    for start, end in edges.reshape(-1, 2):
        first = int((start + EDGE_S * (start > 0)) * second)
        last = int((end - EDGE_S * (end < len(still))) * second)
        if last - first >= SHORTEST_S * second:
            piece = np.ascontiguousarray(xyz[first:last])
            yield KnownNight(piece, nominal_hz, (), rate_hz, resolution_mg=step_mg, name=name)
