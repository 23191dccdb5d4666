"""One file for each row of the table of what the detector must reach."""
