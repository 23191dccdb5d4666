"""From the radio to samples: wearables, the Bluetooth link, and the clock.

What leaves the package stands at its top: samples and gaps, what goes wrong, and how foreign text is made fit to be
shown.
"""

from firmware_bridge.errors import BridgeError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap, Samples

__all__ = ["BridgeError", "Gap", "GapCause", "Samples"]
