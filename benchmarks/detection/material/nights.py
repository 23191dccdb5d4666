"""Nights of isolated twitches of log-uniform amplitude in white noise, and a chip that adds white noise alone."""

from __future__ import annotations

from benchmarks.detection.simulator import Chip, Isolated, isolated_twitches
from benchmarks.detection.simulator.draws import Seed, between, stream


def isolated(
    count: int,
    rate_hz: float,
    density_ug: float,
    range_mg: tuple[float, float],
    seed: Seed,
    held_out: bool,  # noqa: FBT001 - one of two families, named at every call
    units: int = 0,
) -> Isolated:
    """Make a night of isolated twitches.

    Parameters
    ----------
    count
        How many twitches.
    rate_hz
        Sampling rate in Hz.
    density_ug
        White noise in micro-g per root hertz, 0 for none.
    range_mg
        Smallest and largest peak to peak, in mg.
    seed
        For the draws.
    held_out
        Whether the shapes are of the family held out from tuning.
    units
        Motor units that fire in turn at random, each with its shape and direction; 0 gives every twitch its own.
    """
    p2p_mg = between(stream(seed, "amplitudes"), range_mg, count)
    return isolated_twitches(p2p_mg, rate_hz, density_ug, seed=seed, units=units, held_out=held_out)


def white_chip(density_ug: float) -> Chip:
    """A sensor with white noise, the same on every axis, and neither steps nor limits."""
    return Chip(f"white, {density_ug:g} ug/rtHz", density_ug, 0.0, float("inf"), 0.0, (1.0, 1.0, 1.0))
