"""Readers of recorded files: any of them becomes the `Samples` and `Gap`s that a wearable would have sent.

A format of another package opens its files by `open_table`, of columns that it reads itself.
"""

from detector.recordings.binary.tables.table import Table, open_table
from detector.recordings.formats import open_recording
from detector.recordings.joining import follow_on, join
from detector.recordings.recording import Recording

__all__ = ["Recording", "Table", "follow_on", "join", "open_recording", "open_table"]
