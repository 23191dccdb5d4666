"""What the kernel carries from call to call, what it is told, and what it hands back: one structured array each."""

from __future__ import annotations

import numpy as np

RING = 1024
"""Samples of look-back: more than `DetectorConfig.twitch_max_s` and its margins at 500 Hz; a power of two."""

BLOCKS = 8
"""The first noise floor is the median over so many blocks: a twitch among them does not spoil it."""

FREQUENCIES = 24
"""Bins of the event's spectrum."""

FLAT_ENERGY = 1e-14
"""Energy (0.1 µg squared) below which a sample is no noise but a constant: it says nothing of the noise floor."""

CLIPPED, CUT, GLITCH = 1, 2, 4
"""Flags of a detection."""

TWITCH, MOVEMENT, TAP = 0, 1, 2
"""Kinds of a detection."""

DETECTION = np.dtype(
    [
        ("onset", "i8"),  # sample indices, of the filtered signal
        ("end", "i8"),
        ("kind", "i8"),
        ("marks", "i8"),
        ("peak_energy", "f8"),  # of the smoothed energy, over its mean in noise
        ("peak_g", "f8"),
        ("p2p_g", "f8"),
        ("dominant_hz", "f8"),
        ("direction", "f8", (3,)),
    ]
)

STATE = np.dtype(
    [
        ("index", "i8"),  # samples seen
        ("missing_s", "f8"),  # length of all gaps
        ("segment", "i8"),  # index of the first sample since the filters were last started
        ("restart", "i8"),  # 1: the next valid sample starts the filters
        ("wait", "i8"),  # samples until the gate opens after a start
        ("zi", "f8", (3, 4)),  # axis, section and delay: transposed direct form II
        ("energy", "f8"),  # smoothed
        ("floor", "f8"),  # clipped mean of the energy
        ("floor_step", "f8"),
        ("blocks_done", "i8"),
        ("block_count", "i8"),
        ("block_sum", "f8"),
        ("block_mean", "f8", (BLOCKS,)),
        ("active", "i8"),
        ("trigger", "i8"),  # index at which the gate opened
        ("last_over", "i8"),  # last index above the noise
        ("peak_index", "i8"),  # of the unsmoothed energy
        ("peak_value", "f8"),
        ("described", "i8"),  # peak index that `event` describes
        ("movement_end", "i8"),
        ("event", DETECTION),
        ("filtered", "f8", (RING, 3)),
        ("raw", "f4", (RING, 3)),
    ]
)

PARAMS = np.dtype(
    [
        ("gain", "f8"),  # of the band-pass; its two sections are (1 - z^-2) / (1 + a1 z^-1 + a2 z^-2)
        ("a", "f8", (2, 2)),  # a1 and a2 of each section
        ("energy_step", "f8"),
        ("floor_step", "f8"),
        ("floor_min", "f8"),
        ("floor_mean", "f8"),  # mean noise energy over the clipped mean
        ("on", "f8"),  # gate, over the clipped mean
        ("over", "f8"),  # a single sample counts as above the noise, over the clipped mean
        ("onset", "f8"),  # an event begins where three samples' mean comes above this, over the clipped mean
        ("block_length", "i8"),
        ("settle", "i8"),
        ("release", "i8"),
        ("twitch_max", "i8"),
        ("look_back", "i8"),
        ("half_window", "i8"),
        ("movement_rest", "i8"),
        ("long", "i8"),
        ("ring_mask", "i8"),
        ("glitch_test", "i8"),
        ("onset_delay", "f8"),  # samples by which the band-pass delays an event
        ("hz", "f8", (FREQUENCIES,)),
        ("goertzel", "f8", (FREQUENCIES,)),  # 2 cos(2 pi f / rate)
    ]
)
