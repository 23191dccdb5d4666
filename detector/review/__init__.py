"""The page: a night looked at, and judged."""
