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


class ProfileError(BridgeError):
    """A profile of a wearable of one's own cannot be used; the message names the file and the key."""


class UnforeseenError(BridgeError):
    """The platform's Bluetooth threw what it never threw before."""
