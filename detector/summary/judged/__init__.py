"""What reviewers' labels say of a night's events, and of those that nobody has looked at."""
