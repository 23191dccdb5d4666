"""Changes of posture of real people: what they are called, and where they are."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.recorded import folder
from detector.events import Event
from detector.signal import Detector

APART = ("adults_S034", "seniors_508")
"""The people whom nothing was fitted to."""
PLACES = ("thigh", "trunk")
RATE_HZ, NEAR_S = 50.0, 2.0
MOVES = ("movement", "limb_movement", "tremor", "train")


def at_changes() -> tuple[list[Event], float] | None:
    """Movements found within two seconds of a change of label, and hours looked at; None where nothing can be read."""
    try:
        from pyarrow import parquet
    except ImportError:
        return None
    found: list[Event] = []
    hours = 0.0
    for who in APART:
        labels_file = folder() / "harth_thigh_back" / f"{who}_ground_truth.parquet"
        if not labels_file.exists():
            return None
        table = parquet.read_table(labels_file)
        label_ns = table["datetime"].to_numpy().astype("datetime64[ns]").astype(np.int64)
        names = np.array(table["ground_truth"].to_pylist())
        changed_ns = label_ns[1:][names[1:] != names[:-1]]
        for place in PLACES:
            table = parquet.read_table(labels_file.with_name(f"{who}_{place}.parquet"))
            xyz = np.stack([table[f"acc_{axis}"].to_numpy() for axis in "xyz"], axis=1).astype(np.float32)
            second = (table["datetime"].to_numpy().astype("datetime64[ns]").astype(np.int64) - label_ns[0]) * 1e-9
            changed_s = (changed_ns - label_ns[0]) * 1e-9 - second[0]
            hours += len(xyz) / RATE_HZ / 3600.0
            found += [e for e in _events(xyz, second) if e.kind in MOVES and _is_near(e, changed_s)]
    return found, hours


def _events(xyz: np.ndarray, second: np.ndarray) -> list[Event]:
    detector = Detector(RATE_HZ)
    found: list[Event] = []
    cuts = np.flatnonzero(np.diff(second) > 0.1) + 1
    for first, last in zip([0, *cuts], [*cuts, len(xyz)], strict=True):
        if first:
            found += detector.gap(float(second[first] - second[first - 1]) - 1 / RATE_HZ)
        found += detector.push(np.ascontiguousarray(xyz[first:last]))
    return found + detector.flush()


def _is_near(event: Event, changed_s: np.ndarray) -> bool:
    late = changed_s >= event.onset_s - NEAR_S
    return bool((late & (changed_s <= event.onset_s + event.duration_s + NEAR_S)).any())
