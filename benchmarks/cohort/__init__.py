"""Cohorts: what a night costs, from ten nights to a thousand, on one worker and two, and when workers are killed."""
