"""What the commands share at a terminal: options, output, streams, a night in words, how a recording stands."""
