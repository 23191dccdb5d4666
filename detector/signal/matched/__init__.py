"""Matched filters: the bank of expected shapes, and those learnt of families."""
