"""One file a group of rows; each has a function that takes an `Effort` and hands back an `Outcome`."""
