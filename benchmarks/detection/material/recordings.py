"""Twitches added to the still stretches of real recordings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.detection.experiments.ours import near, onsets
from benchmarks.detection.measuring.matching import pairs
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows
from benchmarks.detection.recorded import quiet_recordings, with_twitches

SEED = 7710
RANGE_MG = (2.0, 40.0)
BINS_MG = (2.0, 5.0, 10.0, 20.0, 40.0)


def recordings(effort: Effort) -> Outcome:
    """Recall by size, and detections that were not added."""
    stretches, skipped = quiet_recordings()
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(night.name for night in stretches):
        own = [night for night in stretches if night.name == name]
        sizes: list[float] = []
        hits: list[bool] = []
        spare = 0
        for repeat in range(round(effort.scaled(4, 20))):
            for i, still in enumerate(own):
                night = with_twitches(still, RANGE_MG, (SEED, repeat, i), held_out=bool(repeat % 2))
                truth_s = np.array([event.onset_s for event in night.truth])
                found_s = np.sort(onsets(night.detect()))
                sizes += [event.p2p_mg for event in night.truth]
                hits += near(truth_s, found_s).tolist()
                spare += len(found_s) - len(pairs(truth_s, found_s)[1])
        if not sizes:
            continue
        hit, which = np.array(hits), np.digitize(sizes, BINS_MG[1:-1])
        figures.append(Figure(f"recall of added twitches: {name}", float(hit.mean())))
        by_size = [
            float(hit[which == k].mean()) if (which == k).any() else float("nan") for k in range(len(BINS_MG) - 1)
        ]
        minutes = sum(night.observed_s for night in own) / 60
        body.append((name, own[0].rate_hz, own[0].resolution_mg, minutes, len(hit), float(hit.mean()), *by_size, spare))
    bins = tuple(f"{a:g}-{b:g} mg" for a, b in pairwise(BINS_MG))
    columns = ("recording", "Hz", "step mg", "minutes still", "added", "recall", *bins, "others found")
    return Outcome(
        name="recordings",
        title="simulated twitches added to real recordings",
        figures=tuple(figures),
        rows=(Rows("recall by size", columns, tuple(body)),),
        notes=(
            "the twitches are simulated, the background is real; what else is found may be real twitches",
            *(f"skipped: {reason}" for reason in skipped),
        ),
        seeds=(SEED,),
    )
