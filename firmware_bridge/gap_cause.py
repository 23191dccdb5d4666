"""Why samples are missing: the causes of a gap, in the words that are stored in a night and shown to a person."""

from __future__ import annotations

from enum import StrEnum


class GapCause(StrEnum):
    """Causes of a gap that this version knows.

    A night keeps the words, so they are never changed, and a new cause gets new ones. What is read may hold other
    words, of another version or another program: `Gap.cause` is text, to be compared with these, and other text means
    that samples are missing and no more.
    """

    # What the link met.
    CONNECTION_LOST = "connection lost"
    NO_DATA = "no data"
    """The connection stood, and nothing came."""
    STOPPED = "stopped by the wearable"
    SWITCHED_OFF = "switched off"
    FELL_ASLEEP = "fell asleep"
    """The wearable said so itself."""
    IN_CHARGER = "in its charger"
    """The wearable was being charged and did not measure."""

    # What the samples' own times, counts and delays tell.
    LOST_FRAMES = "lost frames"
    LOST_ESTIMATED = "lost frames (estimated)"
    """The same where the wearable sends no time: that frames are missing shows seconds later, in their delays alone."""
    CLOCK_STEP = "device clock step"
    CLOCK_UNUSABLE = "device clock unusable"
    """The wearable's times turned out to be none: from there on samples are counted."""

    # What happened to the computer and the recorder.
    SLEPT = "computer asleep"
    TOO_SLOW = "recorder too slow"
    """Notifications came faster than they were read."""
    QUEUE_FULL = "log queue full"
    """Samples came faster than the disk took them."""
    RESTARTED = "recorder restarted"
    """Between two runs of the recorder: the detector starts anew after it."""
    CRASHED = "recorder crashed"
    """The same, where the earlier run did not end as it should: what was being detected then is lost."""
    ABSENT = "not in reach"
    """The recorder was back, and a wearable of its earlier run was not."""

    # What became of a file.
    DAMAGED = "recording damaged"
    """A night's file, or a recorded one, had been damaged: what was there is lost."""
    MISSING_IN_FILE = "missing in the file"
    """A recorded file has none."""

    # Not stored: nothing is missing.
    ANOTHER_RATE = "another rate"
    """From here on samples come at another rate: to the detector it is a gap of no length."""
