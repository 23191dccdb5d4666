"""What happens at the sensor: taps, buzzes, noise, range, steps, and samples the radio loses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal

from benchmarks.detection.simulator.chips import Chip
from benchmarks.detection.simulator.draws import Array, between
from benchmarks.detection.simulator.plan import noise_rms_mg
from benchmarks.detection.simulator.stage import Stage
from firmware_bridge.virtual.twitch import unit_vectors

_LOWEST_HZ = 0.02
GAP_S = (0.05, 30.0)


def add_taps(stage: Stage) -> None:
    """Taps on the case: a blow of 5 to 20 ms, and a case that rings above 40 Hz."""
    rng = stage.rng("tap")
    count = stage.count("tap", stage.plan.taps_per_hour)
    blow_s, size_mg = between(rng, (0.005, 0.02), count), between(rng, (30.0, 800.0), count)
    ring_hz, decay_s = between(rng, (40.0, 250.0), count), between(rng, (0.004, 0.012), count)
    lasts_s = blow_s + 4.6 * decay_s  # to 1 %
    onset_s = stage.places("tap", lasts_s)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("tap") else []:
        direction = unit_vectors(stage.rng("tap", int(i)), 1)[0]

        def tap(
            time_s: Array,
            blow: float = blow_s[i],
            size: float = size_mg[i],
            hz: float = ring_hz[i],
            decay: float = decay_s[i],
            direction: Array = direction,
        ) -> Array:
            push = np.sin(np.pi * np.clip(time_s / blow, 0, 1))
            after = np.maximum(time_s - blow, 0.0)
            ring = 0.6 * np.sin(2 * np.pi * hz * after) * np.exp(-after / decay)
            return np.asarray(size * (push - ring)[:, None] * direction)

        stage.sound(onset_s[i], lasts_s[i], tap)
        stage.tell(onset_s[i], lasts_s[i], "tap", "tap", size_mg[i])


def add_haptics(stage: Stage) -> None:
    """Buzzes of a vibration motor: 0.1 to 1 s of 150 to 235 Hz, which a slow sensor sees as some lower frequency."""
    rng = stage.rng("haptic")
    count = stage.count("haptic", stage.plan.haptics_per_hour)
    lasts_s, hz = between(rng, (0.1, 1.0), count), rng.uniform(150.0, 235.0, count)
    p2p_mg = between(rng, (30.0, 600.0), count)
    onset_s = stage.places("haptic", lasts_s)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("haptic") else []:
        direction = unit_vectors(stage.rng("haptic", int(i)), 1)[0]

        def buzz(
            time_s: Array,
            lasts: float = lasts_s[i],
            hz: float = hz[i],
            size: float = p2p_mg[i],
            direction: Array = direction,
        ) -> Array:
            envelope = np.clip(np.minimum(time_s, lasts - time_s) / 0.02, 0, 1)
            return np.asarray(0.5 * size * (envelope * np.sin(2 * np.pi * hz * time_s))[:, None] * direction)

        stage.sound(onset_s[i], lasts_s[i], buzz)
        stage.tell(onset_s[i], lasts_s[i], "tap", "haptic", p2p_mg[i])


def add_noise(stage: Stage, chip: Chip) -> None:
    """Add a chip's white noise, rising as 1/f below its corner."""
    if not chip.density_ug or not stage.hears("noise"):
        return
    scale = stage.plan.worn * noise_rms_mg(chip, stage.rate_hz)
    colour = _flicker(chip.corner_hz, stage.rate_hz)
    for axis, factor in enumerate(chip.axes):
        noise = stage.rng("noise", axis).standard_normal(len(stage.xyz), np.float32)
        if colour is not None:
            noise = scipy.signal.sosfilt(colour, noise).astype(np.float32)
        stage.xyz[:, axis] += np.float32(scale * factor) * noise


def digitise(stage: Stage, chip: Chip) -> npt.NDArray[np.float32]:
    """Cut the samples off at the chip's range, round them to its step, and return them in g."""
    mg = stage.xyz
    if np.isfinite(chip.range_g):
        np.clip(mg, -1e3 * chip.range_g, 1e3 * chip.range_g, out=mg)
    if chip.lsb_mg:
        step = np.float32(chip.lsb_mg)
        np.rint(mg / step, out=mg)
        mg *= step
    mg *= np.float32(1e-3)
    return mg


def holes(stage: Stage) -> list[tuple[int, int]]:
    """First and last-but-one sample of each hole in the radio link, in order and apart."""
    plan = stage.plan
    if not plan.gaps_per_hour or not stage.hears("gap"):
        return []
    rng = stage.rng("gap")
    count = stage.count("gap", plan.gaps_per_hour)
    start_s = np.sort(rng.uniform(30.0, max(stage.length_s - 40.0, 31.0), count))
    lasts_s = between(rng, GAP_S, count)
    found: list[tuple[int, int]] = []
    for start, lasts in zip(start_s, lasts_s, strict=True):
        first = int(start * stage.rate_hz)
        last = first + max(round(lasts * stage.rate_hz), 1)
        if last < len(stage.xyz) - stage.rate_hz and (not found or first > found[-1][1] + stage.rate_hz):
            found.append((first, last))
    return found


def _flicker(corner_hz: float, rate_hz: float) -> npt.NDArray[np.float64] | None:
    """Filter with a power gain of 1 above the corner and of corner/f below it, down to 0.02 Hz.

    Alternating real poles and zeros, half an octave apart, give a slope of 3 dB per octave on average (Keshner 1982).
    """
    if corner_hz <= _LOWEST_HZ:
        return None
    octaves = int(np.ceil(np.log2(corner_hz / _LOWEST_HZ)))
    zero_hz = min(corner_hz, 0.2 * rate_hz) / 2.0 ** (np.arange(octaves) + 0.25)
    pole_hz = zero_hz / 2.0**0.5
    return np.asarray(
        scipy.signal.zpk2sos(np.exp(-2 * np.pi * zero_hz / rate_hz), np.exp(-2 * np.pi * pole_hz / rate_hz), 1.0)
    )
