"""What comparisons of many nights are worth: whether intervals cover the truth, and warnings come when they should."""
