"""What tests ask of a recording that they have opened."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.formats import made
from firmware_bridge.samples import Samples


def samples_of(recording):
    """All samples."""
    return np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])


def told(recording, words):
    """Whether a note holds these words."""
    return any(words in note for note in recording.notes)


def is_right(recording):
    """Whether it is the small recording of 12 s at 50 Hz that many strange files hold."""
    g = made.night(600, 256) / 256
    return recording.rate_hz == pytest.approx(50, rel=1e-4) and np.allclose(samples_of(recording), g, atol=1e-3)
