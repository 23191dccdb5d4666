"""Numbers that wrap, such as a clock of 32 bits, made to go on."""

from __future__ import annotations


class Unwrap:
    """Follows a number over its wraps; one from the past, by less than half a turn, steps back.

    Parameters
    ----------
    wraps
        At what number it begins again from 0.
    """

    def __init__(self, wraps: int) -> None:
        self._wraps = wraps
        self._unwrapped: int | None = None

    def __call__(self, value: int) -> int:
        """Return the number without its wraps; the first one as it is."""
        if self._unwrapped is None:
            self._unwrapped = value
        else:
            half = self._wraps // 2
            self._unwrapped += (value - self._unwrapped + half) % self._wraps - half
        return self._unwrapped
