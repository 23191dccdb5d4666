"""Columns that may be times: numbers of some unit, counters, ticks and differences; and stamps mended."""
