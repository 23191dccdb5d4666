"""Random numbers of an ingredient's own, so that no ingredient changes another's."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Seed = int | Sequence[int]


def stream(seed: Seed, ingredient: str, *numbers: int) -> np.random.Generator:
    """Generator that depends on the seed, an ingredient and nothing else."""
    return np.random.default_rng([*numbers_of(seed), zlib.crc32(ingredient.encode()), *numbers])


def numbers_of(seed: Seed) -> list[int]:
    """Numbers that make up a seed."""
    return [seed] if isinstance(seed, int) else list(seed)


def between(rng: np.random.Generator, limits: tuple[float, float], size: int) -> Array:
    """Draw log-uniform numbers, or uniform ones where the lower limit is 0; shape ``(size,)``."""
    low, high = limits
    uniform = rng.random(size)
    if low <= 0:
        return low + (high - low) * uniform
    return np.asarray(low * (high / low) ** uniform)
