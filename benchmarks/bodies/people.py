"""The recordings of real bodies, and which half they belong to.

Of the phones on chests, people of even number are for tuning and those of odd number are kept apart. Nothing else is
split: there is one recording of each.
"""

from __future__ import annotations

import csv
import dataclasses
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.quiet import longest_quiet, quietest
from benchmarks.detection.recorded import MUSE, MUSE_STEP_MG, STEPS_MG, folder
from detector.recordings import open_recording
from firmware_bridge.samples import Samples

Xyz = npt.NDArray[np.float32]

TUNE, APART, OTHER = "tune", "kept apart", "other"
HALVES = (TUNE, APART)
PLAIN = 0.5
"""A recording has a plain pulse where the heart rate is plain in so large a share of its windows."""

ECG = "chest_ecg/chest_ecg.npz"
ARM, ARM_RATES = "verity_sense_arm/Polar_Sense_ACC.txt", "verity_sense_arm/Polar_Sense_HR.txt"
TABLE = "table_noise/rest_on_table.csv"
PHONES = "phone_chest"
TREMORS = "phone_tremor"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A recording.

    Parameters
    ----------
    name
        What it is called in tables.
    half
        `TUNE`, `APART` or `OTHER`.
    xyz
        Its samples in g, float32, shape ``(n, 3)``.
    rate_hz
        The rate at which they were taken.
    step_mg
        Step of the sensor in mg, 0 where it is not known.
    quiet_s
        Start and end of the part without movement.
    per_min
        Its heart rate as the file's list has it, NaN where none is known.
    is_plain
        Whether that rate is plain in at least half of the recording's windows.
    """

    name: str
    half: str
    xyz: Xyz
    rate_hz: float
    step_mg: float
    quiet_s: tuple[float, float]
    per_min: float = math.nan
    is_plain: bool = False

    @property
    def length_s(self) -> float:
        """How long it is."""
        return len(self.xyz) / self.rate_hz

    @property
    def quiet_length_s(self) -> float:
        """How long its quiet part is."""
        return self.quiet_s[1] - self.quiet_s[0]


@cache
def alone(body: Body) -> Body:
    """Its quiet part cut out, as a recording of its own."""
    first, last = (round(edge * body.rate_hz) for edge in body.quiet_s)
    xyz = np.ascontiguousarray(body.xyz[first:last])
    return dataclasses.replace(body, xyz=xyz, quiet_s=(0.0, len(xyz) / body.rate_hz))


def without_first(body: Body, samples: int) -> Body:
    """The same recording without its first samples."""
    late_s = samples / body.rate_hz
    start, end = body.quiet_s
    xyz = np.ascontiguousarray(body.xyz[samples:])
    return dataclasses.replace(body, xyz=xyz, quiet_s=(max(start - late_s, 0.0), end - late_s))


@cache
def phones() -> tuple[Body, ...]:
    """Phones on the chests of 29 people; the quiet part is of the length that the list states."""
    place = _place(PHONES)
    with (place / "heart_rate.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_phone(place, row) for row in csv.DictReader(lines))


@cache
def ecg() -> tuple[Body, npt.NDArray[np.float64]]:
    """A chest with an ECG of the same device: the recording, and the R peaks in s."""
    with np.load(_place(ECG)) as arrays:
        rate_hz, xyz = float(arrays["rate_hz"]), np.ascontiguousarray(arrays["xyz_g"])
        peaks = np.asarray(arrays["r_peaks_s"], np.float64)
    return Body("chest with ECG", OTHER, xyz, rate_hz, 0.0, longest_quiet(xyz, rate_hz)), peaks


@cache
def arm() -> Body:
    """The arm band."""
    return _opened("arm band", ARM)


@cache
def table() -> Body:
    """A sensor on a table."""
    return _opened("table", TABLE, STEPS_MG["GT9X, table"])


@cache
def tremors() -> tuple[Body, ...]:
    """Phones in a hand or on a leg of a person with tremor."""
    return tuple(
        _opened(path.stem.removeprefix("2458_"), f"{TREMORS}/{path.name}", STEPS_MG["phone, left leg"])
        for path in sorted(_place(TREMORS).glob("*.csv"))
    )


@cache
def muse() -> tuple[Body, ...]:
    """One person: breastbone, chest over a sweater, mattress, stave of the bed, chair."""
    return tuple(_muse(_place(MUSE)))


def _place(name: str) -> Path:
    path = folder() / name
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; set FASCIWATCH_DATA to the folder of recordings")
    return path


def _phone(place: Path, row: dict[str, str]) -> Body:
    with np.load(place / row["file"]) as arrays:
        seconds, xyz = arrays["seconds"], np.ascontiguousarray(arrays["xyz_g"], np.float32)
    rate_hz = float((len(seconds) - 1) / (seconds[-1] - seconds[0]))
    number = int(row["file"].removeprefix("subject_").removesuffix(".npz"))
    return Body(
        f"phone {number}",
        TUNE if number % 2 == 0 else APART,
        xyz,
        rate_hz,
        0.0,
        quietest(xyz, rate_hz, float(row["quiet_length_s"])),
        float(row["bpm"]),
        float(row["share_of_windows"]) >= PLAIN,
    )


def _opened(name: str, file: str, step_mg: float = 0.0) -> Body:
    """A file that fasciwatch reads; the gaps of these are a sample or two, and closed."""
    recording = open_recording(_place(file))
    xyz = np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])
    step_mg = step_mg or 1e3 * (recording.lsb_g or 0.0)
    return Body(name, OTHER, xyz, recording.rate_hz, step_mg, longest_quiet(xyz, recording.rate_hz))


def _muse(path: Path) -> Iterator[Body]:
    with np.load(path) as arrays:
        for key in arrays:
            if not key.endswith("_acc_mg"):
                continue
            series = key.removesuffix("_acc_mg")
            clock_s = arrays[series + "_t_s"].astype(np.int64)
            # Rows of another log are left over at the start: the longest run without a jump is the recording.
            edges = [0, *(np.flatnonzero((np.diff(clock_s) < 0) | (np.diff(clock_s) > 1)) + 1), len(clock_s)]
            first, last = max(itertools.pairwise(edges), key=lambda edge: edge[1] - edge[0])
            mg, clock_s = arrays[key][first:last], clock_s[first:last]
            # The first and the last second are cut; the others are whole.
            whole = np.count_nonzero((clock_s > clock_s[0]) & (clock_s < clock_s[-1]))
            rate_hz = float(whole / max(clock_s[-1] - clock_s[0] - 1, 1))
            xyz = np.ascontiguousarray(1e-3 * mg, np.float32)
            yield Body(f"MuSe {series}", OTHER, xyz, rate_hz, MUSE_STEP_MG, longest_quiet(xyz, rate_hz))
