"""What of a night is sound: looking at every part of it, and saving what can be saved."""
