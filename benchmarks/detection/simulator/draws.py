"""Random numbers of an ingredient's own, so that no ingredient changes another's."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def stream(seed: int, ingredient: str, *numbers: int) -> np.random.Generator:
    """Generator that depends on the seed, an ingredient and nothing else."""
    return np.random.default_rng([seed, zlib.crc32(ingredient.encode()), *numbers])


def between(rng: np.random.Generator, limits: tuple[float, float], size: int) -> Array:
    """Draw log-uniform numbers, or uniform ones where the lower limit is 0; shape ``(size,)``."""
    low, high = limits
    uniform = rng.random(size)
    if low <= 0:
        return low + (high - low) * uniform
    return np.asarray(low * (high / low) ** uniform)
