"""What a crash leaves of a night: the recorder killed at any moment."""
