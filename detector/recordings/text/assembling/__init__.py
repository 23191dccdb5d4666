"""From what a pass over a file found to a recording: unit, rate and line of time."""
