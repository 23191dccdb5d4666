"""What tells a night from another, whatever becomes of its file: its samples, its gaps and the detector's settings."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from firmware_bridge.samples import Gap

if TYPE_CHECKING:
    from detector.night.reader import Night


def digest(night: Night) -> str:
    """Return the SHA-256 of what a replay of a night computes from, in hexadecimal.

    It stays the same when the file is copied, thinned, folded, encrypted or brought to a later format.
    """
    told = hashlib.sha256()
    told.update(repr(tuple(dict.fromkeys(run.settings_sha256 for run in night.runs))).encode())
    for sensor in night.sensors:
        told.update(repr((sensor.name, sensor.nominal_hz, sensor.lsb_g, sensor.has_date)).encode())
        for part in night.stream(sensor.name):
            if isinstance(part, Gap):
                told.update(repr((part.start_ns, part.end_ns, part.cause)).encode())
            else:
                told.update(struct.pack("<qdq", part.start_ns, part.rate_hz, len(part.xyz)))
                told.update(part.xyz.tobytes())
    return told.hexdigest()
