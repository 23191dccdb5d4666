"""From the radio to samples: wearables, the Bluetooth link, and the clock."""
