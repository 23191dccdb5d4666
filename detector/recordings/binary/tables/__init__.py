"""Arrays and tables: rows of a file with a column of times, or a rate."""
