"""What a night is made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.detection.simulator.chips import CHIPS, HELD_OUT_CHIPS, TUNING_CHIPS, Chip
from benchmarks.detection.simulator.draws import Seed, stream
from benchmarks.detection.simulator.sites import HELD_OUT_SITES, SITES, TUNING_SITES, Range, Site

INGREDIENTS = (
    "movement",
    "hypnic jerk",
    "periodic limb movement",
    "leg movement run",
    "mattress",
    "tremor",
    "tap",
    "haptic",
    "train",
    "twitch",
    "pulse",
    "respiration",
    "noise",
    "gap",
)
"""Everything that `Plan.without` can silence. Earlier ones take their place in the night first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a simulated night.

    An ingredient is off where its rate is 0 or its size None. Events that find no free place are left out, so that
    full nights hold a little less than asked.

    Parameters
    ----------
    hours
        Length of the night.
    rate_hz, true_rate_ppm
        Nominal sampling rate, and by how much the crystal is off.
    chip, site
        By name or as such; None draws one from the family. The chip ``"ideal"`` has no noise, steps or range.
    worn
        Factor on the chip's noise from being worn, 1 to 2.
    held_out
        Draw shapes, chips and sites of the families that nothing may be tuned on.
    silent
        Ingredients that take their place but are neither heard nor in truth; see `without`.
    name
        What the night is called in tables.
    twitches_per_min, clustering, interval_cv
        Mean rate of all units together, standard deviation of the logarithm of its slow modulation (minutes), and range
        of the coefficient of variation of intervals.
    units
        Motor units, each with a fixed shape and direction; 0 gives every twitch its own.
    p2p_mg, amplitude
        Range of sizes, drawn anew for every discharge or once for each unit, then with 10 to 20 % jitter.
    form
        Twitches, or the 80 ms bursts of 12 Hz that other programs have been measured with.
    tp_s
        Range of contraction times; None takes the site's.
    resonant_share
        Share of units whose tissue rings.
    doublet_share
        Share of discharges that come twice, 10 to 110 ms apart; one twitch in truth.
    apart_s
        Least time between two twitches.
    twitches_anywhere
        Let twitches fall into other events; otherwise they keep 2.5 s from movements and 1 s from all else.
    trains_per_hour
        Runs of 3 to 12 twitches of one unit, 60 to 250 ms apart; one event in truth.
    pulse_mg, pulse_per_min
        Peak to peak and rate of the heart beat; None for none.
    respiration_mg, respiration_hz
        Peak to peak and frequency of the tilt by breathing; None for none.
    movements_per_hour, movement_s, movement_rms_mg, posture_mg
        Gross movements, their length and strength, and the change of gravity each leaves.
    limb_series_per_hour
        Series of 4 to 30 periodic limb movements.
    leg_runs_per_hour
        Runs of leg movements at 0.3 to 3 Hz; each burst is one limb movement in truth.
    tremors_per_hour, tremor_mg
        Stretches of 3.5 to 13 Hz and their peak to peak.
    jerks_per_hour, mattress_per_hour, taps_per_hour, haptics_per_hour
        Hypnic jerks, ring-downs of the bed, taps on the case, buzzes of a vibration motor.
    gaps_per_hour
        Holes of 0.05 to 30 s in the radio link.
    """

    hours: float = 1.0
    rate_hz: float = 100.0
    true_rate_ppm: float = 0.0
    chip: str | Chip | None = "KX023"
    site: str | Site | None = "anywhere"
    worn: float = 1.0
    held_out: bool = False
    silent: frozenset[str] = frozenset()
    name: str = "simulated night"
    twitches_per_min: float = 0.0
    clustering: float = 0.7
    interval_cv: Range = (0.8, 1.5)
    units: int = 5
    p2p_mg: Range = (0.5, 40.0)
    amplitude: Literal["discharge", "unit"] = "discharge"
    form: Literal["twitch", "burst"] = "twitch"
    tp_s: Range | None = None
    resonant_share: float = 0.5
    doublet_share: float = 0.0
    apart_s: float = 0.6
    twitches_anywhere: bool = False
    trains_per_hour: float = 0.0
    pulse_mg: Range | None = None
    pulse_per_min: Range = (45.0, 80.0)
    respiration_mg: Range | None = None
    respiration_hz: Range = (0.15, 0.4)
    movements_per_hour: float = 0.0
    movement_s: Range = (3.0, 45.0)
    movement_rms_mg: Range = (50.0, 500.0)
    posture_mg: Range = (20.0, 250.0)
    limb_series_per_hour: float = 0.0
    leg_runs_per_hour: float = 0.0
    tremors_per_hour: float = 0.0
    tremor_mg: Range = (3.0, 70.0)
    jerks_per_hour: float = 0.0
    mattress_per_hour: float = 0.0
    taps_per_hour: float = 0.0
    haptics_per_hour: float = 0.0
    gaps_per_hour: float = 0.0

    def __post_init__(self) -> None:
        if not (self.hours > 0 and self.rate_hz > 0):
            raise ValueError("a night needs hours and a sampling rate above 0")
        if unknown := self.silent - set(INGREDIENTS):
            raise ValueError(f"no such ingredient: {', '.join(sorted(unknown))}; there are {', '.join(INGREDIENTS)}")
        for given, known in ((self.chip, CHIPS), (self.site, SITES)):
            if isinstance(given, str) and given not in known:
                raise ValueError(f"{given!r} is unknown; there are {', '.join(known)}")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple) and not 0 <= value[0] <= value[1]:
                raise ValueError(f"{field.name} must run from small to large, not {value}")
            if field.name.endswith(("_per_hour", "_per_min")) and isinstance(value, float) and not value >= 0:
                raise ValueError(f"{field.name} cannot be {value}")

    @property
    def true_rate_hz(self) -> float:
        """The rate at which samples are really taken."""
        return self.rate_hz * (1 + 1e-6 * self.true_rate_ppm)

    def without(self, *ingredients: str) -> Plan:
        """Silence ingredients and leave the rest of the night as it is, bit for bit where they are not heard.

        A rate of 0 would instead set their places free, where events that gave way to them reappear.
        """
        return dataclasses.replace(self, silent=self.silent | set(ingredients))

    def drawn_chip(self, seed: Seed) -> Chip:
        """The chip of the night with this seed."""
        if isinstance(self.chip, Chip):
            return self.chip
        if self.chip is not None:
            return CHIPS[self.chip]
        family = HELD_OUT_CHIPS if self.held_out else TUNING_CHIPS
        return family[int(stream(seed, "chip").integers(len(family)))]

    def drawn_site(self, seed: Seed) -> Site:
        """The site of the night with this seed."""
        if isinstance(self.site, Site):
            return self.site
        if self.site is not None:
            return SITES[self.site]
        family = HELD_OUT_SITES if self.held_out else TUNING_SITES
        return family[int(stream(seed, "site").integers(len(family)))]


def noise_rms_mg(chip: Chip, rate_hz: float) -> float:
    """White noise of a chip's x axis, rms in mg, over the band a rate has."""
    return float(1e-3 * chip.density_ug * np.sqrt(rate_hz / 2))
