"""Accelerometer chips as their data sheets and measurements have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """What a sensor adds to the acceleration.

    Parameters
    ----------
    name
        What it is called in tables.
    density_ug
        White noise of x, in micro-g per root hertz; 0 for none.
    lsb_mg
        Step in mg; 0 for none.
    range_g
        Largest value either way, in g.
    corner_hz
        Below it the noise power rises as 1/f; 0 for none.
    axes
        Noise of each axis over that of x. Of a micromachined sensor z, whose mass moves out of plane, is noisier.
    """

    name: str
    density_ug: float
    lsb_mg: float
    range_g: float = 8.0
    corner_hz: float = 1.0
    axes: tuple[float, float, float] = (1.0, 1.0, 1.3)


IDEAL = Chip("ideal", 0.0, 0.0, float("inf"), 0.0)
"""Neither noise nor steps nor limits."""

TUNING_CHIPS = (
    Chip("LSM6DSO", 70.0, 0.061, 2.0),
    Chip("KX023", 100.0, 0.061, 2.0),
    Chip("BMI270", 160.0, 0.061, 2.0),
    Chip("LIS2DH12", 220.0, 0.977, 2.0),
    Chip("Polar, 1 mg steps", 150.0, 1.0, 8.0),
)
HELD_OUT_CHIPS = (
    Chip("ADXL355", 25.0, 0.0039, 2.0, 0.3),
    Chip("LIS2DW12", 90.0, 0.244, 2.0),
    Chip("BMA400", 180.0, 0.977, 4.0, 2.0),
    Chip("MPU-6500", 300.0, 0.061, 2.0, 2.0),
)
CHIPS = {chip.name: chip for chip in (IDEAL, *TUNING_CHIPS, *HELD_OUT_CHIPS)}
