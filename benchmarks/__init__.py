"""Figures of quality and speed, against peers in the same run: ``python -m benchmarks``."""
