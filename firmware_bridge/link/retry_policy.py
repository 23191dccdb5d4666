"""Which errors end a night, and which are only the cause of a gap."""

from __future__ import annotations

import logging

from firmware_bridge.errors import (
    BridgeError,
    ChargingError,
    FrameError,
    ServiceMissingError,
    UnforeseenError,
    UnsteadyRateError,
    WearableRefusedError,
)
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.session import LinkDownError, NeedsPairingError

_log = logging.getLogger(__name__)

PAIRINGS = 3
"""How often pairing is tried with a wearable that has not streamed yet."""

DOUBTS = 2
"""So many times a wearable that seems to lack a service is connected to again before that is believed."""


class Forgiveness:
    """What a link to one wearable has been through, and what it goes on after.

    Attributes
    ----------
    streamed
        Whether the wearable has streamed: from then on nothing ends the night.
    """

    def __init__(self) -> None:
        self.streamed = False
        self._times_unpaired = 0
        self._doubts = DOUBTS

    @property
    def pairing(self) -> bool:
        """Whether to pair at the next connection: newer firmware wants it, older firmware may fail at it."""
        return self._times_unpaired > 0

    def cause_of(self, error: Exception) -> GapCause:
        """Return the cause of the gap an error makes; raise it where the link shall not be tried again."""
        if isinstance(error, NeedsPairingError):
            self._times_unpaired += 1
            if self._times_unpaired > PAIRINGS and not self.streamed:
                raise WearableRefusedError(
                    "The wearable does not let this computer pair with it: hold it next to the computer, take it out "
                    "of other apps and phones that are paired with it, and try again."
                ) from error
        if isinstance(error, UnsteadyRateError):  # told within the first minutes, by samples that are of no use
            raise error
        if isinstance(error, LinkDownError):
            return error.cause
        if isinstance(error, ServiceMissingError) and self._doubts:
            # BlueZ says at times that all services are known before they are, where two new wearables connect at once.
            self._doubts -= 1
            return GapCause.CONNECTION_LOST
        if not isinstance(error, TimeoutError | FrameError | BridgeError):
            # A night is not given up because a platform's Bluetooth throws what it never threw before.
            _log.error("the link failed in an unforeseen way", exc_info=error)
            error = UnforeseenError(f"The link failed in an unforeseen way ({error!r}): try again.")
        if not isinstance(error, TimeoutError | FrameError):
            if not self.streamed:
                raise error
            if isinstance(error, ChargingError):
                return GapCause.IN_CHARGER
        return GapCause.CONNECTION_LOST
