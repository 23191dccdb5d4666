"""Nights made from what is known about twitches and all that is mistaken for them.

Held out from tuning (``Plan(held_out=True)``): the shapes of `forms`, the chips of `chips.HELD_OUT_CHIPS` and the sites
of `sites.HELD_OUT_SITES`.
"""

from __future__ import annotations

from benchmarks.detection.simulator.chips import CHIPS, HELD_OUT_CHIPS, IDEAL, TUNING_CHIPS, Chip
from benchmarks.detection.simulator.isolated import Isolated, isolated_twitches
from benchmarks.detection.simulator.plan import INGREDIENTS, Plan
from benchmarks.detection.simulator.presets import hard_night, quiet, whole_night
from benchmarks.detection.simulator.simulate import beats_s, simulate
from benchmarks.detection.simulator.sites import HELD_OUT_SITES, SITES, TUNING_SITES, Site

__all__ = [
    "CHIPS",
    "HELD_OUT_CHIPS",
    "HELD_OUT_SITES",
    "IDEAL",
    "INGREDIENTS",
    "SITES",
    "TUNING_CHIPS",
    "TUNING_SITES",
    "Chip",
    "Isolated",
    "Plan",
    "Site",
    "beats_s",
    "hard_night",
    "isolated_twitches",
    "quiet",
    "simulate",
    "whole_night",
]
