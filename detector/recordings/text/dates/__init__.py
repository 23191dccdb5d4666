"""Dates and times of day, in every spelling that programs and people use."""
