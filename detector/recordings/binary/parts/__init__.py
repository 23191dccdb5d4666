"""What readers of binary files share: reading bytes, laying samples in time, and building a recording."""
