"""The retry policy of a link: which errors end a night, which only make a gap, and how long to wait after those."""

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

BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Pauses before the first, second … further attempts to get a wearable back; the last one is kept to, in seconds."""

PAIRING_ATTEMPTS = 3
"""How often pairing is tried with a wearable that has not streamed yet."""

MISSING_SERVICE_RETRIES = 2
"""So many times a wearable that seems to lack a service is connected to again before that is believed."""


class RetryPolicy:
    """Whether a link to one wearable is tried again after an error, when, and whether by pairing.

    Attributes
    ----------
    has_streamed
        Whether the wearable has streamed: from then on no error but an unsteady rate ends the night.
    """

    def __init__(self) -> None:
        self.has_streamed = False
        self._failures = 0  # running
        self._times_unpaired = 0
        self._missing_service_retries = MISSING_SERVICE_RETRIES

    @property
    def pairs(self) -> bool:
        """Whether to pair at the next connection: newer firmware wants it, older firmware may fail at it."""
        return self._times_unpaired > 0

    def succeeded(self) -> None:
        """State that samples came: the pauses begin anew."""
        self._failures = 0

    def next_pause_s(self) -> float:
        """Return how long to wait before the next attempt, in seconds; longer each time until one succeeds."""
        pause_s = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        return pause_s

    def gap_cause(self, error: Exception) -> GapCause:
        """Classify an error.

        Returns
        -------
        GapCause
            Cause of the gap that an error makes after which the link is tried again.

        Raises
        ------
        Exception
            The error itself, or one that says it in words, where the link is not to be tried again.
        """
        if isinstance(error, NeedsPairingError):
            self._times_unpaired += 1
            if self._times_unpaired > PAIRING_ATTEMPTS and not self.has_streamed:
                raise WearableRefusedError(
                    "The wearable does not let this computer pair with it: hold it next to the computer, take it out "
                    "of other apps and phones that are paired with it, and try again."
                ) from error
        if isinstance(error, UnsteadyRateError):  # told within the first minutes, by samples that are of no use
            raise error
        if isinstance(error, LinkDownError):
            return error.cause
        if isinstance(error, ServiceMissingError) and self._missing_service_retries:
            # BlueZ says at times that all services are known before they are, where two new wearables connect at once.
            self._missing_service_retries -= 1
            return GapCause.CONNECTION_LOST
        if not isinstance(error, TimeoutError | FrameError | BridgeError):
            # A night is not given up because a platform's Bluetooth throws what it never threw before.
            _log.error("the link failed in an unforeseen way", exc_info=error)
            error = UnforeseenError(f"The link failed in an unforeseen way ({error!r}): try again.")
        if not isinstance(error, TimeoutError | FrameError):
            if not self.has_streamed:
                raise error
            if isinstance(error, ChargingError):
                return GapCause.IN_CHARGER
        return GapCause.CONNECTION_LOST
