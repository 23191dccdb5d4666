"""The time zone that a night was recorded in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from detector.night import Run


class HasRuns(Protocol):
    """A night that has been summed up."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """What made it, first to last."""


def zone_of(runs: Sequence[Run]) -> ZoneInfo | None:
    """Return the wearer's time zone; None for this computer's, where the night names none that is known here."""
    name = next((run.made_by.timezone for run in reversed(runs) if run.made_by.timezone), None)
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a name of another system, or damaged
        return None


def wearers_zone(summary: HasRuns) -> tzinfo | None:
    """Return the time zone of a night that has been summed up; see `zone_of`."""
    return zone_of(summary.runs)
