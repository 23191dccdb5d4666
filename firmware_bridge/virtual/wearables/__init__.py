"""What each firmware does on the air, one file a firmware, and Polar's measurement protocol that two files speak."""
