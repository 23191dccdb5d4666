"""Promise: a recording's tremor is found by its spectrum where there is some, and nowhere else."""

from __future__ import annotations

import numpy as np

from benchmarks.bodies.people import OTHER, Body
from benchmarks.bodies.rows.tremor import shaking_seconds
from benchmarks.bodies.simulated import handling, resting, tremor

RATE_HZ = 100.0


def body(mg):
    return Body("made up", OTHER, (1e-3 * mg).astype(np.float32), RATE_HZ, 0.0, (0.0, len(mg) / RATE_HZ))


def test_seconds_of_tremor_are_those_that_shake():
    rng = np.random.default_rng(4)
    mg = resting(rng, 40.0, RATE_HZ, 1.0)
    mg[1000:3000] += tremor(rng, 20.0, RATE_HZ, 120.0, 5.0)
    found = shaking_seconds(body(mg))
    assert set(range(13, 27)) <= {int(second) for second in found}
    assert min(found) >= 8
    assert max(found) <= 31


def test_neither_rest_nor_handling_is_tremor():
    rng = np.random.default_rng(5)
    mg = resting(rng, 30.0, RATE_HZ, 1.0)
    assert shaking_seconds(body(mg)) == []
    assert len(shaking_seconds(body(mg + handling(rng, 30.0, RATE_HZ, 200.0)))) <= 3
