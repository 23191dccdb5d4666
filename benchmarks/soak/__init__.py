"""A night with faults of every kind, and the book that is kept of its samples."""
