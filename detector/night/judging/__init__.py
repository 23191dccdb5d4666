"""What reviewers say of a night's events: the log, its rows, and how it outlives that the night is computed anew."""
