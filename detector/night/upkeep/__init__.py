"""What becomes of nights: where they lie, how old they are, copying, thinning, deleting them, room for more."""
