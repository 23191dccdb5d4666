"""What a night's numbers are worth, and those of many nights."""
