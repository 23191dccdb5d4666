"""How much may come out of a packed file: more is no recording but a trap."""

from __future__ import annotations

MOST_BYTES = 20_000_000_000
MOST_TIMES = 1000
"""So much may come out, in all and for each packed byte."""
_FREE_BYTES = 1 << 24
"""Out of any file so much may come."""


def most_out_of(packed: int) -> int:
    """Return how many bytes may come out of so many packed ones."""
    return min(MOST_BYTES, max(_FREE_BYTES, MOST_TIMES * packed))
