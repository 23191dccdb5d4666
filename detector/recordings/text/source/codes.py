"""What is wanted of a column, and what became of a row: words of the kernel."""

NUMBER, WHOLE, TEXT, FILTER = 0, 1, 2, 3
"""What a wanted column holds."""
GOOD, BARE, SLOW, NONE = 0, 1, 2, 3
"""A row: all is read; values are missing, and said to be; it is for the slow way; it is not meant."""
BLANKS = 32
"""As a delimiter: any run of blanks and tabs."""
