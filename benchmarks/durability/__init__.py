"""What a crash leaves of a night, the recorder killed or the power cut at any moment, and what a bad disk does."""
