"""Promise: a battery's level falls with its voltage, does not rise by wavering, and rises in a charger."""

from __future__ import annotations

import numpy as np

from detector.recordings.battery import levels
from detector.recordings.recording import Reading
from detector.wear.states import _rising
from firmware_bridge.samples import NS

MINUTE_NS = 60 * NS


def readings(volts):
    return [Reading("volts", minute * MINUTE_NS, float(value)) for minute, value in enumerate(volts)]


def test_a_night_that_wavers_only_falls():
    rng = np.random.default_rng(1)
    volts = np.linspace(4.1, 3.7, 2000) + rng.normal(0, 0.015, 2000)
    percent = [each for _, each in levels(readings(np.round(volts * 170) / 170))]
    assert percent[0] > 90
    assert percent[-1] < 20
    assert np.all(np.diff(percent) < 0)


def test_a_charger_shows():
    volts = np.concatenate((np.linspace(3.8, 3.75, 300), np.linspace(3.8, 4.2, 90), np.full(60, 4.2)))
    found = levels(readings(volts))
    ((begin, end),) = _rising(found)
    assert 280 * MINUTE_NS < begin < 320 * MINUTE_NS
    assert 350 * MINUTE_NS < end < 400 * MINUTE_NS


def test_what_is_no_voltage_is_no_level():
    assert levels([]) == []
    assert levels([Reading("celsius", 0, 20.0), Reading("volts", 0, 0.0), Reading("volts", 0, float("nan"))]) == []
