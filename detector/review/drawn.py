"""What is drawn of a night, as arrays: its movement second by second, and the samples of a stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.night import Night, Sensor
    from firmware_bridge.samples import Samples

MOST_SECONDS = 300.0
"""A longer stretch of samples is asked for in parts."""

_MG = 1000.0
_WHOLE_MG = 0.001
_MOST_STEPS = 32_767
_MS = 1_000_000


def movement(night: Night, sensor: str, origin_ns: int) -> dict[str, npt.NDArray[Any]]:
    """Tell how much a wearable moved in each row of about a second, from the stored minima and maxima.

    Posture is in none of it: it is the difference of each second's largest and smallest acceleration.

    Parameters
    ----------
    night
        The night.
    sensor
        Name of the wearable.
    origin_ns
        UTC that times are counted from, in ns.

    Returns
    -------
    dict
        ``at_ms`` (float64: a wearable without a date may lie years before another) when each row begins, ``long_ms``
        (uint16) how long it is, and ``range_mg`` (float32) the length of the vector of its ranges; a row without a
        number has 0.
    """
    found = night.minmax(sensor)
    ranges = (found.largest.astype(np.float64) - found.smallest) * _MG
    return {
        "at_ms": ((found.start_ns - origin_ns) // _MS).astype(np.float64),
        "long_ms": np.clip((found.end_ns - found.start_ns) // _MS, 0, 65_535).astype(np.uint16),
        "range_mg": np.nan_to_num(np.sqrt((ranges**2).sum(axis=1)), posinf=0.0).astype(np.float32),
    }


def stretch(
    night: Night, sensor: Sensor, origin_ns: int, from_s: float, to_s: float
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return the samples of the rows that begin in a stretch, so that stretches side by side share none.

    Parameters
    ----------
    night
        The night.
    sensor
        The wearable.
    origin_ns
        UTC that times are counted from, in ns.
    from_s, to_s
        The stretch, in s from there.

    Returns
    -------
    facts
        ``step_mg``: what a whole number of ``xyz`` stands for.
    arrays
        ``at_s`` (float64) when each row begins, ``rate_hz`` (float64) and ``count`` (int32) of its samples, and
        ``xyz`` of shape ``(3, n)``: int16 where the wearable's own steps fit, else float32 in mg.
    """
    window = (origin_ns + round(from_s * NS), origin_ns + round(to_s * NS))
    rows = [row for row in night.samples(sensor.name, *window) if window[0] <= row.start_ns < window[1]]
    step_g, xyz = _in_steps(_joined(rows), sensor.lsb_g)
    return {"step_mg": step_g * _MG}, {
        "at_s": np.array([(row.start_ns - origin_ns) / NS for row in rows], np.float64),
        "rate_hz": np.array([row.rate_hz for row in rows], np.float64),
        "count": np.array([len(row.xyz) for row in rows], np.int32),
        "xyz": np.ascontiguousarray(xyz.T),
    }


def _joined(rows: list[Samples]) -> npt.NDArray[np.float32]:
    return np.concatenate([row.xyz for row in rows]) if rows else np.empty((0, 3), np.float32)


def _in_steps(xyz: npt.NDArray[np.float32], lsb_g: float | None) -> tuple[float, npt.NDArray[Any]]:
    """Give acceleration as whole steps of the wearable, or of 1 mg, where it is such; else in mg as it is."""
    for step_g in dict.fromkeys((lsb_g, _WHOLE_MG)):
        if step_g is None:
            continue
        with np.errstate(all="ignore"):
            # In float32, which is fine enough for whole numbers of 16 bits: in float64 it would take twice the memory.
            steps = xyz / np.float32(step_g)
            np.rint(steps, out=steps)
            near = np.abs(steps * np.float32(step_g) - xyz) < 0.01 * step_g
        if near.all() and np.abs(steps).max(initial=0.0) <= _MOST_STEPS:
            return step_g, steps.astype(np.int16)
    return 1 / _MG, (xyz * np.float32(_MG)).astype(np.float32)
