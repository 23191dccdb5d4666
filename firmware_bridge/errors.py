"""What can go wrong between the radio and the samples, one class per thing a caller can do about it."""


class BridgeError(Exception):
    """The bridge cannot go on; the message says why and what to do."""


class FrameError(BridgeError, ValueError):
    """A notification does not follow its wearable's protocol: truncated, malformed or hostile."""


class BluetoothUnavailableError(BridgeError):
    """There is no usable Bluetooth adapter."""


class NoSuchWearableError(BridgeError):
    """No wearable answers to the name or address asked for.

    Parameters
    ----------
    message
        Why, with the names of what is in range instead.
    unnamed
        The same without these names, for logs; as the message where not given.
    """

    def __init__(self, message: str, unnamed: str | None = None) -> None:
        super().__init__(message)
        self.unnamed = message if unnamed is None else unnamed


class WearableRefusedError(BridgeError):
    """The wearable answered a command with an error or not at all."""


class ChargingError(WearableRefusedError):
    """The wearable is in its charger and does not measure."""


class ServiceMissingError(WearableRefusedError):
    """The wearable, or the platform's list of what it has, lacks a characteristic that is needed."""


class UnsteadyRateError(WearableRefusedError):
    """The samples come at no rate that could be told.

    Parameters
    ----------
    nominal_hz
        The rate the wearable is said to have, in Hz.
    found_hz
        Smallest and largest rate that was measured, in Hz.
    """

    def __init__(self, nominal_hz: float, found_hz: tuple[float, float]) -> None:
        low, high = found_hz
        super().__init__(
            f"The wearable is said to send {nominal_hz:g} samples a second, but between {low:.1f} and {high:.1f} come: "
            "bring it closer to the computer, and if it has a profile, see that its rate is right."
        )


class ProfileError(BridgeError):
    """A profile of a wearable of one's own cannot be used; the message names the file and the key."""


class UnforeseenError(BridgeError):
    """The platform's Bluetooth threw what it never threw before."""
