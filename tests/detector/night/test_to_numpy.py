"""Promise: a night gives all samples of a wearable with their times, bit for bit, and says where gaps are."""

from __future__ import annotations

import numpy as np
import pytest

from detector.errors import NightError
from detector.night import Night
from firmware_bridge.samples import NS, Gap, Samples


def test_all_samples_with_their_times(open_log, path, feed, rest, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    later_ns = start_ns + 40 * NS
    log.gap(Gap(rows[-1].end_ns, later_ns, "connection lost", "Sense"))
    rows += feed(log, Samples(later_ns, 52.0, rest(104, 2), "Sense"))
    log.close()
    with Night(path) as night:
        found = night.to_numpy()
    assert found.xyz.dtype == np.float32
    assert found.xyz.tobytes() == np.concatenate([row.xyz for row in rows]).tobytes()
    times = [row.start_ns + round(at * NS / row.rate_hz) for row in rows for at in range(len(row.xyz))]
    assert np.abs(found.utc_ns - times).max() <= 1
    assert found.stretches.tolist() == [[0, 520], [520, 624]]
    assert found.sensor.name == "Sense"


def test_nothing_recorded_is_empty_arrays(open_log, path):
    open_log().close()
    with Night(path) as night:
        found = night.to_numpy("Sense")
    assert (found.utc_ns.shape, found.xyz.shape, found.stretches.shape) == ((0,), (0, 3), (0, 2))


def test_several_wearables_want_a_name(open_log, path, feed, rest, start_ns):
    log = open_log()
    log.sensor("Other", model="Verity Sense", nominal_hz=52)
    log.close()
    with Night(path) as night:
        with pytest.raises(NightError, match="has 2 wearables, name one: Sense, Other"):
            night.to_numpy()
        with pytest.raises(NightError, match="has no wearable Foot"):
            night.to_numpy("Foot")
