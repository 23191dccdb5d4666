"""The connection to a wearable for a whole night: one session after the other, and what is done when one ends."""
