"""Nights that benchmarks share."""

from __future__ import annotations

import dataclasses
from typing import Any

from benchmarks.detection.simulator.chips import Chip
from benchmarks.detection.simulator.forms import burst_p2p_per_peak
from benchmarks.detection.simulator.plan import Plan


def quiet(hours: float = 8.0, rate_hz: float = 100.0, **settings: Any) -> Plan:
    """A healthy, calm night: 30 twitches and 3 movements an hour; what speed is measured on."""
    base = Plan(
        hours,
        rate_hz,
        name="quiet night",
        twitches_per_min=0.5,
        p2p_mg=(4.0, 40.0),
        movements_per_hour=3.0,
        respiration_mg=(1.0, 6.0),
    )
    return dataclasses.replace(base, **settings)


def whole_night(hours: float = 8.0, rate_hz: float = 100.0, **settings: Any) -> Plan:
    """Everything at once, on a chip and a site drawn from the family."""
    base = Plan(
        hours,
        rate_hz,
        true_rate_ppm=150.0,
        chip=None,
        site=None,
        worn=1.3,
        name="whole night",
        twitches_per_min=4.0,
        doublet_share=0.05,
        trains_per_hour=6.0,
        pulse_mg=(0.0, 5.0),
        respiration_mg=(1.0, 20.0),
        movements_per_hour=6.0,
        limb_series_per_hour=1.5,
        leg_runs_per_hour=1.5,
        tremors_per_hour=3.0,
        jerks_per_hour=0.5,
        mattress_per_hour=4.0,
        taps_per_hour=4.0,
        haptics_per_hour=1.0,
        gaps_per_hour=2.0,
    )
    return dataclasses.replace(base, **settings)


def hard_night(hours: float = 8.0, **settings: Any) -> Plan:
    """The night other programs were measured on: 250 bursts of 4 to 40 mg peak an hour in 3 mg rms of noise per axis.

    25 movements of 1 to 10 s an hour, sway of 3 mg at 0.25 Hz, 100 Hz.
    """
    ratio = burst_p2p_per_peak()
    # 3 mg rms in a band of 50 Hz.
    noisy = Chip("3 mg rms", 3e3 / 50.0**0.5, 0.0, float("inf"), 0.0, (1.0, 1.0, 1.0))
    base = Plan(
        hours,
        100.0,
        chip=noisy,
        name="hard night",
        twitches_per_min=250.0 / 60.0,
        clustering=0.0,
        interval_cv=(1.0, 1.0),
        units=0,
        p2p_mg=(4.0 * ratio, 40.0 * ratio),
        form="burst",
        movements_per_hour=25.0,
        movement_s=(1.0, 10.0),
        respiration_mg=(6.0, 6.0),
        respiration_hz=(0.25, 0.25),
    )
    return dataclasses.replace(base, **settings)
