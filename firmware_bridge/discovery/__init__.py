"""Which wearables are there: what advertises, what this computer is connected to already, and the one that is meant."""
