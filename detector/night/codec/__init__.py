"""What the values and bytes of a night's file mean: numbers in few bytes and back, each held against what it can be."""
