"""What is said of nights, in plain words."""
