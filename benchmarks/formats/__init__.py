"""Readers of recorded files: how fast, in how much memory, and how well against peers."""
