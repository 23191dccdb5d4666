"""Sheets of a cohort: a page for each person, and one that says how good the recordings were."""
