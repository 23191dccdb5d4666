"""Commands for recordings of one's own: replay, export, score, many at once."""
