"""Judging: a night's events with their snippets, what was said of them, and how many of them are true.

`loaded` works out what a view needs of a night, and keeps it as long as the night is the same; `routes` answers.
"""
