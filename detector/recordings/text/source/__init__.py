"""From a file's bytes to the numbers of its rows: unpacked, decoded and parsed as a stream."""
