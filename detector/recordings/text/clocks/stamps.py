"""What a way of writing time stamps must be able to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from detector.recordings.timing.utc import Ns

Kind = Literal["whole", "decimal", "text"]
"""How a stamp is written: a whole number, a number with decimals, or a date and time."""


class Stamps(Protocol):
    """A way of writing time stamps."""

    @property
    def kind(self) -> Kind:
        """How a stamp is written, which says how its column is to be read."""

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn a column into nanoseconds, `MISSING` where a stamp cannot be read."""

    def settle(self, stamps: Ns, notes: list[str]) -> Ns:
        """Turn the stamps of a whole file into times that go on, adding to the notes what the user should know."""

    @property
    def is_date(self) -> bool:
        """Whether the nanoseconds count since 1970-01-01 and not since some start."""

    @property
    def is_local(self) -> bool:
        """Whether dates have no time zone, so that the reader must be told it."""

    @property
    def zone(self) -> str:
        """IANA name of the zone that they name themselves, or nothing."""
