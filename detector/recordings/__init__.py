"""Readers of recorded files: any of them becomes the `Samples` and `Gap`s that a wearable would have sent."""

from detector.recordings.formats import open_recording
from detector.recordings.joining import follow_on, join
from detector.recordings.recording import Recording

__all__ = ["Recording", "follow_on", "join", "open_recording"]
