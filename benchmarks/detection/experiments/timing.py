"""When a twitch is said to begin and to end, and how soon it is told."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.experiments.ours import FOUND_KINDS
from benchmarks.detection.limit import TOLERANCE_S
from benchmarks.detection.material.nights import isolated
from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_most
from benchmarks.detection.truth import KnownNight
from detector.events import Event
from detector.signal import Detector

SEED = 7706
RANGE_MG = (8.0, 40.0)
STEP_S = 0.01
MEDIAN_MS, IQR_MS, RETURN_MS = 15.0, 30.0, 750.0


def timing(effort: Effort) -> Outcome:
    """Onset and duration errors, and the time from an event's end to its return."""
    figures, body = [], []
    for rate_hz in (50.0, 100.0, 200.0):
        for held_out in (False, True):
            count = round(effort.scaled(500, 5000))
            night = isolated(count, rate_hz, 100.0, RANGE_MG, (SEED, round(rate_hz), int(held_out)), held_out).night
            onset_ms, longer_ms, after_ms, after_truth_ms = errors(night)
            name = f"{rate_hz:g} Hz, {'held-out' if held_out else 'training'} shapes"
            median, quartiles = np.median(onset_ms), np.quantile(onset_ms, [0.25, 0.75])
            figures += [
                Figure(f"median onset error, either way: {name}", abs(median), unit="ms", target=at_most(MEDIAN_MS)),
                Figure(f"IQR of the onset error: {name}", float(np.ptp(quartiles)), unit="ms", target=at_most(IQR_MS)),
                Figure(
                    f"longest time from end to return: {name}", after_ms.max(), unit="ms", target=at_most(RETURN_MS)
                ),
            ]
            body.append(
                (
                    name,
                    len(onset_ms) / count,
                    float(median),
                    float(np.ptp(quartiles)),
                    float(np.median(longer_ms)),
                    float(np.ptp(np.quantile(longer_ms, [0.25, 0.75]))),
                    float(np.median(after_ms)),
                    float(after_ms.max()),
                    float(np.median(after_truth_ms)),
                )
            )
    columns = (
        "condition",
        "found",
        "onset error median ms",
        "IQR ms",
        "duration error median ms",
        "IQR ms",
        "end to return median ms",
        "longest ms",
        "from the true end, median ms",
    )
    return Outcome(
        name="timing",
        title="onsets, durations, and how soon an event is returned",
        figures=tuple(figures),
        rows=(Rows(f"twitches of {RANGE_MG[0]:g} to {RANGE_MG[1]:g} mg", columns, tuple(body)),),
        notes=(
            f"samples are pushed {1e3 * STEP_S:g} ms at a time; the return is at the push that brings the event",
            "the end of an event is the one it states; the true end is where the acceleration has fallen to 1 %",
        ),
        seeds=(SEED,),
    )


def returned(night: KnownNight, step_s: float = STEP_S) -> list[tuple[float, Event]]:
    """Events with the time at which each was handed over, in s since the first sample."""
    detector = Detector(night.rate_hz, clock=night)
    size = max(1, round(step_s * night.rate_hz))
    result: list[tuple[float, Event]] = []
    for at in range(0, len(night.xyz), size):
        piece = night.xyz[at : at + size]
        result += [((at + len(piece)) / night.true_rate_hz, event) for event in detector.push(piece)]
    return result


def errors(night: KnownNight) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of the twitches found: onset and duration errors, and return after the stated and after the true end, in ms."""
    found = [(at, event) for at, event in returned(night) if event.kind in FOUND_KINDS]
    onset_s = np.array([event.onset_s for _, event in found])
    rows = []
    for truth in night.truth:
        nearest = int(np.argmin(np.abs(onset_s - truth.onset_s)))
        at, event = found[nearest]
        if abs(event.onset_s - truth.onset_s) <= TOLERANCE_S:
            end_s = event.onset_s + event.duration_s
            rows.append(
                (event.onset_s - truth.onset_s, event.duration_s - truth.duration_s, at - end_s, at - truth.end_s)
            )
    onset, longer, after, after_truth = 1e3 * np.array(rows).T
    return onset, longer, after, after_truth
