"""Commands of an evening: is this computer fit, which wearables are there, record."""
